"""What becomes of the chunks in a group of requests: kept, staged until the others are there, or refused.

Runs in a worker thread, one group at a time: what is left of a run's room is looked up once and counted down.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..errors import TooLarge
from ..model import ContentState
from ..settings import Settings
from ..store.files import Arrival, Files, StagedChunk, Upload
from .assembly import Budget, Mismatch, inflated, verified
from .content_records import ContentRecord, Fault

_WRITE_BYTES = 16 << 20
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is kept, in bytes: of one file, of one run of a program, and what one request may inflate to."""

    max_file_bytes: int
    max_run_bytes: int
    max_inflated_bytes: int

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The limits that the settings say. What holds for a request holds for the contents in it, too, unless a
        single file may be larger."""
        file_bytes = settings.max_file_mib * _MIB
        inflated_bytes = max(settings.max_request_mib * _MIB, file_bytes)
        return cls(file_bytes, settings.max_run_files_mib * _MIB, inflated_bytes)


@dataclass(slots=True)
class Tally:
    """What became of the records of one request. ``faults``: one entry for each that was not taken. ``contents`` and
    ``bytes`` are those that became complete by them and were not kept before."""

    chunks: int = 0
    duplicates: int = 0
    contents: int = 0
    bytes: int = 0
    faults: list[Fault] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """What the ledger adds up."""
        return {
            "chunks": self.chunks,
            "duplicate_chunks": self.duplicates,
            "contents": self.contents,
            "bytes": self.bytes,
        }


class Settlement:
    """One group. ``take`` each request, then ``finish``: nothing may be acknowledged before."""

    def __init__(self, files: Files, limits: Limits) -> None:
        self._files = files
        self._limits = limits
        self._now_ns = time.time_ns()
        self._whole: list[tuple[Arrival, list[bytes]]] = []
        self._staged: list[StagedChunk] = []
        self._waiting_bytes = 0
        self._there: set[str] = set()
        self._room: dict[str, int] = {}
        self._begun: set[Upload] = set()
        self._open: dict[Upload, tuple[Tally, int]] = {}
        self._refused: dict[str, ContentState] = {}

    def take(self, records: Sequence[ContentRecord]) -> Tally:
        """What one request brings; the tally is complete when the group is finished."""
        tally, budget = Tally(), Budget(self._limits.max_inflated_bytes)
        uploads: dict[Upload, list[ContentRecord]] = {}
        for record in records:
            uploads.setdefault(record.upload, []).append(record)
        fitting = {upload: chunks for upload, chunks in uploads.items() if self._fits_file(upload, chunks, tally)}
        arrivals = [_arrival(record) for chunks in fitting.values() for record in chunks]
        self._there.update(self._files.note_arrivals(arrivals, self._now_ns))
        several = [upload.content_id for upload in fitting if upload.chunks > 1]
        if several:
            self._begun.update(self._files.open_uploads(several))
        for upload, chunks in fitting.items():
            there = upload.content_id in self._there
            reserved = there or upload in self._begun or upload in self._open
            if reserved or self._fits_run(upload, chunks, tally):
                self._take_upload(upload, chunks, budget, tally, there=there)
        return tally

    def finish(self) -> None:
        """Write what still waits, and put together the uploads that became complete."""
        self._write()
        # What came whole after all, or from another run, needs no chunks any more.
        for upload in {*self._begun, *self._open}:
            if upload.content_id in self._there:
                self._files.drop_upload(upload, wait=False)
                self._open.pop(upload, None)
        counts = self._files.open_uploads([upload.content_id for upload in self._open]) if self._open else {}
        for upload, (tally, chunks) in self._open.items():
            if counts.get(upload) == upload.chunks:
                self._put_together(upload, tally, chunks)
        if self._refused:
            self._files.refuse_contents(self._refused, self._now_ns)

    def _fits_file(self, upload: Upload, chunks: Sequence[ContentRecord], tally: Tally) -> bool:
        limit = self._limits.max_file_bytes
        if upload.size <= limit:
            return True
        self._refused[upload.content_id] = ContentState.TOO_LARGE
        message = f"a file has {upload.size} bytes; the limit is {limit // _MIB} MiB (--max-file-mib)"
        tally.faults += [Fault("file_too_large", message)] * len(chunks)
        return False

    def _fits_run(self, upload: Upload, chunks: Sequence[ContentRecord], tally: Tally) -> bool:
        run_id, limit = upload.run_id, self._limits.max_run_bytes
        if run_id not in self._room:
            self._room[run_id] = limit - self._files.run_bytes(run_id)
        if upload.size <= self._room[run_id]:
            self._room[run_id] -= upload.size
            return True
        self._refused[upload.content_id] = ContentState.RUN_FULL
        message = f"the run has no room for {upload.size} more bytes of files; the limit is {limit // _MIB} MiB"
        tally.faults += [Fault("run_full", f"{message} (--max-run-files-mib)")] * len(chunks)
        return False

    def _take_upload(
        self, upload: Upload, records: Sequence[ContentRecord], budget: Budget, tally: Tally, *, there: bool
    ) -> None:
        chunks: dict[int, StagedChunk] = {}
        for record in records:
            try:
                chunks[record.index] = inflated(record, budget)
            except TooLarge as error:
                tally.faults.append(Fault("too_large", error.message))
            except Mismatch as error:
                self._refuse(upload, Fault("hash_mismatch", error.message), tally)
            else:
                tally.chunks += 1
        if len(chunks) == upload.chunks:
            self._take_whole(upload, [chunks[index] for index in sorted(chunks)], tally, there=there)
        elif there:
            tally.duplicates += len(chunks)
        elif chunks:
            self._staged += chunks.values()
            self._open[upload] = (tally, len(chunks))
            self._note_waiting(sum(len(chunk.data) for chunk in chunks.values()))

    def _take_whole(self, upload: Upload, chunks: Sequence[StagedChunk], tally: Tally, *, there: bool) -> None:
        try:
            pieces = list(verified(upload, chunks))
        except Mismatch as error:
            tally.chunks -= len(chunks)
            self._refuse(upload, Fault("hash_mismatch", error.message), tally, len(chunks))
            return
        if there:
            tally.duplicates += len(chunks)
            return
        self._there.add(upload.content_id)
        self._whole.append((Arrival(upload.content_id, upload.size, upload.run_id, chunks[0].trace_id), pieces))
        tally.contents += 1
        tally.bytes += upload.size
        self._note_waiting(upload.size)

    def _put_together(self, upload: Upload, tally: Tally, chunks: int) -> None:
        try:
            tally.contents += keep_upload(self._files, upload, self._now_ns)
            tally.bytes += upload.size
        except Mismatch as error:
            tally.chunks -= chunks
            again = "all its chunks are forgotten; send them again"
            self._refuse(upload, Fault("hash_mismatch", f"{error.message}; {again}"), tally, chunks)

    def _refuse(self, upload: Upload, fault: Fault, tally: Tally, chunks: int = 1) -> None:
        self._refused[upload.content_id] = ContentState.CORRUPT
        tally.faults += [fault] * chunks

    def _note_waiting(self, size: int) -> None:
        self._waiting_bytes += size
        if self._waiting_bytes >= _WRITE_BYTES:
            self._write()

    def _write(self) -> None:
        if self._whole:
            self._files.keep_contents(self._whole, self._now_ns)
        if self._staged:
            self._files.stage_chunks(self._staged, self._now_ns)
        self._whole, self._staged, self._waiting_bytes = [], [], 0


def keep_upload(files: Files, upload: Upload, now_ns: int) -> int:
    """Put a complete upload together and forget its chunks, whether they were right or not. 1 if it was not kept
    before. Raises ``Mismatch`` if they do not make up the content."""
    traces = {chunk.trace_id for chunk in files.staged_chunks(upload)}
    arrivals = [Arrival(upload.content_id, upload.size, upload.run_id, trace_id) for trace_id in sorted(traces)]
    try:
        new = files.keep_contents([(arrivals[0], verified(upload, files.staged_chunks(upload)))], now_ns)
    except Mismatch:
        files.drop_upload(upload)
        raise
    files.note_arrivals(arrivals[1:], now_ns)
    files.drop_upload(upload, wait=False)
    return new


def _arrival(record: ContentRecord) -> Arrival:
    upload = record.upload
    return Arrival(upload.content_id, upload.size, upload.run_id, record.trace_id)

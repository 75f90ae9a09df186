"""The write part of ``store.Files``: bytes first, then the row that makes them count."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from string import Template

from ...errors import Unavailable
from ...model import ContentState, StoredContent
from ..files import Arrival, StagedChunk, Upload
from . import file_rows as rows
from .engine import Engine, EngineError
from .sqlfiles import read
from .writer import ONE_BLOCK

log = logging.getLogger(__name__)

PIECE_BYTES = 1 << 20
"""A row of ``file_chunks`` holds this much of a content, its last one the rest."""
_INSERT_BYTES = 16 << 20
_STAGED_AT_ONCE = 8
# A content sent again for the same trace is noted anew only after this long: most arrivals write nothing.
_NOTED_FOR_NS = 15 * 60 * 10**9


class FileWriter:
    """Implements the part of ``store.Files`` that writes contents."""

    def __init__(self, engine: Engine, changing: threading.Lock) -> None:
        """``changing`` is held while contents come and go, so that none goes that was just found to be there."""
        self._engine = engine
        self._changing = changing

    def note_arrivals(self, arrivals: Sequence[Arrival], arrived_ns: int) -> Mapping[str, StoredContent]:
        """See ``store.Files.note_arrivals``."""
        with self._changing:
            return self._note(arrivals, arrived_ns)

    def keep_contents(self, contents: Sequence[tuple[Arrival, Iterable[bytes]]], arrived_ns: int) -> int:
        """See ``store.Files.keep_contents``."""
        with self._changing:
            kept = self._note([arrival for arrival, _ in contents], arrived_ns)
            new = {arrival.content_id: (arrival, pieces) for arrival, pieces in contents}
            new = {content_id: content for content_id, content in new.items() if content_id not in kept}
            blobs = {content_id: secrets.randbits(64) for content_id in new}
            try:
                self._write_blobs([(blobs[content_id], *content) for content_id, content in new.items()], arrived_ns)
            except BaseException:
                self._take_back_blobs(list(blobs.values()))
                raise
            others = [arrival for arrival, _ in contents if arrival.content_id in new]
            self._put(
                "file_contents",
                [
                    rows.content(each, _stored(each, blobs[each.content_id], new, arrived_ns), arrived_ns)
                    for each in others
                ],
            )
            return len(new)

    def stage_chunks(self, chunks: Sequence[StagedChunk], arrived_ns: int) -> None:
        """See ``store.Files.stage_chunks``."""
        self._put("file_uploads", [rows.staged(chunk, arrived_ns) for chunk in chunks])

    def open_uploads(self, content_ids: Sequence[str]) -> Mapping[Upload, int]:
        """See ``store.Files.open_uploads``."""
        found = self._engine.query(read("queries/open_uploads.sql"), {"content_ids": rows.hexes(content_ids)})
        return {rows.upload(*row[:4]): row[4] for row in found}

    def complete_uploads(self) -> Sequence[Upload]:
        """See ``store.Files.complete_uploads``."""
        return [rows.upload(*row) for row in self._engine.query(read("queries/complete_uploads.sql"))]

    def staged_chunks(self, upload: Upload) -> Iterator[StagedChunk]:
        """See ``store.Files.staged_chunks``."""
        for first in range(0, upload.chunks, _STAGED_AT_ONCE):
            bounds = {"first": first, "stop": first + _STAGED_AT_ONCE}
            for row in self._engine.query(read("queries/staged_chunks.sql"), {**rows.upload_key(upload), **bounds}):
                index, offset, data, trace_id = row
                yield StagedChunk(upload, index, offset, data, rows.trace_text(trace_id))

    def drop_upload(self, upload: Upload, *, wait: bool = True) -> None:
        """See ``store.Files.drop_upload``."""
        stored = self._engine.layout.stored("file_uploads")
        sql = Template(read("queries/drop_upload.sql")).substitute(file_uploads=stored, sync="2" if wait else "0")
        self._engine.command(sql, rows.upload_key(upload))

    def refuse_contents(self, states: Mapping[str, ContentState], at_ns: int) -> None:
        """See ``store.Files.refuse_contents``."""
        self._put("file_refusals", [rows.refusal(content_id, state, at_ns) for content_id, state in states.items()])

    def run_bytes(self, run_id: str) -> int:
        """See ``store.Files.run_bytes``."""
        return int(self._engine.query(read("queries/run_bytes.sql"), {"run_id": run_id.encode().hex()})[0][0])

    def _note(self, arrivals: Sequence[Arrival], arrived_ns: int) -> dict[str, StoredContent]:
        if not arrivals:
            return {}
        parameters = {
            "content_ids": rows.hexes({arrival.content_id for arrival in arrivals}),
            "trace_ids": list({rows.trace_bytes(arrival.trace_id).hex() for arrival in arrivals}),
            "fresh_ns": max(0, arrived_ns - _NOTED_FOR_NS),
        }
        kept: dict[str, StoredContent] = {}
        noted: set[tuple[str, bytes]] = set()
        for *content, traces in self._engine.query(read("queries/contents_kept.sql"), parameters):
            found = rows.stored_content(*content)
            kept[found.content_id] = found
            noted.update((found.content_id, trace) for trace in traces)
        again = {
            (each.content_id, rows.trace_bytes(each.trace_id)): each for each in arrivals if each.content_id in kept
        }
        fresh = [each for key, each in again.items() if key not in noted]
        self._put("file_contents", [rows.content(each, kept[each.content_id], arrived_ns) for each in fresh])
        return kept

    def _write_blobs(self, blobs: Sequence[tuple[int, Arrival, Iterable[bytes]]], stored_ns: int) -> None:
        waiting: list[bytes] = []
        size = 0
        for blob, arrival, chunks in blobs:
            written = 0
            for position, piece in enumerate(pieces(chunks)):
                waiting.append(rows.chunk(arrival.content_id, blob, position, piece, stored_ns))
                written += len(piece)
                size += len(piece)
                if size >= _INSERT_BYTES:
                    self._put("file_chunks", waiting)
                    waiting, size = [], 0
            if written != arrival.size:
                raise ValueError(f"{arrival.content_id} has {written} bytes; expected {arrival.size}")
        self._put("file_chunks", waiting)

    def _put(self, table: str, inserted: Sequence[bytes]) -> None:
        if not inserted:
            return
        try:
            self._engine.insert(table, b"".join(inserted), "RowBinary", ONE_BLOCK)
        except EngineError as error:
            raise Unavailable(f"the engine did not take the data: {error}") from error

    def _take_back_blobs(self, blobs: Sequence[int]) -> None:
        if not blobs:
            return
        change = f"ALTER TABLE {self._engine.layout.stored('file_chunks')} DELETE WHERE blob IN ({_numbers(blobs)})"
        try:
            self._engine.command(f"{change} SETTINGS mutations_sync = 0")
        except (EngineError, Unavailable) as error:
            # Nothing refers to them, so that nobody can read them, and the next sweep finds them.
            log.warning("bytes of contents that were not kept could not be taken back: %s", error)


def pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, cut anew into pieces of ``PIECE_BYTES``; the last one may be shorter."""
    rest = bytearray()
    for chunk in chunks:
        rest += chunk
        whole = len(rest) // PIECE_BYTES * PIECE_BYTES
        for start in range(0, whole, PIECE_BYTES):
            yield bytes(rest[start : start + PIECE_BYTES])
        del rest[:whole]
    if rest:
        yield bytes(rest)


def _stored(
    arrival: Arrival, blob: int, new: Mapping[str, tuple[Arrival, Iterable[bytes]]], stored_ns: int
) -> StoredContent:
    first = new[arrival.content_id][0]
    return StoredContent(arrival.content_id, first.size, blob, first.run_id, stored_ns)


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(f"{number:d}" for number in numbers)

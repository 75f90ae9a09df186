"""Requests that wait: on disk, shared with other processes, or in memory where there is no disk.

Each process appends to segments of its own; whoever holds the folder's drain lock delivers everybody's, oldest first.
A segment is locked for the moments in which it is appended to, read or removed, so that nothing is appended to a file
that has just been delivered. Nothing is synced: what was recorded survives the process, not a power cut, of which the
checksums tell.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path

from .counters import Counters, Outcome
from .locks import lock, unlock
from .segment import HEADER_BYTES, Record, decode_header, decode_records, encode_header, encode_record
from .spool import DESTINATION_FILE, SEGMENT_SUFFIX, segments_of, started_ns

MAX_SEGMENT_BYTES = 4 << 20
MAX_SEGMENT_AGE_S = 3600
_BINARY = getattr(os, "O_BINARY", 0)

Settle = Callable[[Record], bool]
"""Deals with a record: True if it need not wait any longer, False to stop here."""


class Drained(Enum):
    """How a pass over what waits ended."""

    EMPTY = "empty"
    STOPPED = "stopped"
    BUSY = "busy"  # Another process delivers.


class DiskBacklog:
    """The spool of one destination. Its folder is made when something is first put there.

    ``max_bytes`` bounds what all processes keep in it together, ``max_age_s`` how long; the oldest goes first.
    """

    def __init__(self, folder: Path, destination: str, max_bytes: int, max_age_s: int, counters: Counters) -> None:
        self._folder = folder
        self._destination = destination
        self._max_bytes = max_bytes
        self._max_age_ns = max_age_s * 10**9
        # A segment is dropped as a whole, so it holds little of what is allowed, in bytes and in time.
        self._segment_bytes = min(MAX_SEGMENT_BYTES, max_bytes // 8)
        self._segment_age_ns = min(MAX_SEGMENT_AGE_S * 10**9, self._max_age_ns // 10)
        self._counters = counters
        self._lock = threading.Lock()
        self._current = ""
        self._own: list[str] = []
        self._drain_descriptor = -1

    def append(self, record: Record) -> None:
        """Keep a record. Raises ``OSError`` if the disk does not take it."""
        data = encode_record(record)
        if HEADER_BYTES + len(data) > self._max_bytes:
            self._counters.add("dropped_over_limit", record.request.items)
            return
        with self._lock:
            self._make_folder()
            self._make_room(HEADER_BYTES + len(data))
            if self._current and self._append_to(self._current, data):
                return
            self._current = ""
            path = self._new_segment()
            while not self._append_to(path, data, os.O_CREAT):
                path = self._new_segment()
            self._current = path
            self._own.append(path)

    def holds_own(self) -> bool:
        """Whether something of this process still waits: what is recorded now has to queue behind it."""
        if self._own:
            with self._lock:
                self._own = [path for path in self._own if os.path.exists(path)]
        return bool(self._own)

    def drain(self, settle: Settle) -> Drained:
        """Hand everything that waits to ``settle``, oldest first, and forget what it settles. Raises ``OSError``."""
        if not segments_of(self._folder):
            return Drained.EMPTY
        with self._alone() as is_alone:
            if not is_alone:
                return Drained.BUSY
            self._expire()
            for path, _ in segments_of(self._folder):
                if not self._drain_segment(path, settle):
                    return Drained.STOPPED
        return Drained.EMPTY

    def before_fork(self) -> None:
        """No segment is open, hence none locked, while the process is copied."""
        self._lock.acquire()

    def after_fork_in_parent(self) -> None:
        self._lock.release()

    def after_fork_in_child(self) -> None:
        """What waits stays the parent's; the child starts with segments of its own."""
        self._lock = threading.Lock()
        self._current, self._own = "", []
        if self._drain_descriptor >= 0:
            # Else the lock of a parent that gets killed would live on here.
            os.close(self._drain_descriptor)
            self._drain_descriptor = -1

    def _make_folder(self) -> None:
        try:
            status = os.stat(self._folder)
        except FileNotFoundError:
            os.makedirs(self._folder.parent, 0o700, exist_ok=True)
            with suppress(FileExistsError):
                os.mkdir(self._folder, 0o700)
            with suppress(FileExistsError):
                name = os.open(self._folder / DESTINATION_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                try:
                    os.write(name, self._destination.encode("utf-8", "replace"))
                finally:
                    os.close(name)
            return
        if os.name == "posix" and status.st_uid != os.geteuid():
            raise PermissionError(f"{self._folder} belongs to another user")

    def _new_segment(self) -> str:
        # Later than the one before, also when the clock was set back.
        now_ns = max(time.time_ns(), started_ns(self._own[-1]) + 1 if self._own else 0)
        return str(self._folder / f"{now_ns:020d}-{os.getpid()}-{os.urandom(4).hex()}{SEGMENT_SUFFIX}")

    def _append_to(self, path: str, data: bytes, create: int = 0) -> bool:
        """Whether the segment took it: it may be full, too old, or delivered and gone."""
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_APPEND | create | _BINARY, 0o600)
        except FileNotFoundError:
            if create:
                raise
            return False
        try:
            lock(descriptor, wait=True)
            status = os.fstat(descriptor)
            size = status.st_size
            is_full = size > 0 and size + len(data) > self._segment_bytes
            if status.st_nlink == 0 or is_full or time.time_ns() - started_ns(path) > self._segment_age_ns:
                return False
            _write(descriptor, data if size else encode_header(HEADER_BYTES) + data, size)
            return True
        finally:
            with suppress(OSError):
                unlock(descriptor)
            os.close(descriptor)

    def _make_room(self, bytes_needed: int) -> None:
        segments = segments_of(self._folder)
        total = sum(size for _, size in segments)
        for path, size in segments:
            if total + bytes_needed <= self._max_bytes:
                return
            self._drop(path, "dropped_over_limit")
            total -= size

    def _expire(self) -> None:
        oldest_ns = time.time_ns() - self._max_age_ns - self._segment_age_ns
        with self._lock:
            for path, _ in segments_of(self._folder):
                if started_ns(path) < oldest_ns:
                    self._drop(path, "dropped_too_old")

    def _drop(self, path: str, why: Outcome) -> None:
        with _locked(path) as descriptor:
            if descriptor is None:
                return
            data, _ = _unsettled(descriptor)
            for found in decode_records(data):
                self._counters.add(
                    why if found.record else "corrupt", found.record.request.items if found.record else 1
                )
            with suppress(OSError):
                os.unlink(path)

    def _drain_segment(self, path: str, settle: Settle) -> bool:
        while chunk := self._next_chunk(path):
            data, start = chunk
            for found in decode_records(data):
                if not os.path.exists(path):  # It made room for others.
                    return True
                if found.record is None:
                    self._counters.add("corrupt", 1)
                elif time.time_ns() - found.record.recorded_ns > self._max_age_ns:
                    self._counters.add("dropped_too_old", found.record.request.items)
                elif not settle(found.record):
                    return False
                self._settled_up_to(path, start + found.end)
        return True

    def _next_chunk(self, path: str) -> tuple[bytes, int] | None:
        """What is not settled in a segment and where it starts; a segment that holds nothing more is removed."""
        with self._lock, _locked(path) as descriptor:
            if descriptor is None:
                return None
            data, start = _unsettled(descriptor)
            if not data:
                if 0 < os.fstat(descriptor).st_size < HEADER_BYTES:
                    self._counters.add("corrupt", 1)
                os.unlink(path)
                return None
            return data, start

    def _settled_up_to(self, path: str, offset: int) -> None:
        with self._lock, _locked(path) as descriptor:
            if descriptor is not None:
                os.lseek(descriptor, 0, os.SEEK_SET)
                os.write(descriptor, encode_header(offset))

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Whether this is the one process that delivers."""
        with self._lock:
            descriptor = os.open(self._folder / "drain.lock", os.O_RDWR | os.O_CREAT, 0o600)
            self._drain_descriptor = descriptor
        is_alone = False
        try:
            is_alone = lock(descriptor, wait=False)
            yield is_alone
        finally:
            with self._lock:
                self._drain_descriptor = -1
                if is_alone:
                    unlock(descriptor)
                os.close(descriptor)


class MemoryBacklog:
    """Requests that wait where there is no disk; they end with the process."""

    def __init__(self, max_bytes: int, counters: Counters) -> None:
        self._max_bytes = max_bytes
        self._counters = counters
        self._records: deque[Record] = deque()
        self._bytes = 0
        self._lock = threading.Lock()

    def append(self, record: Record) -> None:
        """Keep a record; the oldest makes room."""
        with self._lock:
            self._records.append(record)
            self._bytes += len(record.request.body)
            while self._bytes > self._max_bytes:
                self._counters.add("dropped_over_limit", self._pop().request.items)

    def holds_own(self) -> bool:
        """Whether something waits."""
        return bool(self._records)

    def drain(self, settle: Settle) -> Drained:
        """Hand everything that waits to ``settle``, oldest first, and forget what it settles."""
        while self._records:
            record = self._records[0]
            if not settle(record):
                return Drained.STOPPED
            with self._lock:
                if self._records and self._records[0] is record:
                    self._pop()
        return Drained.EMPTY

    def after_fork_in_child(self) -> None:
        """What waits stays the parent's."""
        self._lock = threading.Lock()
        self._records, self._bytes = deque(), 0

    def give_up(self) -> int:
        """Forget everything. Returns how many items that was."""
        with self._lock:
            items = 0
            while self._records:
                items += self._pop().request.items
        return items

    def _pop(self) -> Record:
        record = self._records.popleft()
        self._bytes -= len(record.request.body)
        return record


@contextmanager
def _locked(path: str) -> Iterator[int | None]:
    """A descriptor of a segment, locked; none if it is gone or another user's."""
    try:
        descriptor = os.open(path, os.O_RDWR | _BINARY)
    except (FileNotFoundError, PermissionError):
        yield None
        return
    try:
        lock(descriptor, wait=True)
        yield descriptor if os.fstat(descriptor).st_nlink else None
    finally:
        with suppress(OSError):
            unlock(descriptor)
        os.close(descriptor)


def _unsettled(descriptor: int) -> tuple[bytes, int]:
    """The bytes of a segment that are not settled, and the offset at which they start."""
    size = os.fstat(descriptor).st_size
    os.lseek(descriptor, 0, os.SEEK_SET)
    start = decode_header(os.read(descriptor, HEADER_BYTES), size)
    os.lseek(descriptor, start, os.SEEK_SET)
    parts = []
    while part := os.read(descriptor, 1 << 24):
        parts.append(part)
    return b"".join(parts), start


def _write(descriptor: int, data: bytes, size: int) -> None:
    """Append to a file of ``size`` bytes: all of ``data`` or nothing. Raises ``OSError``."""
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    except OSError:
        os.ftruncate(descriptor, size)
        raise

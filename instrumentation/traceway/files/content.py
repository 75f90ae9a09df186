"""The version of a file: the SHA-256 of its bytes, and whether those bytes may be sent."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from enum import StrEnum
from os import close as _close  # the real ones, whoever replaces them later
from os import open as _open
from typing import Final, NamedTuple

MAX_HASHED_BYTES: Final = 64 << 20
_CHUNK_BYTES = 1 << 20
_SNIFFED_BYTES = 64 << 10
_MAX_REMEMBERED = 4096
_READ_ONLY = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
RACY_NS: Final = 2_000_000_000
"""A file whose time of change is younger than this may change again without that time moving: clocks of file systems
tick every 4 ms, on FAT every 2 s."""

_TEXT_BYTES = bytes({7, 8, 9, 10, 12, 13, 27} | set(range(0x20, 0x100)) - {0x7F})

_SECRET_PATH: Final = re.compile(
    r"/(\.env(\..+)?|.+\.env|id_[^/]+|[^/]*credentials[^/]*|[^/]*kubeconfig[^/]*|\.netrc|_netrc|\.npmrc|\.pypirc|\.pgpass"
    r"|\.htpasswd|\.dockercfg|secrets?\.[^/]+|service[_-]account[^/]*\.json"
    r"|[^/]*\.(pem|key|p12|pfx|jks|keystore|kdbx|asc|ppk|gpg))$"
    r"|/(\.ssh|\.gnupg|\.aws|\.kube)/|/\.docker/config\.json$",
    re.IGNORECASE,
)


class State(StrEnum):
    """What became of a version's bytes."""

    UPLOADED = "uploaded"
    HASH_ONLY = "hash_only"
    SKIPPED_SIZE = "skipped_size"
    SKIPPED_BINARY = "skipped_binary"
    SKIPPED_SECRET = "skipped_secret"
    SKIPPED_RUN_LIMIT = "skipped_run_limit"
    DROPPED = "dropped"


class Content(NamedTuple):
    """One version. ``id``: "sha256:<hex>", "" if the file is too large to be hashed. ``data``: the bytes, if they are
    to be sent and were reserved with ``Limits.reserve``."""

    id: str
    size_bytes: int
    state: State
    data: bytes | None = None


class Limits(NamedTuple):
    """What is sent. ``is_sent(id)``: whether a version has been; ``reserve(bytes)``: whether there is room for more."""

    captures: bool
    max_file_bytes: int
    binary: bool
    is_sent: Callable[[str], bool]
    reserve: Callable[[int], bool]


_NOTHING = Limits(captures=False, max_file_bytes=0, binary=False, is_sent=lambda id: False, reserve=lambda n: False)


class Contents:
    """Reads versions of open files. Thread-safe without locks, since a signal handler may close files, too."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._known: dict[tuple[int, int, int, int], tuple[str, bool]] = {}
        self._secrets: dict[str, None] = {}

    def read(self, fd: int, path: str, status: os.stat_result) -> Content:
        """The version that readable ``fd`` holds, without moving its position. Raises ``OSError``."""
        return self._read(fd, path, status, self._limits)

    def id_of(self, fd: int, status: os.stat_result) -> str:
        """The id of what readable ``fd`` holds, "" if it is too large. Raises ``OSError``."""
        return self._read(fd, "", status, _NOTHING).id

    def id_at(self, path: str) -> str:
        """The id of the version at a path, "" unless a regular file is there that can be read."""
        return content.id if (content := self._read_path(path, _NOTHING)) else ""

    def read_path(self, path: str, known_as: str = "") -> Content | None:
        """The version at a path; None unless a regular file is there that can be read and has no lock on it.
        ``known_as``: a path that it had before."""
        return self._read_path(path, self._limits, known_as)

    def read_again(self, fd: int, path: str, status: os.stat_result) -> Content | None:
        """The version of a file whose ``fd`` cannot be read, by opening it a second time; None if that fails."""
        try:
            again = _open_again(fd, path, status)
        except OSError:
            return None
        try:
            return self.read(again, path, status)
        finally:
            _close(again)

    def _read_path(self, path: str, limits: Limits, known_as: str = "") -> Content | None:
        try:
            # Opening tells the other end of a pipe, and does things to some devices.
            status = os.stat(path)
            if not stat.S_ISREG(status.st_mode) or _is_locked(status):
                return None
            fd = _open(path, _READ_ONLY)
        except OSError:
            return None
        try:
            status = os.fstat(fd)
            return self._read(fd, path, status, limits, known_as) if stat.S_ISREG(status.st_mode) else None
        finally:
            _close(fd)

    def _read(self, fd: int, path: str, status: os.stat_result, limits: Limits, known_as: str = "") -> Content:
        size_bytes = status.st_size
        if size_bytes > MAX_HASHED_BYTES:
            return Content("", size_bytes, State.SKIPPED_SIZE)
        key = (status.st_dev, status.st_ino, size_bytes, status.st_mtime_ns)
        if known := self._known.get(key):
            state = self._state(limits, known[0], size_bytes, (path, known_as), known[1])
            if state is not None:
                return Content(known[0], size_bytes, state)
        keeps_all = limits.captures and size_bytes <= limits.max_file_bytes
        kept: list[bytes] = []
        digest, read_bytes = hashlib.sha256(), 0
        for chunk in _chunks(fd, size_bytes):
            digest.update(chunk)
            read_bytes += len(chunk)
            if keeps_all or not kept:
                kept.append(chunk)
        if read_bytes > MAX_HASHED_BYTES:  # it grew meanwhile
            return Content("", read_bytes, State.SKIPPED_SIZE)
        id, is_text = "sha256:" + digest.hexdigest(), _is_text(kept)
        if read_bytes == size_bytes:
            self._remember(key, id, is_text)
        state = self._state(limits, id, max(size_bytes, read_bytes), (path, known_as), is_text)
        if state is not None:
            return Content(id, read_bytes, state)
        if not limits.reserve(read_bytes):
            return Content(id, read_bytes, State.DROPPED)
        return Content(id, read_bytes, State.UPLOADED, b"".join(kept))

    def _state(self, limits: Limits, id: str, size_bytes: int, paths: tuple[str, ...], is_text: bool) -> State | None:
        """What becomes of the bytes; None if they are wanted."""
        if not limits.captures:
            return State.HASH_ONLY
        if self._is_secret(id, size_bytes, paths):
            return State.SKIPPED_SECRET
        if size_bytes > limits.max_file_bytes:
            return State.SKIPPED_SIZE
        if not is_text and not limits.binary:
            return State.SKIPPED_BINARY
        return State.UPLOADED if limits.is_sent(id) else None

    def _is_secret(self, id: str, size_bytes: int, paths: tuple[str, ...]) -> bool:
        """Whether it is in a place of secrets, or was seen in one: a copy is as secret."""
        if not any(map(is_secret_path, paths)):
            return id in self._secrets
        if size_bytes:
            if len(self._secrets) >= _MAX_REMEMBERED:
                self._secrets.clear()
            self._secrets[id] = None
        return True

    def _remember(self, key: tuple[int, int, int, int], id: str, is_text: bool) -> None:
        if time.time_ns() - key[3] > RACY_NS:
            if len(self._known) >= _MAX_REMEMBERED:
                self._known.clear()
            self._known[key] = (id, is_text)


def is_secret_path(path: str) -> bool:
    """Whether an absolute path is one where keys and passwords are kept."""
    return _SECRET_PATH.search(path.replace(os.sep, "/")) is not None


def _is_locked(status: os.stat_result) -> bool:
    """Whether somebody holds a POSIX lock on a file. If it is this process, its lock would go with the first descriptor
    of the file that is closed, whoever opened that (fcntl(2)). Not known but on Linux."""
    try:
        fd = _open("/proc/locks", _READ_ONLY)
    except OSError:
        return False
    try:
        mark = b":%d " % status.st_ino
        return any(b" POSIX " in line and mark in line for line in _lines(fd))
    finally:
        _close(fd)


def _lines(fd: int) -> list[bytes]:
    return b"".join(iter(lambda: os.read(fd, _CHUNK_BYTES), b"")).splitlines()


def _is_text(parts: list[bytes]) -> bool:
    """No control characters but those of text, as file(1) has it; so UTF-8 and Latin-1 are text, UTF-16 is not."""
    return not parts or not parts[0][:_SNIFFED_BYTES].translate(None, _TEXT_BYTES)


def _chunks(fd: int, size_bytes: int) -> Iterator[bytes]:
    # One byte more than there should be: a short read is the end, and saves a second one.
    offset, wanted = 0, min(size_bytes + 1, _CHUNK_BYTES)
    while offset <= MAX_HASHED_BYTES:
        chunk = _read_at(fd, wanted, offset)
        if chunk:
            yield chunk
        if len(chunk) < wanted:
            return
        offset += len(chunk)
        wanted = _CHUNK_BYTES


def _open_again(fd: int, path: str, status: os.stat_result) -> int:
    try:
        return _open(f"/proc/self/fd/{fd}", _READ_ONLY)
    except FileNotFoundError:  # no Linux
        again = _open(path, _READ_ONLY)
    if not os.path.samestat(os.fstat(again), status):
        _close(again)
        raise FileNotFoundError(path)
    return again


def _seek_and_read(fd: int, size_bytes: int, offset: int) -> bytes:
    position = os.lseek(fd, 0, os.SEEK_CUR)
    try:
        os.lseek(fd, offset, os.SEEK_SET)
        return os.read(fd, size_bytes)
    finally:
        os.lseek(fd, position, os.SEEK_SET)


_read_at: Callable[[int, int, int], bytes] = getattr(os, "pread", _seek_and_read)

"""One file from open to close, measured by asking the operating system at both ends and not in between."""

from __future__ import annotations

import os
import time
import weakref
from typing import Any

from opentelemetry.context import Context

from ..contain import contained
from .content import RACY_NS, Content, Contents
from .event import APPEND, CREATE, READ, WRITE, Caller, FileEvent
from .recorder import PART, Recorder

_CLOSE = "close"
_ours = contained(PART)


def operation_of(mode: str) -> str:
    """What opening a file with a mode of ``open`` is for; for ``r+``, which may turn out to be a write, read."""
    return WRITE if "w" in mode else APPEND if "a" in mode else CREATE if "x" in mode else READ


class Access:
    """Begins when the file has been opened and ends with ``finish``, once. ``opened``: what ``fstat`` said then."""

    __slots__ = (
        "__weakref__", "_caller", "_contents", "_context", "_is_update", "_mode", "_namespace", "_opened", "_operation",
        "_path", "_raw", "_recorder", "_start_ns", "fd", "id_before", "sent_bytes",
    )  # fmt: skip

    def __init__(
        self,
        recorder: Recorder,
        contents: Contents,
        fd: int,
        path: str,
        mode: str,
        context: Context,
        start_ns: int,
        opened: os.stat_result,
        caller: Caller | None = None,
        id_before: str = "",
    ) -> None:
        self._recorder = recorder
        self._contents = contents
        self.fd = fd
        self._path = path
        self._mode = mode
        self._context = context
        self._start_ns = start_ns
        self._opened = opened
        self._caller = caller
        self.id_before = id_before
        self.sent_bytes = 0
        self._raw: weakref.ref[Any] | None = None
        self._namespace: dict[str, Any] = {}
        self._operation = operation_of(mode)
        self._is_update = self._operation == READ and "+" in mode
        if self._is_update and not id_before and self._may_change_unseen():
            self.id_before = contents.id_of(fd, opened)
        recorder.opened(self)

    def watch(self, raw: Any) -> None:
        """Finish when ``raw``, the innermost ``FileIO``, is closed: every way of closing calls its attribute ``close``,
        which is looked up in its instance first. Does not keep it alive."""
        self._namespace = raw.__dict__
        # An unreachable cycle is called back before its finalizers close the file, and our reference is dead by then.
        self._raw = weakref.ref(raw, self._collected)
        self._namespace[_CLOSE] = self

    def __call__(self) -> Any:
        """The ``close`` of the ``FileIO``."""
        raw = self._raw() if self._raw is not None else None
        try:
            self.finish()
        finally:  # of a KeyboardInterrupt, too, which waits for the real ``close`` to end
            closed = type(raw).close(raw) if raw is not None else None
        return closed

    def finish(self, *, is_unclosed: bool = False) -> None:
        """Record it. The file must still be open."""
        with _ours:
            if self._let_go():
                self._recorder.put(self._event(is_unclosed))

    def forget(self) -> None:
        """End without a record."""
        self._let_go()

    def _let_go(self) -> bool:
        if not self._recorder.closed(self):
            return False
        self._raw = None
        if self._namespace.get(_CLOSE) is self:
            del self._namespace[_CLOSE]
        self._namespace = {}
        return True

    def _collected(self, _: object) -> None:
        """What the program wrote last is still in its buffer: the version that is on disk is none that it made."""
        with _ours:
            if self._let_go():
                event = self._event(is_unclosed=True)
                is_read = event.operation == READ
                self._recorder.put(event if is_read else event._replace(content=None, size_bytes=None))

    def _event(self, is_unclosed: bool) -> FileEvent:
        end_ns = time.time_ns()
        operation, content, size_bytes, read_bytes, written_bytes = self._operation, None, None, None, None
        if (status := self._status()) is not None:
            content, size_bytes = self._content(status), status.st_size
            if self._is_update and self._has_changed(status, content):
                operation = WRITE  # how much of it was read and how much written, nobody knows
            elif operation == READ:
                read_bytes = min(os.lseek(self.fd, 0, os.SEEK_CUR), size_bytes) + self.sent_bytes
            elif operation == APPEND:
                written_bytes = max(size_bytes - self._opened.st_size, 0)
            else:
                written_bytes = size_bytes
        return FileEvent(
            operation,
            self._path,
            self._context,
            self._start_ns,
            end_ns,
            self._mode,
            size_bytes,
            read_bytes,
            written_bytes,
            content,
            id_before=self.id_before if operation != READ else "",
            caller=self._caller,
            is_unclosed=is_unclosed,
        )

    def _status(self) -> os.stat_result | None:
        """None if the program closed the number behind its file's back, whatever has that number now."""
        try:
            status = os.fstat(self.fd)
        except OSError:
            return None
        return status if os.path.samestat(status, self._opened) else None

    def _content(self, status: os.stat_result) -> Content | None:
        if self._operation == READ or "+" in self._mode:
            return self._contents.read(self.fd, self._path, status)
        return self._contents.read_again(self.fd, self._path, status)

    def _has_changed(self, status: os.stat_result, content: Content | None) -> bool:
        opened = self._opened
        if (status.st_size, status.st_mtime_ns) != (opened.st_size, opened.st_mtime_ns):
            return True
        if not self._may_change_unseen():
            return False
        return content is None or not content.id or content.id != self.id_before

    def _may_change_unseen(self) -> bool:
        """Whether a change could leave size and time as they are."""
        return self._start_ns - self._opened.st_mtime_ns < RACY_NS

"""``os.open`` and ``os.close``, for the few programs that use files without ``open`` (TRACEWAY_FS_OS_OPEN=1)."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable
from typing import Any

from opentelemetry.context import Context

from ..contain import contained
from .access import Access
from .content import Contents
from .gate import Gate
from .paths import path_of_fd, resolve_entry
from .recorder import PART, Recorder
from .standin import StandIn

_ours = contained(PART)


class Descriptors:
    """Files open by number. One that becomes a file object, or is closed unseen, is forgotten when its number is used
    again."""

    def __init__(self, gate: Gate, recorder: Recorder, contents: Contents) -> None:
        self.gate = gate
        self._recorder = recorder
        self._contents = contents
        self._by_fd: dict[int, Access] = {}

    def prepare(self) -> None:
        """See ``Recorder.prepare``."""
        self._recorder.prepare()

    def opened(self, fd: int, flags: int, path: str, context: Context, start_ns: int, caller: Any) -> None:
        self.handed_over(fd)
        status = os.fstat(fd)
        found = path_of_fd(fd) or path
        if stat.S_ISREG(status.st_mode) and self.gate.paths.admits(found):
            mode = mode_of(flags)
            self._by_fd[fd] = Access(self._recorder, self._contents, fd, found, mode, context, start_ns, status, caller)

    def closing(self, fd: int) -> None:
        if (access := self._by_fd.pop(fd, None)) is not None:
            access.finish()

    def handed_over(self, fd: int) -> None:
        """Somebody else tells of it: ``open(fd)``."""
        if (access := self._by_fd.pop(fd, None)) is not None:
            access.forget()


class OsOpen(StandIn):
    def __init__(self, real: Callable[..., Any], descriptors: Descriptors) -> None:
        super().__init__(real)
        self._descriptors = descriptors

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        gate = self._descriptors.gate
        path, context = "", None
        if gate.is_open:
            with _ours:
                path = resolve_entry(args[0] if args else kwargs.get("path"), kwargs.get("dir_fd"))
                if path and gate.paths.admits(path):
                    context = gate.context_for(sys._getframe().f_back)
                if context is not None:
                    self._descriptors.prepare()
        start_ns = time.time_ns()
        fd = self.__wrapped__(*args, **kwargs)
        if context is not None:
            with _ours:
                flags = args[1] if len(args) > 1 else kwargs["flags"]
                caller = gate.caller(sys._getframe().f_back)
                self._descriptors.opened(fd, flags, path, context, start_ns, caller)
        return fd


class OsClose(StandIn):
    def __init__(self, real: Callable[..., Any], descriptors: Descriptors) -> None:
        super().__init__(real)
        self._descriptors = descriptors

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        with _ours:
            fd = args[0] if args else kwargs.get("fd")
            if isinstance(fd, int):
                self._descriptors.closing(fd)
        return self.__wrapped__(*args, **kwargs)


def mode_of(flags: int) -> str:
    """The mode of ``open`` that flags of ``os.open`` come nearest to."""
    access = flags & (os.O_RDONLY | os.O_WRONLY | os.O_RDWR)
    if access == os.O_RDONLY:
        return "rb"
    if flags & os.O_EXCL and flags & os.O_CREAT:
        letter = "x"
    elif flags & os.O_APPEND:
        letter = "a"
    elif flags & os.O_TRUNC:
        letter = "w"
    else:
        return "r+b"
    return letter + ("+b" if access == os.O_RDWR else "b")

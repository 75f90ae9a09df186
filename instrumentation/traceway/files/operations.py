"""What is done to files without opening them: rename, remove, truncate, make and remove folders; and ``sendfile``,
which moves bytes that no position shows."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

from ..contain import contained
from .content import Contents
from .event import DELETE, MKDIR, RENAME, RMDIR, TRUNCATE, Failure, FileEvent
from .gate import Gate
from .paths import resolve_entry
from .recorder import PART, Recorder
from .standin import StandIn

OPERATIONS = {
    "rename": RENAME,
    "replace": RENAME,
    "remove": DELETE,
    "unlink": DELETE,
    "truncate": TRUNCATE,
    "mkdir": MKDIR,
    "rmdir": RMDIR,
}
"""Of the module ``os``. ``makedirs``, ``removedirs`` and ``renames`` are made of these."""

_ours = contained(PART)


class PathOperation(StandIn):
    """One of ``OPERATIONS``."""

    def __init__(self, real: Callable[..., Any], gate: Gate, recorder: Recorder, contents: Contents) -> None:
        super().__init__(real)
        self._gate = gate
        self._recorder = recorder
        self._contents = contents
        self._operation = OPERATIONS[real.__name__]

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        event = None
        if self._gate.is_open:
            with _ours:
                event = self._begin(args, kwargs, sys._getframe().f_back)
        if event is None:
            return self.__wrapped__(*args, **kwargs)
        try:
            result = self.__wrapped__(*args, **kwargs)
        except Exception as error:
            # makedirs(exist_ok=True) makes every folder again, to be told that it is there.
            if not (self._operation == MKDIR and isinstance(error, FileExistsError)):
                with _ours:
                    self._recorder.put(event._replace(end_ns=time.time_ns(), failure=Failure.of(error)))
            raise
        with _ours:
            self._recorder.put(self._finished(event))
        return result

    def _begin(self, args: tuple[Any, ...], kwargs: dict[str, Any], frame: Any) -> FileEvent | None:
        source = ""
        if self._operation == RENAME:
            source = self._path(args, kwargs, 0, "src", "src_dir_fd")
            path = self._path(args, kwargs, 1, "dst", "dst_dir_fd")
        else:
            path = self._path(args, kwargs, 0, "path", "dir_fd")
        if not (path and self._gate.paths.admits(path)) and not (source and self._gate.paths.admits(source)):
            return None
        context = self._gate.context_for(frame)
        if context is None:
            return None
        self._recorder.prepare()
        now_ns = time.time_ns()
        return FileEvent(
            self._operation, path, context, now_ns, now_ns, source_path=source, caller=self._gate.caller(frame)
        )

    @staticmethod
    def _path(args: tuple[Any, ...], kwargs: dict[str, Any], index: int, name: str, folder: str) -> str:
        given = args[index] if len(args) > index else kwargs.get(name)
        return resolve_entry(given, kwargs.get(folder))

    def _finished(self, event: FileEvent) -> FileEvent:
        end_ns = time.time_ns()
        if self._operation not in (RENAME, TRUNCATE):
            return event._replace(end_ns=end_ns)
        content = self._contents.read_path(event.path, event.source_path)
        return event._replace(end_ns=end_ns, content=content, size_bytes=content.size_bytes if content else None)


class SendFile(StandIn):
    """``os.sendfile``: ``shutil`` copies with it, at offsets of its own, so that the position of the source stays."""

    def __init__(self, real: Callable[..., Any], gate: Gate, recorder: Recorder) -> None:
        super().__init__(real)
        self._gate = gate
        self._recorder = recorder

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        sent_bytes = self.__wrapped__(*args, **kwargs)
        if self._gate.is_open:
            with _ours:
                in_fd = args[1] if len(args) > 1 else kwargs.get("in_fd")
                offset = args[2] if len(args) > 2 else kwargs.get("offset")
                if offset is not None and isinstance(sent_bytes, int):
                    for file in list(self._recorder.open_files.values()):
                        if file.fd == in_fd:
                            file.sent_bytes += sent_bytes
        return sent_bytes


def operations(gate: Gate, recorder: Recorder, contents: Contents) -> list[StandIn]:
    """A stand-in for each function of ``os`` that there is here."""
    stand_ins: list[StandIn] = [
        PathOperation(getattr(os, name), gate, recorder, contents) for name in OPERATIONS if hasattr(os, name)
    ]
    if hasattr(os, "sendfile"):
        stand_ins.append(SendFile(os.sendfile, gate, recorder))
    return stand_ins

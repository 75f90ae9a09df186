"""``open``: the real one is called, and the file it made tells when it is closed."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, NamedTuple

from opentelemetry.context import Context

from ..contain import contained
from .access import Access, operation_of
from .content import Contents
from .event import READ, Caller, Failure, FileEvent
from .gate import Gate
from .os_open import Descriptors
from .paths import as_text, is_regular, path_of_fd
from .recorder import PART, Recorder
from .standin import StandIn

_ours = contained(PART)


class _Opening(NamedTuple):
    """What is known before. ``path``: as given, made absolute; "" for a descriptor."""

    path: str
    mode: str
    context: Context
    start_ns: int
    is_certain: bool  # that the file will be the one at this path
    caller: Caller | None
    id_before: str


class Open(StandIn):
    """In the place of ``builtins.open`` and ``io.open``. ``hashes_before``: also note the version that writing ends."""

    def __init__(
        self,
        real: Callable[..., Any],
        gate: Gate,
        recorder: Recorder,
        contents: Contents,
        descriptors: Descriptors,
        hashes_before: bool,
    ) -> None:
        super().__init__(real)
        self._gate = gate
        self._recorder = recorder
        self._contents = contents
        self._descriptors = descriptors
        self._hashes_before = hashes_before

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        opening = None
        if self._gate.is_open:
            with _ours:
                opening = self._begin(args, kwargs, sys._getframe().f_back)
        if opening is None:
            return self.__wrapped__(*args, **kwargs)
        try:
            file = self.__wrapped__(*args, **kwargs)
        except Exception as error:
            with _ours:
                self._failed(opening, Failure.of(error))
            raise
        with _ours:
            self._watch(opening, file)
        return file

    def _begin(self, args: tuple[Any, ...], kwargs: dict[str, Any], frame: FrameType | None) -> _Opening | None:
        file = args[0] if args else kwargs.get("file")
        opener = args[7] if len(args) > 7 else kwargs.get("opener")
        if isinstance(file, int):
            path, is_certain = "", False
            is_admitted = is_regular(file)
        else:
            path, is_certain = as_text(file), opener is None
            is_admitted = path != "" and (opener is not None or self._gate.paths.admits(path))
        context = self._gate.context_for(frame) if is_admitted else None
        if context is None:
            return None
        mode = args[1] if len(args) > 1 else kwargs.get("mode", "r")
        if not isinstance(mode, str):
            return None
        self._recorder.prepare()
        id_before = ""
        if self._hashes_before and is_certain and (operation_of(mode) != READ or "+" in mode):
            id_before = self._contents.id_at(path)
        return _Opening(path, mode, context, time.time_ns(), is_certain, self._gate.caller(frame), id_before)

    def _watch(self, opening: _Opening, file: Any) -> None:
        raw = file
        while (inner := getattr(raw, "buffer", None) or getattr(raw, "raw", None)) is not None:
            raw = inner
        fd = raw.fileno()
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            return
        path = path_of_fd(fd) or (os.path.realpath(opening.path) if opening.is_certain else None)
        if path is None or (path != opening.path and not self._gate.paths.admits(path)):
            return
        self._descriptors.handed_over(fd)
        access = Access(
            self._recorder,
            self._contents,
            fd,
            path,
            opening.mode,
            opening.context,
            opening.start_ns,
            status,
            opening.caller,
            opening.id_before,
        )
        access.watch(raw)

    def _failed(self, opening: _Opening, failure: Failure) -> None:
        if opening.is_certain and "\0" not in opening.path:
            path = os.path.realpath(opening.path)
            self._recorder.put(
                FileEvent(
                    operation_of(opening.mode),
                    path,
                    opening.context,
                    opening.start_ns,
                    time.time_ns(),
                    opening.mode,
                    failure=failure,
                    caller=opening.caller,
                )
            )

"""Whether something that is about to be done to a file is to be recorded: the one question of the fast path."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Final

from opentelemetry import trace
from opentelemetry.context import (
    _SUPPRESS_INSTRUMENTATION_KEY,
    Context,
    attach,
    create_key,
    detach,
    get_current,
    set_value,
)

from .event import Caller
from .paths import PathFilter

_READERS_OF_CODE: Final = frozenset(
    {"linecache", "tokenize", "inspect", "traceback", "importlib", "pkgutil", "zipimport", "runpy", "doctest"}
)
_OURS: Final = frozenset({"traceway", "opentelemetry"})
_SKIPPED: Final = _READERS_OF_CODE | _OURS
_GO_BETWEEN = "traceway.distro.first_use"  # passes on calls of those who imported a function before we replaced it
_SUPPRESSED_BY_NAME = "suppress_instrumentation"  # what util-http and older instrumentations set
_COVERED = create_key("traceway-files-covered")
_MAX_DEPTH = 12


@contextmanager
def covered() -> Iterator[None]:
    """In this block files are opened on behalf of something that is recorded as a whole."""
    token = attach(set_value(_COVERED, True))
    try:
        yield
    finally:
        detach(token)


@dataclass(slots=True)
class Gate:
    """``is_open`` is false from the end of instrumentation on, when stand-ins may still be held by somebody."""

    paths: PathFilter
    require_parent: bool = False
    notes_caller: bool = False
    is_open: bool = True
    _code: PathFilter = field(default_factory=PathFilter)

    def context_for(self, frame: FrameType | None) -> Context | None:
        """OpenTelemetry's context, if what ``frame`` does in it is recorded. Without a frame it is the interpreter,
        which shows lines of code in a traceback."""
        if self._is_skipped(frame):
            return None
        context = get_current()
        if context.get(_SUPPRESS_INSTRUMENTATION_KEY) or context.get(_SUPPRESSED_BY_NAME) or context.get(_COVERED):
            return None
        parent = trace.get_current_span(context).get_span_context()
        if not parent.is_valid:
            return None if self.require_parent else context
        return context if parent.trace_flags.sampled else None

    @staticmethod
    def _is_skipped(frame: FrameType | None) -> bool:
        while frame is not None:
            module = frame.f_globals.get("__name__", "")
            if module != _GO_BETWEEN:
                return isinstance(module, str) and module.partition(".")[0] in _SKIPPED
            frame = frame.f_back
        return True

    def caller(self, frame: FrameType | None) -> Caller | None:
        """The nearest line of the program's own, past the standard library and packages; None unless that is noted."""
        if not self.notes_caller:
            return None
        for _ in range(_MAX_DEPTH):
            if frame is None:
                return None
            path = frame.f_code.co_filename
            if not path.startswith("<") and self._code.admits(os.path.abspath(path)):
                return Caller(frame.f_code.co_qualname, path, frame.f_lineno)
            frame = frame.f_back
        return None

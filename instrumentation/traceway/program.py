"""The span around a whole program, so that what a script does is one trace and not one for every call.

It stands as the current span from the start, and becomes a real one when something asks for a parent: a program of
which nothing is recorded records nothing. A server is no such program: each of its requests is a trace of its own, and
one around all of them would never end.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
import time
from pathlib import PurePath
from typing import Any, Final

from opentelemetry import context, trace
from opentelemetry.trace import INVALID_SPAN_CONTEXT, Span, SpanContext, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from traceway_semconv import names
from traceway_semconv.kinds import SpanKind

from .distro.serving import Serving, is_server

_TOLD: Final = ("TRACEPARENT", "TRACESTATE")


class ProgramSpan(Span):
    """The current span of a program where there is no other. Thread-safe; forwards to the real span once it exists."""

    def __init__(self, name: str, parent: context.Context | None = None) -> None:
        """``name``: of the program. ``parent``: the context the program was started in, if it has one."""
        self._name = name
        self._parent = context.Context() if parent is None else parent
        self._start_ns = time.time_ns()
        self._pid = os.getpid()
        self._lock = threading.RLock()
        self._real: Span | None = None
        self._gone = False
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._after_fork)

    def _after_fork(self) -> None:
        """Another thread may have held the lock, and this child process does not have that thread."""
        self._lock = threading.RLock()

    def step_aside(self) -> None:
        """The program turned out to be a server: what comes has no parent here."""
        with self._lock:
            self._gone = True
            if self._real is not None:
                for name in _TOLD:
                    os.environ.pop(name, None)
            if self._real is not None and self._pid == os.getpid():
                self._real.end()

    def finish(self) -> None:
        """End the span with the program. A child process leaves its parent's span alone."""
        with self._lock:
            if self._real is None or self._gone or self._pid != os.getpid():
                return
            error = getattr(sys, "last_value", None)  # what ended the program, if an exception did
            if isinstance(error, BaseException):
                self._real.record_exception(error)
                self._real.set_attribute(names.ERROR_TYPE, type(error).__qualname__)
                self._real.set_status(Status(StatusCode.ERROR, str(error)))
            self._real.end()

    def _span(self) -> Span | None:
        if self._real is None and not self._gone:
            with self._lock:
                if self._real is None and not self._gone:
                    self._real = self._start()
        return None if self._gone else self._real

    def _start(self) -> Span:
        self._pid = os.getpid()  # a child process that was forked before has a span of its own
        attributes = {
            names.TRACEWAY_SPAN_KIND: SpanKind.PROCESS.value,
            names.PROCESS_EXECUTABLE_NAME: PurePath(sys.executable).name,
        }
        tracer = trace.get_tracer("traceway.program")
        span = tracer.start_span(self._name, self._parent, attributes=attributes, start_time=self._start_ns)
        # Now, not earlier: what is registered last runs first, and the provider must not be shut down before.
        atexit.register(self.finish)
        _tell_children(span)
        return span

    def get_span_context(self) -> SpanContext:
        span = self._span()
        return INVALID_SPAN_CONTEXT if span is None else span.get_span_context()

    def is_recording(self) -> bool:
        span = self._span()
        return span is not None and span.is_recording()

    def _forward(self, method: str, *arguments: Any, **named: Any) -> None:
        span = self._span()
        if span is not None:
            getattr(span, method)(*arguments, **named)

    def set_attribute(self, *arguments: Any, **named: Any) -> None:
        self._forward("set_attribute", *arguments, **named)

    def set_attributes(self, *arguments: Any, **named: Any) -> None:
        self._forward("set_attributes", *arguments, **named)

    def add_event(self, *arguments: Any, **named: Any) -> None:
        self._forward("add_event", *arguments, **named)

    def update_name(self, *arguments: Any, **named: Any) -> None:
        self._forward("update_name", *arguments, **named)

    def set_status(self, *arguments: Any, **named: Any) -> None:
        self._forward("set_status", *arguments, **named)

    def record_exception(self, *arguments: Any, **named: Any) -> None:
        self._forward("record_exception", *arguments, **named)

    def end(self, end_time: int | None = None) -> None:
        """Nothing: the program ends it."""


def _tell_children(span: Span) -> None:
    """Programs that this one starts belong to its trace. Source: opentelemetry-specification, context/env-carriers."""
    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier, trace.set_span_in_context(span, context.Context()))
    os.environ.update({name.upper(): value for name, value in carrier.items()})


def stand_around(
    name: str, *, always: bool = False, parent: context.Context | None = None, serving: Serving | None = None
) -> ProgramSpan | None:
    """Make a ``ProgramSpan`` the current span of this thread and of all that starts from it. None, and nothing done,
    if ``name`` is a server's and not ``always``. ``serving`` has watched the program from its start, if that was
    earlier."""
    if not always and is_server(name):
        return None
    span = ProgramSpan(name, parent)
    if not always:
        (serving or Serving()).when_begun(span.step_aside)
    context.attach(trace.set_span_in_context(span, parent))
    return span

"""The context that is current in a program where nothing else is: that of the process which started it, if its
environment names one, and in it the span around the program.

Source: opentelemetry-specification, context/env-carriers.md (TRACEPARENT, TRACESTATE).
"""

from __future__ import annotations

import contextvars
import os
from collections.abc import Callable

from opentelemetry import context
from opentelemetry.context import _SUPPRESS_INSTRUMENTATION_KEY, Context
from opentelemetry.context.contextvars_context import ContextVarsRuntimeContext
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from ..program import stand_around
from ..settings import load
from .naming import program_name
from .serving import Serving, is_server


class _ProgramContext(ContextVarsRuntimeContext):
    """One that begins with ``base``, in every thread, and not with nothing."""

    def __init__(self, base: Context) -> None:
        self._current_context = contextvars.ContextVar(self._CONTEXT_KEY, default=base)

    def before_first(self, callback: Callable[[], object]) -> None:
        """Call ``callback`` before something is made current for the first time. Not for what suppresses
        instrumentation: that is mostly us."""
        attach = self.attach

        def first(context: Context) -> contextvars.Token[Context]:
            if not context.get(_SUPPRESS_INSTRUMENTATION_KEY) and self.__dict__.get("attach") is first:
                del self.attach
                callback()
            return attach(context)

        self.attach = first  # type: ignore[method-assign]


def stand_around_program(serving: Serving | None) -> None:
    """Make it the context of every thread, as TRACEWAY_RUN_SPAN says. A server's requests belong to their callers."""
    name, run_span = program_name(), load()[0].run_span
    if is_server(name) and run_span != "on":
        return
    parent = parent_context()

    def inside() -> Context:
        if run_span == "off":
            return parent
        stand_around(name, always=run_span == "on", parent=parent, serving=serving)
        return context.get_current()

    base = contextvars.Context().run(inside)
    if type(getattr(context, "_RUNTIME_CONTEXT", None)) is ContextVarsRuntimeContext:
        context._RUNTIME_CONTEXT = _ProgramContext(base)
    else:  # of the user's choice: at least this thread and what starts from it
        context.attach(base)


def when_attached(callback: Callable[[], object]) -> None:
    """Call ``callback`` before the program makes something current, so that there is a context for threads to keep
    other than the one that all of them begin with; now, if that cannot be told."""
    runtime = getattr(context, "_RUNTIME_CONTEXT", None)
    if type(runtime) is _ProgramContext:
        runtime.before_first(callback)
    else:
        callback()


def parent_context() -> Context:
    """Where the environment says this process belongs; empty if it says nothing or nothing that is right."""
    carrier = {name: os.environ[name.upper()] for name in ("traceparent", "tracestate") if name.upper() in os.environ}
    return TraceContextTextMapPropagator().extract(carrier, Context())

"""``Traceway``: where an application begins to say what it does."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import version
from typing import Any, ParamSpec, TypeVar, overload

from opentelemetry import context as contexts
from opentelemetry import trace as otel
from opentelemetry.context import Context
from opentelemetry.sdk.trace import TracerProvider

from traceway_semconv import names
from traceway_semconv.kinds import SpanKind

from .. import endpoint
from ..contain import contained
from ..program import ProgramSpan
from ..settings import load
from . import recording
from .content import bounded, json_text, text_of
from .open_spans import OpenSpans
from .provider import prepare, provider_for, test_provider
from .reader import DEFAULT_URL, Reader
from .session import Whose
from .span import Span, Spawning, Start

P = ParamSpec("P")
R = TypeVar("R")
SCOPE = "traceway.sdk"


class Traceway(Reader, Spawning):
    """Traces of an application, and the means to read them back.

    ``url``: the collector's address (``TRACEWAY_URL``). ``api_key``: its key (``TRACEWAY_API_KEY``). ``service_name``:
    what the application is called. A tracer provider that is already configured is used as it is and knows where to
    send; without one, spans go to ``{url}/v1/traces`` in the background. The application never waits for the collector
    and never sees an exception because of it.

    Inputs and outputs that are handed over are recorded, unless ``TRACEWAY_CAPTURE_CONTENT`` is ``off``; those that
    decorators see, only if it is ``on`` or the collector is on this machine.
    """

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        service_name: str | None = None,
        *,
        tracer_provider: otel.TracerProvider | None = None,
    ) -> None:
        settings, _ = load()
        self._send_url = url or ""
        super().__init__(url or settings.url or DEFAULT_URL, api_key or settings.api_key)
        self._service_name = service_name or ""
        self._provider = tracer_provider
        if tracer_provider is not None:
            prepare(tracer_provider)
        self._tracer: tuple[otel.TracerProvider, otel.Tracer] | None = None
        self.open_spans = OpenSpans()
        self.records_content = settings.capture_content != "off"
        self.captures_content = _captures_content(self._send_url, settings.capture_content)
        _Default.client = _Default.client or self

    @overload
    def trace(self, name: Callable[P, R], /) -> Callable[P, R]: ...

    @overload
    def trace(
        self,
        name: str,
        *,
        session: str | None = None,
        user: str | None = None,
        tags: Iterable[str] = (),
        metadata: Mapping[str, Any] | None = None,
        kind: str | None = None,
        input: Any = None,
    ) -> Span: ...

    def trace(
        self,
        name: str | Callable[P, R],
        *,
        session: str | None = None,
        user: str | None = None,
        tags: Iterable[str] = (),
        metadata: Mapping[str, Any] | None = None,
        kind: str | None = None,
        input: Any = None,
    ) -> Span | Callable[P, R]:
        """Start a trace; inside of another, a part of it. To be used with ``with``, as an object or as a decorator,
        also ``@tw.trace`` alone.

        ``session`` and ``user`` are on every span inside, ``tags`` and ``metadata`` on the trace. ``kind`` is
        ``workflow`` if not given.
        """
        if callable(name):
            return self.trace(getattr(name, "__name__", type(name).__name__))(name)
        start = Start(str(name), SpanKind.WORKFLOW)
        with contained("sdk"):
            start = _start_of_trace(start.name, session, user, tags, metadata, kind, input)
        return self.open_span(start, is_trace=True)

    def flush(self, timeout_s: float = 30.0) -> bool:
        """Send what has ended by now. False if that took too long."""
        provider = self._tracer_provider()
        with contained("sdk"):
            if isinstance(provider, TracerProvider):
                return provider.force_flush(int(timeout_s * 1000))
        return False

    # ---- what spans ask their client ----

    def open_span(self, start: Start, *, is_trace: bool = False) -> Span:
        """A span under the current one. A trace leaves the span around the whole program: it is one of its own."""
        current = contexts.get_current()
        if is_trace and isinstance(otel.get_current_span(current), ProgramSpan):
            current = otel.set_span_in_context(otel.INVALID_SPAN, current)
        return Span(self, start, current, is_trace=is_trace)

    def start_otel_span(self, start: Start, parent: Context, start_ns: int) -> otel.Span:
        """OpenTelemetry's span for ``start``."""
        provider = self._tracer_provider()
        if self._tracer is None or self._tracer[0] is not provider:
            self._tracer = (provider, provider.get_tracer(SCOPE, version("traceway")))
        span = self._tracer[1].start_span(
            text_of(start.name) or "span",
            parent,
            recording.recipe_of(start.kind).otel_kind,
            start.attributes,
            start_time=start_ns,
        )
        self.open_spans.watch_the_exit()
        return span

    @staticmethod
    def now_ns() -> int:
        """Unix nanoseconds."""
        return time.time_ns()

    def _spawn(self, start: Start, parent_id: str | None = None) -> Span:
        return self.open_span(start)

    def _tracer_provider(self) -> otel.TracerProvider:
        if (provider := test_provider()) is not None:
            return provider
        if self._provider is None:
            self._provider = provider_for(self._send_url, self.api_key, self._service_name)
        return self._provider


class _Default:
    client: Traceway | None = None


def default_client() -> Traceway:
    """The first ``Traceway`` of this process; one of the environment's settings if there is none."""
    return _Default.client or Traceway()


def _start_of_trace(
    name: str,
    session: str | None,
    user: str | None,
    tags: Iterable[str],
    metadata: Mapping[str, Any] | None,
    kind: str | None,
    input: Any,
) -> Start:
    said = recording.kind_named(kind) if kind else SpanKind.WORKFLOW.value
    found = recording.kind_attributes(said, name)
    labels = [tags] if isinstance(tags, str) else list(bounded(list(tags)))
    if labels:
        found[names.OI_TAGS] = [text_of(tag) for tag in labels]
    if metadata:
        found[names.OI_METADATA] = json_text(metadata)
    whose = Whose("" if session is None else text_of(session), "" if user is None else text_of(user))
    return Start(name, said, input, found, whose)


def _captures_content(url: str, chosen: str) -> bool:
    if url and chosen == "auto":
        return endpoint.is_loopback(url)
    return endpoint.captures_content(os.environ)

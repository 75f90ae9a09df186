"""To test what an application records: its spans in memory, as a collector would show them, with ids and times that are
the same in every run. Works with any test framework::

    with record() as recorded:
        my_agent("What is the capital of Peru?")

    call = recorded.one("llm_call")
    assert call.model == "gpt-4o-mini" and call.parent.name == "answer"
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.trace import format_span_id

from traceway_semconv import names
from traceway_semconv.evaluate import evaluate
from traceway_semconv.messages import Event, content_of
from traceway_semconv.spanview import view_of

from .sdk.provider import sending_to

START_NS: Final = 1_700_000_000_000_000_000
STEP_NS: Final = 1_000_000_000


class Clock:
    """Unix nanoseconds: ``start_ns`` when first asked, ``step_ns`` more each time, and what ``advance`` adds."""

    def __init__(self, start_ns: int = START_NS, step_ns: int = STEP_NS) -> None:
        self._next_ns = start_ns
        self._step_ns = step_ns

    def __call__(self) -> int:
        now, self._next_ns = self._next_ns, self._next_ns + self._step_ns
        return now

    def advance(self, by_ns: int) -> None:
        """Let time pass."""
        self._next_ns += by_ns


class SequentialIds(IdGenerator):
    """Ids that count from 1: traces and spans each for themselves, spans in the order they start."""

    def __init__(self) -> None:
        self._traces = itertools.count(1)
        self._spans = itertools.count(1)

    def generate_trace_id(self) -> int:
        return next(self._traces)

    def generate_span_id(self) -> int:
        return next(self._spans)


@dataclass(slots=True, eq=False)
class RecordedSpan:
    """One span that has ended, read as a collector reads it. Unknown is None, of a text "".

    ``input`` and ``output``: messages of OTel's GenAI shape for a call of a model, else the value. ``error``: the
    message, "" if the span did not fail. ``attributes``: all of them, as they were exported.
    """

    name: str
    kind: str
    trace_id: str
    span_id: str
    parent_id: str
    start_ns: int
    end_ns: int
    input: Any
    output: Any
    model: str
    provider: str
    input_tokens: int | None
    output_tokens: int | None
    cost_usd: float | None
    session_id: str
    user_id: str
    tags: tuple[str, ...]
    failed: bool
    error: str
    attributes: dict[str, Any] = field(repr=False)
    parent: RecordedSpan | None = field(repr=False, default=None)
    children: list[RecordedSpan] = field(repr=False, default_factory=list)


class Recorded:
    """What was recorded so far. ``tracer_provider`` is for instrumentations that are to be recorded, too:
    ``OpenAIInstrumentor().instrument(tracer_provider=recorded.tracer_provider)``."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._exporter = InMemorySpanExporter()
        self._read: dict[str, RecordedSpan] = {}
        self.tracer_provider = TracerProvider(
            resource=Resource({names.SERVICE_NAME: "test"}), id_generator=SequentialIds(), shutdown_on_exit=False
        )
        self.tracer_provider.add_span_processor(_Timing(clock))
        self.tracer_provider.add_span_processor(SimpleSpanProcessor(self._exporter))

    @property
    def spans(self) -> list[RecordedSpan]:
        """Every span that has ended, in the order they started, linked to parents and children."""
        for ended in self._exporter.get_finished_spans():
            if format_span_id(ended.context.span_id) not in self._read:
                read = _read(ended)
                self._read[read.span_id] = read
        ordered = sorted(self._read.values(), key=lambda span: (span.start_ns, span.end_ns))
        for span in ordered:
            span.children.clear()
        for span in ordered:
            span.parent = self._read.get(span.parent_id)
            if span.parent is not None:
                span.parent.children.append(span)
        return ordered

    @property
    def traces(self) -> list[RecordedSpan]:
        """The spans that have no parent among those recorded."""
        return [span for span in self.spans if span.parent is None]

    def all(self, name: str) -> list[RecordedSpan]:
        """The spans of this name or kind."""
        return [span for span in self.spans if name in (span.name, span.kind)]

    def one(self, name: str) -> RecordedSpan:
        """The only span of this name or kind; an ``AssertionError`` with the tree if there is none or are several."""
        found = self.all(name)
        assert len(found) == 1, f"{len(found)} spans are called or of kind {name!r}:\n{self.tree()}"
        return found[0]

    def tree(self) -> str:
        """Names and kinds, one a line, children indented."""

        def lines(span: RecordedSpan, depth: int) -> Iterator[str]:
            yield f"{'  ' * depth}{span.name} ({span.kind}){' failed' if span.failed else ''}"
            for child in span.children:
                yield from lines(child, depth + 1)

        return "\n".join(line for root in self.traces for line in lines(root, 0))

    def clear(self) -> None:
        """Forget what was recorded; ids and time go on."""
        self._exporter.clear()
        self._read.clear()


@contextmanager
def record(clock: Clock | None = None) -> Iterator[Recorded]:
    """Record the spans of every ``Traceway`` and decorator in this block, in all threads, and send them nowhere.
    Secrets are taken out as ever. Not for two tests at a time in one process."""
    recorded = Recorded(clock or Clock())
    with sending_to(recorded.tracer_provider):
        yield recorded
    recorded.tracer_provider.shutdown()


class _Timing(SpanProcessor):
    """Gives spans the times of a clock, whoever makes them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def on_start(self, span: Span, parent_context: Any = None) -> None:
        span._start_time = self._clock()

    def _on_ending(self, span: Span) -> None:
        span._end_time = self._clock()


def _read(span: ReadableSpan) -> RecordedSpan:
    message = encode_spans([span]).resource_spans[0].scope_spans[0].spans[0]
    scope = span.instrumentation_scope.name if span.instrumentation_scope else ""
    facts = evaluate(view_of(message, scope))
    attributes = dict(span.attributes or {})
    events = [Event(event.name, dict(event.attributes or {})) for event in span.events]
    content = content_of(attributes, events, kind=facts.kind, scope_name=scope)
    return RecordedSpan(
        name=span.name,
        kind=facts.kind,
        trace_id=message.trace_id.hex(),
        span_id=message.span_id.hex(),
        parent_id=message.parent_span_id.hex(),
        start_ns=message.start_time_unix_nano,
        end_ns=message.end_time_unix_nano,
        input=content.input,
        output=content.output,
        model=facts.model,
        provider=facts.provider,
        input_tokens=facts.input_tokens,
        output_tokens=facts.output_tokens,
        cost_usd=facts.reported_cost_usd,
        session_id=facts.session_id,
        user_id=facts.user_id,
        tags=facts.tags,
        failed=not span.status.is_ok,
        error=facts.error_message,
        attributes=attributes,
    )

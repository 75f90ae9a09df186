"""One span of a trace, as an application handles it."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextvars import Token
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, Unpack

from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, SpanContext, Status, StatusCode, TraceFlags

from traceway_semconv import names
from traceway_semconv.kinds import SpanKind

from ..contain import contained
from . import recording
from .content import text_of
from .notices import warn
from .recording import Attributes, Usage
from .session import NOBODY, Whose, whose_of

if TYPE_CHECKING:
    from .client import Traceway

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Start:
    """What a span starts with. ``input`` None is no input; ``attributes`` are OpenTelemetry's."""

    name: str
    kind: str = SpanKind.SPAN
    input: Any = None
    attributes: Attributes = field(default_factory=dict)
    whose: Whose = NOBODY


class Spawning(ABC):
    """What a ``Traceway``, a trace and a span have in common: spans can be started from them."""

    @abstractmethod
    def _spawn(self, start: Start, parent_id: str | None = None) -> Span:
        """Start a span from this."""

    def span(
        self,
        name: str,
        *,
        kind: str | Mapping[str, Any] | None = None,
        model: str | None = None,
        provider: str | None = None,
        input: Any = None,
        attributes: Mapping[str, Any] | None = None,
        parent_id: str | None = None,
    ) -> Span:
        """Start a span. ``kind``: ``llm_call``, ``tool`` or any other of ``traceway_semconv.kinds.SpanKind``, a word of
        your own, or an object ``{"type": "llm_call", "model": …}``; without one it is an ``llm_call`` if it has a
        ``model``, else a plain span. ``parent_id``: another parent in this trace, 16 hex digits."""
        start = Start(str(name))
        with contained("sdk"):
            fields = dict(kind) if isinstance(kind, Mapping) else {"type": kind}
            fields.update(
                {key: value for key, value in (("model", model), ("provider", provider)) if value is not None}
            )
            said, found = _kind_and_attributes(fields, start.name)
            found.update((str(key), recording.attribute_value(value)) for key, value in (attributes or {}).items())
            start = Start(start.name, said, input, found)
        return self._spawn(start, parent_id)

    def llm_call(
        self,
        name: str,
        *,
        model: str | None = None,
        provider: str | None = None,
        input: Any = None,
        parent_id: str | None = None,
    ) -> Span:
        """Start a call of a model. ``input``: a text, messages of any API, or a whole request."""
        kind = SpanKind.LLM_CALL
        return self.span(name, kind=kind, model=model, provider=provider, input=input, parent_id=parent_id)

    def tool(self, name: str, *, input: Any = None, call_id: str | None = None, parent_id: str | None = None) -> Span:
        """Start the execution of a tool. ``input``: its arguments; ``call_id``: the id of the model's tool call."""
        return self.span(name, kind={"type": SpanKind.TOOL, "call_id": call_id}, input=input, parent_id=parent_id)

    def retrieval(self, name: str, *, input: Any = None, parent_id: str | None = None) -> Span:
        """Start a search. ``input``: the query; the output: documents, best first."""
        return self.span(name, kind=SpanKind.RETRIEVAL, input=input, parent_id=parent_id)

    def agent(self, name: str, *, model: str | None = None, input: Any = None, parent_id: str | None = None) -> Span:
        """Start the run of an agent."""
        return self.span(name, kind=SpanKind.AGENT, model=model, input=input, parent_id=parent_id)


def _kind_and_attributes(fields: Mapping[str, Any], name: str) -> tuple[str, Attributes]:
    """The kind that ``{"type", …}`` says, and what else it says. ``custom`` names the kind itself, and attributes."""
    said = fields.get("type")
    if said == "custom" and fields.get("kind"):
        said = fields["kind"]
    kind = recording.kind_named(said) if said else SpanKind.LLM_CALL if fields.get("model") else SpanKind.SPAN
    found = recording.kind_attributes(kind, name) | recording.field_attributes(fields)
    extra = fields.get("attributes")
    if isinstance(extra, Mapping):
        found.update((str(key), recording.attribute_value(value)) for key, value in extra.items())
    return kind, found


class Span(Spawning):
    """One span, from its creation to ``complete()``, ``fail()`` or the end of its ``with`` block.

    As a context manager it is the parent of whatever starts inside, in this task or thread and in those started from
    it. As a plain object it is the parent of what is started from it. A trace nests by context: what is started from
    the trace itself belongs to the innermost of its spans that is current.

    Nothing here raises. What comes after the end is not recorded, and the log says so once. A span that is open when
    the program ends is ended then and marked ``traceway.span.unfinished``.
    """

    def __init__(self, client: Traceway, start: Start, parent: Context, *, is_trace: bool = False) -> None:
        self._client = client
        self._start = start
        self._parent = start.whose.in_context(parent)
        self._is_trace = is_trace
        self._kind = start.kind
        self._lock = threading.RLock()
        self._real: trace.Span | None = None
        self._is_ended = False
        self._tokens: list[Token[Context]] = []
        self._start_ns = client.now_ns()
        client.open_spans.add(self)

    # ---- who it is ----

    @property
    def trace_id(self) -> str:
        """32 hex digits."""
        return trace.format_trace_id(self._otel.get_span_context().trace_id)

    @property
    def span_id(self) -> str:
        """16 hex digits."""
        return trace.format_span_id(self._otel.get_span_context().span_id)

    id = span_id

    @property
    def is_ended(self) -> bool:
        return self._is_ended

    @property
    def _otel(self) -> trace.Span:
        """OpenTelemetry's span. It is made when something needs it, with the time of creation: what only becomes a
        decorator is no span."""
        with self._lock:
            if self._real is None:
                self._real = trace.INVALID_SPAN
                with contained("sdk"):
                    self._real = self._client.start_otel_span(self._start, self._parent, self._start_ns)
                self._write_input(self._start.input)
            return self._real

    # ---- what it records ----

    def set_input(self, value: Any) -> None:
        """What went in. None is nothing."""
        if self._is_open("set_input"):
            self._otel  # noqa: B018 - the input it started with comes first
            self._write_input(value)

    def set_output(self, output: Any = None, **usage: Unpack[Usage]) -> None:
        """What came out, and what it took; may be called again as more is known."""
        if self._is_open("set_output"):
            self._write_output(output, usage)

    def set_kind(self, kind: str | Mapping[str, Any]) -> None:
        """What the span is after all; best before its input and output are set. Takes what ``span()`` takes."""
        if self._is_open("set_kind"):
            with contained("sdk"):
                fields = kind if isinstance(kind, Mapping) else {"type": kind}
                self._kind, found = _kind_and_attributes(fields, self._start.name)
                self._otel.set_attributes({names.TRACEWAY_SPAN_KIND: self._kind, **found})

    def set_attribute(self, key: str, value: Any) -> None:
        """Any further attribute. What OpenTelemetry does not take is recorded as JSON."""
        if self._is_open("set_attribute"):
            with contained("sdk"):
                self._otel.set_attribute(str(key), recording.attribute_value(value))

    def in_context(self) -> Context:
        """The current context with this span in it, and whose it is."""
        current = whose_of(self._parent).in_context(contexts.get_current())
        return trace.set_span_in_context(self._otel, current)

    @property
    def captures_content(self) -> bool:
        """Whether what decorators see is recorded."""
        return self._client.captures_content

    # ---- how it ends ----

    def complete(self, output: Any = None, **usage: Unpack[Usage]) -> None:
        """End the span, with what came out."""
        if self._is_open("complete"):
            self._write_output(output, usage)
            self._end()

    def fail(self, error: BaseException | str) -> None:
        """End the span as failed. Of an exception its type, message and traceback are recorded."""
        if self._is_open("fail"):
            with contained("sdk"):
                self._write_error(error)
            self._end()

    def abandon(self) -> None:
        """End the span as one that was never completed."""
        if not self._is_ended:
            with contained("sdk"):
                self._otel.set_attribute(names.SPAN_UNFINISHED, True)
            self._end()

    def __enter__(self) -> Span:
        self._tokens.append(contexts.attach(self.in_context()))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._tokens:
            contexts.detach(self._tokens.pop())
        if self._is_ended:
            return
        if error is None or isinstance(error, GeneratorExit) or (isinstance(error, SystemExit) and not error.code):
            self.complete()
        else:
            self.fail(error)

    async def __aenter__(self) -> Span:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, traceback)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """As a decorator: each call of ``function`` becomes such a span."""
        from .decorators import recorded

        self._client.open_spans.discard(self)
        start, is_trace = self._start, self._is_trace
        return recorded(function, lambda client: client.open_span(start, is_trace=is_trace), self._client)

    # ---- its parts ----

    def _spawn(self, start: Start, parent_id: str | None = None) -> Span:
        parent = trace.set_span_in_context(self._otel, self._parent)
        with contained("sdk"):
            own = self._otel.get_span_context()
            current = trace.get_current_span().get_span_context()
            if parent_id is not None:
                parent = trace.set_span_in_context(NonRecordingSpan(_sibling(own, parent_id)), parent)
            elif self._is_trace and current.is_valid and current.trace_id == own.trace_id:
                parent = contexts.get_current()
        return Span(self._client, start, parent)

    def _write_input(self, value: Any) -> None:
        if value is not None and self._client.records_content:
            with contained("sdk"):
                self._otel.set_attributes(recording.recipe_of(self._kind).input(value))

    def _write_output(self, output: Any, usage: Mapping[str, Any]) -> None:
        otel = self._otel
        with contained("sdk"):
            otel.set_attributes(recording.usage_attributes(usage))
        if output is not None and self._client.records_content:
            with contained("sdk"):
                otel.set_attributes(recording.recipe_of(self._kind).output(output))

    def _write_error(self, error: BaseException | str) -> None:
        message = text_of(error if isinstance(error, str) else _message_of(error))
        self._otel.set_status(Status(StatusCode.ERROR, message))
        if isinstance(error, BaseException):
            self._otel.set_attribute(names.ERROR_TYPE, type(error).__qualname__)
            self._otel.record_exception(error)

    def _is_open(self, method: str) -> bool:
        if self._is_ended:
            warn(f"{method}() of a span that has ended records nothing")
        return not self._is_ended

    def _end(self) -> None:
        with self._lock:
            ended, self._is_ended = self._is_ended, True
        if not ended:
            self._client.open_spans.discard(self)
            with contained("sdk"):
                self._otel.end()


def _message_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return type(error).__name__


def _sibling(own: SpanContext, span_id: str) -> SpanContext:
    return SpanContext(own.trace_id, int(span_id, 16), is_remote=False, trace_flags=TraceFlags(own.trace_flags))

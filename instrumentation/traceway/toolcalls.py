"""Tool calls of a program that nobody instrumented, read out of the messages of its model calls.

A model asks for a tool, and a later call of a model brings the result: in between the tool ran. That is a span, from
the end of the one call to the start of the other, with arguments and result. Where the tool's own run was recorded, by
a decorator or another instrumentation, there is none.

Source: semantic-conventions-genai, "Execute tool span"; util-genai's completion hook, which sees the messages of every
instrumentation built on it.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, set_span_in_context
from opentelemetry.util.genai.types import ContentCapturingMode, ToolCallRequestPart, ToolCallResponsePart
from opentelemetry.util.genai.utils import get_content_capturing_mode

from traceway_semconv import names
from traceway_semconv.kinds import SpanKind

# Calls that wait for their result. A program that drops conversations forgets the oldest.
_MOST_WAITING: Final = 1024
_ON_SPAN: Final = (ContentCapturingMode.SPAN_ONLY, ContentCapturingMode.SPAN_AND_EVENT)
_OPERATION: Final = "execute_tool"


@dataclass(frozen=True, slots=True)
class Asked:
    """A tool call a model asked for at ``asked_ns``; ``parent`` is where its span belongs."""

    name: str
    call_id: str
    arguments: Any
    asked_ns: int
    parent: SpanContext


class ToolCalls(SpanProcessor):
    """Both a completion hook of util-genai, which sees what models ask for and get, and a span processor, which sees
    the tool spans others made. Thread-safe."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[tuple[int, str], list[Asked]] = OrderedDict()
        self._lock = threading.Lock()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._after_fork)

    def _after_fork(self) -> None:
        """Another thread may have held the lock. What a model asked for, the parent process records."""
        self._lock = threading.Lock()
        self._waiting.clear()

    def on_completion(
        self, *, inputs: Sequence[Any], outputs: Sequence[Any], span: Span | None = None, **_: Any
    ) -> None:
        """See ``opentelemetry.util.genai.completion_hook``: ``inputs`` and ``outputs`` are typed messages."""
        if not isinstance(span, ReadableSpan):
            return
        trace_id = span.get_span_context().trace_id
        for call_id, name, response in _results(inputs):
            asked = self._take(trace_id, call_id, name)
            if asked is not None:
                _record(asked, response, span.start_time or time.time_ns())
        parent = span.parent or span.get_span_context()
        for message in outputs:
            for part in message.parts:
                if isinstance(part, ToolCallRequestPart):
                    self._wait(trace_id, Asked(part.name, part.id or "", part.arguments, time.time_ns(), parent))

    def on_end(self, span: ReadableSpan) -> None:
        """A tool's own span: what the model asked for is recorded already."""
        attributes = span.attributes or {}
        if attributes.get(names.SPAN_INFERRED):
            return
        name = attributes.get(names.TOOL_NAME)
        is_tool = attributes.get(names.OPERATION_NAME) == _OPERATION
        if (is_tool or attributes.get(names.TRACEWAY_SPAN_KIND) == SpanKind.TOOL) and span.context is not None:
            call_id = attributes.get(names.TOOL_CALL_ID)
            self._take(span.context.trace_id, str(call_id or ""), str(name or ""))

    def _wait(self, trace_id: int, asked: Asked) -> None:
        with self._lock:
            self._waiting.setdefault(_key(trace_id, asked.call_id, asked.name), []).append(asked)
            while len(self._waiting) > _MOST_WAITING:
                self._waiting.popitem(last=False)

    def _take(self, trace_id: int, call_id: str, name: str) -> Asked | None:
        """The oldest call with this id; where one side knows none, with this name in this trace."""
        with self._lock:
            for key in (_key(trace_id, call_id, name), _key(trace_id, "", name)):
                if key in self._waiting:
                    return self._first(key)
            if not call_id:
                for key, waiting in self._waiting.items():
                    if waiting[0].name == name and waiting[0].parent.trace_id == trace_id:
                        return self._first(key)
        return None

    def _first(self, key: tuple[int, str]) -> Asked:
        waiting = self._waiting[key]
        asked = waiting.pop(0)
        if not waiting:
            del self._waiting[key]
        return asked


def _key(trace_id: int, call_id: str, name: str) -> tuple[int, str]:
    return (0, call_id) if call_id else (trace_id, name)


def _results(inputs: Sequence[Any]) -> Iterator[tuple[str, str, Any]]:
    """Call id, tool and response of each new result: those behind the last words of the model. Earlier ones are the
    history, which every call repeats. Where results have no ids (Ollama), they come in the order of the calls."""
    requested: list[ToolCallRequestPart] = []
    found: list[ToolCallResponsePart] = []
    for message in inputs:
        calls = [part for part in message.parts if isinstance(part, ToolCallRequestPart)]
        if calls or message.role == "assistant":
            requested, found = calls, []
        found += [part for part in message.parts if isinstance(part, ToolCallResponsePart)]
    tools = {part.id: part.name for part in requested if part.id}
    for position, part in enumerate(found):
        name = requested[position].name if position < len(requested) else ""
        yield part.id or "", tools.get(part.id or "", name), part.response


def _record(asked: Asked, response: Any, ended_ns: int) -> None:
    attributes: dict[str, Any] = {
        names.OPERATION_NAME: _OPERATION,
        names.TOOL_NAME: asked.name,
        names.TOOL_TYPE: "function",
        names.SPAN_INFERRED: True,
    }
    if asked.call_id:
        attributes[names.TOOL_CALL_ID] = asked.call_id
    if get_content_capturing_mode() in _ON_SPAN:
        attributes[names.TOOL_CALL_ARGUMENTS] = _text(asked.arguments)
        attributes[names.TOOL_CALL_RESULT] = _text(response)
    span = trace.get_tracer("traceway.toolcalls").start_span(
        f"{_OPERATION} {asked.name}",
        set_span_in_context(NonRecordingSpan(asked.parent), Context()),
        attributes=attributes,
        start_time=min(asked.asked_ns, ended_ns),
    )
    span.end(ended_ns)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


tool_calls: Final = ToolCalls()
"""The one of this process."""


def completion_hook() -> ToolCalls:
    """For the entry point ``opentelemetry_genai_completion_hook``."""
    return tool_calls

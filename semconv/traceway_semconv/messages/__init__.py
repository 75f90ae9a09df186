"""The content of a span, in whatever dialect it was recorded, as the one OTel GenAI message shape.

``content_of`` is a pure function of what one span carries; it is called when a span is read, never on the write path.
It takes any input and never raises. How it works::

    dialects/   what a span says in one dialect, in attributes or events       -> Exchange
    payloads    whole requests and responses of models                        -> Exchange
    chat        one message of any API or framework                           -> Message
    parts, tool_parts, media, tool_definitions                                -> Part
    values, documents   what tools, retrievers and all other spans carry
    tolerant_json, indexed, plain   the forms in which attributes arrive, and plain JSON at the end
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ..kinds import SpanKind
from .chat import SYSTEM_ROLES, system_parts
from .dialects import CONTENT_EVENTS, DIALECTS
from .documents import documents_of, query_of, rerank_input_of
from .model import Content, Event, Exchange, LogEvent, Message, SpanSource
from .payloads import request_of, response_of
from .plain import plain
from .values import INPUT_VALUES, OUTPUT_VALUES, TOOL_ARGUMENTS, TOOL_RESULTS, embedded_texts, first_value

_RETRIEVAL_KINDS: Final = (SpanKind.RETRIEVAL, SpanKind.MEMORY)


def content_of(
    attributes: Mapping[str, Any],
    events: Sequence[Event] = (),
    logs: Sequence[LogEvent] = (),
    *,
    kind: str,
    scope_name: str = "",
) -> Content:
    """The content of one span.

    ``attributes``: AnyValues already turned into Python values. ``events``: the span's own, in their order. ``logs``:
    the log records of this span whose event name is one of ``CONTENT_EVENTS``, in their order. ``kind``: Traceway's
    kind of the span (``llm_call``, ``tool``, …). ``scope_name``: the instrumentation scope's, "" if unknown. Returns
    plain JSON that is the caller's own; see ``Content`` for the shape of each kind.
    """
    span = SpanSource(attributes, events, logs, scope_name)
    if kind == SpanKind.TOOL:
        content = Content(first_value(attributes, TOOL_ARGUMENTS), first_value(attributes, TOOL_RESULTS))
    elif kind in _RETRIEVAL_KINDS:
        content = Content(query_of(span), documents_of(span))
    elif kind == SpanKind.RERANK:
        content = Content(rerank_input_of(span), documents_of(span))
    else:
        content = _conversation(span, kind)
    return Content(
        input=plain(content.input),
        output=plain(content.output),
        system_instructions=plain(content.system_instructions),
        tool_definitions=plain(content.tool_definitions),
    )


def _conversation(span: SpanSource, kind: str) -> Content:
    """Messages where a dialect has them; else the whole values, which on a model call are read as messages."""
    found = Exchange()
    for read in DIALECTS:
        found = found.completed_by(read(span))
        if found.is_complete:
            break
    given = first_value(span.attributes, INPUT_VALUES)
    answer = first_value(span.attributes, OUTPUT_VALUES)
    if kind == SpanKind.LLM_CALL:
        found = found.completed_by(request_of(given)).completed_by(response_of(answer))
        given = answer = None
    elif kind == SpanKind.EMBEDDING:
        given = embedded_texts(span.attributes) or given
    messages = _with_system(found)
    return Content(
        input=given if messages is None else messages,
        output=answer if found.output is None else found.output,
        system_instructions=found.system or system_parts(messages or ()) or None,
        tool_definitions=found.tools,
    )


def _with_system(found: Exchange) -> list[Message] | None:
    """The input with the system instructions in front, unless it has them already."""
    if not found.system:
        return found.input
    messages = found.input or []
    if any(message["role"] in SYSTEM_ROLES and message["parts"] == found.system for message in messages):
        return messages
    return [{"role": "system", "parts": found.system}, *messages]


__all__ = ["CONTENT_EVENTS", "Content", "Event", "LogEvent", "content_of"]

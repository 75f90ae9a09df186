"""What is put on a span: which attributes say what it did, what went in and what came out, by its kind.

Sources: semantic-conventions-genai (spans and the message schema) for calls of models, tools, agents and retrievals;
OpenInference's ``input.value`` and ``output.value`` for everything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypedDict

from opentelemetry.trace import SpanKind as OtelKind

from traceway_semconv import names
from traceway_semconv.kinds import EXPLICIT_KIND, SpanKind
from traceway_semconv.messages.chat import holds_messages
from traceway_semconv.messages.payloads import request_of, response_of
from traceway_semconv.messages.plain import compact, plain

from .content import bounded, json_text, text_of
from .notices import warn

Attributes = dict[str, Any]
"""Values that OpenTelemetry takes as they are."""

_JSON, _TEXT = "application/json", "text/plain"
_MAX_INTEGER: Final = 2**63


class Usage(TypedDict, total=False):
    """What is known of a call once it has answered. ``tokens_input`` and ``tokens_output`` are other names of
    ``input_tokens`` and ``output_tokens``. ``input_tokens`` includes the cached ones. ``model``: the one that
    answered."""

    input_tokens: int | None
    output_tokens: int | None
    tokens_input: int | None
    tokens_output: int | None
    cache_read_tokens: int | None
    cache_write_tokens: int | None
    reasoning_tokens: int | None
    cost_usd: float | None
    model: str | None
    finish_reason: str | None


_COUNTS: Final = {
    "input_tokens": names.INPUT_TOKENS,
    "tokens_input": names.INPUT_TOKENS,
    "output_tokens": names.OUTPUT_TOKENS,
    "tokens_output": names.OUTPUT_TOKENS,
    "cache_read_tokens": names.CACHE_READ_TOKENS,
    "cache_write_tokens": names.CACHE_WRITE_TOKENS,
    "reasoning_tokens": names.REASONING_TOKENS,
    "bytes_read": names.FS_BYTES_READ,
    "bytes_written": names.FS_BYTES_WRITTEN,
}
_AMOUNTS: Final = {"cost_usd": names.PY_OPERATION_COST, "cost": names.PY_OPERATION_COST}
_REQUEST: Final = {
    "model": names.REQUEST_MODEL,
    "provider": names.PROVIDER_NAME,
    "path": names.FILE_PATH,
    "file_version": names.FS_CONTENT_HASH,
    "call_id": names.TOOL_CALL_ID,
}
_ALIASES: Final = {
    "llm": SpanKind.LLM_CALL,
    "chat": SpanKind.LLM_CALL,
    "generation": SpanKind.LLM_CALL,
    "embeddings": SpanKind.EMBEDDING,
    "reranker": SpanKind.RERANK,
    "retriever": SpanKind.RETRIEVAL,
    "function": SpanKind.TOOL,
    "chain": SpanKind.WORKFLOW,
    "custom": SpanKind.SPAN,
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """How spans of one kind are recorded. ``operation`` is OTel GenAI's name of it, ``name_key`` holds the span's
    name again, ``input`` and ``output`` make attributes of a value."""

    operation: str = ""
    name_key: str = ""
    otel_kind: OtelKind = OtelKind.INTERNAL
    input: Callable[[Any], Attributes] = lambda value: _value(value, names.OI_INPUT_VALUE, names.OI_INPUT_MIME_TYPE)
    output: Callable[[Any], Attributes] = lambda value: _value(value, names.OI_OUTPUT_VALUE, names.OI_OUTPUT_MIME_TYPE)


def recipe_of(kind: str) -> Recipe:
    """The recipe of a kind, whether Traceway knows it or not."""
    return _RECIPES.get(kind, _PLAIN)


def kind_named(kind: object) -> str:
    """The kind that is meant: one of ``SpanKind``, one of a few other names for these, or the sender's own in the
    form that is allowed. ``span`` if nothing can be made of it."""
    name = re.sub(r"[^a-z0-9_.-]+", "_", str(kind).strip().lower())[:64]
    if not re.fullmatch(EXPLICIT_KIND, name):
        warn("a span's kind is a word such as llm_call, not %r", kind)
        return SpanKind.SPAN.value
    return _ALIASES.get(name, name)


def kind_attributes(kind: str, span_name: str) -> Attributes:
    """What says that a span is of this kind. A plain span says nothing."""
    if kind == SpanKind.SPAN:
        return {}
    recipe = recipe_of(kind)
    found: Attributes = {names.TRACEWAY_SPAN_KIND: str(kind)}
    if recipe.operation:
        found[names.OPERATION_NAME] = recipe.operation
    if recipe.name_key:
        found[recipe.name_key] = text_of(span_name)
    return found


def field_attributes(fields: Mapping[str, Any]) -> Attributes:
    """Attributes of what is known when a span starts: ``model``, ``provider``, ``path`` and the like. None is not
    known."""
    found = {key: text_of(fields[field]) for field, key in _REQUEST.items() if fields.get(field) is not None}
    return found | _numbers(fields)


def usage_attributes(usage: Mapping[str, Any]) -> Attributes:
    """Attributes of a ``Usage``. What is no number where one belongs is left out with a warning."""
    for unknown in usage.keys() - Usage.__annotations__.keys():
        warn("a span's output has no %r; set_attribute() takes anything", unknown)
    found = _numbers(usage)
    if (model := usage.get("model")) is not None:
        found[names.RESPONSE_MODEL] = text_of(model)
    if (reason := usage.get("finish_reason")) is not None:
        found[names.FINISH_REASONS] = [text_of(reason)]
    return found


def attribute_value(value: Any) -> Any:
    """A value as OpenTelemetry takes it: text, numbers and flat lists of them as they are, everything else as JSON."""
    if isinstance(value, bool | float) or (isinstance(value, int) and -_MAX_INTEGER <= value < _MAX_INTEGER):
        return value
    if isinstance(value, list | tuple) and value and all(isinstance(item, str) for item in value):
        return [text_of(item) for item in bounded(value) if isinstance(item, str)]
    return text_of(value)


def _numbers(fields: Mapping[str, Any]) -> Attributes:
    found: Attributes = {}
    for table, make in ((_COUNTS, int), (_AMOUNTS, float)):
        for field, key in table.items():
            if (value := fields.get(field)) is None:
                continue
            try:
                found[key] = make(value)
            except (TypeError, ValueError, OverflowError):
                warn("%s of a span is a number, not %r", field, type(value).__name__)
    return found


def _value(value: Any, key: str, mime_key: str) -> Attributes:
    bound = bounded(value)
    if isinstance(bound, str):
        return {key: plain(bound), mime_key: _TEXT}
    return {key: compact(bound), mime_key: _JSON}


def _messages_in(value: Any) -> Attributes:
    """What went into a model: a text, messages of any API, or the whole request with tools and system instructions."""
    if isinstance(value, str):
        return {names.INPUT_MESSAGES: compact([_said("user", value)])}
    found = request_of(bounded(value))
    said = {
        names.INPUT_MESSAGES: found.input,
        names.SYSTEM_INSTRUCTIONS: found.system,
        names.TOOL_DEFINITIONS: found.tools,
    }
    recorded = {key: compact(part) for key, part in said.items() if part}
    return recorded or _PLAIN.input(value)


def _messages_out(value: Any) -> Attributes:
    """What came out of a model: a text, a message, messages, or the whole response of any API."""
    if isinstance(value, str):
        return {names.OUTPUT_MESSAGES: compact([_said("assistant", value)])}
    found = response_of(bounded(value)).output
    return {names.OUTPUT_MESSAGES: compact(found)} if found else _PLAIN.output(value)


def _said(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "parts": [{"type": "text", "content": bounded(text)}]}


def _agent_in(value: Any) -> Attributes:
    talk = isinstance(value, str) or holds_messages(bounded(value))
    return _messages_in(value) if talk else _PLAIN.input(value)


def _agent_out(value: Any) -> Attributes:
    talk = isinstance(value, str) or holds_messages(bounded(value))
    return _messages_out(value) if talk else _PLAIN.output(value)


def _rerank_in(value: Any) -> Attributes:
    """A query, or ``{"query", "documents"}``."""
    if not isinstance(value, Mapping):
        return {names.OI_RERANKER_QUERY: text_of(value)}
    query, documents = value.get("query"), value.get("documents")
    found = {} if query is None else {names.OI_RERANKER_QUERY: text_of(query)}
    return found if documents is None else found | {names.OI_RERANKER_INPUT: json_text(documents)}


_PLAIN: Final = Recipe()
_RECIPES: Final[dict[str, Recipe]] = {
    SpanKind.LLM_CALL: Recipe("chat", "", OtelKind.CLIENT, _messages_in, _messages_out),
    SpanKind.EMBEDDING: Recipe("embeddings", otel_kind=OtelKind.CLIENT),
    SpanKind.RERANK: Recipe(
        "rerank",
        otel_kind=OtelKind.CLIENT,
        input=_rerank_in,
        output=lambda value: {names.RETRIEVAL_DOCUMENTS: json_text(value)},
    ),
    SpanKind.RETRIEVAL: Recipe(
        "retrieval",
        otel_kind=OtelKind.CLIENT,
        input=lambda value: {names.RETRIEVAL_QUERY_TEXT: text_of(value)},
        output=lambda value: {names.RETRIEVAL_DOCUMENTS: json_text(value)},
    ),
    SpanKind.MEMORY: Recipe(
        input=lambda value: {names.MEMORY_QUERY_TEXT: text_of(value)},
        output=lambda value: {names.MEMORY_RECORDS: json_text(value)},
    ),
    SpanKind.TOOL: Recipe(
        "execute_tool",
        names.TOOL_NAME,
        input=lambda value: {names.TOOL_CALL_ARGUMENTS: text_of(value)},
        output=lambda value: {names.TOOL_CALL_RESULT: text_of(value)},
    ),
    SpanKind.AGENT: Recipe("invoke_agent", names.AGENT_NAME, input=_agent_in, output=_agent_out),
    SpanKind.WORKFLOW: Recipe("invoke_workflow", names.WORKFLOW_NAME),
}

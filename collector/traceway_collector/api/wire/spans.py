"""One span as JSON: the tagged ``kind``, the status, the content, and the ``otel`` block with everything OTel knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from traceway_semconv.messages import Content

from ...model import Origin, SpanFacts, StoredSpan
from .preview import preview
from .values import attributes, hex_or_none, scope, text_or_none, time_at

SPAN_KINDS = ("UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER")
STATUS_CODES = ("UNSET", "OK", "ERROR")
UNKNOWN_ERROR = "unknown error"
"""What ``failed.error`` says when a span failed and did not say why."""


def span(stored: StoredSpan, content: Content | None = None) -> dict[str, Any]:
    """A span. One without its message (a skeleton) leaves out attributes, input, output and what is read from them."""
    facts = stored.facts
    shape: dict[str, Any] = {
        "id": stored.span_id,
        "trace_id": stored.trace_id,
        "parent_id": stored.parent_id,
        "name": stored.name,
        "service": stored.service or None,
        "status": _status(stored),
        "started_at": time_at(stored.start_ns),
        "ended_at": time_at(stored.end_ns),
        "start_ns": text_or_none(stored.start_ns or None),
        "duration_ns": text_or_none(stored.duration_ns),
        "kind": _KINDS.get(facts.kind, _custom)(facts),
        "kind_source": facts.kind_source or None,
        "session_id": facts.session_id,
        "user_id": facts.user_id,
        "tags": facts.tags,
        "input_preview": facts.input_preview,
        "output_preview": facts.output_preview,
        "error": _error(stored),
        "otel": {
            "kind": _named(SPAN_KINDS, stored.span_kind),
            "status_code": _named(STATUS_CODES, stored.status_code),
            "status_message": stored.status_message or None,
        },
    }
    if stored.message is not None and stored.origin is not None:
        _add_message(shape, stored.message, stored.origin, content)
    return shape


def _add_message(shape: dict[str, Any], message: Span, origin: Origin, content: Content | None) -> None:
    sent = attributes(message.attributes)
    taken = content.input if content else None
    given = content.output if content else None
    shape["input"] = taken
    shape["output"] = given
    shape["input_preview"] = shape["input_preview"] or preview(taken)
    shape["output_preview"] = shape["output_preview"] or preview(given)
    shape["system_instructions"] = content.system_instructions if content else None
    shape["tool_definitions"] = content.tool_definitions if content else None
    kind = shape["kind"]
    if kind["type"] == "tool":
        kind["arguments"], kind["result"] = taken, given
    elif kind["type"] == "retrieval":
        kind["query"], kind["documents"] = taken, given
    elif kind["type"] == "rerank":
        kind["query"], kind["documents"] = taken.get("query") if isinstance(taken, dict) else taken, given
    elif kind["type"] == "custom":
        kind["attributes"] = sent
    shape["otel"] |= {
        "trace_state": message.trace_state or None,
        "flags": message.flags,
        "scope": scope(origin.scope, origin.scope_schema_url),
        "resource": attributes(origin.resource.attributes),
        "resource_schema_url": origin.resource_schema_url or None,
        "attributes": sent,
        "dropped_attributes_count": message.dropped_attributes_count,
        "events": [_event(event) for event in message.events],
        "dropped_events_count": message.dropped_events_count,
        "links": [_link(link) for link in message.links],
        "dropped_links_count": message.dropped_links_count,
    }


def _event(event: Span.Event) -> dict[str, Any]:
    return {
        "name": event.name,
        "occurred_at": time_at(event.time_unix_nano),
        "time_ns": str(event.time_unix_nano),
        "attributes": attributes(event.attributes),
        "dropped_attributes_count": event.dropped_attributes_count,
    }


def _link(link: Span.Link) -> dict[str, Any]:
    return {
        "trace_id": hex_or_none(link.trace_id),
        "span_id": hex_or_none(link.span_id),
        "trace_state": link.trace_state or None,
        "flags": link.flags,
        "attributes": attributes(link.attributes),
        "dropped_attributes_count": link.dropped_attributes_count,
    }


# OTLP has spans only once they have ended, so that no span is running; a trace can be.
def _status(stored: StoredSpan) -> str | dict[str, Any]:
    if stored.status_code == Status.STATUS_CODE_ERROR:
        facts = stored.facts
        return {"failed": {"error": facts.error_message or stored.status_message or facts.error_type or UNKNOWN_ERROR}}
    return "completed"


def _error(stored: StoredSpan) -> dict[str, Any] | None:
    facts = stored.facts
    failed = stored.status_code == Status.STATUS_CODE_ERROR
    message = facts.error_message or (stored.status_message if failed else None) or None
    if not failed and facts.error_type is None and message is None:
        return None
    return {"type": facts.error_type, "message": message}


def _named(names: Sequence[str], number: int) -> str:
    """The name of an OTLP enum value; the number itself if a later OTLP added it."""
    return names[number] if 0 <= number < len(names) else str(number)


def _llm_call(facts: SpanFacts) -> dict[str, Any]:
    return {
        "type": "llm_call",
        "model": facts.model,
        "request_model": facts.request_model,
        "provider": facts.provider,
        "operation": facts.operation,
        "input_tokens": facts.input_tokens,
        "output_tokens": facts.output_tokens,
        "cache_read_tokens": facts.cache_read_tokens,
        "cache_write_tokens": facts.cache_write_tokens,
        "reasoning_tokens": facts.reasoning_tokens,
        "cost": facts.cost_usd,
        "cost_source": facts.price_source,
        "finish_reasons": facts.finish_reasons or None,
        "time_to_first_token_ms": facts.time_to_first_token_ms,
        "streaming": facts.streaming,
    }


def _embedding(facts: SpanFacts) -> dict[str, Any]:
    return {
        "type": "embedding",
        "model": facts.model,
        "provider": facts.provider,
        "input_tokens": facts.input_tokens,
        "dimensions": facts.dimensions,
        "cost": facts.cost_usd,
        "cost_source": facts.price_source,
    }


def _rerank(facts: SpanFacts) -> dict[str, Any]:
    return {
        "type": "rerank",
        "model": facts.model,
        "provider": facts.provider,
        "input_tokens": facts.input_tokens,
        "cost": facts.cost_usd,
        "cost_source": facts.price_source,
    }


def _tool(facts: SpanFacts) -> dict[str, Any]:
    return {"type": "tool", "name": facts.tool_name, "call_id": facts.tool_call_id}


def _agent(facts: SpanFacts) -> dict[str, Any]:
    return {"type": "agent", "name": facts.agent_name}


def _workflow(facts: SpanFacts) -> dict[str, Any]:
    return {"type": "workflow", "name": facts.workflow_name}


def _retrieval(facts: SpanFacts) -> dict[str, Any]:
    return {"type": "retrieval"}


def _fs_read(facts: SpanFacts) -> dict[str, Any]:
    return {
        "type": "fs_read",
        "path": facts.file_path,
        "file_version": facts.file_version,
        "bytes_read": facts.file_bytes,
        "operation": facts.file_operation,
    }


def _fs_write(facts: SpanFacts) -> dict[str, Any]:
    return {
        "type": "fs_write",
        "path": facts.file_path,
        "file_version": facts.file_version,
        "bytes_written": facts.file_bytes,
        "operation": facts.file_operation,
    }


def _custom(facts: SpanFacts) -> dict[str, Any]:
    return {"type": "custom", "kind": facts.kind}


_KINDS: dict[str, Callable[[SpanFacts], dict[str, Any]]] = {
    "llm_call": _llm_call,
    "embedding": _embedding,
    "rerank": _rerank,
    "tool": _tool,
    "agent": _agent,
    "workflow": _workflow,
    "retrieval": _retrieval,
    "fs_read": _fs_read,
    "fs_write": _fs_write,
}

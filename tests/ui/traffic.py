"""Traces to look at, as OTLP JSON: what an agent of some framework would send, with everything a trace page shows."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.e2e.serving import JSON, Served

_MS = 1_000_000
_ERROR = 2


def text(role: str, *contents: str) -> dict[str, Any]:
    """A message."""
    return {"role": role, "parts": [{"type": "text", "content": content} for content in contents]}


def asked(name: str, call_id: str, arguments: Any, *, said: str = "", thought: str = "") -> dict[str, Any]:
    """A message of a model that calls a tool."""
    parts: list[dict[str, Any]] = [{"type": "reasoning", "content": thought}] if thought else []
    parts += [{"type": "text", "content": said}] if said else []
    parts += [{"type": "tool_call", "id": call_id, "name": name, "arguments": arguments}]
    return {"role": "assistant", "parts": parts, "finish_reason": "tool_call"}


def answered(call_id: str, response: Any) -> dict[str, Any]:
    """What a tool said, as the next call of a model is told."""
    return {"role": "tool", "parts": [{"type": "tool_call_response", "id": call_id, "response": response}]}


@dataclass
class Trace:
    """Spans of one trace. ``span`` gives the id of what it added; times are milliseconds from the start."""

    service: str = "research"
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    start_ns: int = field(default_factory=lambda: time.time_ns() - 60_000 * _MS)
    spans: list[dict[str, Any]] = field(default_factory=list)

    def span(
        self,
        name: str,
        start_ms: float,
        end_ms: float,
        attributes: dict[str, Any] | None = None,
        *,
        parent: str = "",
        error: str = "",
        more: dict[str, Any] | None = None,
    ) -> str:
        span_id = secrets.token_hex(8)
        shape: dict[str, Any] = {
            "traceId": self.id,
            "spanId": span_id,
            "name": name,
            "kind": 1,
            "startTimeUnixNano": str(self.start_ns + int(start_ms * _MS)),
            "endTimeUnixNano": str(self.start_ns + int(end_ms * _MS)),
            "attributes": _attributes(attributes or {}),
            **(more or {}),
        }
        if parent:
            shape["parentSpanId"] = parent
        if error:
            shape["status"] = {"code": _ERROR, "message": error}
        self.spans.append(shape)
        return span_id

    def call(
        self,
        model: str,
        start_ms: float,
        end_ms: float,
        said: Sequence[dict[str, Any]],
        answer: dict[str, Any] | None,
        *,
        parent: str = "",
        tokens: tuple[int, int] = (1200, 80),
        error: str = "",
        **more: Any,
    ) -> str:
        """A call of a model with its messages."""
        attributes: dict[str, Any] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "anthropic" if "claude" in model else "openai",
            "gen_ai.request.model": model,
            "gen_ai.usage.input_tokens": tokens[0],
            "gen_ai.usage.output_tokens": tokens[1],
            "gen_ai.input.messages": json.dumps(said),
        }
        if answer is not None:
            attributes["gen_ai.output.messages"] = json.dumps([answer])
        return self.span(f"chat {model}", start_ms, end_ms, {**attributes, **more}, parent=parent, error=error)

    def tool(
        self, name: str, call_id: str, start_ms: float, end_ms: float, arguments: Any, result: Any, **how: Any
    ) -> str:
        """A tool at work."""
        attributes = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": name,
            "gen_ai.tool.call.id": call_id,
            "gen_ai.tool.call.arguments": json.dumps(arguments),
        }
        if result is not None:
            attributes["gen_ai.tool.call.result"] = result if isinstance(result, str) else json.dumps(result)
        return self.span(f"execute_tool {name}", start_ms, end_ms, attributes, **how)

    def send(self, server: Served, only: Sequence[str] | None = None) -> None:
        """Export its spans, or some of them by id, in requests of a few thousand."""
        chosen = [span for span in self.spans if only is None or span["spanId"] in only]
        for at in range(0, len(chosen), 2000):
            resource = {"attributes": _attributes({"service.name": self.service})}
            scope_spans = [{"scope": {"name": "traffic"}, "spans": chosen[at : at + 2000]}]
            body = json.dumps({"resourceSpans": [{"resource": resource, "scopeSpans": scope_spans}]})
            status, reply = server.post(body.encode(), "/v1/traces", JSON)
            assert status == 200, reply

    def log(self, server: Served, body: str, *, span: str, severity: int = 9, at_ms: float = 0) -> None:
        """A log record of one of its spans."""
        record = {
            "timeUnixNano": str(self.start_ns + int(at_ms * _MS)),
            "severityNumber": severity,
            "body": {"stringValue": body},
            "traceId": self.id,
            "spanId": span,
        }
        resource = {"attributes": _attributes({"service.name": self.service})}
        shape = {"resourceLogs": [{"resource": resource, "scopeLogs": [{"logRecords": [record]}]}]}
        status, reply = server.post(json.dumps(shape).encode(), "/v1/logs", JSON)
        assert status == 200, reply


def exception(kind: str, message: str, at_ns: int, stack: str = "") -> dict[str, Any]:
    """What ``Trace.span`` takes as ``more``: an exception that was recorded."""
    attributes = {"exception.type": kind, "exception.message": message, "exception.stacktrace": stack}
    return {"events": [{"name": "exception", "timeUnixNano": str(at_ns), "attributes": _attributes(attributes)}]}


def _attributes(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(value)} for key, value in values.items()]


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, list):
        return {"arrayValue": {"values": [_value(each) for each in value]}}
    return {"stringValue": value}

"""Telemetry to send: small builders over the official protobuf messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord, ResourceLogs, ScopeLogs
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span

START_NS = 1_795_244_706_123_456_789
"""2026-11-21T07:05:06.123456789Z"""
SECOND_NS = 10**9


def any_value(value: Any) -> AnyValue:
    """The AnyValue of a Python value; None is the empty one."""
    match value:
        case None:
            return AnyValue()
        case bool():
            return AnyValue(bool_value=value)
        case str():
            return AnyValue(string_value=value)
        case int():
            return AnyValue(int_value=value)
        case float():
            return AnyValue(double_value=value)
        case bytes():
            return AnyValue(bytes_value=value)
        case dict():
            return AnyValue(kvlist_value=KeyValueList(values=pairs(value)))
        case _:
            return AnyValue(array_value=ArrayValue(values=[any_value(item) for item in value]))


def pairs(values: Mapping[str, Any]) -> list[KeyValue]:
    return [KeyValue(key=key, value=any_value(value)) for key, value in values.items()]


def trace_id(number: int) -> str:
    return f"{number:032x}"


def span_id(number: int) -> str:
    return f"{number:016x}"


def span(
    trace: int, number: int, *, parent: int | None = None, name: str = "step", after_ns: int = 0, **more: Any
) -> Span:
    """A span that starts ``after_ns`` after ``START_NS`` and lasts ``took_ns`` (a second unless told)."""
    start_ns = START_NS + after_ns
    took_ns = more.pop("took_ns", SECOND_NS)
    attributes = more.pop("attributes", {})
    return Span(
        trace_id=bytes.fromhex(trace_id(trace)),
        span_id=bytes.fromhex(span_id(number)),
        parent_span_id=bytes.fromhex(span_id(parent)) if parent else b"",
        name=name,
        start_time_unix_nano=start_ns,
        end_time_unix_nano=start_ns + took_ns,
        attributes=pairs(attributes),
        **more,
    )


def spans_request(spans: Sequence[Span], *, service: str = "shop") -> ExportTraceServiceRequest:
    resource_spans = ResourceSpans(scope_spans=[ScopeSpans(spans=spans)])
    resource_spans.resource.attributes.extend(pairs({"service.name": service}))
    resource_spans.scope_spans[0].scope.name = "tests"
    return ExportTraceServiceRequest(resource_spans=[resource_spans])


def logs_request(records: Sequence[LogRecord], *, service: str = "shop") -> ExportLogsServiceRequest:
    resource_logs = ResourceLogs(scope_logs=[ScopeLogs(log_records=records)])
    resource_logs.resource.attributes.extend(pairs({"service.name": service}))
    return ExportLogsServiceRequest(resource_logs=[resource_logs])


def chat(trace: int, number: int, **more: Any) -> Span:
    """An LLM call as OTel's GenAI conventions have it."""
    attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.response.model": "gpt-4o-2024-08-06",
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 20,
        **more.pop("attributes", {}),
    }
    kept = {key: value for key, value in attributes.items() if value is not None}
    return span(
        trace, number, name=more.pop("name", "chat gpt-4o"), kind=Span.SPAN_KIND_CLIENT, attributes=kept, **more
    )

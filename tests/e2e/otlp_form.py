"""OTLP JSON and protobuf brought into one comparable form, with Google's own JSON parser and none of our code."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from google.protobuf import json_format
from google.protobuf.message import Message
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

M = TypeVar("M", bound=Message)
Item = tuple[bytes, str, bytes, str, bytes]


def from_json(document: dict[str, Any]) -> ExportTraceServiceRequest:
    """OTLP JSON is protobuf's JSON, except that ids are hex (OTLP specification, "JSON Protobuf Encoding")."""
    return json_format.ParseDict(
        _with_ids(document, lambda text: base64.b64encode(bytes.fromhex(text)).decode()),
        ExportTraceServiceRequest(),
        max_recursion_depth=1000,
    )


def to_json(message: ExportTraceServiceRequest) -> dict[str, Any]:
    """A message as OTLP JSON."""
    document: dict[str, Any] = json_format.MessageToDict(message, use_integers_for_enums=True)
    return _with_ids(document, lambda text: base64.b64decode(text).hex())


def spans(*messages: ExportTraceServiceRequest) -> list[Item]:
    """Every span with its resource and scope, and their schema URLs, as bytes, in an order that says nothing.

    Two things that protobuf tells apart and OTLP does not are made equal: a status that says nothing (code UNSET, no
    message) and none; an attribute whose value is empty and one without a value. The indices into a table of strings
    are left out: OTLP has them for profiles alone, and they "MUST NOT be used" elsewhere (common.proto).
    """
    return sorted(_spans(messages))


def _spans(messages: Iterable[ExportTraceServiceRequest]) -> Iterable[Item]:
    for message in messages:
        for resource in message.resource_spans:
            for scope in resource.scope_spans:
                for sent in scope.spans:
                    span = _plain(sent)
                    if not span.status.ListFields():
                        span.ClearField("status")
                    yield (
                        _plain(resource.resource).SerializeToString(deterministic=True),
                        resource.schema_url,
                        _plain(scope.scope).SerializeToString(deterministic=True),
                        scope.schema_url,
                        span.SerializeToString(deterministic=True),
                    )


def _plain(message: M) -> M:
    """A copy in which every attribute has a value."""
    found = type(message).FromString(message.SerializeToString())
    _fill(found)
    return found


def _fill(message: Message) -> None:
    if isinstance(message, KeyValue):
        message.value.SetInParent()
        message.ClearField("key_strindex")
    if isinstance(message, AnyValue):
        message.ClearField("string_value_strindex")
    for field, value in message.ListFields():
        if field.type == field.TYPE_MESSAGE:
            for inner in value if field.is_repeated else [value]:
                _fill(inner)


def _with_ids(value: Any, convert: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        return [_with_ids(item, convert) for item in value]
    if isinstance(value, dict):
        return {
            name: convert(inner) if name in ("traceId", "spanId", "parentSpanId") else _with_ids(inner, convert)
            for name, inner in value.items()
        }
    return value

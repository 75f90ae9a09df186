"""One exchange as one OTLP span, under a resource named after the program that called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, InstrumentationScope, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status

from traceway_semconv import names
from traceway_semconv.providers import OLLAMA, provider_of

from .bodies import header
from .calls import Call
from .facts import Attributes, Value, call_attributes, request_model
from .keys import keys_of, without
from .payload import Payload, payload_of
from .tee import Exchange, Failure
from .trace_context import place_of
from .upstream import Target

DEFAULT_SERVICE: Final = "proxy"
_SCOPE: Final = InstrumentationScope(name="traceway.proxy", version=version("traceway"))
_MAX_MESSAGE_CHARACTERS: Final = 1000
_OF_HEADERS: Final = ((b"x-traceway-session", names.SESSION_ID), (b"x-traceway-user", names.USER_ID))


def resource_spans_of(exchange: Exchange, target: Target) -> ResourceSpans:
    """The span of a call of a model."""
    return _spans(exchange, target, payload_of(exchange))


def bare_resource_spans_of(exchange: Exchange, target: Target) -> ResourceSpans:
    """The same without its content, for one whose bodies cannot be read."""
    return _spans(exchange, target, Payload())


def _spans(exchange: Exchange, target: Target, payload: Payload) -> ResourceSpans:
    call = exchange.call
    assert call is not None
    attributes = _attributes(exchange, call, target, payload)
    failure = failure_of(exchange, payload.response)
    if failure is not None:
        attributes[names.ERROR_TYPE] = failure.kind
    place = place_of(exchange.request_headers)
    keys = keys_of(exchange.request_headers, exchange.query)
    model = request_model(call, payload.request)
    span = Span(
        trace_id=place.trace_id,
        span_id=place.span_id,
        parent_span_id=place.parent_span_id,
        trace_state=place.state,
        flags=place.flags,
        name=without(f"{call.operation} {model}".strip(), keys),
        kind=Span.SPAN_KIND_CLIENT,
        start_time_unix_nano=exchange.start_ns,
        end_time_unix_nano=exchange.start_ns + exchange.duration_ns,
        attributes=[_attribute(key, value, keys) for key, value in attributes.items()],
    )
    if failure is not None:
        message = without(failure.message, keys)[:_MAX_MESSAGE_CHARACTERS]
        span.status.CopyFrom(Status(code=Status.STATUS_CODE_ERROR, message=message))
    service = _header_text(exchange, b"x-traceway-service") or DEFAULT_SERVICE
    return ResourceSpans(
        resource=Resource(attributes=[_attribute(names.SERVICE_NAME, service, keys)]),
        scope_spans=[ScopeSpans(scope=_SCOPE, spans=[span])],
    )


def failure_of(exchange: Exchange, response: Mapping[str, Any]) -> Failure | None:
    """What went wrong: on the way, by the status, or by an error within a response that had begun well."""
    if exchange.failure is not None:
        return exchange.failure
    said = _error_message(response)
    if exchange.status >= 400:
        return Failure(str(exchange.status), said or f"HTTP status {exchange.status}")
    if response.get("error"):
        error = response["error"]
        kind = (
            next((error[key] for key in ("code", "type") if isinstance(error.get(key), str) and error[key]), "")
            if (isinstance(error, Mapping))
            else ""
        )
        return Failure(kind or "error", said)
    return None


def _attributes(exchange: Exchange, call: Call, target: Target, payload: Payload) -> Attributes:
    found: Attributes = {
        names.OPERATION_NAME: call.operation,
        names.PROVIDER_NAME: OLLAMA if call.api.is_ollama else provider_of(target.host, target.port),
        names.SERVER_ADDRESS: target.host,
        names.SERVER_PORT: target.port,
    }
    found |= call_attributes(call, payload)
    for name, attribute in _OF_HEADERS:
        if text := _header_text(exchange, name):
            found[attribute] = text
    if exchange.status:
        found[names.HTTP_STATUS_CODE] = exchange.status
    if payload.is_stream and exchange.first_chunk_s is not None and exchange.status < 400:
        found[names.TIME_TO_FIRST_CHUNK] = exchange.first_chunk_s
    return found


def _error_message(response: Mapping[str, Any]) -> str:
    error = response.get("error")
    message = error.get("message") if isinstance(error, Mapping) else error
    return message if isinstance(message, str) else ""


def _header_text(exchange: Exchange, name: bytes) -> str:
    return header(exchange.request_headers, name).decode("utf-8", "replace").strip()


def _attribute(key: str, value: Value, keys: list[str]) -> KeyValue:
    return KeyValue(key=key, value=_any_value(value, keys))


def _any_value(value: Value, keys: list[str]) -> AnyValue:
    match value:
        case bool():
            return AnyValue(bool_value=value)
        case int():
            return AnyValue(int_value=value)
        case float():
            return AnyValue(double_value=value)
        case str():
            return AnyValue(string_value=_valid(without(value, keys)))
        case _:
            return AnyValue(array_value=ArrayValue(values=[_any_value(item, keys) for item in value]))


def _valid(text: str) -> str:
    """Half of a surrogate pair cannot be said in UTF-8."""
    return text.encode("utf-8", "replace").decode()

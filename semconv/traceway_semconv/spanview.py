"""A span as the vocabulary sees it: the columns of the relation that ``sql.layers()`` are put over, for one span."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
    from opentelemetry.proto.trace.v1.trace_pb2 import Span

LIST_TYPE: Final = 5
"""The field number of ``array_value`` in AnyValue; smaller ones are empty (0), string, bool, int and double."""

_TYPES: Final = {
    "string_value": 1,
    "bool_value": 2,
    "int_value": 3,
    "double_value": 4,
    "array_value": LIST_TYPE,
    "kvlist_value": 6,
    "bytes_value": 7,
}


@dataclass(frozen=True, slots=True)
class SpanView:
    """``attr_types`` are field numbers of AnyValue. A value is its text (of a bool "true" or "false");
    bytes are as they are, a list or a map is its protobuf message. Times are unix nanoseconds."""

    attr_keys: Sequence[str] = ()
    attr_types: Sequence[int] = ()
    attr_values: Sequence[bytes] = ()
    span_name: str = ""
    span_kind: int = 0
    status_code: int = 0
    status_message: str = ""
    scope_name: str = ""
    start_ns: int = 0
    end_ns: int = 0
    event_names: Sequence[str] = ()
    event_times: Sequence[int] = ()
    event_keys: Sequence[Sequence[str]] = ()
    event_values: Sequence[Sequence[bytes]] = ()


def view_of(span: Span, scope_name: str = "") -> SpanView:
    """The view of an OTLP span."""
    return SpanView(
        attr_keys=_keys(span.attributes),
        attr_types=tuple(_TYPES.get(item.value.WhichOneof("value") or "", 0) for item in span.attributes),
        attr_values=_values(span.attributes),
        span_name=span.name,
        span_kind=span.kind,
        status_code=span.status.code,
        status_message=span.status.message,
        scope_name=scope_name,
        start_ns=span.start_time_unix_nano,
        end_ns=span.end_time_unix_nano,
        event_names=tuple(event.name for event in span.events),
        event_times=tuple(event.time_unix_nano for event in span.events),
        event_keys=tuple(_keys(event.attributes) for event in span.events),
        event_values=tuple(_values(event.attributes) for event in span.events),
    )


def _keys(items: Iterable[KeyValue]) -> tuple[str, ...]:
    return tuple(item.key for item in items)


def _values(items: Iterable[KeyValue]) -> tuple[bytes, ...]:
    return tuple(_value(item.value) for item in items)


def _value(value: AnyValue) -> bytes:
    match value.WhichOneof("value"):
        case "string_value":
            return value.string_value.encode()
        case "bool_value":
            return b"true" if value.bool_value else b"false"
        case "int_value":
            return str(value.int_value).encode()
        case "double_value":
            return _double(value.double_value)
        case "bytes_value":
            return value.bytes_value
        case "array_value":
            return value.array_value.SerializeToString()
        case "kvlist_value":
            return value.kvlist_value.SerializeToString()
    return b""


def _double(number: float) -> bytes:
    """The shortest text that reads as ``number`` again, without a fraction where there is none."""
    return repr(number).removesuffix(".0").encode()

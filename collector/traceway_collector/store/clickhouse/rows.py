"""Rows of ``spans`` to stored spans. The way back to OTLP is exact: what was sent is what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache
from typing import Any

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from ...model import Origin, SpanFacts, StoredSpan

_CORE = (
    "trace_id",
    "span_id",
    "parent_id",
    "name",
    "service",
    "start_ns",
    "duration_ns",
    "span_kind",
    "status_code",
    "status_message",
)
# The columns of the facts bear the names of the fields, in their order.
_FACTS = tuple(field.name for field in fields(SpanFacts))
_LISTS = tuple(_FACTS.index(name) for name in ("finish_reasons", "tags"))
ORIGIN = (
    "resource",
    "resource_schema_url",
    "scope_name",
    "scope_version",
    "scope_attributes",
    "scope_dropped",
    "scope_schema_url",
)
_CONTENT = (
    "trace_state",
    "flags",
    "attr_keys",
    "attr_types",
    "attr_values",
    "dropped_attributes",
    "event_times",
    "event_names",
    "event_keys",
    "event_values",
    "event_dropped",
    "dropped_events",
    "links",
    "dropped_links",
    *ORIGIN,
)
SKELETON = _CORE + _FACTS
WHOLE = SKELETON + _CONTENT
# The columns that hold OTLP bytes, or text and bytes side by side.
BINARY = ("attr_values", "event_values", "links", "resource", "scope_attributes")

_NO_PARENT = bytes(8)
_MAX_UINT64 = (1 << 64) - 1


def stored_span(row: Sequence[Any]) -> StoredSpan:
    """A span from a row of ``SKELETON`` or ``WHOLE`` columns."""
    trace_id, span_id, parent_id, name, service, start_ns, duration_ns, span_kind, status_code, status_message = row[
        :10
    ]
    whole = len(row) > len(SKELETON)
    return StoredSpan(
        trace_id=trace_id.hex(),
        span_id=span_id.hex(),
        parent_id=None if parent_id == _NO_PARENT else parent_id.hex(),
        name=text(name),
        service=text(service),
        start_ns=start_ns,
        end_ns=start_ns + duration_ns & _MAX_UINT64,
        span_kind=span_kind,
        status_code=status_code,
        status_message=text(status_message),
        facts=_facts(row[len(_CORE) : len(SKELETON)]),
        message=_message(row) if whole else None,
        origin=origin(row[len(SKELETON) + 14 :]) if whole else None,
    )


def text(value: bytes | str) -> str:
    """A string of the engine. Admission lets no invalid UTF-8 in, but what the engine cuts may end in half a letter."""
    return value if isinstance(value, str) else value.decode("utf-8", "replace")


def _facts(values: Sequence[Any]) -> SpanFacts:
    known: list[Any] = [None if value == "" else value for value in values]
    for index in _LISTS:
        known[index] = tuple(known[index])
    return SpanFacts(*known)


def _message(row: Sequence[Any]) -> Span:
    trace_id, span_id, parent_id, name, _, start_ns, duration_ns, span_kind, status_code, status_message = row[:10]
    (
        trace_state,
        flags,
        keys,
        types,
        values,
        dropped_attributes,
        event_times,
        event_names,
        event_keys,
        event_values,
        event_dropped,
        dropped_events,
        links,
        dropped_links,
    ) = row[len(SKELETON) : len(SKELETON) + 14]
    span = Span(
        trace_id=trace_id,
        span_id=span_id,
        parent_span_id=b"" if parent_id == _NO_PARENT else parent_id,
        trace_state=text(trace_state),
        flags=flags,
        name=text(name),
        kind=span_kind,
        start_time_unix_nano=start_ns,
        end_time_unix_nano=start_ns + duration_ns & _MAX_UINT64,
        attributes=attributes(keys, types, values),
        dropped_attributes_count=dropped_attributes,
        events=[
            Span.Event(
                time_unix_nano=time_ns,
                name=text(event_name),
                attributes=[
                    KeyValue(key=text(key), value=AnyValue.FromString(value))
                    for key, value in zip(attribute_keys, attribute_values, strict=True)
                ],
                dropped_attributes_count=dropped,
            )
            for time_ns, event_name, attribute_keys, attribute_values, dropped in zip(
                event_times, event_names, event_keys, event_values, event_dropped, strict=True
            )
        ],
        dropped_events_count=dropped_events,
        links=[Span.Link.FromString(link) for link in links],
        dropped_links_count=dropped_links,
    )
    if status_code or status_message:
        span.status.CopyFrom(Status(code=status_code, message=text(status_message)))
    return span


def attributes(keys: Sequence[bytes], types: Sequence[int], values: Sequence[bytes]) -> list[KeyValue]:
    """Attributes as they were sent: in their order, duplicates included."""
    return [
        KeyValue(key=text(key), value=any_value(type_, value))
        for key, type_, value in zip(keys, types, values, strict=True)
    ]


def any_value(type_: int, value: bytes) -> AnyValue:
    """A value from the number of its case and how it is kept: as text; arrays and maps as OTLP bytes."""
    match type_:
        case 1:
            return AnyValue(string_value=text(value))
        case 2:
            return AnyValue(bool_value=value == b"true")
        case 3:
            return AnyValue(int_value=int(value))
        case 4:
            return AnyValue(double_value=float(value))
        case 5:
            return AnyValue(array_value=ArrayValue.FromString(value))
        case 6:
            return AnyValue(kvlist_value=KeyValueList.FromString(value))
        case 7:
            return AnyValue(bytes_value=value)
        case _:
            return AnyValue()


def origin(values: Sequence[Any]) -> Origin:
    """The origin from a row's ``ORIGIN`` columns."""
    resource, resource_schema_url, name, version, scope_attributes, dropped, scope_schema_url = values
    return _cached_origin(
        resource, resource_schema_url, name, version, tuple(scope_attributes), dropped, scope_schema_url
    )


@lru_cache(maxsize=1024)
def _cached_origin(
    resource: bytes,
    resource_schema_url: bytes,
    name: bytes,
    version: bytes,
    scope_attributes: tuple[bytes, ...],
    dropped: int,
    scope_schema_url: bytes,
) -> Origin:
    return Origin(
        resource=Resource.FromString(resource),
        resource_schema_url=text(resource_schema_url),
        scope=InstrumentationScope(
            name=text(name),
            version=text(version),
            attributes=[KeyValue.FromString(attribute) for attribute in scope_attributes],
            dropped_attributes_count=dropped,
        ),
        scope_schema_url=text(scope_schema_url),
    )

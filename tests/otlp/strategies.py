"""Hypothesis strategies for OTLP messages, made from the official descriptors: every field, every case, both ends.

Ids are empty or as long as OTLP wants them; enums go beyond the numbers known today; doubles include NaN, the
infinities and -0.0. ``requests(Signal.TRACES)``, ``messages(Span)`` and ``any_values()`` are the ways in.
"""

from __future__ import annotations

import math
from typing import Any, TypeVar

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from hypothesis import strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue

from traceway_collector.model import Signal

M = TypeVar("M", bound=Message)

REQUESTS: dict[Signal, type[Message]] = {
    Signal.TRACES: ExportTraceServiceRequest,
    Signal.LOGS: ExportLogsServiceRequest,
    Signal.METRICS: ExportMetricsServiceRequest,
}

_ID_BYTES = {"trace_id": 16, "span_id": 8, "parent_span_id": 8}

_INT32 = st.integers(-(2**31), 2**31 - 1)
_INT64 = st.integers(-(2**63), 2**63 - 1)
_UINT32 = st.integers(0, 2**32 - 1)
_UINT64 = st.integers(0, 2**64 - 1)

_SCALARS: dict[int, st.SearchStrategy[Any]] = {
    FieldDescriptor.TYPE_STRING: st.text(max_size=12),
    FieldDescriptor.TYPE_BOOL: st.booleans(),
    # One NaN of the many: JSON has only the word, and the payload bits of the others do not survive it.
    FieldDescriptor.TYPE_DOUBLE: st.floats().map(lambda number: math.nan if math.isnan(number) else number),
    FieldDescriptor.TYPE_BYTES: st.binary(max_size=12),
    FieldDescriptor.TYPE_INT32: _INT32,
    FieldDescriptor.TYPE_SINT32: _INT32,
    FieldDescriptor.TYPE_UINT32: _UINT32,
    FieldDescriptor.TYPE_FIXED32: _UINT32,
    FieldDescriptor.TYPE_INT64: _INT64,
    FieldDescriptor.TYPE_SFIXED64: _INT64,
    FieldDescriptor.TYPE_UINT64: _UINT64,
    FieldDescriptor.TYPE_FIXED64: _UINT64,
    FieldDescriptor.TYPE_ENUM: st.integers(0, 25),
}

_arguments: dict[str, st.SearchStrategy[dict[str, Any]]] = {}


def requests(signal: Signal) -> st.SearchStrategy[Message]:
    """Export requests of one signal."""
    return messages(REQUESTS[signal])


def any_values() -> st.SearchStrategy[AnyValue]:
    """Attribute values, nested ones and empty ones included."""
    return messages(AnyValue)


def messages(kind: type[M]) -> st.SearchStrategy[M]:
    """Messages of one type."""
    return _message_arguments(kind.DESCRIPTOR).map(lambda arguments: kind(**arguments))


def _message_arguments(descriptor: Any) -> st.SearchStrategy[dict[str, Any]]:
    name = descriptor.full_name
    if name not in _arguments:
        _arguments[name] = st.deferred(lambda: _made(descriptor))
    return _arguments[name]


def _made(descriptor: Descriptor) -> st.SearchStrategy[dict[str, Any]]:
    oneofs = [oneof for oneof in descriptor.oneofs if len(oneof.fields) > 1]
    chosen = {field.name for oneof in oneofs for field in oneof.fields}
    plain = {field.name: _value(field) for field in descriptor.fields if field.name not in chosen}
    cases = [
        st.one_of(st.just({}), *(st.fixed_dictionaries({field.name: _value(field)}) for field in oneof.fields))
        for oneof in oneofs
    ]
    parts = st.tuples(st.fixed_dictionaries({}, optional=plain), *cases)
    return parts.map(lambda found: {name: value for part in found for name, value in part.items()})


def _value(field: FieldDescriptor) -> st.SearchStrategy[Any]:
    if field.type == FieldDescriptor.TYPE_MESSAGE:
        one = _message_arguments(field.message_type)
    elif field.name in _ID_BYTES:
        length = _ID_BYTES[field.name]
        one = st.just(b"") | st.binary(min_size=length, max_size=length)
    else:
        one = _SCALARS[field.type]
    return st.lists(one, max_size=2) if field.is_repeated else one

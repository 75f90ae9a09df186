"""From OTLP metrics to rows of ``metric_points``: one row a data point.

Unlike spans and log records, points are taken apart in Python: they come as five messages whose field numbers disagree,
they are few beside spans, and each keeps its own bytes, which the engine could not both decode and keep. A row is
written as protobuf too, so that it goes the same way as every other: sql/inbox/metric_points.proto.

Source: opentelemetry-proto 1.9, metrics/v1/metrics.proto.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from struct import pack
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import InstrumentationScope, KeyValue
from opentelemetry.proto.metrics.v1.metrics_pb2 import (
    Exemplar,
    ExponentialHistogramDataPoint,
    HistogramDataPoint,
    Metric,
    NumberDataPoint,
    SummaryDataPoint,
)

from .. import Request
from .frames import any_text, field, number_field, origin, request_fields, varint

Point = NumberDataPoint | HistogramDataPoint | ExponentialHistogramDataPoint | SummaryDataPoint

_FIXED64, _FIXED32 = 1, 5


def rows(request: Request, ingested_ns: int) -> list[bytes]:
    """The rows of one request, each framed with its length."""
    tail = request_fields(request, ingested_ns)
    framed: list[bytes] = []
    for resource_metrics in ExportMetricsServiceRequest.FromString(request.body).resource_metrics:
        of_resource = origin(resource_metrics.resource.SerializeToString(), resource_metrics.schema_url.encode())
        for scope_metrics in resource_metrics.scope_metrics:
            of_scope = of_resource + _scope(scope_metrics.scope, scope_metrics.schema_url) + tail
            for metric in scope_metrics.metrics:
                for row in _points(metric):
                    row += number_field(29, len(framed)) + of_scope
                    framed.append(varint(len(row)) + row)
    return framed


def _points(metric: Metric) -> Iterator[bytes]:
    kind = metric.WhichOneof("data")
    if kind is None:
        return
    data = getattr(metric, kind)
    points = list(data.data_points)
    number = Metric.DESCRIPTOR.fields_by_name[kind].number
    del data.data_points[:]
    data_head = data.SerializeToString()
    head = _metric(metric, kind, data)
    metric.ClearField("data")
    metric_head = metric.SerializeToString()
    for point in points:
        single = metric_head + field(number, data_head + field(1, point.SerializeToString()))
        yield b"".join((head, *_common(point), *_SHAPES[kind](point), field(28, single)))


def _scope(scope: InstrumentationScope, schema_url: str) -> bytes:
    attributes = [field(32, attribute.SerializeToString()) for attribute in scope.attributes]
    return b"".join(
        (
            field(30, scope.name.encode()),
            field(31, scope.version.encode()),
            *attributes,
            number_field(33, scope.dropped_attributes_count),
            field(34, schema_url.encode()),
        )
    )


def _metric(metric: Metric, kind: str, data: Any) -> bytes:
    return b"".join(
        (
            field(1, metric.name.encode()),
            field(2, metric.description.encode()),
            field(3, metric.unit.encode()),
            field(4, kind.encode()),
            number_field(5, getattr(data, "aggregation_temporality", 0)),
            number_field(6, getattr(data, "is_monotonic", False)),
        )
    )


def _common(point: Point) -> Iterator[bytes]:
    yield _unsigned(7, point.start_time_unix_nano)
    yield _unsigned(8, point.time_unix_nano)
    yield number_field(9, point.flags)
    yield from _attributes(10, 11, point.attributes)


def _number(point: NumberDataPoint) -> Iterator[bytes]:
    yield _double(12, _value(point))
    yield from _exemplars(point.exemplars)


def _histogram(point: HistogramDataPoint) -> Iterator[bytes]:
    yield from _distribution(point)
    yield _packed(17, "Q", point.bucket_counts)
    yield _packed(18, "d", point.explicit_bounds)


def _exponential_histogram(point: ExponentialHistogramDataPoint) -> Iterator[bytes]:
    yield from _distribution(point)
    yield _signed(19, point.scale)
    yield _unsigned(20, point.zero_count)
    yield _signed(21, point.positive.offset)
    yield _packed(22, "Q", point.positive.bucket_counts)
    yield _signed(23, point.negative.offset)
    yield _packed(24, "Q", point.negative.bucket_counts)


def _distribution(point: HistogramDataPoint | ExponentialHistogramDataPoint) -> Iterator[bytes]:
    yield _unsigned(13, point.count)
    yield _double(14, point.sum)
    yield _double(15, point.min)
    yield _double(16, point.max)
    yield from _exemplars(point.exemplars)


def _summary(point: SummaryDataPoint) -> Iterator[bytes]:
    yield _unsigned(13, point.count)
    yield _double(14, point.sum)
    yield _packed(25, "d", [at.quantile for at in point.quantile_values])
    yield _packed(26, "d", [at.value for at in point.quantile_values])


_SHAPES: dict[str, Callable[[Any], Iterator[bytes]]] = {
    "gauge": _number,
    "sum": _number,
    "histogram": _histogram,
    "exponential_histogram": _exponential_histogram,
    "summary": _summary,
}


def _exemplars(exemplars: Iterable[Exemplar]) -> Iterator[bytes]:
    for exemplar in exemplars:
        parts = (
            _unsigned(1, exemplar.time_unix_nano),
            _double(2, _value(exemplar)),
            field(3, exemplar.span_id.hex().encode()),
            field(4, exemplar.trace_id.hex().encode()),
            *_attributes(5, 6, exemplar.filtered_attributes),
        )
        yield field(27, b"".join(parts))


def _value(point: NumberDataPoint | Exemplar) -> float:
    return float(point.as_int) if point.HasField("as_int") else point.as_double


def _attributes(key_number: int, value_number: int, attributes: Iterable[KeyValue]) -> Iterator[bytes]:
    for attribute in attributes:
        yield field(key_number, attribute.key.encode())
        yield field(value_number, any_text(attribute.value).encode())


def _unsigned(number: int, value: int) -> bytes:
    return varint(number << 3 | _FIXED64) + pack("<Q", value)


def _signed(number: int, value: int) -> bytes:
    return varint(number << 3 | _FIXED32) + pack("<i", value)


def _double(number: int, value: float) -> bytes:
    return varint(number << 3 | _FIXED64) + pack("<d", value)


def _packed(number: int, code: str, values: Iterable[float]) -> bytes:
    found = list(values)
    return field(number, pack(f"<{len(found)}{code}", *found)) if found else b""

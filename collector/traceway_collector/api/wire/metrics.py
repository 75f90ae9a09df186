"""One metric point as JSON: the fields of OTLP under their OTLP names, in snake case."""

from __future__ import annotations

from typing import Any

from opentelemetry.proto.metrics.v1.metrics_pb2 import (
    AggregationTemporality,
    Exemplar,
    ExponentialHistogramDataPoint,
    HistogramDataPoint,
    NumberDataPoint,
    SummaryDataPoint,
)

from ...model import MetricName, StoredMetric
from .values import attributes, hex_or_none, number, scope, time_at

_TEMPORALITIES = {
    AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA: "delta",
    AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE: "cumulative",
}


def metric_point(stored: StoredMetric) -> dict[str, Any]:
    """A data point with the metric it belongs to. ``type``: gauge, sum, histogram, exponential_histogram or summary."""
    metric, origin = stored.metric, stored.origin
    shape: dict[str, Any] = {
        "name": metric.name,
        "unit": metric.unit or None,
        "description": metric.description or None,
        "type": metric.WhichOneof("data"),
        "service": stored.service or None,
        "recorded_at": time_at(stored.time_ns),
        "time_ns": str(stored.time_ns),
        "temporality": None,
        "monotonic": None,
        "metadata": attributes(metric.metadata),
        "scope": scope(origin.scope, origin.scope_schema_url),
        "resource": attributes(origin.resource.attributes),
        "resource_schema_url": origin.resource_schema_url or None,
    }
    match metric.WhichOneof("data"):
        case "gauge":
            _add(shape, [_number(point) for point in metric.gauge.data_points])
        case "sum":
            shape["monotonic"] = metric.sum.is_monotonic
            shape["temporality"] = _TEMPORALITIES.get(metric.sum.aggregation_temporality)
            _add(shape, [_number(point) for point in metric.sum.data_points])
        case "histogram":
            shape["temporality"] = _TEMPORALITIES.get(metric.histogram.aggregation_temporality)
            _add(shape, [_histogram(point) for point in metric.histogram.data_points])
        case "exponential_histogram":
            shape["temporality"] = _TEMPORALITIES.get(metric.exponential_histogram.aggregation_temporality)
            _add(shape, [_exponential_histogram(point) for point in metric.exponential_histogram.data_points])
        case "summary":
            _add(shape, [_summary(point) for point in metric.summary.data_points])
    return shape


def metric_name(known: MetricName) -> dict[str, Any]:
    """What is known of one metric name."""
    return {
        "name": known.name,
        "unit": known.unit or None,
        "description": known.description or None,
        "type": known.type or None,
        "points": known.points,
    }


def _add(shape: dict[str, Any], points: list[dict[str, Any]]) -> None:
    for point in points:
        shape |= point


def _common(
    point: NumberDataPoint | HistogramDataPoint | ExponentialHistogramDataPoint | SummaryDataPoint,
) -> dict[str, Any]:
    return {
        "started_at": time_at(point.start_time_unix_nano),
        "start_ns": str(point.start_time_unix_nano) if point.start_time_unix_nano else None,
        "attributes": attributes(point.attributes),
        "flags": point.flags,
    }


def _number(point: NumberDataPoint) -> dict[str, Any]:
    return {
        **_common(point),
        "value": _value(point),
        "exemplars": [_exemplar(exemplar) for exemplar in point.exemplars],
    }


def _value(point: NumberDataPoint | Exemplar) -> int | float | str | None:
    match point.WhichOneof("value"):
        case "as_int":
            return point.as_int
        case "as_double":
            return number(point.as_double)
    return None


def _histogram(point: HistogramDataPoint) -> dict[str, Any]:
    return {
        **_common(point),
        "count": point.count,
        "sum": number(point.sum) if point.HasField("sum") else None,
        "min": number(point.min) if point.HasField("min") else None,
        "max": number(point.max) if point.HasField("max") else None,
        "bucket_counts": list(point.bucket_counts),
        "explicit_bounds": [number(bound) for bound in point.explicit_bounds],
        "exemplars": [_exemplar(exemplar) for exemplar in point.exemplars],
    }


def _exponential_histogram(point: ExponentialHistogramDataPoint) -> dict[str, Any]:
    return {
        **_common(point),
        "count": point.count,
        "sum": number(point.sum) if point.HasField("sum") else None,
        "min": number(point.min) if point.HasField("min") else None,
        "max": number(point.max) if point.HasField("max") else None,
        "scale": point.scale,
        "zero_count": point.zero_count,
        "zero_threshold": number(point.zero_threshold),
        "positive": {"offset": point.positive.offset, "bucket_counts": list(point.positive.bucket_counts)},
        "negative": {"offset": point.negative.offset, "bucket_counts": list(point.negative.bucket_counts)},
        "exemplars": [_exemplar(exemplar) for exemplar in point.exemplars],
    }


def _summary(point: SummaryDataPoint) -> dict[str, Any]:
    quantiles = [{"quantile": at.quantile, "value": number(at.value)} for at in point.quantile_values]
    return {**_common(point), "count": point.count, "sum": number(point.sum), "quantile_values": quantiles}


def _exemplar(exemplar: Exemplar) -> dict[str, Any]:
    return {
        "recorded_at": time_at(exemplar.time_unix_nano),
        "time_ns": str(exemplar.time_unix_nano),
        "value": _value(exemplar),
        "trace_id": hex_or_none(exemplar.trace_id),
        "span_id": hex_or_none(exemplar.span_id),
        "filtered_attributes": attributes(exemplar.filtered_attributes),
    }

"""Telemetry with a value of every kind, and what the views should show of it."""

from __future__ import annotations

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import (
    Exemplar,
    ExponentialHistogram,
    ExponentialHistogramDataPoint,
    Gauge,
    Histogram,
    HistogramDataPoint,
    Metric,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
    Sum,
    Summary,
    SummaryDataPoint,
)

from tests.api.telemetry import SECOND_NS, START_NS, pairs

VALUES = {
    "text": 'a "b"/\\\n漢字',
    "empty": "",
    "true": True,
    "false": False,
    "int": -(2**63),
    "zero": 0,
    "double": 2.5,
    "bytes": b"\x00\xff",
    "list": ["stop", 'a"/b\n', 1, -1, 2**63 - 1, 0.5, True, None, b"\x00", [], {}],
    "map": {"role": "user", "parts": [{"type": "text", "content": "hello " * 100, "": {}}], "none": None},
    "none": None,
}
TEXTS = {
    "text": 'a "b"/\\\n漢字',
    "empty": "",
    "true": "true",
    "false": "false",
    "int": "-9223372036854775808",
    "zero": "0",
    "double": "2.5",
    "bytes": "AP8=",
    "none": "",
}
STRUCTURES = {
    "list": ["stop", 'a"/b\n', 1, -1, 2**63 - 1, 0.5, True, None, "AA==", [], {}],
    "map": VALUES["map"],
}
TRACE, OTHER = f"{1:032x}", "00112233445566778899aabbccddeeff"


def every_metric() -> ExportMetricsServiceRequest:
    exemplar = Exemplar(as_double=0.5, time_unix_nano=START_NS, trace_id=bytes.fromhex(TRACE), span_id=b"\x02" * 8)
    exemplar.filtered_attributes.extend(pairs({"user": "a"}))
    common = {
        "start_time_unix_nano": START_NS - SECOND_NS,
        "time_unix_nano": START_NS,
        "flags": 1,
        "attributes": pairs(VALUES),
    }
    shown = {**common, "exemplars": [exemplar]}
    number = NumberDataPoint(as_int=7, **shown)
    histogram = HistogramDataPoint(
        count=3, sum=1.5, bucket_counts=[1, 2], explicit_bounds=[0.5], min=0.1, max=1.0, **shown
    )
    exponential = ExponentialHistogramDataPoint(count=2, scale=-3, zero_count=1, sum=4.0, min=-1.0, max=3.0, **shown)
    exponential.positive.offset, exponential.negative.offset = -2, 5
    exponential.positive.bucket_counts.extend([1, 0, 2**63])
    exponential.negative.bucket_counts.extend([4])
    quantiles = [SummaryDataPoint.ValueAtQuantile(quantile=at, value=at * 10) for at in (0.5, 0.99)]
    summary = SummaryDataPoint(count=9, sum=3.0, quantile_values=quantiles, **common)
    metrics = [
        Metric(name="of gauge", unit="s", description="what", gauge=Gauge(data_points=[number])),
        Metric(name="of sum", sum=Sum(data_points=[number], aggregation_temporality=2, is_monotonic=True)),
        Metric(name="of histogram", histogram=Histogram(data_points=[histogram], aggregation_temporality=1)),
        Metric(
            name="of exponential",
            exponential_histogram=ExponentialHistogram(data_points=[exponential], aggregation_temporality=1),
        ),
        Metric(name="of summary", summary=Summary(data_points=[summary])),
    ]
    scope_metrics = ScopeMetrics(metrics=metrics, schema_url="https://example.com/2")
    scope_metrics.scope.name, scope_metrics.scope.dropped_attributes_count = "lib", 3
    scope_metrics.scope.attributes.extend(pairs(VALUES))
    resource_metrics = ResourceMetrics(scope_metrics=[scope_metrics], schema_url="https://example.com/1")
    resource_metrics.resource.attributes.extend(pairs({"service.name": "shop"}))
    return ExportMetricsServiceRequest(resource_metrics=[resource_metrics])


SHOWN = {
    "gauge": {"Value": 7, "MetricUnit": "s", "MetricDescription": "what"},
    "sum": {"Value": 7, "AggregationTemporality": 2, "IsMonotonic": True},
    "histogram": {
        "Count": 3,
        "Sum": 1.5,
        "BucketCounts": [1, 2],
        "ExplicitBounds": [0.5],
        "Min": 0.1,
        "Max": 1.0,
        "AggregationTemporality": 1,
    },
    "exponential_histogram": {
        "Count": 2,
        "Sum": 4.0,
        "Scale": -3,
        "ZeroCount": 1,
        "PositiveOffset": -2,
        "NegativeOffset": 5,
        "PositiveBucketCounts": [1, 0, 2**63],
        "NegativeBucketCounts": [4],
        "Min": -1.0,
        "Max": 3.0,
        "AggregationTemporality": 1,
    },
    "summary": {
        "Count": 9,
        "Sum": 3.0,
        "ValueAtQuantiles.Quantile": [0.5, 0.99],
        "ValueAtQuantiles.Value": [5.0, 9.9],
    },
}

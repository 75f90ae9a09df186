"""Log records and metric points over REST."""

from __future__ import annotations

import math

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.metrics.v1.metrics_pb2 import (
    AggregationTemporality,
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

from traceway_collector.api import schema, schema_signals

from .telemetry import SECOND_NS, START_NS, any_value, logs_request, pairs, span_id, trace_id


def record(body, *, number=1, after_s=0, severity=9, **more):
    return LogRecord(
        trace_id=bytes.fromhex(trace_id(number)),
        span_id=bytes.fromhex(span_id(number)),
        time_unix_nano=START_NS + after_s * SECOND_NS,
        severity_number=severity,
        body=any_value(body),
        **more,
    )


@pytest.fixture
def logs(api):
    api.send(logs_request([record("ready to serve"), record("disk is full", number=2, after_s=1, severity=17)]))
    api.send(logs_request([record("bye", number=3, after_s=2, event_name="app.exit")], service="desk"))
    return api


def test_a_log_record_keeps_its_types(api):
    sent = record({"n": 2**62, "raw": b"\x01"}, attributes=pairs({"ok": True, "nan": math.nan}), severity_text="Note")
    api.send(logs_request([sent]))
    listed = api.get("/api/logs")
    schema.LogList.model_validate(listed)
    (row,) = listed["logs"]
    assert row["body"] == {"n": 2**62, "raw": {"bytes": "AQ=="}}
    assert row["attributes"] == {"ok": True, "nan": "NaN"}
    assert (row["severity_number"], row["severity"], row["severity_text"]) == (9, "INFO", "Note")
    assert (row["trace_id"], row["span_id"]) == (trace_id(1), span_id(1))
    assert row["occurred_at"] == "2026-11-21T07:05:06.123456789Z"
    assert (row["observed_at"], row["event_name"]) == (None, None)


FILTERS = (
    ("", ["bye", "disk is full", "ready to serve"]),
    (f"trace_id={trace_id(2)}", ["disk is full"]),
    (f"span_id={span_id(1)}", ["ready to serve"]),
    ("service=desk", ["bye"]),
    ("severity=error", ["disk is full"]),
    ("severity=17", ["disk is full"]),
    ("event_name=app.exit", ["bye"]),
    ("q=full", ["disk is full"]),
    ("since=2026-11-21T07:05:08Z", ["bye"]),
    ("until=2026-11-21T07:05:07Z", ["ready to serve"]),
)


def test_filters_of_logs(logs):
    found = {query: [row["body"] for row in logs.get(f"/api/logs?{query}")["items"]] for query, _ in FILTERS}
    assert found == dict(FILTERS)


def test_paging_logs(logs):
    first = logs.get("/api/logs", limit=2)
    logs.send(logs_request([record("late", after_s=5), record("late and old", after_s=-5)]))
    second = logs.get("/api/logs", limit=2, cursor=first["next_cursor"])
    assert [row["body"] for row in (*first["items"], *second["items"])] == ["bye", "disk is full", "ready to serve"]
    assert second["next_cursor"] is None


NUMBER = {"start_time_unix_nano": START_NS, "time_unix_nano": START_NS + 1, "attributes": pairs({"model": "gpt-4o"})}
CUMULATIVE = AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE
DELTA = AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA


def metrics():
    exemplar = Exemplar(as_double=0.5, time_unix_nano=START_NS, trace_id=b"\x01" * 16, span_id=b"\x02" * 8)
    histogram = HistogramDataPoint(
        count=3, sum=1.5, bucket_counts=[1, 2], explicit_bounds=[0.5], exemplars=[exemplar], **NUMBER
    )
    exponential = ExponentialHistogramDataPoint(count=2, scale=3, zero_count=1, sum=4.0, min=1.0, max=3.0, **NUMBER)
    exponential.positive.offset = -2
    exponential.positive.bucket_counts.extend([1, 0, 1])
    quantile = SummaryDataPoint.ValueAtQuantile(quantile=0.5, value=7)
    summary = SummaryDataPoint(count=9, sum=3.0, quantile_values=[quantile], **NUMBER)
    counted = Sum(
        data_points=[NumberDataPoint(as_int=n, **NUMBER | {"time_unix_nano": START_NS + n}) for n in (1, 2, 3)],
        is_monotonic=True,
        aggregation_temporality=CUMULATIVE,
    )
    gauge = Gauge(data_points=[NumberDataPoint(as_double=math.nan, **NUMBER)])
    kept = [
        Metric(name="temperature", unit="Cel", gauge=gauge),
        Metric(name="tokens", unit="{token}", sum=counted),
        Metric(name="duration", unit="s", histogram=Histogram(data_points=[histogram], aggregation_temporality=DELTA)),
        Metric(name="size", exponential_histogram=ExponentialHistogram(data_points=[exponential])),
        Metric(name="old", description="of old", summary=Summary(data_points=[summary])),
    ]
    resource_metrics = ResourceMetrics(scope_metrics=[ScopeMetrics(metrics=kept)])
    resource_metrics.resource.attributes.extend(pairs({"service.name": "shop"}))
    return ExportMetricsServiceRequest(resource_metrics=[resource_metrics])


def points(api, name, **params):
    listed = api.get("/api/metric-points", name=name, **params)
    schema_signals.MetricPointList.model_validate(listed)
    return listed["metric_points"]


def test_points_of_every_type(api):
    api.send(metrics())
    (gauge,) = points(api, "temperature")
    assert (gauge["type"], gauge["unit"], gauge["value"], gauge["service"]) == ("gauge", "Cel", "NaN", "shop")
    assert gauge["recorded_at"] == "2026-11-21T07:05:06.123456790Z"
    counted = points(api, "tokens")
    assert [point["value"] for point in counted] == [3, 2, 1]
    assert (counted[0]["temporality"], counted[0]["monotonic"]) == ("cumulative", True)
    (duration,) = points(api, "duration")
    assert (duration["count"], duration["sum"], duration["min"]) == (3, 1.5, None)
    assert (duration["bucket_counts"], duration["explicit_bounds"]) == ([1, 2], [0.5])
    assert duration["exemplars"][0]["span_id"] == "02" * 8
    (size,) = points(api, "size")
    assert (size["type"], size["scale"], size["positive"]) == (
        "exponential_histogram",
        3,
        {"offset": -2, "bucket_counts": [1, 0, 1]},
    )
    (old,) = points(api, "old")
    assert old["quantile_values"] == [{"quantile": 0.5, "value": 7}]


def test_points_in_a_span_of_time_and_page_by_page(api):
    api.send(metrics())
    assert [p["value"] for p in points(api, "tokens", since=START_NS + 2)] == [3, 2]
    assert [p["value"] for p in points(api, "tokens", until=START_NS + 1)] == [1]
    first = api.get("/api/metric-points", name="tokens", limit=2)
    assert [p["value"] for p in points(api, "tokens", limit=2, cursor=first["next_cursor"])] == [1]
    assert points(api, "unheard of") == []


def test_metric_names(api):
    api.send(metrics())
    listed = api.get("/api/metric-names")
    schema_signals.MetricNameList.model_validate(listed)
    names = {row["name"]: row for row in listed["items"]}
    assert list(names) == ["duration", "old", "size", "temperature", "tokens"]
    assert (names["tokens"]["unit"], names["tokens"]["type"], names["tokens"]["points"]) == ("{token}", "sum", 3)
    assert (names["old"]["description"], names["old"]["unit"]) == ("of old", None)

"""What dashboards ask the views: typical queries work, and filters on what the views show prune."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.metrics.v1.metrics_pb2 import Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics

from tests.api.telemetry import SECOND_NS, START_NS, any_value, logs_request, pairs, span, spans_request
from traceway_collector.model import Signal

from .conftest import Database
from .telemetry import TRACE, every_metric

# What Grafana's ClickHouse data source and HyperDX ask, with the values a user would give.
SINCE, UNTIL = START_NS // SECOND_NS - 60, START_NS // SECOND_NS + 60
WITHIN = f"Timestamp >= toDateTime({SINCE}) AND Timestamp <= toDateTime({UNTIL})"
WITHIN_MS = f"Timestamp >= fromUnixTimestamp64Milli({SINCE}000) AND Timestamp <= fromUnixTimestamp64Milli({UNTIL}000)"
QUERIES = {
    "grafana trace": (
        f"WITH '{TRACE}' AS trace_id, "
        "(SELECT min(Start) FROM otel_traces_trace_id_ts WHERE TraceId = trace_id) AS trace_start, "
        "(SELECT max(End) + 1 FROM otel_traces_trace_id_ts WHERE TraceId = trace_id) AS trace_end "
        "SELECT TraceId AS traceID, SpanId AS spanID, ParentSpanId AS parentSpanID, ServiceName AS serviceName, "
        "SpanName AS operationName, multiply(toUnixTimestamp64Nano(Timestamp), 0.000001) AS startTime, "
        "multiply(Duration, 0.000001) AS duration, "
        "arrayMap(key -> map('key', key, 'value', SpanAttributes[key]), mapKeys(SpanAttributes)) AS tags, "
        "arrayMap(key -> map('key', key, 'value', ResourceAttributes[key]), mapKeys(ResourceAttributes)) "
        "AS serviceTags, "
        "if(StatusCode IN ('Error', 'STATUS_CODE_ERROR'), 2, 0) AS statusCode "
        "FROM otel_traces WHERE traceID = trace_id AND startTime >= 0 "
        "AND Timestamp >= trace_start AND Timestamp <= trace_end LIMIT 1000",
        3,
    ),
    "grafana trace search": (
        "SELECT TraceId AS traceID, ServiceName AS serviceName, SpanName AS operationName, Timestamp AS startTime, "
        "multiply(Duration, 0.000001) AS duration FROM otel_traces "
        f"WHERE ({WITHIN_MS}) AND (ParentSpanId = '') AND (Duration > 0) AND (ServiceName IN ('shop')) "
        "ORDER BY Timestamp DESC, Duration DESC LIMIT 200",
        1,
    ),
    "grafana logs": (
        "SELECT Timestamp AS timestamp, Body AS body, SeverityText AS level, LogAttributes AS labels, "
        "TraceId AS traceID "
        f"FROM otel_logs WHERE (timestamp >= toDateTime({SINCE}) AND timestamp <= toDateTime({UNTIL})) "
        "AND (body LIKE '%disk%') ORDER BY timestamp DESC LIMIT 1000",
        1,
    ),
    "grafana log volume": (
        "SELECT toStartOfInterval(Timestamp, INTERVAL 60 SECOND) AS time, "
        "sum(multiSearchAny(toString(SeverityText), ['error', 'ERROR'])) AS error, count() AS all "
        f"FROM otel_logs WHERE {WITHIN} GROUP BY time ORDER BY time",
        1,
    ),
    "hyperdx logs": (
        "SELECT Timestamp, ServiceName, SeverityText, Body FROM otel_logs "
        f"WHERE (TimestampTime >= toDateTime({SINCE}) AND TimestampTime <= toDateTime({UNTIL})) "
        "AND hasToken(lower(Body), lower('disk')) AND ResourceAttributes['service.name'] = 'shop' "
        "ORDER BY (TimestampTime, Timestamp) DESC LIMIT 200",
        1,
    ),
    "hyperdx spans": (
        "SELECT Timestamp, StatusCode, round(Duration / 1e6), SpanName, "
        "SpanAttributes['gen_ai.request.model'] AS model "
        f"FROM otel_traces WHERE {WITHIN} AND mapContains(SpanAttributes, 'gen_ai.request.model') "
        "AND SpanAttributes['gen_ai.request.model'] ILIKE '%GPT%' ORDER BY Timestamp DESC LIMIT 200",
        2,
    ),
    "latency per service": (
        "SELECT toStartOfInterval(Timestamp, INTERVAL 1 MINUTE) AS t, ServiceName, quantile(0.95)(Duration) / 1e6 "
        f"FROM otel_traces WHERE {WITHIN} AND SpanKind = 'Client' GROUP BY t, ServiceName ORDER BY t",
        1,
    ),
    "keys of attributes": (
        f"SELECT DISTINCT arrayJoin(SpanAttributes.keys) AS key FROM otel_traces WHERE {WITHIN} ORDER BY key",
        1,
    ),
    "exceptions": (
        "SELECT TraceId, arrayJoin(`Events.Attributes`)['exception.type'] AS type FROM otel_traces "
        f"WHERE {WITHIN} AND has(`Events.Name`, 'exception')",
        1,
    ),
    "metric": (
        "SELECT toStartOfMinute(TimeUnix) AS t, Attributes['text'] AS a, max(Value) FROM otel_metrics_sum "
        f"WHERE MetricName = 'of sum' AND TimeUnix BETWEEN toDateTime({SINCE}) AND toDateTime({UNTIL}) GROUP BY t, a",
        1,
    ),
}


def test_what_dashboards_ask(database: Database):
    model = {"gen_ai.request.model": "gpt-4o"}
    spans = [span(1, 1), span(1, 2, parent=1, attributes=model, kind=3), span(1, 3, parent=1, attributes=model, kind=3)]
    spans[0].events.add(name="exception").attributes.extend(pairs({"exception.type": "ValueError"}))
    spans.append(span(2, 4, parent=9, after_ns=3600 * SECOND_NS))
    database.write(spans_request(spans), Signal.TRACES)
    records = [LogRecord(time_unix_nano=START_NS, body=any_value(text)) for text in ("the disk is full", "fine")]
    database.write(logs_request(records), Signal.LOGS)
    database.write(every_metric(), Signal.METRICS)
    for name, (sql, rows) in QUERIES.items():
        assert len(database.query(sql)) == rows, name


def granules(database: Database, sql: str) -> tuple[int, int]:
    """How many granules a query reads, of how many."""
    plan = "\n".join(line for (line,) in database.query(f"EXPLAIN indexes = 1 {sql}"))
    found = [(int(read), int(of)) for read, of in re.findall(r"Granules: (\d+)/(\d+)", plan)]
    return found[-1][0], found[0][1]


@pytest.fixture
def many(database: Database) -> Database:
    """Spans and log records of an hour and two half, one every half second."""
    numbers = range(1, 18001)
    database.write(spans_request([span(n, n, after_ns=n * SECOND_NS // 2) for n in numbers]), Signal.TRACES)
    records = (
        LogRecord(time_unix_nano=START_NS + n * SECOND_NS // 2, trace_id=span(n, 1).trace_id, body=any_value("text"))
        for n in numbers
    )
    database.write(logs_request(list(records)), Signal.LOGS)
    return database


def test_filters_on_shown_columns_prune(many: Database):
    middle = START_NS // SECOND_NS + 4000
    minute = f"Timestamp >= toDateTime({middle}) AND Timestamp < toDateTime({middle + 60})"
    for view in ("otel_traces", "otel_logs"):
        sql = f"SELECT count() FROM {view} WHERE {minute}"
        assert many.query(sql) == [(120,)]
        read, of = granules(many, sql)
        assert read <= 4, (view, read, of)
        assert of >= 17
    hour = f"TimestampTime >= toDateTime({middle}) AND TimestampTime < toDateTime({middle + 60})"
    assert granules(many, f"SELECT count() FROM otel_logs WHERE {hour}")[0] <= 2
    sql = f"SELECT min(Start), max(End) FROM otel_traces_trace_id_ts WHERE TraceId = '{9000:032x}'"
    [(start, end)] = many.query(sql)
    assert isinstance(start, datetime)
    assert start == end
    assert granules(many, sql)[0] <= 2


def test_points_are_pruned_by_name_and_time(database: Database):
    points = [NumberDataPoint(as_int=n, time_unix_nano=START_NS + n * SECOND_NS) for n in range(5000)]
    metrics = [Metric(name=name, gauge=Gauge(data_points=points)) for name in ("a", "b", "c")]
    database.write(
        ExportMetricsServiceRequest(resource_metrics=[ResourceMetrics(scope_metrics=[ScopeMetrics(metrics=metrics)])]),
        Signal.METRICS,
    )
    middle = START_NS // SECOND_NS + 2000
    sql = f"SELECT count() FROM otel_metrics_gauge WHERE MetricName = 'b' AND TimeUnix = toDateTime({middle})"
    assert database.query(sql) == [(1,)]
    read, of = granules(database, sql)
    assert read <= 2
    assert of >= 14

"""Metrics: every data point comes back as the metric it was sent with, holding that point alone."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import (
    Exemplar,
    Gauge,
    Metric,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
    Sum,
)

from tests.api.telemetry import START_NS, pairs
from tests.otlp.strategies import requests
from traceway_collector.errors import BadInput
from traceway_collector.model import MetricName, Signal, StoredMetric
from traceway_collector.query.filters import Page, Position
from traceway_collector.store import Request

from .conftest import Feed

_properties = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def metrics_request(*metrics: Metric, service: str = "shop") -> ExportMetricsServiceRequest:
    resource_metrics = ResourceMetrics(scope_metrics=[ScopeMetrics(metrics=metrics)])
    resource_metrics.resource.attributes.extend(pairs({"service.name": service}))
    return ExportMetricsServiceRequest(resource_metrics=[resource_metrics])


def gauge(name: str, *values: float, after_ns: int = 0, **more) -> Metric:
    points = [
        NumberDataPoint(as_double=value, time_unix_nano=START_NS + after_ns + n) for n, value in enumerate(values)
    ]
    return Metric(name=name, gauge=Gauge(data_points=points), **more)


def write(feed: Feed, *metrics: Metric, service: str = "shop") -> int:
    return feed.write(metrics_request(*metrics, service=service), signal=Signal.METRICS)


def all_points(feed: Feed, name: str, limit: int = 1000, **bounds: int) -> list[StoredMetric]:
    """Every point of a metric, page by page."""
    found: list[StoredMetric] = []
    after: Position | None = None
    while True:
        page = feed.store.metric_points(name, Page(limit, after), feed.now_ns, **bounds)
        assert len(page.items) <= limit
        found += page.items
        if page.next is None:
            return found
        after = page.next


def values(points: Iterable[StoredMetric]) -> list[float]:
    return [point.metric.gauge.data_points[0].as_double for point in points]


def one_by_one(metric: Metric) -> Iterable[Metric]:
    """The metric once for every point, holding just that point."""
    kind = metric.WhichOneof("data")
    for point in getattr(metric, kind).data_points if kind else ():
        single = Metric()
        single.CopyFrom(metric)
        del getattr(single, kind).data_points[:]
        getattr(single, kind).data_points.append(point)
        yield single


def described(metric: Metric, origin: object) -> tuple[bytes, str]:
    return metric.SerializeToString(deterministic=True), str(origin)


@_properties
@given(st.lists(requests(Signal.METRICS), min_size=1, max_size=4))
def test_any_point_comes_back_equal(feed: Feed, messages: list[ExportMetricsServiceRequest]):
    feed.store.delete_before(2**63 - 1)
    sent: Counter[tuple[bytes, str]] = Counter()
    names: Counter[str] = Counter()
    for message in messages:
        for resource in message.resource_metrics:
            for scope in resource.scope_metrics:
                origin = (resource.resource, resource.schema_url, scope.scope, scope.schema_url)
                for metric in scope.metrics:
                    singles = list(one_by_one(metric))
                    sent.update(described(single, origin) for single in singles)
                    names.update([metric.name] * len(singles))
    feed.write(*messages, signal=Signal.METRICS)
    found = [point for name in names for point in all_points(feed, name, limit=3)]
    assert sent == Counter(
        described(
            point.metric,
            (
                point.origin.resource,
                point.origin.resource_schema_url,
                point.origin.scope,
                point.origin.scope_schema_url,
            ),
        )
        for point in found
    )
    known = feed.store.metric_names()
    assert {name.name: name.points for name in known} == dict(names)
    assert [name.name.encode() for name in known] == sorted(name.encode() for name in names)
    for point in found:
        [data_point] = getattr(point.metric, point.metric.WhichOneof("data") or "").data_points
        assert point.time_ns == data_point.time_unix_nano


def test_a_metric_comes_back_whole(feed: Feed):
    exemplar = Exemplar(as_int=-1, time_unix_nano=3, trace_id=bytes(range(16)), span_id=bytes(range(8)))
    exemplar.filtered_attributes.extend(pairs({"user": "a", "list": [1, None]}))
    point = NumberDataPoint(as_int=-(2**63), start_time_unix_nano=1, time_unix_nano=2, flags=1, exemplars=[exemplar])
    point.attributes.extend([*pairs({"twice": 1, "bytes": b"\xff"}), *pairs({"twice": {"a": []}})])
    sent = Metric(
        name="tokens",
        unit="{token}",
        description="used",
        sum=Sum(data_points=[point], aggregation_temporality=1, is_monotonic=True),
        metadata=pairs({"from": "prometheus"}),
    )
    write(feed, sent, service="bakery")
    [found] = all_points(feed, "tokens")
    assert found.metric == sent
    assert (found.service, found.time_ns) == ("bakery", 2)


def test_not_a_number_and_metrics_without_points(feed: Feed):
    write(feed, gauge("odd", math.nan, math.inf, -0.0), gauge("none"), Metric(name="no data"))
    assert [math.isnan(values([point])[0]) for point in all_points(feed, "odd")] == [False, False, True]
    assert [name.name for name in feed.store.metric_names()] == ["odd"]
    assert not all_points(feed, "none")


def test_points_between_two_times(feed: Feed):
    write(feed, gauge("t", 0, 1, 2, 3), gauge("other", 9))
    assert values(all_points(feed, "t")) == [3, 2, 1, 0]
    assert values(all_points(feed, "t", since_ns=START_NS + 1)) == [3, 2, 1]
    assert values(all_points(feed, "t", until_ns=START_NS + 1)) == [1, 0]
    assert values(all_points(feed, "t", since_ns=START_NS + 1, until_ns=START_NS + 2, limit=1)) == [2, 1]


def test_pages_neither_skip_nor_repeat_while_points_arrive(feed: Feed):
    for group in range(3):
        write(feed, *(gauge("t", 10 * group + n) for n in range(5)))
    expected = values(all_points(feed, "t"))
    assert sorted(expected) == sorted(10 * group + n for group in range(3) for n in range(5))
    as_of_ns, found, after = feed.now_ns, [], None
    while True:
        page = feed.store.metric_points("t", Page(2, after), as_of_ns)
        found += values(page.items)
        if page.next is None:
            break
        after = page.next
        write(feed, gauge("t", 100, 101), gauge("t", 102, after_ns=-1))
    assert found == expected


def test_a_forged_position_is_bad_input(feed: Feed):
    with pytest.raises(BadInput) as error:
        feed.store.metric_points("t", Page(2, Position(1, 2, "", "x")), feed.now_ns)
    assert error.value.field == "cursor"


def test_the_newest_point_says_what_a_name_means(feed: Feed):
    write(feed, gauge("t", 1, 2, unit="s", description="new", after_ns=5))
    write(feed, gauge("t", 0, unit="ms", description="old"), gauge("a", 1))
    assert feed.store.metric_names() == [
        MetricName("a", "", "", "gauge", 1),
        MetricName("t", "s", "new", "gauge", 3),
    ]


def test_points_are_forgotten_and_requests_remembered(feed: Feed):
    for number in (1, 2, 3):
        body = metrics_request(gauge("t", number)).SerializeToString()
        feed.commit([Request(Signal.METRICS, number, body, 1)], Signal.METRICS)
    assert list(feed.store.recent_request_ids(Signal.METRICS, 2)) == [2, 3]
    assert feed.store.stats()["metric_points"] >= 3
    assert feed.store.delete_before(feed.now_ns) == 2
    assert values(all_points(feed, "t")) == [3]

"""Questions of the analytics: what is read, what is refused, and which stretches of time there are."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceway_collector.errors import BadInput
from traceway_collector.model import Aggregated, Group
from traceway_collector.query import analytics
from traceway_collector.query import buckets as times
from traceway_collector.query.analytics import Analysis
from traceway_collector.query.filters import Buckets, Grouping, SpanFilter
from traceway_collector.query.metrics import GROUPS, METRICS

NOW_NS = 1_795_244_706_123_456_789  # 2026-11-21T07:05:06
_HOUR_NS, _DAY_NS = times.HOUR_NS, times.DAY_NS
ZONES = ["Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"]


def read(**parts: Any) -> Analysis:
    given: dict[str, Any] = {
        "metrics": ["span_count"],
        "group_by": [],
        "where": SpanFilter(),
        "bucket": "auto",
        "fill": "none",
        "top": None,
        "other": True,
        "order_by": None,
        "descending": True,
        "previous_period": False,
        "limit": 1000,
        "time_zone": "UTC",
        "now_ns": NOW_NS,
    }
    return analytics.read(**given | parts)


def test_a_whole_question():
    found = read(
        metrics=["total_cost", "span_count"],
        group_by=["model", "attr.user.tier", "resource.region", "time"],
        bucket="5m",
        top=3,
        order_by="span_count",
        where=SpanFilter(since_ns=5),
    )
    assert found.asked.group_by == (
        Grouping("model", "model"),
        Grouping("attr.user.tier", "attribute", "user.tier"),
        Grouping("resource.region", "resource", "region"),
        Grouping("time", "time"),
    )
    assert (found.width_ns, found.asked.top, found.asked.order_by) == (300 * 10**9, 3, "span_count")
    assert found.asked.where.until_ns == NOW_NS


@pytest.mark.parametrize(
    ("parts", "field", "says"),
    [
        ({"metrics": []}, "metrics", "expected some of"),
        ({"metrics": ["total_costs"]}, "metrics", "did you mean total_cost"),
        ({"metrics": ["p50_latency"]}, "metrics", "p50_latency_ms"),
        ({"metrics": ["zzz"]}, "metrics", "expected one of: total_cost"),
        ({"metrics": ["span_count", "span_count"]}, "metrics", "more than once"),
        ({"order_by": "spans"}, "order_by", "order_by is 'spans'"),
        ({"group_by": ["models"]}, "group_by", "did you mean model"),
        ({"group_by": ["attr."]}, "group_by", "after 'attr.'"),
        ({"group_by": ["resource." + "x" * 300]}, "group_by", "after 'resource.'"),
        ({"group_by": ["day", "hour"]}, "group_by", "day and hour; expected one of them"),
        ({"group_by": ["model", "model"]}, "group_by", "more than once"),
        ({"group_by": ["model", "kind", "name", "user", "tool", "file"]}, "group_by", "at most 5"),
        ({"group_by": ["time"], "bucket": "fast"}, "bucket", '"auto" or whole seconds'),
        ({"group_by": ["time"], "bucket": "5"}, "bucket", '"auto" or whole seconds'),
        ({"group_by": ["time"], "bucket": "500ms"}, "bucket", '"auto" or whole seconds'),
        ({"group_by": ["time"], "bucket": "1.5ms"}, "bucket", '"auto" or whole seconds'),
        ({"group_by": ["time"], "bucket": "0s"}, "bucket", '"auto" or whole seconds'),
        ({"group_by": ["time"], "bucket": "400d"}, "bucket", "366 days"),
        ({"group_by": ["model"], "bucket": "5m"}, "bucket", "has no time"),
        ({"group_by": ["hour"], "bucket": "5m"}, "bucket", "has no time"),
        ({"limit": 0}, "limit", "1 to 10000"),
        ({"limit": 10_001}, "limit", "1 to 10000"),
        ({"top": 0}, "top", "1 to 1000"),
        ({"time_zone": "Europe/Berln"}, "time_zone", "Europe/Berlin"),
        ({"time_zone": ""}, "time_zone", "IANA"),
        ({"time_zone": "../etc/passwd"}, "time_zone", "IANA"),
        ({"time_zone": "/etc/localtime"}, "time_zone", "is '/etc/localtime'"),
        ({"time_zone": "Europe"}, "time_zone", "time_zone is 'Europe'"),
        ({"time_zone": "a\0b"}, "time_zone", "IANA"),
        ({"previous_period": True}, "previous_period", "filter has no since"),
        ({"where": SpanFilter(since_ns=9, until_ns=8)}, "filter.since", "nothing can match"),
        ({"where": SpanFilter(since_ns=NOW_NS + 1)}, "filter.since", "is after now, so nothing can match"),
    ],
)
def test_bad_questions_name_field_value_and_what_is_right(parts: dict[str, Any], field: str, says: str):
    with pytest.raises(BadInput) as raised:
        read(**parts)
    assert raised.value.field == field
    assert says in raised.value.message


_WORDS = st.one_of(st.text(max_size=12), st.sampled_from([*METRICS, *GROUPS, "attr.x", "1h", "UTC", *ZONES]))


@given(
    metrics=st.lists(_WORDS, max_size=4),
    group_by=st.lists(_WORDS, max_size=7),
    bucket=_WORDS,
    order_by=st.none() | _WORDS,
    time_zone=_WORDS,
    limit=st.integers(),
    top=st.none() | st.integers(),
)
def test_any_words_are_read_or_refused_by_name(**parts: Any):
    refused: BadInput | None = None
    try:
        read(**parts)
    except BadInput as error:
        refused = error
    known = set(parts["metrics"]) <= set(METRICS)
    assert known or refused is not None
    if refused is not None:
        assert refused.field in parts
        assert len(refused.message) < 2000


_SCALARS = st.one_of(st.text(), st.integers(), st.floats(allow_nan=False, allow_infinity=False))


@given(st.dictionaries(st.text(max_size=9), _SCALARS | st.lists(_SCALARS, max_size=3), max_size=4))
def test_a_filter_as_an_object_is_pairs_as_in_a_url(given: dict[str, Any]):
    items = analytics.filter_items(given)
    expected = [
        (name, each) for name, value in given.items() for each in (value if isinstance(value, list) else [value])
    ]
    assert [name for name, _ in items] == [name for name, _ in expected]
    for (_, text), (_, value) in zip(items, expected, strict=True):
        assert isinstance(text, str)
        if isinstance(value, str):
            assert text == value
        elif isinstance(value, int):
            assert text == str(value)
        else:
            assert (float(text), "e" in text) == (value, False)


@pytest.mark.parametrize("value", [None, True, {"a": 1}, [None], [["x"]], [False]])
def test_a_filter_takes_texts_and_numbers_alone(value: Any):
    with pytest.raises(BadInput) as raised:
        analytics.filter_items({"kind": value})
    assert raised.value.field == "filter.kind"


_MOMENTS = st.integers(0, 4 * 10**18)
_WIDTHS = st.sampled_from([1, 7, 60, 900, 3600, 7200, 5 * 3600, 6 * 3600, 86_400, 2 * 86_400, 7 * 86_400])
_BUCKETS = st.builds(
    lambda seconds, zone, at: times.aligned(seconds * times.SECOND_NS, zone, at),
    _WIDTHS,
    st.sampled_from(["UTC", *ZONES]),
    _MOMENTS,
)


@given(_BUCKETS, _MOMENTS)
def test_a_moment_lies_in_its_bucket(buckets: Buckets, at_ns: int):
    counted = times.counted_ns(buckets, at_ns)
    start = times.start_ns(buckets, counted)
    next_start = times.start_ns(buckets, counted + buckets.width_ns)
    assert start <= at_ns < next_start
    assert abs(next_start - start - buckets.width_ns) <= (26 * _HOUR_NS if buckets.zone else 0)


@given(_BUCKETS, _MOMENTS, st.integers(0, 40))
def test_buckets_between_two_moments_leave_no_gap(buckets: Buckets, first_ns: int, number: int):
    last_ns = first_ns + number * buckets.width_ns
    starts = list(times.starts_ns(buckets, first_ns, last_ns))
    assert starts == sorted(starts)
    assert starts[0] <= first_ns
    assert starts[-1] <= last_ns
    assert len(starts) == times.count(buckets, first_ns, last_ns)
    assert abs(len(starts) - number - 1) <= 1


@pytest.mark.parametrize("zone", ZONES)
def test_days_and_hours_begin_when_the_clocks_of_a_zone_say_so(zone: str):
    at = datetime(2026, 3, 29, 12, 34, 56, tzinfo=ZoneInfo(zone))
    at_ns = int(at.timestamp()) * 10**9
    day = times.aligned(_DAY_NS, zone, at_ns)
    assert times.start_ns(day, times.counted_ns(day, at_ns)) == _ns(at.replace(hour=0, minute=0, second=0))
    hour = times.aligned(_HOUR_NS, zone, at_ns)
    assert times.start_ns(hour, times.counted_ns(hour, at_ns)) == _ns(at.replace(minute=0, second=0))
    week = times.aligned(7 * _DAY_NS, zone, at_ns)
    monday = (at - timedelta(days=at.weekday())).replace(hour=0, minute=0, second=0)
    assert times.start_ns(week, times.counted_ns(week, at_ns)) == _ns(monday)


def test_a_day_on_which_clocks_change_has_as_many_hours_as_it_has():
    day = times.aligned(_DAY_NS, "Europe/Berlin", NOW_NS)
    first, last = _ns(datetime(2026, 3, 28, tzinfo=UTC)), _ns(datetime(2026, 4, 1, tzinfo=UTC))
    starts = list(times.starts_ns(day, first, last))
    assert [(later - start) // _HOUR_NS for start, later in itertools.pairwise(starts)] == [24, 23, 24, 24]


@pytest.mark.parametrize(
    ("zone", "width_ns", "day"),
    [
        ("Antarctica/Troll", 90 * times.MINUTE_NS, datetime(2026, 3, 29, tzinfo=UTC)),
        ("Europe/Zurich", 150 * times.MINUTE_NS, datetime(2026, 3, 29, tzinfo=UTC)),
        ("Pacific/Apia", _DAY_NS, datetime(2011, 12, 29, tzinfo=UTC)),
    ],
)
def test_what_begins_at_a_time_that_clocks_leave_out_begins_when_they_are_changed(
    zone: str, width_ns: int, day: datetime
):
    buckets = times.aligned(width_ns, zone, NOW_NS)
    for minutes in range(0, 3 * 24 * 60, 10):
        at_ns = _ns(day + timedelta(minutes=minutes))
        counted = times.counted_ns(buckets, at_ns)
        assert times.start_ns(buckets, counted) <= at_ns < times.start_ns(buckets, counted + width_ns)


def test_a_day_that_clocks_leave_out_is_not_filled():
    since_ns = _ns(datetime(2011, 12, 29, tzinfo=ZoneInfo("Pacific/Apia")))
    where = SpanFilter(since_ns=since_ns, until_ns=since_ns + 2 * _DAY_NS)
    analysis = read(where=where, fill="zero", metrics=["span_count"], group_by=["day"], time_zone="Pacific/Apia")
    asked, first_ns, last_ns = analytics.placed(analysis, None)
    found = analytics.finished(Aggregated((), {}), asked, "zero", first_ns, last_ns)
    keys = [group.key[0] for group in found.groups]
    assert keys == [since_ns, since_ns + _DAY_NS, since_ns + 2 * _DAY_NS]


def test_what_begins_before_1970_is_not_filled_beside_what_is_not_known():
    where = SpanFilter(since_ns=0, until_ns=3 * _DAY_NS)
    analysis = read(where=where, fill="zero", metrics=["span_count"], group_by=["day"])
    asked, first_ns, last_ns = analytics.placed(analysis, None)
    unknown = Group((None,), {"span_count": 3})
    found = analytics.finished(Aggregated((unknown,), {}), asked, "zero", first_ns, last_ns)
    assert [group.key[0] for group in found.groups] == [None, _DAY_NS, 2 * _DAY_NS, 3 * _DAY_NS]


def _ns(moment: datetime) -> int:
    return int(moment.timestamp()) * 10**9


@given(_MOMENTS, st.integers(0, 10**18))
def test_auto_makes_a_readable_number_of_buckets(first_ns: int, length_ns: int):
    width_ns = times.automatic_width_ns(first_ns, first_ns + length_ns)
    assert width_ns in times.WIDTHS_NS
    many = length_ns // width_ns
    assert many < times.MOST_AUTOMATIC or width_ns == times.WIDTHS_NS[-1]
    assert many >= 10 or width_ns == times.WIDTHS_NS[0]


def _by_hour(fill: str, *, hours: int = 4, **parts: Any) -> tuple[Analysis, Any, int | None, int | None]:
    where = SpanFilter(since_ns=NOW_NS - hours * _HOUR_NS, until_ns=NOW_NS)
    analysis = read(where=where, fill=fill, metrics=["span_count", "avg_latency_ms"], **parts)
    return (analysis, *analytics.placed(analysis, None))


def test_empty_buckets_are_filled_for_every_series():
    analysis, asked, first_ns, last_ns = _by_hour("zero", group_by=["hour", "model"])
    hour_ns = NOW_NS // _HOUR_NS * _HOUR_NS
    there = {"span_count": 3, "avg_latency_ms": 1.5}
    groups = (Group((hour_ns, "a"), there), Group((hour_ns - _HOUR_NS, None), there, other=True))
    found = analytics.finished(Aggregated(groups, there), asked, analysis.fill, first_ns, last_ns)
    assert len(found.groups) == 5 * 2
    assert [group.metrics for group in found.groups if group.metrics == there] == [there, there]
    nothing = {"span_count": 0, "avg_latency_ms": None}
    assert all(group.metrics in (there, nothing) for group in found.groups)
    assert {(group.key[1], group.other) for group in found.groups} == {("a", False), (None, True)}
    unknown = analytics.finished(Aggregated(groups, there), asked, "null", first_ns, last_ns)
    assert sum(group.metrics == dict.fromkeys(nothing) for group in unknown.groups) == 8


def test_without_any_span_time_alone_is_filled():
    analysis, asked, first_ns, last_ns = _by_hour("zero", group_by=["hour"])
    empty = Aggregated((), {"span_count": 0, "avg_latency_ms": None})
    assert len(analytics.finished(empty, asked, analysis.fill, first_ns, last_ns).groups) == 5


def test_too_many_buckets_are_refused_before_anything_is_counted():
    analysis = read(group_by=["time"], bucket="1s", fill="zero", where=SpanFilter(since_ns=0, until_ns=NOW_NS))
    with pytest.raises(BadInput, match="longer bucket") as raised:
        analytics.placed(analysis, None)
    assert raised.value.field == "bucket"


def test_what_was_cut_off_is_not_filled_with_zeros():
    analysis, asked, first_ns, last_ns = _by_hour("zero", group_by=["hour", "model"])
    cut = Aggregated((), {}, truncated=True)
    with pytest.raises(BadInput, match="top"):
        analytics.finished(cut, asked, analysis.fill, first_ns, last_ns)


def test_the_period_before_is_as_long_and_ends_where_this_one_begins():
    analysis = read(where=SpanFilter(since_ns=1000, until_ns=1099), previous_period=True, group_by=["model"], top=2)
    asked, _, _ = analytics.placed(analysis, None)
    earlier = analytics.before(asked, Aggregated((), {}, series=(1, 2)))
    assert (earlier.where.since_ns, earlier.where.until_ns) == (900, 999)
    assert earlier.series == (1, 2)


def test_a_range_is_asked_for_only_where_it_must_be_known():
    assert read(group_by=["time"]).needs_range
    assert read(group_by=["hour"], fill="zero").needs_range
    assert not read(group_by=["hour"]).needs_range
    assert not read(group_by=["time"], where=SpanFilter(since_ns=1)).needs_range
    assert not read(group_by=["model"], fill="zero").needs_range
    asked, first_ns, last_ns = analytics.placed(read(group_by=["time"]), (0, 100 * _DAY_NS))
    assert asked.buckets == Buckets(_DAY_NS)
    assert (first_ns, last_ns) == (0, 100 * _DAY_NS)
    assert replace(asked, buckets=None).buckets is None

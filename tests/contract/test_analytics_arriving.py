"""The analytics while spans arrive, and over a store without any."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.api.telemetry import SECOND_NS, chat, span
from traceway_collector.query.filters import Aggregation, Buckets, Grouping
from traceway_collector.query.metrics import METRICS
from traceway_collector.store import Store

from . import analytics_oracle as oracle
from .conftest import Feed
from .telemetry import new_trace_id, put_in_trace, request

_NUMBERS = Aggregation(tuple(METRICS))


def test_nothing_at_all(feed: Feed, store: Store):
    answer = store.aggregate(replace(_NUMBERS, group_by=(Grouping("model", "model"),)))
    assert answer.groups == ()
    assert answer.totals == oracle.metrics([], [])


def test_what_comes_again_is_noticed_at_once(feed: Feed, store: Store):
    """Whether anything is there twice is remembered; every new group is looked at."""
    trace_id, total = new_trace_id(), Aggregation(("span_count", "total_tokens", "call_count"))
    one = put_in_trace(chat(1, 1, attributes={"gen_ai.response.id": "r"}), trace_id)
    feed.write(request(one))
    assert store.aggregate(total).totals == {"span_count": 1, "total_tokens": 120, "call_count": 1}
    other = put_in_trace(chat(1, 2, after_ns=70 * SECOND_NS, attributes={"gen_ai.response.id": "r"}), trace_id)
    feed.write(request(other))
    assert store.aggregate(total).totals == {"span_count": 2, "total_tokens": 120, "call_count": 1}
    feed.write(request(one))
    assert store.aggregate(total).totals == {"span_count": 2, "total_tokens": 120, "call_count": 1}
    moved = put_in_trace(chat(1, 1, after_ns=999 * SECOND_NS, attributes={"gen_ai.response.id": "x"}), trace_id)
    feed.write(request(moved))
    assert store.aggregate(total).totals == {"span_count": 2, "total_tokens": 240, "call_count": 2}


def test_over_time_alone_there_is_one_series_to_show(feed: Feed, store: Store):
    feed.write(request(put_in_trace(chat(1, 1), new_trace_id())))
    by_hour = Aggregation(("span_count",), (Grouping("time", "time"),), buckets=Buckets(3600 * SECOND_NS))
    assert store.aggregate(replace(by_hour, top=1)).groups == store.aggregate(by_hour).groups


@pytest.mark.parametrize("zone", ["", "Asia/Kathmandu", "Pacific/Kiritimati", "Etc/GMT+12"])
@pytest.mark.parametrize("width_s", [7 * 86_400, 30 * 86_400])
def test_times_at_both_ends_of_what_can_be_told(feed: Feed, store: Store, zone: str, width_s: int):
    """They stand in one group with the times that are not known, or in a bucket; each group is there once."""
    for number, start_ns in enumerate((0, 1, SECOND_NS, 2**63 - 1, 2**63 - 2 * SECOND_NS, 2**64 - 1), 1):
        sent = put_in_trace(span(1, number), new_trace_id())
        sent.start_time_unix_nano = sent.end_time_unix_nano = start_ns
        feed.write(request(sent))
    asked = Aggregation(("span_count",), (Grouping("time", "time"),), buckets=Buckets(width_s * SECOND_NS, 0, zone))
    for buckets in (asked.buckets, Buckets(width_s * SECOND_NS, 3 * 86_400 * SECOND_NS, zone)):
        groups = store.aggregate(replace(asked, buckets=buckets)).groups
        keys = [group.key[0] for group in groups]
        assert len(set(keys)) == len(keys)
        assert all(key is None or (isinstance(key, int) and key > 0) for key in keys)
        assert sum(group.metrics["span_count"] or 0 for group in groups) == 6


def test_another_span_of_a_call_that_is_known_to_be_repeated(feed: Feed, store: Store):
    trace_id, total = new_trace_id(), Aggregation(("span_count", "total_tokens", "call_count"))
    for number in range(1, 5):
        sent = chat(1, number, after_ns=number * 70 * SECOND_NS, attributes={"gen_ai.response.id": "r"})
        feed.write(request(put_in_trace(sent, trace_id)))
        assert store.aggregate(total).totals == {"span_count": number, "total_tokens": 120, "call_count": 1}
        # The same id in another trace is another call.
        apart = put_in_trace(chat(1, number, attributes={"gen_ai.response.id": "r"}), new_trace_id())
        feed.write(request(apart))
        assert (store.aggregate(total).totals["call_count"] or 0) == 1 + 1
        store.delete_trace(apart.trace_id.hex())


def test_names_of_attributes_are_values_and_never_sql(feed: Feed, store: Store):
    for name in ("'", "\\", "'; DROP TABLE spans; --", "{x:String}", "%s", "$keys", "a\nb\tc"):
        feed.write(request(put_in_trace(span(1, 1, attributes={name: "here"}), new_trace_id())))
        answer = store.aggregate(Aggregation(("span_count",), (Grouping("a", "attribute", name),)))
        assert {"here"} <= {group.key[0] for group in answer.groups}, name

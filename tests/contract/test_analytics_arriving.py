"""The analytics while spans arrive, and over a store without any."""

from __future__ import annotations

from dataclasses import replace

from tests.api.telemetry import SECOND_NS, chat, span
from traceway_collector.query.filters import Aggregation, Grouping
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

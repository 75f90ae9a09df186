"""What a trace is at every moment: late parents, missing roots, sums that count once."""

from __future__ import annotations

import itertools

import pytest

from tests.api.telemetry import SECOND_NS, START_NS, chat, span
from traceway_collector.model import TraceSummary
from traceway_collector.query.filters import SpanFilter

from .conftest import Feed
from .telemetry import all_traces, new_trace_id, put_in_trace, request


def summary_of(feed: Feed, trace_id: str) -> TraceSummary:
    """The summary, which must be the same wherever it is asked for."""
    found = feed.store.trace_summary(trace_id)
    assert found is not None
    assert all_traces(feed.store, SpanFilter(trace_id=trace_id), feed.now_ns) == [found]
    return found


ROOT = span(1, 1, name="root", took_ns=10 * SECOND_NS)
CHILD = span(1, 2, parent=1, name="child", after_ns=SECOND_NS)
GRANDCHILD = chat(1, 3, parent=2, name="call", after_ns=2 * SECOND_NS)


@pytest.mark.parametrize("order", list(itertools.permutations((0, 1, 2))), ids=lambda order: "".join(map(str, order)))
def test_spans_in_any_order_give_right_totals_at_every_moment(feed: Feed, order: tuple[int, ...]):
    trace_id = new_trace_id()
    arrived = []
    for index in order:
        each = (ROOT, CHILD, GRANDCHILD)[index]
        feed.write(request(put_in_trace(each, trace_id)))
        arrived.append(each)
        found = summary_of(feed, trace_id)
        known = {each.span_id for each in arrived}
        first = min(arrived, key=lambda one: one.start_time_unix_nano)
        complete = ROOT in arrived and all(each.parent_span_id in known or each is ROOT for each in arrived)
        assert found.span_count == len(arrived)
        assert found.running == (not complete)
        assert found.error is None
        assert found.name == first.name
        assert found.start_ns == first.start_time_unix_nano
        assert found.end_ns == max(one.end_time_unix_nano for one in arrived)
        assert found.input_tokens == (100 if GRANDCHILD in arrived else None)
        assert sum(found.kinds.values()) == len(arrived)


def test_a_failed_root_fails_the_trace_and_a_failed_child_does_not(feed: Feed):
    failed, calm = new_trace_id(), new_trace_id()
    broken_root = put_in_trace(ROOT, failed)
    broken_root.status.code, broken_root.status.message = 2, "no such city"
    broken_child = put_in_trace(CHILD, calm)
    broken_child.status.code = 2
    feed.write(request(broken_child))
    assert summary_of(feed, calm).error == "error"
    feed.write(request(put_in_trace(ROOT, calm), broken_root))
    assert (summary_of(feed, failed).error, summary_of(feed, failed).running) == ("no such city", False)
    assert (summary_of(feed, calm).error, summary_of(feed, calm).error_count) == (None, 1)


def test_usage_is_counted_where_it_was_spent_and_once(feed: Feed):
    trace_id = new_trace_id()
    usage = {"gen_ai.usage.input_tokens": 100, "gen_ai.usage.output_tokens": 20}
    agent = span(1, 1, name="agent", attributes={"gen_ai.operation.name": "invoke_agent", **usage})
    call = {"gen_ai.response.id": "resp-1"}
    spans = [
        agent,
        chat(1, 2, parent=1, attributes=call),
        chat(1, 3, parent=2, attributes=call),
        chat(1, 4, parent=1, attributes={"gen_ai.response.id": "resp-2"}),
        chat(1, 5, parent=1),
        chat(1, 6, parent=1),
    ]
    feed.write(request(*(put_in_trace(each, trace_id) for each in spans)))
    found = summary_of(feed, trace_id)
    assert (found.input_tokens, found.output_tokens) == (400, 80)
    assert found.cost_usd == pytest.approx(4 * (100 * 2.5 + 20 * 10) / 1e6)
    assert found.cost_complete
    assert found.kinds == {"agent": 1, "llm_call": 5}
    assert found.models == ("gpt-4o-2024-08-06",)


def test_an_unknown_price_is_unknown(feed: Feed):
    unknown, mixed, free = new_trace_id(), new_trace_id(), new_trace_id()
    nobody = {"gen_ai.response.model": "nobody-knows-this-1", "gen_ai.request.model": "nobody-knows-this-1"}
    feed.write(request(put_in_trace(chat(1, 1, attributes=nobody), unknown)))
    feed.write(
        request(put_in_trace(chat(1, 1, attributes=nobody), mixed), put_in_trace(chat(1, 2, parent=1), mixed)),
        request(put_in_trace(ROOT, free)),
    )
    assert (summary_of(feed, unknown).cost_usd, summary_of(feed, unknown).cost_complete) == (None, False)
    assert summary_of(feed, mixed).cost_usd == pytest.approx((100 * 2.5 + 20 * 10) / 1e6)
    assert not summary_of(feed, mixed).cost_complete
    assert (summary_of(feed, free).cost_usd, summary_of(feed, free).cost_complete) == (None, True)
    assert summary_of(feed, free).input_tokens is None


def test_a_call_that_failed_without_usage_costs_nothing(feed: Feed):
    trace_id = new_trace_id()
    nothing = {"gen_ai.usage.input_tokens": None, "gen_ai.usage.output_tokens": None}
    failed = chat(1, 2, parent=1, attributes=nothing)
    failed.status.code, failed.status.message = 2, "rate limited"
    feed.write(request(*(put_in_trace(each, trace_id) for each in (chat(1, 1), failed))))
    found = summary_of(feed, trace_id)
    assert (found.input_tokens, found.error_count, found.cost_complete) == (100, 1, True)


def test_who_and_where(feed: Feed):
    trace_id = new_trace_id()
    about = {"session.id": "s-1", "user.id": "u-1"}
    feed.write(
        request(put_in_trace(ROOT, trace_id), service="web"),
        request(put_in_trace(span(1, 2, parent=1, after_ns=5, attributes=about), trace_id), service="worker"),
    )
    found = summary_of(feed, trace_id)
    assert (found.services, found.session_id, found.user_id) == (("web", "worker"), "s-1", "u-1")


def test_a_late_span_far_from_the_rest_belongs_to_the_trace(feed: Feed):
    trace_id = new_trace_id()
    hour_ns = 3600 * SECOND_NS
    feed.write(request(put_in_trace(ROOT, trace_id)))
    feed.write(request(put_in_trace(span(1, 2, parent=1, after_ns=5 * hour_ns), trace_id)))
    feed.write(request(put_in_trace(span(1, 3, parent=1, after_ns=-5 * hour_ns), trace_id)))
    found = summary_of(feed, trace_id)
    assert (found.span_count, found.start_ns, found.name) == (3, START_NS - 5 * hour_ns, "root")
    assert found.end_ns == START_NS + 5 * hour_ns + SECOND_NS


def test_a_list_is_as_of_a_moment_and_its_rows_are_of_now(feed: Feed):
    early, late = new_trace_id(), new_trace_id()
    moment = feed.write(request(put_in_trace(CHILD, early)))
    feed.write(request(put_in_trace(ROOT, early)), request(put_in_trace(span(1, 1, after_ns=SECOND_NS), late)))
    [found] = all_traces(feed.store, SpanFilter(), moment)
    assert found == feed.store.trace_summary(early)
    assert found.span_count == 2
    assert [each.trace_id for each in all_traces(feed.store, SpanFilter(), feed.now_ns)] == [late, early]
    assert all_traces(feed.store, SpanFilter(), moment - 1) == []

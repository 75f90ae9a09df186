"""A group is committed whole or not at all, once, by any number of threads."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

from tests.api.telemetry import SECOND_NS, START_NS, chat, logs_request, span
from traceway_collector.errors import Unavailable
from traceway_collector.model import Signal
from traceway_collector.query.filters import LogFilter, Page, SpanFilter
from traceway_collector.store import RefusedRequest, Request

from .conftest import Feed, as_request
from .telemetry import all_spans, all_traces, ids, keys, new_trace_id, put_in_trace, request, whole_trace


def test_an_empty_store_answers_everything(feed: Feed):
    store, now_ns = feed.store, 2**63
    store.ping()
    assert all_traces(store, SpanFilter(), now_ns) == []
    assert all_spans(store, SpanFilter(), now_ns) == []
    assert store.recent_request_ids(Signal.TRACES, 10) == []
    assert store.stats()["spans"] == 0


def test_a_group_with_bad_data_leaves_nothing_behind(feed: Feed):
    good = new_trace_id()
    before = feed.write(request(put_in_trace(span(1, 1), good)))
    lost = new_trace_id()
    bad = span(1, 4)
    bad.span_id = bytes(range(9))
    broken = as_request(request(bad))
    group = [as_request(request(chat(1, 2, name="lost"))), broken, as_request(request(put_in_trace(span(1, 3), lost)))]
    with pytest.raises(RefusedRequest):
        feed.commit(group)
    assert feed.store.trace_summary(lost) is None
    assert not feed.store.span(span(1, 3).span_id.hex())
    assert ids(all_traces(feed.store, SpanFilter(), 2**63)) == [good]
    assert feed.store.stats()["spans"] == 1
    assert len(feed.store.recent_request_ids(Signal.TRACES, 10)) == 1
    assert feed.now_ns > before


def test_requests_without_spans_are_committed(feed: Feed):
    feed.write(request())
    feed.commit([])
    feed.commit([Request(Signal.TRACES, 5, b"", 0)])
    assert all_spans(feed.store, SpanFilter(), 2**63) == []


@pytest.mark.parametrize("together", [True, False], ids=["in one group", "in two groups"])
def test_a_span_sent_twice_is_there_once_and_the_later_one_counts(feed: Feed, together: bool):
    trace_id = new_trace_id()
    first = put_in_trace(chat(1, 1, name="first", attributes={"gen_ai.usage.input_tokens": 1}), trace_id)
    second = put_in_trace(chat(1, 1, name="second", attributes={"gen_ai.usage.input_tokens": 30}), trace_id)
    other = put_in_trace(chat(1, 2, parent=1, name="other", after_ns=5), trace_id)
    if together:
        feed.write(request(first), request(other), request(second))
    else:
        feed.write(request(first), request(other))
        feed.write(request(second))
    as_of = feed.now_ns
    summary = feed.store.trace_summary(trace_id)
    assert summary is not None
    assert (summary.span_count, summary.name, summary.input_tokens) == (2, "second", 130)
    assert all_traces(feed.store, SpanFilter(), as_of) == [summary]
    assert [each.name for each in whole_trace(feed.store, trace_id)] == ["second", "other"]
    assert [each.name for each in whole_trace(feed.store, trace_id, limit=1)] == ["second", "other"]
    assert [each.name for each in feed.store.span(first.span_id.hex())] == ["second"]
    for sort in ("started_at", "duration", "tokens", "cost"):
        listed = all_spans(feed.store, SpanFilter(), as_of, limit=1, sort=sort)
        assert sorted(each.name for each in listed) == ["other", "second"], sort
    found = feed.store.facets(SpanFilter(), [("name", ""), ("attribute", "gen_ai.usage.input_tokens")], limit=10)
    assert [dict(facet.values) for facet in found.facets] == [{"other": 1, "second": 1}, {"100": 1, "30": 1}]
    assert found.counted_spans == 2


def test_a_later_copy_may_move_in_time(feed: Feed):
    trace_id = new_trace_id()
    feed.write(request(put_in_trace(span(1, 1, name="early"), trace_id)))
    feed.write(request(put_in_trace(span(1, 1, name="late", after_ns=3600 * SECOND_NS), trace_id)))
    assert [each.name for each in whole_trace(feed.store, trace_id)] == ["late"]
    assert [each.name for each in feed.store.span(span(1, 1).span_id.hex())] == ["late"]
    summary = feed.store.trace_summary(trace_id)
    assert summary is not None
    assert (summary.span_count, summary.start_ns) == (1, START_NS + 3600 * SECOND_NS)
    assert all_traces(feed.store, SpanFilter(), feed.now_ns) == [summary]
    assert [each.name for each in all_spans(feed.store, SpanFilter(), feed.now_ns)] == ["late"]
    assert all_spans(feed.store, SpanFilter(until_ns=START_NS), feed.now_ns) == []


def test_a_superseded_copy_meets_no_filter(feed: Feed):
    trace_id = new_trace_id()
    feed.write(request(put_in_trace(span(1, 1, name="first"), trace_id)))
    moment = feed.write(request(put_in_trace(span(1, 2, name="first", after_ns=1), trace_id)))
    feed.write(request(put_in_trace(span(1, 1, name="second"), trace_id)))
    listed = all_spans(feed.store, SpanFilter(names=("first",)), feed.now_ns, limit=1)
    assert [each.span_id for each in listed] == [span(1, 2).span_id.hex()]
    assert [each.name for each in all_spans(feed.store, SpanFilter(names=("second",)), feed.now_ns)] == ["second"]
    assert all_spans(feed.store, SpanFilter(names=("second",)), moment) == []


def test_request_ids_are_remembered_and_survive_reopening(feed: Feed):
    written = [as_request(request(span(1, n))) for n in range(1, 6)]
    feed.commit(written[:2])
    feed.commit(written[2:3])
    feed.commit(written[3:])
    log = as_request(logs_request([]), Signal.LOGS)
    expected = [each.request_id for each in written]
    for store in (feed.store, feed.backend.reopen()):
        found = list(store.recent_request_ids(Signal.TRACES, 100))
        assert sorted(found) == sorted(expected)
        assert found[2] == expected[2]
        assert set(store.recent_request_ids(Signal.TRACES, 2)) == set(expected[-2:])
        assert log.request_id not in found


def test_reopening_keeps_everything(feed: Feed):
    trace_id = new_trace_id()
    feed.write(request(put_in_trace(chat(1, 1), trace_id)))
    feed.write(request(put_in_trace(chat(1, 2, parent=1), trace_id)))
    before = feed.store.trace_summary(trace_id)
    store = feed.backend.reopen()
    assert store.trace_summary(trace_id) == before
    assert len(whole_trace(store, trace_id)) == 2
    store.close()
    feed.backend.reopen()


def test_threads_write_and_read_side_by_side(feed: Feed):
    traces = [new_trace_id() for _ in range(3)]
    clock = iter(range(feed.write(request()) + 1, 2**63))
    lock = threading.Lock()

    def write(trace_id: str) -> None:
        for number in range(1, 6):
            spans = [put_in_trace(span(1, number * 10 + n, after_ns=number), trace_id) for n in range(3)]
            group = [as_request(request(*spans))]
            with lock:
                ingested_ns = next(clock)
            feed.store.write(Signal.TRACES, group, ingested_ns)

    def read(trace_id: str) -> None:
        seen = 0
        while seen < 15:
            count = len(whole_trace(feed.store, trace_id, limit=7))
            assert count % 3 == 0, "a group was seen in part"
            assert count >= seen
            seen = count
            feed.store.traces(SpanFilter(), Page(5), 2**63)

    with ThreadPoolExecutor(6) as pool:
        for task in [pool.submit(act, trace_id) for trace_id in traces for act in (write, read)]:
            task.result()
    assert feed.store.stats()["spans"] == 3 * 15
    assert len(set(keys(all_spans(feed.store, SpanFilter(), 2**63, limit=10)))) == 3 * 15


def test_a_lost_reply_never_makes_a_record_double(feed: Feed):
    if feed.backend.name != "clickhouse-http":
        pytest.skip("needs a server that can be told to fail")
    message = logs_request([LogRecord(time_unix_nano=START_NS, event_name="once")])
    spans = request(span(1, 1, name="once"))
    for sent, signal in ((message, Signal.LOGS), (spans, Signal.TRACES)):
        feed.backend.fault("lose-reply")
        with pytest.raises(Unavailable):
            feed.write(sent, signal=signal)
        feed.write(sent, signal=signal)
    assert len(feed.store.logs(LogFilter(), Page(10), feed.now_ns).items) == 1
    assert feed.store.stats()["spans"] == 1


def test_a_busy_server_is_unavailable_and_keeps_nothing(feed: Feed):
    if feed.backend.name != "clickhouse-http":
        pytest.skip("needs a server that can be told to fail")
    feed.backend.fault("busy")
    with pytest.raises(Unavailable):
        feed.write(request(span(1, 1)))
    assert feed.store.stats()["spans"] == 0
    feed.write(request(span(1, 1)))
    assert feed.store.stats()["spans"] == 1

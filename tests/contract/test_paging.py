"""Cursors neither skip nor repeat a row while spans arrive."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.api.telemetry import SECOND_NS, chat, span
from traceway_collector.query.filters import SORT_KEYS, Page, Position, SpanFilter

from . import oracle
from .conftest import Feed
from .telemetry import ids, keys, new_trace_id, put_in_trace, request, whole_trace

_properties = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
_services = (f"service-{number}" for number in itertools.count())
_spans = st.builds(
    lambda trace, number, after, took, tokens: (trace, number, after, took, tokens),
    trace=st.integers(0, 5),
    number=st.integers(1, 4),
    after=st.sampled_from([0, 1, 2, SECOND_NS, 60 * SECOND_NS, -60 * SECOND_NS]),
    took=st.sampled_from([0, 1, SECOND_NS]),
    tokens=st.sampled_from([None, 0, 1, 50]),
)


def _made(drawn: tuple[int, int, int, int, int | None], trace_ids: list[str], offset: int = 0) -> Span:
    trace, number, after_ns, took_ns, tokens = drawn
    number += offset
    more: dict[str, Any] = {"after_ns": after_ns, "took_ns": took_ns, "parent": None if number == 1 else 1}
    if tokens is None:
        made = span(1, number, **more)
    else:
        made = chat(1, number, attributes={"gen_ai.usage.input_tokens": tokens}, **more)
    return put_in_trace(made, trace_ids[trace])


def _distinct(drawn: list[tuple[int, int, int, int, int | None]]) -> list[tuple[int, int, int, int, int | None]]:
    return list({each[:2]: each for each in drawn}.values())


@_properties
@given(
    first=st.lists(_spans, min_size=1, max_size=14),
    later=st.lists(st.lists(_spans, max_size=3), max_size=6),
    limit=st.integers(1, 3),
)
def test_pages_of_traces_while_spans_arrive(feed: Feed, first, later, limit: int):
    service, trace_ids = next(_services), [new_trace_id() for _ in range(6)]
    where = SpanFilter(services=(service,))
    as_of = feed.write(request(*(_made(each, trace_ids) for each in _distinct(first)), service=service))
    everything = feed.store.traces(where, Page(1000), as_of)
    assert everything.next is None
    starts = {each.trace_id: each.start_ns for each in everything.items}
    assert ids(everything.items) == sorted(starts, key=lambda one: (starts[one], one), reverse=True)
    found: list[str] = []
    after: Position | None = None
    arriving = iter(later)
    while True:
        page = feed.store.traces(where, Page(limit, after), as_of)
        found += ids(page.items)
        if page.next is None:
            break
        assert page.next.as_of_ns == as_of
        after = page.next
        # More spans for traces that are listed, earlier and later than what they had, and new traces.
        arrived = [
            _made(each, [*trace_ids[:3], *(new_trace_id() for _ in range(3))], 10) for each in next(arriving, [])
        ]
        feed.write(request(*arrived, service=service))
    assert found == ids(everything.items)


@_properties
@given(
    first=st.lists(_spans, min_size=1, max_size=14),
    later=st.lists(st.lists(_spans, max_size=3), max_size=6),
    limit=st.integers(1, 3),
    sort=st.sampled_from(SORT_KEYS),
    descending=st.booleans(),
)
def test_pages_of_spans_while_spans_arrive(feed: Feed, first, later, limit: int, sort, descending: bool):
    service, trace_ids = next(_services), [new_trace_id() for _ in range(6)]
    where = SpanFilter(services=(service,))
    as_of = feed.write(request(*(_made(each, trace_ids) for each in _distinct(first)), service=service))
    known = [each for trace_id in trace_ids for each in whole_trace(feed.store, trace_id)]
    found: list[tuple[str, str]] = []
    after: Position | None = None
    arriving = iter(later)
    while True:
        page = feed.store.spans(where, Page(limit, after), as_of, sort=sort, descending=descending)
        found += keys(page.items)
        if page.next is None:
            break
        after = page.next
        feed.write(request(*(_made(each, trace_ids, 10) for each in next(arriving, [])), service=service))
    assert found == keys(oracle.in_order(known, sort, descending))


def test_copies_that_arrive_while_paging_change_no_place(feed: Feed):
    trace_ids = [new_trace_id() for _ in range(5)]
    spans = [put_in_trace(span(1, 1, after_ns=n), trace_id) for n, trace_id in enumerate(trace_ids)]
    as_of = feed.write(request(*spans))
    found = []
    after = None
    while True:
        page = feed.store.spans(SpanFilter(), Page(2, after), as_of)
        found += keys(page.items)
        feed.write(request(*spans))
        if page.next is None:
            break
        after = page.next
    assert [trace_id for trace_id, _ in found] == trace_ids[::-1]


def test_a_full_last_page_has_no_next(feed: Feed):
    as_of = feed.write(request(*(put_in_trace(span(1, n), new_trace_id()) for n in range(1, 5))))
    for limit, more in ((4, False), (3, True), (5, False)):
        assert (feed.store.traces(SpanFilter(), Page(limit), as_of).next is not None) == more
        assert (feed.store.spans(SpanFilter(), Page(limit), as_of).next is not None) == more

"""A trace while its spans arrive, in any order: every list shows what is known, and nothing jumps."""

from __future__ import annotations

import itertools
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.telemetry import SECOND_NS, span, spans_request
from traceway_collector.query.filters import Page, SpanFilter
from traceway_collector.store.events import EventPlace, EventType

from .conftest import IDS_NS, Feed
from .telemetry import new_trace_id, put_in_trace

# Span -> parent; 1 is the root.
PARENTS = {1: None, 2: 1, 3: 1, 4: 2, 5: 4, 6: 3}


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(list(PARENTS)), cuts=st.sets(st.integers(1, 5)))
def test_spans_in_any_order(feed: Feed, order: list[int], cuts: set[int]):
    store, trace_id = feed.store, new_trace_id()
    here = {number: put_in_trace(span(9, number, parent=parent, after_ns=number * SECOND_NS), trace_id)
            for number, parent in PARENTS.items()}  # fmt: skip
    arrived: set[int] = set()
    place, began, whole = EventPlace(feed.now_ns, feed.now_ns), 0, []
    edges = [0, *sorted(cuts), len(order)]
    for start, stop in itertools.pairwise(edges):
        batch = order[start:stop]
        feed.write(spans_request([here[number] for number in batch]))
        arrived |= set(batch)
        complete = 1 in arrived and all(parent in arrived for each in arrived if (parent := PARENTS[each]))
        summary = store.trace_summary(trace_id)
        assert summary is not None
        assert (summary.span_count, summary.running) == (len(arrived), not complete)
        assert summary.start_ns == min(here[number].start_time_unix_nano for number in arrived)
        assert summary.name == (here[1].name if 1 in arrived else here[min(arrived)].name)
        [listed] = [
            each for each in store.traces(SpanFilter(), Page(1000), feed.now_ns).items if each.trace_id == trace_id
        ]
        assert listed == summary
        spans = store.trace_spans(trace_id, skeleton=True, limit=100).items
        assert [int(each.span_id, 16) for each in spans] == sorted(arrived)
        stretch = store.events(SpanFilter(), place, feed.now_ns + IDS_NS - 1, 1000)
        place = stretch.until
        types = [event.type for event in stretch.events if event.trace_id == trace_id]
        assert types.count(EventType.SPAN_COMPLETED) == len(batch)
        began += types.count(EventType.TRACE_CREATED)
        whole.append((complete, types.count(EventType.TRACE_COMPLETED)))
    assert began == 1
    was = False
    for complete, told in whole:
        assert told == (complete and not was)
        was = complete


def test_read_from_the_very_beginning_what_is_missing_completes_nothing(feed: Feed):
    trace_id = new_trace_id()
    feed.write(spans_request([put_in_trace(span(1, 2, parent=1), trace_id)]))
    stretch = feed.store.events(SpanFilter(), EventPlace.after(0), feed.now_ns + IDS_NS - 1, 1000)
    types = [event.type for event in stretch.events if event.trace_id == trace_id]
    assert types == [EventType.TRACE_CREATED, EventType.SPAN_COMPLETED]


def test_pages_of_any_size_tell_the_same(feed: Feed):
    start = feed.now_ns
    for _ in range(4):
        numbers = random.sample(range(1, 1000), random.randrange(1, 30))
        trace_id = new_trace_id()
        spans = [put_in_trace(span(1, each, parent=numbers[0] if each != numbers[0] else None), trace_id)
                 for each in numbers]  # fmt: skip
        half = len(spans) // 2
        feed.write(*(spans_request(part) for part in (spans[half:], spans[:half]) if part))
    until_ns = feed.now_ns + IDS_NS - 1
    whole = feed.store.events(SpanFilter(), EventPlace(start, start), until_ns, 10_000)
    assert [event.event_id for event in whole.events] == sorted({event.event_id for event in whole.events})
    for limit in (3, 20):
        found, place = [], EventPlace(start, start)
        while place.event_id < until_ns:
            stretch = feed.store.events(SpanFilter(), place, until_ns, limit)
            assert stretch.until.event_id > place.event_id
            found += stretch.events
            place = stretch.until
        assert found == whole.events

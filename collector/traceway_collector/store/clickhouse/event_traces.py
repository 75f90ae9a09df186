"""What arrived as seen by traces: which of them began, and which became whole, with which group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from string import Template
from typing import Any

from ...model import TraceSummary
from ...query.filters import SpanFilter
from ..events import Event, EventPlace, EventType
from . import where as conditions
from .engine import Engine
from .places import Place, bounds
from .reader import SpanReader
from .sqlfiles import read

# Where the events of one span stand behind its place.
TRACE_BEGAN, SPAN, FILE, TRACE_WHOLE = range(4)
# Summaries of so few traces are read at once, without waiting to learn which of them are wanted.
_FEW = 64


@dataclass(frozen=True, slots=True)
class _Course:
    """When a trace began (group and position of its first span), from when until when something of it was missing (0:
    it still is), and the last position of its spans in each group."""

    began: tuple[int, int]
    gaps: Sequence[tuple[int, int]]
    lasts: Mapping[int, int]

    def completions(self) -> Iterator[int]:
        """The groups that made the trace whole."""
        for group in {self.began[0], *(until for _, until in self.gaps)}:
            if group in self.lasts and not any(since <= group and not 0 < until <= group for since, until in self.gaps):
                yield group


class TraceEvents(SpanReader):
    """Reads the events of traces."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        # Queries that need nothing of each other run side by side: planning one takes longer than its data.
        self._beside = ThreadPoolExecutor(4, thread_name_prefix="events")

    def _touched(self, after: EventPlace, upto_ns: int) -> dict[str, Place]:
        """The traces of which something arrived."""
        return self._places_of("touched", {"from_group": after.group_ns, "upto_ns": upto_ns})

    def _named(self, trace_ids: Sequence[str], upto_ns: int) -> dict[str, Place]:
        return self._places_of("named", {"trace_ids": trace_ids, "upto_ns": upto_ns})

    def _trace_events(
        self, where: SpanFilter, places: dict[str, Place], after: EventPlace, end: EventPlace
    ) -> list[Event]:
        """The events of these traces between two places, if they meet the filter now."""
        began: dict[str, tuple[int, int]] = {}
        if where != SpanFilter() and places:
            began = self._matching(where, places, end)
            places = {trace_id: places[trace_id] for trace_id in began}
        if not places:
            return []
        summaries = None
        if len(places) <= _FEW:
            summaries = self._beside.submit(self._known, where, [*places.values()])
        found = [
            event
            for event in self._course_events(places, began, after, end)
            if after.event_id < event.event_id <= end.event_id
        ]
        if summaries is None and found:
            summaries = self._beside.submit(self._known, where, [places[str(event.trace_id)] for event in found])
        known = summaries.result() if summaries else {}
        return [replace(event, trace=known[event.trace_id]) for event in found if event.trace_id in known]

    def _course_events(
        self, places: Mapping[str, Place], began: Mapping[str, tuple[int, int]], after: EventPlace, end: EventPlace
    ) -> Iterator[Event]:
        sql = Template(read("queries/event_traces.sql")).substitute(among=_among("named"))
        for trace_id, first, gaps, lasts in self._engine.query(sql, _parameters(places, after, end)):
            course = _Course(tuple(first), gaps, lasts)
            group, position = began.get(trace_id.hex(), course.began)
            yield _event(EventType.TRACE_CREATED, trace_id.hex(), group, position, TRACE_BEGAN)
            for whole in course.completions():
                yield _event(EventType.TRACE_COMPLETED, trace_id.hex(), whole, course.lasts[whole], TRACE_WHOLE)

    def _matching(self, where: SpanFilter, places: Mapping[str, Place], end: EventPlace) -> dict[str, tuple[int, int]]:
        """The traces that have a span that meets the filter: group and position of the first one."""
        among = _among("named")
        condition = conditions.of_span_in_trace(where, among)
        sql = Template(read("queries/event_traces_matching.sql")).substitute(among=among, where=condition.sql)
        parameters = {**condition.parameters, **_parameters(places, end, end)}
        return {row[0].hex(): row[1] for row in self._engine.query(sql, parameters)}

    def _known(self, where: SpanFilter, places: Sequence[Place]) -> dict[str | None, TraceSummary]:
        summaries = self._summaries(places, conditions.of_trace(where))
        return {summary.trace_id: summary for summary in summaries if _within(summary, where)}

    def _places_of(self, which: str, parameters: Mapping[str, Any]) -> dict[str, Place]:
        sql = Template(read("queries/event_places.sql")).substitute(traces=read(f"queries/event_traces_{which}.sql"))
        return {row[0].hex(): Place(row[0].hex(), *row[1:]) for row in self._engine.query(sql, parameters)}


def _among(which: str) -> str:
    traces = read(f"queries/event_traces_{which}.sql")
    return Template(read("queries/event_traces_among.sql")).substitute(traces=traces)


def _parameters(places: Mapping[str, Place], after: EventPlace, end: EventPlace) -> dict[str, Any]:
    return {
        **bounds([*places.values()]),
        "trace_ids": [*places],
        "from_group": after.group_ns,
        "upto_ns": end.event_id,
    }


def _event(type_: EventType, trace_id: str, group_ns: int, position: int, slot: int) -> Event:
    return Event(group_ns + 4 * position + slot, type_, group_ns, trace_id)


def _within(summary: TraceSummary, where: SpanFilter) -> bool:
    earliest_ns, latest_ns = where.since_ns or 0, where.until_ns
    return earliest_ns <= summary.start_ns and (latest_ns is None or summary.start_ns <= latest_ns)

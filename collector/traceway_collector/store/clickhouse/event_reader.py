"""Events read from what is stored: spans in the order of arrival, and what their arrival meant for their traces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import Template
from typing import Any

from ...model import StoredSpan, TraceSummary
from ...query.filters import SpanFilter
from ..events import Deletion, Event, EventPlace, EventType, Stretch
from . import where as conditions
from .reader import Place, SpanReader, _bounds
from .rows import SKELETON, stored_span
from .sqlfiles import read

# Where the events of one span stand behind its place.
_TRACE_BEGAN, _SPAN, _FILE, _TRACE_WHOLE = range(4)
_FAILED = 2
_WRITE = "fs_write"
_NO_TRACE = bytes(16)
# Whoever reads with a filter looks at so many traces at once, whether they match or not.
_TRACES_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A span, its ``place`` in the order of arrival, and its group."""

    span: StoredSpan
    place: int
    group_ns: int


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


class EventReader(SpanReader):
    """Implements ``store.Events``."""

    def events(self, where: SpanFilter, after: EventPlace, until_ns: int, limit: int) -> Stretch:
        """See ``store.Events.events``."""
        every = where == SpanFilter()
        end = EventPlace(until_ns, until_ns + 1)
        if not every:
            end = self._horizon(after, until_ns)
        arrived = self._arrived(where, after, end.event_id, limit)
        if len(arrived) >= limit:
            end = EventPlace(arrived[-1].place + _TRACE_WHOLE, arrived[-1].group_ns)
        events = [*self._deletions(after, end)]
        current = self._current(arrived, until_ns, looked_at_all=end.event_id == until_ns)
        events += [_span_event(each) for each in current]
        events += self._file_events(current, until_ns)
        events += self._trace_events(where, [each.span.trace_id for each in arrived] if every else None, after, end)
        told = [event for event in events if after.event_id < event.event_id <= end.event_id]
        told.sort(key=lambda event: (event.event_id, event.trace_id or "", event.span.span_id if event.span else ""))
        return Stretch(told, end)

    def record_deletion(self, deletion: Deletion, ingested_ns: int) -> None:
        """See ``store.Events.record_deletion``."""
        trace_id = bytes.fromhex(deletion.trace_id) if deletion.trace_id else _NO_TRACE
        row = (trace_id, deletion.before_ns or 0, deletion.deleted, ingested_ns)
        self._engine.insert_rows("deletions", ("trace_id", "before_ns", "deleted", "ingested_ns"), [row])

    def newest_group_ns(self) -> int:
        """See ``store.Events.newest_group_ns``."""
        return int(self._engine.query(read("queries/newest_stamp.sql"))[0][0])

    def _horizon(self, after: EventPlace, until_ns: int) -> EventPlace:
        parameters = {"from_group": after.group_ns, "upto_ns": until_ns, "rows": _TRACES_AT_ONCE}
        found = self._engine.query(read("queries/event_horizon.sql"), parameters)
        return EventPlace(found[0][0] - 1, found[0][0]) if found else EventPlace(until_ns, until_ns + 1)

    def _arrived(self, where: SpanFilter, after: EventPlace, upto_ns: int, limit: int) -> list[_Arrived]:
        condition = conditions.of_spans(where)
        sql = Template(read("queries/event_spans.sql")).substitute(columns=", ".join(SKELETON), where=condition.sql)
        parameters = {
            **condition.parameters,
            "from_group": after.group_ns,
            "after_id": after.event_id,
            "upto_ns": upto_ns,
            "limit": limit,
        }
        rows = self._engine.query(sql, parameters, binary=())
        return [_Arrived(stored_span(row[:-2]), row[-2], row[-1]) for row in rows]

    def _current(self, arrived: Sequence[_Arrived], as_of_ns: int, *, looked_at_all: bool) -> list[_Arrived]:
        """Of each span the last copy: merges keep that one, so the others are not told."""
        last = {(each.span.trace_id, each.span.span_id): each for each in arrived}
        if looked_at_all or not last:
            return list(last.values())
        keys = {
            key: (0, bytes.fromhex(key[0]), bytes.fromhex(key[1]), each.place, each.group_ns)
            for key, each in last.items()
        }
        kept = {key[1:3] for key in self._without_superseded([*keys.values()], as_of_ns)}
        return [each for key, each in last.items() if keys[key][1:3] in kept]

    def _file_events(self, arrived: Sequence[_Arrived], upto_ns: int) -> Iterator[Event]:
        written = [each for each in arrived if each.span.facts.kind == _WRITE and each.span.facts.file_version]
        if not written:
            return
        parameters = {"versions": list({each.span.facts.file_version for each in written}), "upto_ns": upto_ns}
        found = self._engine.query(read("queries/event_file_versions.sql"), parameters, binary=())
        first = {(path, version): place for path, version, place in found}
        for each in written:
            if first.get((each.span.facts.file_path, each.span.facts.file_version)) == each.place:
                yield _event(EventType.FILE_VERSION_CREATED, each, _FILE)

    def _trace_events(
        self, where: SpanFilter, trace_ids: Sequence[str] | None, after: EventPlace, end: EventPlace
    ) -> list[Event]:
        """``trace_ids``: the traces to look at; None for all that something arrived of."""
        traces = read(f"queries/event_traces_{'touched' if trace_ids is None else 'named'}.sql")
        parameters: dict[str, Any] = {"from_group": after.group_ns, "upto_ns": end.event_id}
        if trace_ids is not None:
            parameters["trace_ids"] = list(dict.fromkeys(trace_ids))
        rows = self._engine.query(Template(read("queries/event_places.sql")).substitute(traces=traces), parameters)
        places = {row[0].hex(): Place(row[0].hex(), *row[1:]) for row in rows}
        if not places:
            return []
        parameters |= _bounds([*places.values()])
        among = Template(read("queries/event_traces_among.sql"))
        began: dict[str, tuple[int, int]] = {}
        if trace_ids is None:
            began = self._matching(where, among.substitute(traces=traces), parameters)
            parameters["trace_ids"] = list(began)
            if not began:
                return []
        sql = Template(read("queries/event_traces.sql")).substitute(
            among=among.substitute(traces=read("queries/event_traces_named.sql"))
        )
        courses = {row[0].hex(): _Course(tuple(row[1]), row[2], row[3]) for row in self._engine.query(sql, parameters)}
        found = []
        for trace_id, course in courses.items():
            group, position = began.get(trace_id, course.began)
            found.append(_trace_event(EventType.TRACE_CREATED, trace_id, group, position, _TRACE_BEGAN))
            for whole in course.completions():
                last = course.lasts[whole]
                found.append(_trace_event(EventType.TRACE_COMPLETED, trace_id, whole, last, _TRACE_WHOLE))
        return self._with_summaries(
            where, [each for each in found if after.event_id < each.event_id <= end.event_id], places
        )

    def _matching(self, where: SpanFilter, among: str, parameters: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
        condition = conditions.of_span_in_trace(where, among)
        sql = Template(read("queries/event_traces_matching.sql")).substitute(among=among, where=condition.sql)
        return {row[0].hex(): row[1] for row in self._engine.query(sql, {**condition.parameters, **parameters})}

    def _with_summaries(self, where: SpanFilter, events: Sequence[Event], places: Mapping[str, Place]) -> list[Event]:
        """The events of traces that meet the filter now, with what is known of them now."""
        wanted = list(dict.fromkeys(event.trace_id for event in events if event.trace_id))
        if not wanted:
            return []
        summaries = self._summaries([places[trace_id] for trace_id in wanted], conditions.of_trace(where))
        known = {summary.trace_id: summary for summary in summaries if _within(summary, where)}
        return [
            Event(event.event_id, event.type, event.at_ns, event.trace_id, trace=known[event.trace_id])
            for event in events
            if event.trace_id in known
        ]

    def _deletions(self, after: EventPlace, end: EventPlace) -> Iterator[Event]:
        parameters = {"after_id": after.event_id, "upto_ns": end.event_id}
        for stamp, trace_id, before_ns, deleted in self._engine.query(read("queries/event_deletions.sql"), parameters):
            if trace_id == _NO_TRACE:
                yield Event(stamp, EventType.CLEARED, stamp, deleted=deleted, before_ns=before_ns)
            else:
                yield Event(stamp, EventType.TRACE_DELETED, stamp, trace_id.hex(), deleted=deleted)


def _span_event(arrived: _Arrived) -> Event:
    if not arrived.span.end_ns:
        return _event(EventType.SPAN_CREATED, arrived, _SPAN)
    failed = arrived.span.status_code == _FAILED
    return _event(EventType.SPAN_FAILED if failed else EventType.SPAN_COMPLETED, arrived, _SPAN)


def _event(type_: EventType, arrived: _Arrived, slot: int) -> Event:
    return Event(arrived.place + slot, type_, arrived.group_ns, arrived.span.trace_id, span=arrived.span)


def _trace_event(type_: EventType, trace_id: str, group_ns: int, position: int, slot: int) -> Event:
    return Event(group_ns + 4 * position + slot, type_, group_ns, trace_id)


def _within(summary: TraceSummary, where: SpanFilter) -> bool:
    return (where.since_ns or 0) <= summary.start_ns and (where.until_ns is None or summary.start_ns <= where.until_ns)

"""Events read from what is stored: spans in the order of arrival, and what their arrival meant for traces and files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import Template

from ...model import StoredSpan
from ...query.filters import SpanFilter
from ..events import Deletion, Event, EventPlace, EventType, Stretch
from . import where as conditions
from .event_traces import FILE, SPAN, TRACE_WHOLE, TraceEvents
from .rows import SKELETON, stored_span
from .sqlfiles import read

_FAILED = 2
_WRITE = "fs_write"
_NO_TRACE = bytes(16)
# Whoever reads with a filter looks at so many traces at once, whether they match or not.
_TRACES_AT_ONCE = 2_000
# Who is no further behind than this reads what arrived of traces and of spans side by side.
_CLOSE_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A span, its ``place`` in the order of arrival, and its group."""

    span: StoredSpan
    place: int
    group_ns: int


class EventReader(TraceEvents):
    """Implements ``store.Events``."""

    def events(self, where: SpanFilter, after: EventPlace, until_ns: int, limit: int) -> Stretch:
        """See ``store.Events.events``."""
        close = until_ns - after.event_id <= _CLOSE_NS
        every = where == SpanFilter()
        end = EventPlace(until_ns, until_ns + 1)
        if not every and not close:
            end = self._horizon(after, until_ns)
        reading = self._beside.submit(self._arrived, where, after, end.event_id, limit)
        deletions = self._beside.submit(self._deletions, after, until_ns)
        places = self._touched(after, end.event_id) if close or not every else {}
        arrived = reading.result()
        cut = len(arrived) >= limit
        if cut:
            end = EventPlace(arrived[-1].place + TRACE_WHOLE, arrived[-1].group_ns)
        if every and (cut or not close):
            places = self._named(list({each.span.trace_id for each in arrived}), end.event_id)
        spans = self._beside.submit(self._span_events, arrived, until_ns, looked_at_all=end.event_id == until_ns)
        events = [*self._trace_events(where, places, after, end), *spans.result(), *deletions.result()]
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

    def _span_events(self, arrived: Sequence[_Arrived], until_ns: int, *, looked_at_all: bool) -> list[Event]:
        current = self._current(arrived, until_ns, looked_at_all=looked_at_all)
        return [*map(_span_event, current), *self._file_events(current, until_ns)]

    def _file_events(self, arrived: Sequence[_Arrived], upto_ns: int) -> Iterator[Event]:
        written = [each for each in arrived if each.span.facts.kind == _WRITE and each.span.facts.file_version]
        if not written:
            return
        parameters = {"versions": list({each.span.facts.file_version for each in written}), "upto_ns": upto_ns}
        found = self._engine.query(read("queries/event_file_versions.sql"), parameters, binary=())
        first = {(path, version): place for path, version, place in found}
        for each in written:
            if first.get((each.span.facts.file_path, each.span.facts.file_version)) == each.place:
                yield _event(EventType.FILE_VERSION_CREATED, each, FILE)

    def _deletions(self, after: EventPlace, upto_ns: int) -> list[Event]:
        parameters = {"after_id": after.event_id, "upto_ns": upto_ns}
        found = []
        for stamp, trace_id, before_ns, deleted in self._engine.query(read("queries/event_deletions.sql"), parameters):
            if trace_id == _NO_TRACE:
                found.append(Event(stamp, EventType.CLEARED, stamp, deleted=deleted, before_ns=before_ns))
            else:
                found.append(Event(stamp, EventType.TRACE_DELETED, stamp, trace_id.hex(), deleted=deleted))
        return found


def _span_event(arrived: _Arrived) -> Event:
    if not arrived.span.end_ns:
        return _event(EventType.SPAN_CREATED, arrived, SPAN)
    failed = arrived.span.status_code == _FAILED
    return _event(EventType.SPAN_FAILED if failed else EventType.SPAN_COMPLETED, arrived, SPAN)


def _event(type_: EventType, arrived: _Arrived, slot: int) -> Event:
    return Event(arrived.place + slot, type_, arrived.group_ns, arrived.span.trace_id, span=arrived.span)

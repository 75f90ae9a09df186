"""The content of spans: messages in any dialect, from the span itself and from log records that belong to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from traceway_semconv.messages import CONTENT_EVENTS, Content, Event, LogEvent, content_of

from ..model import StoredLog, StoredSpan
from ..store import Reader
from .wire.values import python_value, python_values

ContentEvents = Mapping[tuple[str, bytes], Sequence[LogEvent]]
"""By trace and span."""


def contents(store: Reader, spans: Sequence[StoredSpan]) -> Iterator[tuple[StoredSpan, Content | None]]:
    """Each span with its content; None for a skeleton. The content events of all their traces are read at once."""
    events = content_events(store, {stored.trace_id for stored in spans if stored.message is not None})
    for stored in spans:
        yield stored, content(stored, events)


def content_events(store: Reader, trace_ids: Collection[str]) -> ContentEvents:
    """The log records of these traces that hold content."""
    by_span: dict[tuple[str, bytes], list[LogEvent]] = defaultdict(list)
    for log in store.trace_logs(sorted(trace_ids), event_names=CONTENT_EVENTS) if trace_ids else ():
        by_span[log.record.trace_id.hex(), log.record.span_id].append(_log_event(log))
    return by_span


def content(stored: StoredSpan, events: ContentEvents) -> Content | None:
    """The content of one span; None for a skeleton. ``events``: those of its trace."""
    if stored.message is None or stored.origin is None:
        return None
    logs = events.get((stored.trace_id, bytes.fromhex(stored.span_id)), ())
    return content_of(
        python_values(stored.message.attributes),
        [Event(event.name, python_values(event.attributes)) for event in stored.message.events],
        logs,
        kind=stored.facts.kind,
        scope_name=stored.origin.scope.name,
    )


def _log_event(log: StoredLog) -> LogEvent:
    sent = python_values(log.record.attributes)
    return LogEvent(log.record.event_name or str(sent.get("event.name", "")), sent, python_value(log.record.body))

"""The content of spans: messages in any dialect, from the span itself and from log records that belong to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from traceway_semconv.messages import CONTENT_EVENTS, Content, Event, LogEvent, content_of

from ..model import StoredLog, StoredSpan
from ..store import Reader
from .wire.values import python_value, python_values


def contents(store: Reader, spans: Sequence[StoredSpan]) -> Iterator[tuple[StoredSpan, Content | None]]:
    """Each span with its content; None for a skeleton. The content events of all their traces are read at once."""
    whole = sorted({stored.trace_id for stored in spans if stored.message is not None})
    by_span: dict[tuple[str, bytes], list[LogEvent]] = defaultdict(list)
    for log in store.trace_logs(whole, event_names=CONTENT_EVENTS) if whole else ():
        by_span[log.record.trace_id.hex(), log.record.span_id].append(_log_event(log))
    for stored in spans:
        logs = by_span.get((stored.trace_id, bytes.fromhex(stored.span_id)), ())
        yield stored, _content(stored, logs)


def _content(stored: StoredSpan, logs: Sequence[LogEvent]) -> Content | None:
    if stored.message is None or stored.origin is None:
        return None
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

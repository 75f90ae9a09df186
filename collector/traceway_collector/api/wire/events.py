"""Events as server-sent events: an integer id, and JSON that names its type."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import orjson

from ...model import StoredSpan
from ...store.events import Event, EventType
from .spans import span
from .traces import trace
from .values import time_at


def encoded(events: Sequence[Event]) -> list[bytes]:
    """Each event as it goes over the wire. Spans that were stored before they had a place in their group share an id;
    the last of them bears it, so that no reader who comes back misses any."""
    return [
        (b"" if following and following.event_id == event.event_id else b"id: %d\n" % event.event_id)
        + b"data: "
        + orjson.dumps(payload(event))
        + b"\n\n"
        for event, following in zip_longest(events, events[1:])
    ]


def payload(event: Event) -> dict[str, Any]:
    """What an event says."""
    shape: dict[str, Any] = {"type": event.type.value, "at": time_at(event.at_ns)}
    if event.trace_id is not None:
        shape["trace_id"] = event.trace_id
    if event.span is not None:
        if event.type is EventType.FILE_VERSION_CREATED:
            shape["file"] = _file(event.span)
        else:
            shape["span"] = span(event.span)
    if event.trace is not None:
        shape["trace"] = trace(event.trace)
    if event.deleted is not None:
        shape["deleted"] = event.deleted
    if event.before_ns is not None:
        shape["before"] = time_at(event.before_ns)
    return shape


def _file(stored: StoredSpan) -> dict[str, Any]:
    facts = stored.facts
    return {
        "path": facts.file_path,
        "version": facts.file_version,
        "operation": facts.file_operation,
        "bytes_written": facts.file_bytes,
        "span_id": stored.span_id,
        "service": stored.service or None,
        "written_at": time_at(stored.end_ns),
    }

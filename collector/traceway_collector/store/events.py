"""Events: the store read in the order in which things arrived.

An event is never kept: it follows from what is stored. So reading while data arrives and reading it again later are the
same thing, and nothing is missed between the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ..model import StoredSpan, TraceSummary
from ..query.filters import SpanFilter


class EventType(StrEnum):
    """What happened. Spans arrive when they have ended: ``SPAN_CREATED`` is one whose end is not known."""

    TRACE_CREATED = "trace_created"
    SPAN_CREATED = "span_created"
    SPAN_COMPLETED = "span_completed"
    SPAN_FAILED = "span_failed"
    FILE_VERSION_CREATED = "file_version_created"
    TRACE_COMPLETED = "trace_completed"
    TRACE_DELETED = "trace_deleted"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Event:
    """One event. ``event_id`` grows in the order of arrival; ``at_ns`` is when its group was committed.

    A trace's event has its ``trace`` as it is when read, a span's the skeleton of its ``span``, and so has that of a
    version of a file, which that span wrote. Deletions count what they ``deleted``; ``before_ns``: see ``Deletion``.
    """

    event_id: int
    type: EventType
    at_ns: int
    trace_id: str | None = None
    span: StoredSpan | None = None
    trace: TraceSummary | None = None
    deleted: int | None = None
    before_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Deletion:
    """Something that was deleted on demand: a trace, or everything that arrived before a time. ``deleted`` counts its
    spans, and log records and points if it was no trace."""

    deleted: int
    trace_id: str | None = None
    before_ns: int | None = None


@dataclass(frozen=True, slots=True)
class EventPlace:
    """How far someone has read. ``group_ns``: no group stamped before it has events above ``event_id``."""

    event_id: int
    group_ns: int

    @classmethod
    def after(cls, event_id: int) -> EventPlace:
        """The place behind an event of which nothing else is known. A group has its ids close behind its stamp."""
        return cls(event_id, max(0, event_id - WIDEST_GROUP_NS))


WIDEST_GROUP_NS = 1 << 26
"""Ids that a group may take behind its stamp: those of 16 million spans."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Events in order, and how far they reach: whatever lies between is told."""

    events: Sequence[Event]
    until: EventPlace


@dataclass(frozen=True, slots=True)
class ServiceArrivals:
    """When a service was heard of last, and how many of its spans arrived within an hour."""

    service: str
    last_ns: int
    spans_last_hour: int


class Events(Protocol):
    """The part of a store that tells what arrived."""

    def events(self, where: SpanFilter, after: EventPlace, until_ns: int, limit: int) -> Stretch:
        """The events of some ``limit`` spans after a place and up to ``until_ns``, a watermark.

        With a filter: spans and versions of files that meet it, traces that meet it now, and every deletion. The first
        span of a trace that meets it creates the trace, as far as the filter goes."""

    def record_deletion(self, deletion: Deletion, ingested_ns: int) -> None:
        """Keep that something was deleted, under a stamp of its own."""

    def newest_group_ns(self) -> int:
        """The latest stamp there is; 0 if there is none."""

    def arrival_lag_ms(self, since_ns: int) -> tuple[float, float] | None:
        """How long after their end spans were taken for commit that were since then, in milliseconds: in the middle,
        and for one in twenty. None if there were none."""

    def services(self, as_of_ns: int) -> Sequence[ServiceArrivals]:
        """The services heard of within a week, the last one first. ``as_of_ns`` is a watermark."""

    def forget_arrivals(self) -> None:
        """Called after a deletion: what ``services`` has counted is counted anew."""

"""The contract of a store: what the collector may rely on, and what every backend must keep.

Writing and reading are separate roles. All methods are synchronous and are called from worker threads, several at a
time; a store must allow that. A store knows nothing of HTTP, gRPC or JSON.

Errors: ``Unavailable`` when the same call may succeed later, ``Unsupported`` for what the backend cannot do (never an
approximation in silence), ``RefusedRequest`` from ``write`` alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from traceway_semconv.prices import PriceRow

from ..errors import BadInput
from ..model import (
    Aggregated,
    Facets,
    IdsFound,
    MetricName,
    SessionSummary,
    Signal,
    StoredLog,
    StoredMetric,
    StoredSpan,
    TraceColumns,
    TraceSummary,
)
from ..query.filters import Aggregation, LogFilter, Page, Position, SpanFilter, SpanSort
from .events import Events
from .files import Files
from .paging import PageOf


class RefusedRequest(BadInput):
    """The backend will never take this data, however often it is sent. Raised only if nothing of the group was kept."""


@dataclass(frozen=True, slots=True)
class Request:
    """One admitted OTLP export request.

    ``body`` is the protobuf bytes of ``Export{Trace,Logs,Metrics}ServiceRequest``, already validated. ``request_id``
    is the same for an identical retry. ``items`` counts spans, log records or data points in ``body``.
    """

    signal: Signal
    request_id: int
    body: bytes
    items: int


class Writer(Protocol):
    """The write role."""

    def write(self, signal: Signal, group: Sequence[Request], ingested_ns: int) -> None:
        """Commit a group of requests of one signal, whole or not at all, and return when it is durable and readable.

        ``ingested_ns`` grows from group to group and is what ``Position.as_of_ns`` refers to. MUST be safe to call from
        several threads. MUST leave nothing behind when it raises. Raises ``RefusedRequest`` if sending the same group
        again cannot help (the caller then tries its requests one by one) and ``Unavailable`` if it may.
        """

    def recent_request_ids(self, signal: Signal, limit: int) -> Sequence[int]:
        """Ids of the requests committed last, oldest first: a retry after a crash is recognised by them."""


class Reader(Protocol):
    """The read role. Rows a caller gets are its own. Spans that were stored twice are given once, the later one."""

    def traces(self, where: SpanFilter, page: Page, as_of_ns: int) -> PageOf[TraceSummary]:
        """Traces, newest start first. With ``page.after`` set its ``as_of_ns`` counts, else the argument."""

    def trace_summary(self, trace_id: str) -> TraceSummary | None:
        """The summary of one trace; None for an unknown id."""

    def trace_spans(
        self, trace_id: str, *, skeleton: bool, limit: int, after: Position | None = None
    ) -> PageOf[StoredSpan]:
        """Spans of one trace, oldest start first; empty for an unknown id. ``skeleton`` leaves ``message`` out."""

    def trace_pages(
        self, trace_ids: Sequence[str], among: Collection[bytes] | None = None
    ) -> Iterator[Sequence[StoredSpan]]:
        """All spans of these traces with their messages, or those with one of the ids in ``among``: trace by trace in
        the order of their ids, a long one in several pages, each of them oldest first and small enough to be held in
        memory. What arrives while they are read may be among them."""

    def parquet_texts(self, path: Path, column: str) -> Iterator[Sequence[str | None]]:
        """The values of a column of texts in a Parquet file on this machine, in their order, page by page. Raises
        ``BadInput`` if it is no such file or has no such column, ``Unsupported`` if the backend cannot see it."""

    def trace_columns(self, trace_id: str, limit: int) -> TraceColumns | None:
        """What a tree is made of: the first ``limit`` spans of one trace by their starts; None for an unknown id."""

    def spans(
        self,
        where: SpanFilter,
        page: Page,
        as_of_ns: int,
        *,
        sort: SpanSort = "started_at",
        descending: bool = True,
        skeleton: bool = True,
    ) -> PageOf[StoredSpan]:
        """Spans in the order asked for; unknown values sort last. ``skeleton`` leaves ``message`` out."""

    def span(self, span_id: str, trace_id: str | None = None) -> Sequence[StoredSpan]:
        """The spans with this id, with their messages: none, one, or several when traces share a span id."""

    def aggregate(self, asked: Aggregation) -> Aggregated:
        """Numbers about all spans that are there now, and about groups of them. Tokens and cost count once a call,
        whoever recorded it, and with the group of the span that says most of it; copies of a span count once.

        With ``Buckets.zone`` the times in keys are as clocks there show them (``query.buckets.start_ns``)."""

    def time_range(self, where: SpanFilter) -> tuple[int, int] | None:
        """When the first and the last span started of those that meet the filter; None if there is none."""

    def ids_beginning(self, prefix: str, limit: int) -> IdsFound:
        """Traces and spans whose ids begin with these lowercase digits, up to ``limit`` of each, in order."""

    def sessions(self, where: SpanFilter, page: Page, as_of_ns: int) -> PageOf[SessionSummary]:
        """Sessions, last active first. What a span must meet, one of a trace of the session must; the rest (status,
        duration, tokens, cost) is about the session as a whole, and ``since_ns``/``until_ns`` bound ``last_ns``."""

    def session_summary(self, session_id: str) -> SessionSummary | None:
        """The summary of one session; None for an unknown id."""

    def session_traces(self, session_id: str, page: Page, as_of_ns: int) -> PageOf[TraceSummary]:
        """The traces that name a session, oldest start first; empty for an unknown id."""

    def price(self, provider: str, model: str, day: date) -> PriceRow:
        """What a model costs on a day (UTC), by the prices that new spans get. "" is not known."""

    def facets(self, where: SpanFilter, keys: Sequence[tuple[str, str]], *, limit: int, prefix: str = "") -> Facets:
        """What values there are among spans, the most frequent first. ``keys``: names of the query language, with the
        name of the attribute where it is "attribute" or "resource", else "". ``prefix``: only values in which it is
        found, in any case, those that begin with it first. Looks at the newest spans if there are very many."""

    def attribute_names(self, limit: int) -> Sequence[str]:
        """Names of attributes of the newest spans, the most frequent first."""

    def logs(self, where: LogFilter, page: Page, as_of_ns: int) -> PageOf[StoredLog]:
        """Log records, newest first."""

    def trace_logs(self, trace_ids: Sequence[str], *, event_names: Sequence[str] = ()) -> Sequence[StoredLog]:
        """Log records of these traces, oldest first; only those named, if names are given."""

    def metric_points(
        self, name: str, page: Page, as_of_ns: int, *, since_ns: int | None = None, until_ns: int | None = None
    ) -> PageOf[StoredMetric]:
        """Data points of one metric, newest first."""

    def metric_names(self) -> Sequence[MetricName]:
        """Every metric name with what is known of it, in alphabetical order."""

    def stats(self) -> dict[str, int]:
        """Rows and bytes on disk: ``spans``, ``logs``, ``metric_points``, ``disk_bytes``; contents of files that are
        kept, and their bytes as they were sent: ``file_contents``, ``file_bytes``."""


class Keeper(Protocol):
    """The role that forgets and corrects."""

    def delete_trace(self, trace_id: str) -> int:
        """Delete a trace, its spans and its log records, for good: gone from every table when this returns.
        The number of spans deleted; 0 for an unknown id.

        Contents of files go with the last span that refers to them, unless they were sent for another trace of late,
        whose spans may be on their way."""

    def delete_before(self, before_ns: int) -> int:
        """Delete all telemetry that was ingested before this time, and contents of files that nothing refers to then.
        The number of spans, logs and points deleted."""

    def set_retention(self, days: int | None) -> None:
        """Forget telemetry ``days`` days after it was ingested; None keeps it for ever."""

    def reprice(self, *, since_ns: int | None = None, until_ns: int | None = None) -> int:
        """Compute the cost of stored spans again with today's prices; reported costs stay. How many spans changed."""


class Store(Writer, Reader, Events, Files, Keeper, Protocol):
    """All roles, and a life cycle."""

    name: str

    def ping(self) -> None:
        """Return if the store answers; raise ``Unavailable`` if it does not."""

    def close(self) -> None:
        """Release everything. Idempotent."""


__all__ = [
    "Events",
    "Files",
    "Keeper",
    "Page",
    "PageOf",
    "Position",
    "Reader",
    "RefusedRequest",
    "Request",
    "Store",
    "Writer",
]

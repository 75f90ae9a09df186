"""A store in memory, over the official protobuf messages: the contract at its plainest, to test what lies above it.

It keeps every group that was written with its ``ingested_ns`` and answers each question by going through all of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric

from traceway_collector.model import (
    MetricName,
    Origin,
    Signal,
    SpanFacts,
    StoredLog,
    StoredMetric,
    StoredSpan,
    TraceSummary,
)
from traceway_collector.query.filters import LogFilter, Page, Position, SpanFilter
from traceway_collector.store import PageOf, Request

from .memory_live import MemoryArrivals


class MemoryStore(MemoryArrivals):
    name = "memory"

    def __init__(self):
        self._lock = threading.Lock()
        self._spans: dict[tuple[str, str], tuple[int, StoredSpan]] = {}
        self._logs: list[tuple[int, StoredLog]] = []
        self._points: list[tuple[int, StoredMetric]] = []
        self._request_ids: list[tuple[Signal, int]] = []

    # writing

    def write(self, signal: Signal, group: Sequence[Request], ingested_ns: int) -> None:
        with self._lock:
            for request in group:
                self._keep[signal](self, request.body, ingested_ns)
                self._request_ids.append((signal, request.request_id))

    def recent_request_ids(self, signal: Signal, limit: int) -> Sequence[int]:
        return [request_id for kept, request_id in self._request_ids if kept == signal][-limit:]

    def _keep_spans(self, body: bytes, ingested_ns: int) -> None:
        for resource_spans in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope_spans in resource_spans.scope_spans:
                origin = origin_of(resource_spans, scope_spans)
                for span in scope_spans.spans:
                    stored = stored_span(span, origin)
                    self._spans[stored.trace_id, stored.span_id] = (ingested_ns, stored)

    def _keep_logs(self, body: bytes, ingested_ns: int) -> None:
        for resource_logs in ExportLogsServiceRequest.FromString(body).resource_logs:
            for scope_logs in resource_logs.scope_logs:
                origin = origin_of(resource_logs, scope_logs)
                for record in scope_logs.log_records:
                    log_id = f"{len(self._logs):016x}"
                    self._logs.append((ingested_ns, StoredLog(log_id, service_of(origin) or "", record, origin)))

    def _keep_points(self, body: bytes, ingested_ns: int) -> None:
        for resource_metrics in ExportMetricsServiceRequest.FromString(body).resource_metrics:
            for scope_metrics in resource_metrics.scope_metrics:
                origin = origin_of(resource_metrics, scope_metrics)
                for metric in scope_metrics.metrics:
                    for single in single_points(metric):
                        time_ns = points_of(single)[0].time_unix_nano
                        self._points.append(
                            (ingested_ns, StoredMetric(service_of(origin) or "", time_ns, single, origin))
                        )

    _keep = {Signal.TRACES: _keep_spans, Signal.LOGS: _keep_logs, Signal.METRICS: _keep_points}  # noqa: RUF012

    # reading

    def traces(self, where: SpanFilter, page: Page, as_of_ns: int) -> PageOf[TraceSummary]:
        as_of_ns = page.after.as_of_ns if page.after else as_of_ns
        with self._lock:
            seen = [span for at, span in self._spans.values() if at <= as_of_ns]
        by_trace: dict[str, list[StoredSpan]] = {}
        for span in seen:
            by_trace.setdefault(span.trace_id, []).append(span)
        found = [summary(spans) for spans in by_trace.values() if any(span_fits(span, where) for span in spans)]
        found = [trace for trace in found if trace_fits(trace, where)]
        return page_of(found, page, as_of_ns, lambda t: (t.start_ns, t.trace_id, ""), descending=True)

    def trace_summary(self, trace_id: str) -> TraceSummary | None:
        spans = self._of_trace(trace_id)
        return summary(spans) if spans else None

    def trace_spans(
        self, trace_id: str, *, skeleton: bool, limit: int, after: Position | None = None
    ) -> PageOf[StoredSpan]:
        spans = [bare(span) if skeleton else span for span in self._of_trace(trace_id)]
        return page_of(spans, Page(limit, after), 0, lambda s: (s.start_ns, s.trace_id, s.span_id), descending=False)

    def spans(
        self,
        where: SpanFilter,
        page: Page,
        as_of_ns: int,
        *,
        sort: str = "started_at",
        descending: bool = True,
        skeleton: bool = True,
    ) -> PageOf[StoredSpan]:
        as_of_ns = page.after.as_of_ns if page.after else as_of_ns
        with self._lock:
            seen = [span for at, span in self._spans.values() if at <= as_of_ns]
        found = [span for span in seen if span_fits(span, where) and whole_span_fits(span, where)]
        found = [bare(span) for span in found] if skeleton else found
        key = SORTS[sort]
        return page_of(found, page, as_of_ns, lambda s: (key(s), s.trace_id, s.span_id), descending=descending)

    def span(self, span_id: str, trace_id: str | None = None) -> Sequence[StoredSpan]:
        with self._lock:
            return [s for _, s in self._spans.values() if s.span_id == span_id and trace_id in (None, s.trace_id)]

    def logs(self, where: LogFilter, page: Page, as_of_ns: int) -> PageOf[StoredLog]:
        as_of_ns = page.after.as_of_ns if page.after else as_of_ns
        with self._lock:
            found = [log for at, log in self._logs if at <= as_of_ns and log_fits(log, where)]
        return page_of(found, page, as_of_ns, lambda g: (g.record.time_unix_nano, "", g.log_id), descending=True)

    def trace_logs(self, trace_ids: Sequence[str], *, event_names: Sequence[str] = ()) -> Sequence[StoredLog]:
        with self._lock:
            found = [log for _, log in self._logs if log.record.trace_id.hex() in trace_ids]
        return [log for log in found if not event_names or log.record.event_name in event_names]

    def metric_points(
        self, name: str, page: Page, as_of_ns: int, *, since_ns: int | None = None, until_ns: int | None = None
    ) -> PageOf[StoredMetric]:
        as_of_ns = page.after.as_of_ns if page.after else as_of_ns
        with self._lock:
            kept = [(number, point) for number, (at, point) in enumerate(self._points) if at <= as_of_ns]
        found = [(n, p) for n, p in kept if p.metric.name == name and between(p.time_ns, since_ns, until_ns)]
        rows = page_of(found, page, as_of_ns, lambda row: (row[1].time_ns, "", f"{row[0]:016x}"), descending=True)
        return PageOf([point for _, point in rows.items], rows.next)

    def metric_names(self) -> Sequence[MetricName]:
        by_name: dict[str, list[Metric]] = {}
        with self._lock:
            for _, point in self._points:
                by_name.setdefault(point.metric.name, []).append(point.metric)
        return [
            MetricName(name, kept[-1].unit, kept[-1].description, kept[-1].WhichOneof("data") or "", len(kept))
            for name, kept in sorted(by_name.items())
        ]

    def stats(self) -> dict[str, int]:
        return {
            "spans": len(self._spans),
            "logs": len(self._logs),
            "metric_points": len(self._points),
            "disk_bytes": 0,
        }

    # forgetting

    def delete_trace(self, trace_id: str) -> int:
        with self._lock:
            doomed = [key for key in self._spans if key[0] == trace_id]
            for key in doomed:
                del self._spans[key]
            self._logs = [(at, log) for at, log in self._logs if log.record.trace_id.hex() != trace_id]
        return len(doomed)

    def delete_before(self, before_ns: int) -> int:
        with self._lock:
            before = len(self._spans) + len(self._logs) + len(self._points)
            self._spans = {key: row for key, row in self._spans.items() if row[0] >= before_ns}
            self._logs = [row for row in self._logs if row[0] >= before_ns]
            self._points = [row for row in self._points if row[0] >= before_ns]
            return before - len(self._spans) - len(self._logs) - len(self._points)

    def set_retention(self, days: int | None) -> None:
        """Nothing here grows old."""

    def reprice(self, *, since_ns: int | None = None, until_ns: int | None = None) -> int:
        return 0

    def ping(self) -> None:
        """Memory answers."""

    def close(self) -> None:
        """Nothing to release."""

    def _of_trace(self, trace_id: str) -> list[StoredSpan]:
        with self._lock:
            return [span for _, span in self._spans.values() if span.trace_id == trace_id]


SORTS: dict[str, Callable[[StoredSpan], int | float | None]] = {
    "started_at": lambda span: span.start_ns,
    "duration": lambda span: span.duration_ns,
    "tokens": lambda span: tokens(span.facts),
    "cost": lambda span: span.facts.cost_usd,
}


def page_of(
    rows: Iterable[Any], page: Page, as_of_ns: int, key: Callable[[Any], Any], *, descending: bool
) -> PageOf[Any]:
    """Rows by (value, ids), values that are not known last in either direction."""
    known = sorted((row for row in rows if key(row)[0] is not None), key=key, reverse=descending)
    unknown = sorted((row for row in rows if key(row)[0] is None), key=lambda row: key(row)[1:], reverse=descending)
    ordered = [*known, *unknown]
    start = 0
    if page.after:
        last = (page.after.key, page.after.trace_id, page.after.span_id)
        start = next((at + 1 for at, row in enumerate(ordered) if key(row) == last), len(ordered))
    items = ordered[start : start + page.limit]
    if start + page.limit >= len(ordered):
        return PageOf(items, None)
    return PageOf(items, Position(as_of_ns, *key(items[-1])))


def plain(pairs: Iterable[KeyValue]) -> dict[str, Any]:
    """The attributes these tests filter by: scalars only."""
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value") or "string_value") for pair in pairs}


def origin_of(resource_items: Any, scope_items: Any) -> Origin:
    """The origin of a Resource{Spans,Logs,Metrics} and one of its Scope{Spans,Logs,Metrics}."""
    return Origin(resource_items.resource, resource_items.schema_url, scope_items.scope, scope_items.schema_url)


def service_of(origin: Origin) -> str | None:
    return plain(origin.resource.attributes).get("service.name")


def stored_span(span, origin: Origin) -> StoredSpan:
    sent = plain(span.attributes)
    kinds = {"chat": "llm_call", "embeddings": "embedding", "execute_tool": "tool", "invoke_agent": "agent"}
    facts = SpanFacts(
        kind=sent.get("traceway.span.kind") or kinds.get(sent.get("gen_ai.operation.name"), "span"),
        kind_source="test",
        operation=sent.get("gen_ai.operation.name"),
        provider=sent.get("gen_ai.provider.name"),
        model=sent.get("gen_ai.response.model") or sent.get("gen_ai.request.model"),
        request_model=sent.get("gen_ai.request.model"),
        input_tokens=sent.get("gen_ai.usage.input_tokens"),
        output_tokens=sent.get("gen_ai.usage.output_tokens"),
        cost_usd=sent.get("gen_ai.usage.cost"),
        session_id=sent.get("session.id"),
        user_id=sent.get("user.id"),
        agent_name=sent.get("gen_ai.agent.name"),
        tool_name=sent.get("gen_ai.tool.name"),
        tool_call_id=sent.get("gen_ai.tool.call.id"),
        error_type=sent.get("error.type"),
        error_message=(span.status.message or None) if span.status.code == 2 else None,
    )
    return StoredSpan(
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex() or None,
        name=span.name,
        service=service_of(origin) or "",
        start_ns=span.start_time_unix_nano,
        end_ns=span.end_time_unix_nano,
        span_kind=span.kind,
        status_code=span.status.code,
        status_message=span.status.message,
        facts=facts,
        message=span,
        origin=origin,
    )


def bare(span: StoredSpan) -> StoredSpan:
    values = {name: getattr(span, name) for name in StoredSpan.__dataclass_fields__}
    return StoredSpan(**{**values, "message": None, "origin": None})


def tokens(facts: SpanFacts) -> int | None:
    known = [count for count in (facts.input_tokens, facts.output_tokens) if count is not None]
    return sum(known) if known else None


def total(values: Iterable[Any]) -> Any:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def distinct(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}))


def summary(spans: Sequence[StoredSpan]) -> TraceSummary:
    spans = sorted(spans, key=lambda span: (span.start_ns, span.span_id))
    ids = {span.span_id for span in spans}
    root = next((span for span in spans if span.parent_id is None), None)
    failed = [span for span in spans if span.status_code == 2]
    error = root if root and root.status_code == 2 else failed[0] if failed and root is None else None
    paid = [span for span in spans if span.facts.kind in ("llm_call", "embedding")]
    kinds: dict[str, int] = {}
    for span in spans:
        kinds[span.facts.kind] = kinds.get(span.facts.kind, 0) + 1
    return TraceSummary(
        trace_id=spans[0].trace_id,
        name=(root or spans[0]).name,
        start_ns=min(span.start_ns for span in spans),
        end_ns=max(span.end_ns for span in spans),
        running=root is None or any(span.parent_id and span.parent_id not in ids for span in spans),
        error=error.status_message if error else None,
        span_count=len(spans),
        error_count=len(failed),
        input_tokens=total(span.facts.input_tokens for span in paid),
        output_tokens=total(span.facts.output_tokens for span in paid),
        cost_usd=total(span.facts.cost_usd for span in paid),
        cost_complete=all(span.facts.cost_usd is not None for span in paid),
        services=distinct(span.service for span in spans),
        models=distinct(span.facts.model for span in spans),
        kinds=kinds,
        session_id=next((span.facts.session_id for span in spans if span.facts.session_id), None),
        user_id=next((span.facts.user_id for span in spans if span.facts.user_id), None),
    )


def one_of(value: str | None, wanted: tuple[str, ...]) -> bool:
    return not wanted or value in wanted


def between(value: Any, low: Any, high: Any) -> bool:
    if low is None and high is None:
        return True
    return value is not None and (low is None or value >= low) and (high is None or value <= high)


def span_fits(span: StoredSpan, where: SpanFilter) -> bool:
    facts = span.facts
    return (
        one_of(facts.kind, where.kinds)
        and (one_of(facts.model, where.models) or one_of(facts.request_model, where.models))
        and one_of(facts.provider, where.providers)
        and one_of(span.service, where.services)
        and one_of(span.name, where.names)
        and one_of(facts.session_id, where.session_ids)
        and one_of(facts.user_id, where.user_ids)
        and where.trace_id in (None, span.trace_id)
    )


def whole_span_fits(span: StoredSpan, where: SpanFilter) -> bool:
    status = "error" if span.status_code == 2 else "ok"
    return (
        one_of(status, where.statuses)
        and between(span.start_ns, where.since_ns, where.until_ns)
        and between(span.duration_ns, where.min_duration_ns, where.max_duration_ns)
        and between(tokens(span.facts), where.min_tokens, where.max_tokens)
        and between(span.facts.cost_usd, where.min_cost_usd, where.max_cost_usd)
    )


def trace_fits(trace: TraceSummary, where: SpanFilter) -> bool:
    status = "error" if trace.error is not None else "running" if trace.running else "ok"
    return (
        one_of(status, where.statuses)
        and between(trace.start_ns, where.since_ns, where.until_ns)
        and between(trace.duration_ns, where.min_duration_ns, where.max_duration_ns)
        and between(total((trace.input_tokens, trace.output_tokens)), where.min_tokens, where.max_tokens)
        and between(trace.cost_usd, where.min_cost_usd, where.max_cost_usd)
    )


def log_fits(log: StoredLog, where: LogFilter) -> bool:
    record = log.record
    return (
        where.trace_id in (None, record.trace_id.hex())
        and where.span_id in (None, record.span_id.hex())
        and one_of(log.service, where.services)
        and one_of(record.event_name, where.event_names)
        and (where.min_severity is None or record.severity_number >= where.min_severity)
        and between(record.time_unix_nano, where.since_ns, where.until_ns)
        and (where.text is None or where.text in record.body.string_value)
    )


def points_of(metric: Metric) -> Any:
    return getattr(metric, metric.WhichOneof("data")).data_points


def single_points(metric: Metric) -> Iterable[Metric]:
    """The metric once per point, holding just that point."""
    for point in points_of(metric):
        single = Metric()
        single.CopyFrom(metric)
        del points_of(single)[:]
        points_of(single).append(point)
        yield single

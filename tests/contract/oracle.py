"""The filters of ``query/filters.py`` in Python, over spans as they were stored: what every store must agree with."""

from __future__ import annotations

from collections.abc import Sequence

from traceway_collector.model import StoredSpan, TraceSummary
from traceway_collector.query.filters import SpanFilter, SpanSort


def tokens(inputs: int | None, outputs: int | None) -> int | None:
    """All tokens, of which a part may not be known; None if neither is."""
    return None if inputs is None and outputs is None else (inputs or 0) + (outputs or 0)


def span_tokens(span: StoredSpan) -> int | None:
    return tokens(span.facts.input_tokens, span.facts.output_tokens)


def has_attributes(span: StoredSpan, where: SpanFilter) -> bool:
    """The conditions that one span of a trace must meet."""
    facts = span.facts
    return (
        (not where.kinds or facts.kind in where.kinds)
        and (not where.models or facts.model in where.models or facts.request_model in where.models)
        and (not where.providers or facts.provider in where.providers)
        and (not where.services or span.service in where.services)
        and (not where.names or span.name in where.names)
        and (not where.session_ids or facts.session_id in where.session_ids)
        and (not where.user_ids or facts.user_id in where.user_ids)
        and (where.trace_id is None or span.trace_id == where.trace_id)
    )


def _within(value: float | None, low: float | None, high: float | None) -> bool:
    if value is None:
        return low is None and high is None
    return (low is None or value >= low) and (high is None or value <= high)


def span_meets(span: StoredSpan, where: SpanFilter) -> bool:
    status = "error" if span.status_code == 2 else "ok"
    return (
        has_attributes(span, where)
        and (not where.statuses or status in where.statuses)
        and _within(span.start_ns, where.since_ns, where.until_ns)
        and _within(span.duration_ns, where.min_duration_ns, where.max_duration_ns)
        and _within(span_tokens(span), where.min_tokens, where.max_tokens)
        and _within(span.facts.cost_usd, where.min_cost_usd, where.max_cost_usd)
    )


def trace_meets(trace: TraceSummary, spans: Sequence[StoredSpan], where: SpanFilter) -> bool:
    status = "error" if trace.error is not None else "running" if trace.running else "ok"
    return (
        any(has_attributes(span, where) for span in spans)
        and (not where.statuses or status in where.statuses)
        and _within(trace.start_ns, where.since_ns, where.until_ns)
        and _within(trace.duration_ns, where.min_duration_ns, where.max_duration_ns)
        and _within(tokens(trace.input_tokens, trace.output_tokens), where.min_tokens, where.max_tokens)
        and _within(trace.cost_usd, where.min_cost_usd, where.max_cost_usd)
    )


def sort_value(span: StoredSpan, sort: SpanSort) -> float | None:
    match sort:
        case "started_at":
            return span.start_ns
        case "duration":
            return span.duration_ns
        case "tokens":
            return span_tokens(span)
        case "cost":
            return span.facts.cost_usd


def in_order(spans: Sequence[StoredSpan], sort: SpanSort, descending: bool) -> list[StoredSpan]:
    """Spans as a list shows them: by value, then by trace and span id; what is not known comes last."""

    def known(span: StoredSpan) -> tuple:
        return (sort_value(span, sort), span.trace_id, span.span_id)

    with_value = [span for span in spans if sort_value(span, sort) is not None]
    without = [span for span in spans if sort_value(span, sort) is None]
    return [
        *sorted(with_value, key=known, reverse=descending),
        *sorted(without, key=lambda span: (span.trace_id, span.span_id), reverse=descending),
    ]

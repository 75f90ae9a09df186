"""The numbers of the analytics in Python, over spans as they are read: what every store must agree with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from traceway_collector.model import StoredSpan
from traceway_collector.query import buckets as times
from traceway_collector.query.filters import Aggregation, Buckets, Grouping

from .oracle import span_meets

_MS = 1e6
_SPENDING = ("llm_call", "embedding", "rerank")


@dataclass(frozen=True)
class Call:
    """One model call, whoever recorded it. ``span`` is the one it is counted with."""

    span: StoredSpan
    input: int | None
    output: int | None
    cache_read: int | None
    cache_write: int | None
    reasoning: int | None
    cost: float | None
    charged: bool
    costed: bool


def spends(span: StoredSpan) -> bool:
    return span.facts.kind in _SPENDING and span.facts.operation != "fetch_response"


def charged(span: StoredSpan) -> bool:
    facts = span.facts
    return not (span.status_code == 2 and facts.input_tokens is None and facts.output_tokens is None)


def costed(span: StoredSpan) -> bool:
    facts = span.facts
    whole = facts.input_tokens is not None and facts.output_tokens is not None
    known = facts.kind != "llm_call" or facts.price_source == "reported" or whole
    return charged(span) and facts.cost_usd is not None and known


def _rank(span: StoredSpan) -> tuple:
    facts = span.facts

    def known(value: float | None) -> float:
        return -1 if value is None else value

    values = (facts.cost_usd, facts.input_tokens, facts.output_tokens)
    return (*map(known, values), -span.start_ns, bytes.fromhex(span.span_id))


def calls(spans: Sequence[StoredSpan]) -> list[Call]:
    """The calls among some spans, once each."""
    by_id: dict[tuple[str, ...], list[StoredSpan]] = {}
    for span in spans:
        if spends(span):
            response = span.facts.response_id
            key = ("r", span.trace_id, response) if response else ("s", span.trace_id, span.span_id)
            by_id.setdefault(key, []).append(span)

    def most(found: list[StoredSpan], field: str) -> Any:
        return max((value for span in found if (value := getattr(span.facts, field)) is not None), default=None)

    return [
        Call(
            span=max(found, key=_rank),
            input=most(found, "input_tokens"),
            output=most(found, "output_tokens"),
            cache_read=most(found, "cache_read_tokens"),
            cache_write=most(found, "cache_write_tokens"),
            reasoning=most(found, "reasoning_tokens"),
            cost=most(found, "cost_usd"),
            charged=any(map(charged, found)),
            costed=any(map(costed, found)),
        )
        for found in by_id.values()
    ]


def attributes(span: StoredSpan) -> dict[str, str]:
    assert span.message is not None
    found: dict[str, str] = {}
    for pair in span.message.attributes:
        case = pair.value.WhichOneof("value")
        if case in ("string_value", "bool_value", "int_value", "double_value"):
            value = getattr(pair.value, case)
            found.setdefault(pair.key, str(value).lower() if case == "bool_value" else str(value))
    return found


def resource(span: StoredSpan) -> dict[str, str]:
    assert span.origin is not None
    return {pair.key: pair.value.string_value for pair in span.origin.resource.attributes}


_KEYS: dict[str, Callable[[StoredSpan], Any]] = {
    "model": lambda span: span.facts.model,
    "provider": lambda span: span.facts.provider,
    "kind": lambda span: span.facts.kind,
    "status": lambda span: "error" if span.status_code == 2 else "ok",
    "service": lambda span: span.service,
    "session": lambda span: span.facts.session_id,
    "user": lambda span: span.facts.user_id,
    "tool": lambda span: span.facts.tool_name,
    "agent": lambda span: span.facts.agent_name,
    "operation": lambda span: span.facts.operation,
    "file": lambda span: span.facts.file_path,
    "trace": lambda span: span.trace_id,
    "name": lambda span: span.name,
}


def keys_of(span: StoredSpan, group_by: Sequence[Grouping], buckets: Buckets | None) -> list[tuple]:
    """The keys of the groups a span stands in: several where it has several tags."""
    found: list[tuple] = [()]
    for grouping in group_by:
        if grouping.field == "tag":
            values: Sequence[Any] = span.facts.tags or (None,)
        elif grouping.field == "time":
            assert buckets is not None
            values = (times.counted_ns(buckets, span.start_ns) or None if span.start_ns else None,)
        elif grouping.field == "attribute":
            values = (attributes(span).get(grouping.attribute) or None,)
        elif grouping.field == "resource":
            values = (resource(span).get(grouping.attribute) or None,)
        else:
            values = (_KEYS[grouping.field](span) or None,)
        found = [(*key, value) for key in found for value in values]
    return found


def total(values: Any) -> Any:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def mean(values: Any) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def quantile(values: Any, level: float) -> float | None:
    """Between the two values next to the place, in proportion."""
    known = sorted(value for value in values if value is not None)
    if not known:
        return None
    place = level * (len(known) - 1)
    low = int(place)
    high = min(low + 1, len(known) - 1)
    return known[low] + (place - low) * (known[high] - known[low])


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def metrics(spans: Sequence[StoredSpan], found: Sequence[Call]) -> dict[str, float | None]:
    """Every metric of some spans and some calls."""
    took = [None if span.duration_ns is None else span.duration_ns / _MS for span in spans]
    first = [span.facts.time_to_first_token_ms for span in spans]
    failed = [span for span in spans if span.status_code == 2]
    inputs, outputs = total(call.input for call in found), total(call.output for call in found)
    tokens = None if inputs is None and outputs is None else (inputs or 0) + (outputs or 0)
    timed = [
        (call.output, call.span.duration_ns) for call in found if call.span.duration_ns and call.output is not None
    ]
    uncosted = sum(call.charged and not call.costed for call in found)
    return {
        "total_cost": total(call.cost for call in found),
        "total_input_tokens": inputs,
        "total_output_tokens": outputs,
        "total_tokens": tokens,
        "avg_latency_ms": mean(took),
        "span_count": len(spans),
        "error_count": len(failed),
        "p50_latency_ms": quantile(took, 0.5),
        "p90_latency_ms": quantile(took, 0.9),
        "p95_latency_ms": quantile(took, 0.95),
        "p99_latency_ms": quantile(took, 0.99),
        "max_latency_ms": max((value for value in took if value is not None), default=None),
        "avg_time_to_first_token_ms": mean(first),
        "p50_time_to_first_token_ms": quantile(first, 0.5),
        "p95_time_to_first_token_ms": quantile(first, 0.95),
        "tokens_per_second": sum(count for count, _ in timed) / (sum(ns for _, ns in timed) / 1e9) if timed else None,
        "trace_count": len({span.trace_id for span in spans}),
        "error_trace_count": len({span.trace_id for span in failed}),
        "call_count": len(found),
        "session_count": len({span.facts.session_id for span in spans} - {None}),
        "user_count": len({span.facts.user_id for span in spans} - {None}),
        "error_rate": share(len(failed), len(spans)),
        "uncosted_calls": uncosted,
        "uncosted_share": share(uncosted, sum(call.charged for call in found)),
        "cache_read_tokens": total(call.cache_read for call in found),
        "cache_write_tokens": total(call.cache_write for call in found),
        "reasoning_tokens": total(call.reasoning for call in found),
        "avg_tokens_per_call": None
        if tokens is None
        else tokens / sum(call.input is not None or call.output is not None for call in found),
        "avg_cost_per_call": mean(call.cost for call in found),
        "bytes_read": total(span.facts.file_bytes for span in spans if span.facts.kind == "fs_read"),
        "bytes_written": total(span.facts.file_bytes for span in spans if span.facts.kind == "fs_write"),
    }


@dataclass(frozen=True)
class Expected:
    groups: dict[tuple, dict[str, float | None]]
    totals: dict[str, float | None]


def aggregate(asked: Aggregation, spans: Sequence[StoredSpan]) -> Expected:
    """Every group by its key, without ``top`` and ``limit``."""
    chosen = [span for span in spans if span_meets(span, asked.where)]
    counted = calls(chosen)
    by_key: dict[tuple, tuple[list[StoredSpan], list[Call]]] = {}
    for span in chosen:
        for key in keys_of(span, asked.group_by, asked.buckets):
            by_key.setdefault(key, ([], []))[0].append(span)
    for call in counted:
        for key in keys_of(call.span, asked.group_by, asked.buckets):
            by_key.setdefault(key, ([], []))[1].append(call)
    groups = {key: metrics(*found) for key, found in by_key.items()}
    return Expected(groups, metrics(chosen, counted))

"""Filters as SQL conditions. The texts are fixed; what the caller gave travels as bound parameters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from string import Template
from typing import Any

from ...query.filters import FileFilter, LogFilter, Pattern, SpanFilter, path_pattern
from . import conditions
from .conditions import CUSTOM_KIND, SPAN_DURATION, SPAN_STATUS, SPAN_TOKENS, TRACE_DURATION, TRACE_STATUS, TRACE_TOKENS
from .sqlfiles import read

__all__ = ["SPAN_DURATION", "Where", "has_words", "of_files", "of_logs", "of_span_in_trace", "of_spans", "of_trace"]

# field of SpanFilter -> condition on a row of `spans`, with the field's own name as the parameter
_SPAN = {
    "kinds": f"(kind IN {{kinds:Array(String)}} OR has({{kinds:Array(String)}}, 'custom') AND {CUSTOM_KIND})",
    "models": "(model IN {models:Array(String)} OR request_model IN {models:Array(String)})",
    "providers": "provider IN {providers:Array(String)}",
    "services": "service IN {services:Array(String)}",
    "names": "name IN {names:Array(String)}",
    "session_ids": "session_id IN {session_ids:Array(String)}",
    "user_ids": "user_id IN {user_ids:Array(String)}",
    "paths": "match(file_path, unhex({paths:String}))",
    "trace_id": "trace_id = unhex({trace_id:String})",
}
_SPAN_BOUNDS = {
    "since_ns": "start_ns >= {since_ns:UInt64}",
    "until_ns": "start_ns <= {until_ns:UInt64}",
    "min_duration_ns": f"{SPAN_DURATION} >= {{min_duration_ns:UInt64}}",
    "max_duration_ns": f"{SPAN_DURATION} <= {{max_duration_ns:UInt64}}",
    "min_tokens": f"{SPAN_TOKENS} >= {{min_tokens:Int64}}",
    "max_tokens": f"{SPAN_TOKENS} <= {{max_tokens:Int64}}",
    "min_cost_usd": "cost_usd >= {min_cost_usd:Float64}",
    "max_cost_usd": "cost_usd <= {max_cost_usd:Float64}",
}
_TRACE_BOUNDS = {
    "min_duration_ns": f"{TRACE_DURATION} >= {{min_duration_ns:UInt64}}",
    "max_duration_ns": f"{TRACE_DURATION} <= {{max_duration_ns:UInt64}}",
    "min_tokens": f"{TRACE_TOKENS} >= {{min_tokens:Int64}}",
    "max_tokens": f"{TRACE_TOKENS} <= {{max_tokens:Int64}}",
    "min_cost_usd": "cost_sum >= {min_cost_usd:Float64}",
    "max_cost_usd": "cost_sum <= {max_cost_usd:Float64}",
}
# Before log records had names, an attribute named the event.
_LOG = {
    "trace_id": "trace_id = unhex({trace_id:String})",
    "span_id": "span_id = unhex({span_id:String})",
    "services": "service IN {services:Array(String)}",
    "event_names": "if(event_name = '', attr_values[indexOf(attr_keys, 'event.name')], event_name)"
    " IN {event_names:Array(String)}",
    "min_severity": "severity_number >= {min_severity:Int32}",
    "since_ns": "time_ns >= {since_ns:UInt64}",
    "until_ns": "time_ns <= {until_ns:UInt64}",
    # The text of a structure lies in its bytes as it is; a body of bytes is no text.
    "text": "body_type != 7 AND positionCaseInsensitiveUTF8(body, {text:String}) > 0",
}
_FILE = {
    **{field: _SPAN[field] for field in ("paths", "trace_id", "services")},
    **{field: _SPAN_BOUNDS[field] for field in ("since_ns", "until_ns")},
    "text": "positionCaseInsensitiveUTF8(file_path, {text:String}) > 0",
}


@dataclass(frozen=True, slots=True)
class Where:
    """A condition and the values of its parameters."""

    sql: str
    parameters: dict[str, Any]


def of_spans(where: SpanFilter) -> Where:
    """What a span must meet in a list of spans."""
    found = _all(where, {**_SPAN, **_SPAN_BOUNDS}, SPAN_STATUS)
    return _and(found, conditions.about_span(where.conditions, found.parameters))


def of_span_in_trace(where: SpanFilter, among: str = "1") -> Where:
    """What one span of a trace must meet in a list of traces; also, that no other span meets what is negated.

    ``among``: SQL that tells which spans are looked at for that, if not all."""
    found = _all(where, _SPAN, {})
    parts = [*conditions.about_one_span(where.conditions, found.parameters)]
    if conditions.only_failed(where):
        failed = Template(read("queries/traces_failed.sql")).substitute(among=among)
        # If nothing else is asked of a span, the one that failed is as good as any.
        alone = found.sql == "1" and not parts
        parts.append(failed if alone else f"trace_id IN (SELECT trace_id FROM spans WHERE {among} AND {failed})")
    for unwanted in conditions.about_no_span(where.conditions, found.parameters):
        parts.append(Template(read("queries/traces_without.sql")).substitute(among=among, unwanted=unwanted))
    return _and(found, parts)


def of_trace(where: SpanFilter) -> Where:
    """What the trace as a whole must meet in a list of traces; ``since_ns``/``until_ns`` bound its start elsewhere."""
    found = _all(where, _TRACE_BOUNDS, TRACE_STATUS)
    return _and(found, conditions.about_trace(where.conditions, found.parameters))


def has_words(where: SpanFilter) -> bool:
    """Whether a condition keeps to spans with a word or a phrase, which the text index knows."""
    return any(
        condition.operator == "text"
        and condition.field != "error"
        and not condition.negated
        and not any(isinstance(value, Pattern) for value in condition.values)
        for condition in where.conditions
    )


def of_logs(where: LogFilter) -> Where:
    """What a log record must meet."""
    return _all(where, _LOG, {})


def of_files(where: FileFilter) -> Where:
    """What a span must meet to count in a list of files."""
    return _all(where, _FILE, {})


def _and(found: Where, more: Iterable[str]) -> Where:
    parts = [found.sql, *more] if found.sql != "1" else [*more]
    return Where(" AND ".join(parts) or "1", found.parameters)


def _all(where: SpanFilter | LogFilter | FileFilter, clauses: dict[str, str], statuses: dict[str, str]) -> Where:
    parts = []
    parameters: dict[str, Any] = {}
    for field, sql in clauses.items():
        value = getattr(where, field)
        if value is None or value == ():
            continue
        parts.append(sql)
        parameters[field] = _bound(field, value)
    if isinstance(where, SpanFilter) and statuses and where.statuses:
        parts.append("(" + " OR ".join(statuses[status] for status in where.statuses) + ")")
    return Where(" AND ".join(parts) or "1", parameters)


def _bound(field: str, value: Any) -> Any:
    if field == "paths":  # as hex: a path may hold any character, and the expression all that need escaping
        return f"^(?:{path_pattern(value)})$".encode("utf-8", "surrogatepass").hex()
    return list(value) if isinstance(value, tuple) else value

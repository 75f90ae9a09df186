"""Filters as SQL conditions. The texts are fixed; what the caller gave travels as bound parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...query.filters import FileFilter, LogFilter, SpanFilter, path_pattern

# A time of 0 was not sent, so that how long it took is not known; NULL meets no bound and sorts last.
SPAN_DURATION = "if(start_ns = 0 OR start_ns + duration_ns = 0, NULL, greatest(duration_ns, 0))"
_TRACE_DURATION = "if(started_ns = 0, NULL, toUInt64(ended_ns - started_ns))"

# field of SpanFilter -> condition on a row of `spans`, with the field's own name as the parameter
_SPAN = {
    "kinds": "kind IN {kinds:Array(String)}",
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
    "min_tokens": "coalesce(input_tokens + output_tokens, input_tokens, output_tokens) >= {min_tokens:Int64}",
    "max_tokens": "coalesce(input_tokens + output_tokens, input_tokens, output_tokens) <= {max_tokens:Int64}",
    "min_cost_usd": "cost_usd >= {min_cost_usd:Float64}",
    "max_cost_usd": "cost_usd <= {max_cost_usd:Float64}",
}
_TRACE_BOUNDS = {
    "min_duration_ns": f"{_TRACE_DURATION} >= {{min_duration_ns:UInt64}}",
    "max_duration_ns": f"{_TRACE_DURATION} <= {{max_duration_ns:UInt64}}",
    "min_tokens": "coalesce(input_sum + output_sum, input_sum, output_sum) >= {min_tokens:Int64}",
    "max_tokens": "coalesce(input_sum + output_sum, input_sum, output_sum) <= {max_tokens:Int64}",
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
_SPAN_STATUS = {"ok": "status_code != 2", "error": "status_code = 2", "running": "0"}
_TRACE_STATUS = {
    "ok": "(NOT running AND NOT failure.1)",
    "error": "failure.1",
    "running": "(running AND NOT failure.1)",
}


@dataclass(frozen=True, slots=True)
class Where:
    """A condition and the values of its parameters."""

    sql: str
    parameters: dict[str, Any]


def of_spans(where: SpanFilter) -> Where:
    """What a span must meet in a list of spans."""
    return _all(where, {**_SPAN, **_SPAN_BOUNDS}, _SPAN_STATUS)


def of_span_in_trace(where: SpanFilter) -> Where:
    """What one span of a trace must meet in a list of traces."""
    return _all(where, _SPAN, {})


def of_trace(where: SpanFilter) -> Where:
    """What the trace as a whole must meet in a list of traces; ``since_ns``/``until_ns`` bound its start elsewhere."""
    return _all(where, _TRACE_BOUNDS, _TRACE_STATUS)


def of_logs(where: LogFilter) -> Where:
    """What a log record must meet."""
    return _all(where, _LOG, {})


def of_files(where: FileFilter) -> Where:
    """What a span must meet to count in a list of files."""
    return _all(where, _FILE, {})


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

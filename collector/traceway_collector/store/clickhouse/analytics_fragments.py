"""What metrics and groups are in SQL. The texts are fixed; the values of a question travel as bound parameters.

Metrics are over the columns of ``analytics_spans.sql``, groups over those of ``spans``. A key is never NULL: what is
not known is '' or, of a time, 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_SECOND_NS = 1_000_000_000
_TOOK: Final = "quantilesExactInclusive(0.5, 0.9, 0.95, 0.99)(took_ns)"
_FIRST: Final = "quantilesExactInclusive(0.5, 0.95)(ttft_ms)"
_TOKENS: Final = (
    "if(count(call_input) + count(call_output) = 0, NULL, ifNull(sum(call_input), 0) + ifNull(sum(call_output), 0))"
)
_SPANS: Final = "countIf(is_span)"
_ERRORS: Final = "countIf(failed)"
_UNCOSTED: Final = "countIf(call_charged AND NOT call_costed)"

METRICS: Final[Mapping[str, str]] = {
    "total_cost": "sum(call_cost)",
    "total_input_tokens": "sum(call_input)",
    "total_output_tokens": "sum(call_output)",
    "total_tokens": _TOKENS,
    "avg_latency_ms": "avg(took_ns) / 1e6",
    "span_count": _SPANS,
    "error_count": _ERRORS,
    "p50_latency_ms": f"{_TOOK}[1] / 1e6",
    "p90_latency_ms": f"{_TOOK}[2] / 1e6",
    "p95_latency_ms": f"{_TOOK}[3] / 1e6",
    "p99_latency_ms": f"{_TOOK}[4] / 1e6",
    "max_latency_ms": "max(took_ns) / 1e6",
    "avg_time_to_first_token_ms": "avg(ttft_ms)",
    "p50_time_to_first_token_ms": f"{_FIRST}[1]",
    "p95_time_to_first_token_ms": f"{_FIRST}[2]",
    "tokens_per_second": "sumIf(call_output, call_took_ns > 0)"
    " / (nullIf(sumIf(call_took_ns, call_output IS NOT NULL AND call_took_ns > 0), 0) / 1e9)",
    "trace_count": "uniqExactIf(trace_id, is_span)",
    "error_trace_count": "uniqExactIf(trace_id, failed)",
    "call_count": "countIf(is_call)",
    "session_count": "uniqExactIf(session_id, session_id != '')",
    "user_count": "uniqExactIf(user_id, user_id != '')",
    "error_rate": f"{_ERRORS} / nullIf({_SPANS}, 0)",
    "uncosted_calls": _UNCOSTED,
    "uncosted_share": f"{_UNCOSTED} / nullIf(countIf(call_charged), 0)",
    "cache_read_tokens": "sum(call_cache_read)",
    "cache_write_tokens": "sum(call_cache_write)",
    "reasoning_tokens": "sum(call_reasoning)",
    "avg_tokens_per_call": f"{_TOKENS} / nullIf(countIf(call_input IS NOT NULL OR call_output IS NOT NULL), 0)",
    "avg_cost_per_call": "avg(call_cost)",
    "bytes_read": "sum(read_bytes)",
    "bytes_written": "sum(written_bytes)",
}

GROUPS: Final[Mapping[str, str]] = {
    "model": "model",
    "provider": "provider",
    "kind": "kind",
    "status": "if(status_code = 2, 'error', 'ok')",
    "service": "service",
    "session": "session_id",
    "user": "user_id",
    "tool": "tool_name",
    "agent": "agent_name",
    "operation": "operation",
    "file": "file_path",
    "name": "name",
    "trace": "lower(hex(trace_id))",
    "tag": "if(empty(tags), [''], tags)",
}
# A list: a span stands in the group of each of its members.
LISTS: Final = frozenset({"tag"})

# $name is the parameter with the name of the attribute. Lists, maps and bytes have no text to name a group by.
_ATTRIBUTE_PLACE: Final = "indexOf(attr_keys, {$name:String})"
ATTRIBUTE: Final = f"if(attr_types[{_ATTRIBUTE_PLACE}] IN (1, 2, 3, 4), attr_values[{_ATTRIBUTE_PLACE}], '')"
RESOURCE: Final = "resource_values[indexOf(resource_keys, {$name:String})]"

# A start of 0 was not sent, and one behind the year 2262 is no time. Clocks on the wall are ahead by up to a day, so
# there the last day is none, either. What begins before 1970 cannot be told from what is not known.
_TIMED: Final = "if(start_ns = 0 OR start_ns > $last, 0, greatest($start, 0))"
_LAST_NS: Final = (1 << 63) - 1
_LAST_ON_THE_WALL_NS: Final = _LAST_NS - 86_400 * _SECOND_NS
_FLOOR: Final = "intDiv($time + {shift_ns:Int64}, {width_ns:Int64}) * {width_ns:Int64} - {shift_ns:Int64}"
_SECOND: Final = f"toDateTime(least(intDiv(start_ns, {_SECOND_NS}), 4294967295), {{zone:String}})"
_ON_THE_WALL: Final = f"(toInt64(start_ns) + timeZoneOffset({_SECOND}) * {_SECOND_NS})"
TIME: Final = _TIMED.replace("$last", str(_LAST_NS)).replace("$start", _FLOOR.replace("$time", "toInt64(start_ns)"))
TIME_ON_THE_WALL: Final = _TIMED.replace("$last", str(_LAST_ON_THE_WALL_NS)).replace(
    "$start", _FLOOR.replace("$time", _ON_THE_WALL)
)

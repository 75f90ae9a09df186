"""Conditions of the query language as SQL. The texts are fixed; what the caller gave travels as bound parameters, whose
names carry the place of the condition in its filter, so that several may stand in one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from ...query.filters import TYPED_KINDS, WHOLE_FIELDS, Condition, Pattern, SpanFilter, path_pattern
from . import fulltext
from .fulltext import hexed

Parameters = dict[str, Any]

# A time of 0 was not sent, so that how long it took is not known; NULL meets no bound and sorts last.
SPAN_DURATION: Final = "if(start_ns = 0 OR start_ns + duration_ns = 0, NULL, greatest(duration_ns, 0))"
SPAN_TOKENS: Final = "coalesce(input_tokens + output_tokens, input_tokens, output_tokens)"
TRACE_DURATION: Final = "if(started_ns = 0, NULL, toUInt64(ended_ns - started_ns))"
TRACE_TOKENS: Final = "coalesce(input_sum + output_sum, input_sum, output_sum)"

SPAN_STATUS: Final = {"ok": "status_code != 2", "error": "status_code = 2", "running": "0"}
TRACE_STATUS: Final = {
    "ok": "(NOT running AND NOT failure.1)",
    "error": "failure.1",
    "running": "(running AND NOT failure.1)",
}
# Kinds without fields of their own; a plain span is of the kind "span".
CUSTOM_KIND: Final = f"kind NOT IN ({', '.join(repr(kind) for kind in TYPED_KINDS)})"

# field -> the columns that hold it, of which one must fit
_TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "model": ("model", "request_model"),
    "provider": ("provider",),
    "name": ("name",),
    "service": ("service",),
    "session": ("session_id",),
    "user": ("user_id",),
    "agent": ("agent_name",),
    "tool": ("tool_name",),
    "operation": ("operation",),
}
_LISTS: Final = {"tag": "tags", "finish": "finish_reasons"}
# field -> (expression, type of its parameters)
_NUMBERS: Final = {
    "duration": (SPAN_DURATION, "UInt64"),
    "tokens": (SPAN_TOKENS, "Int64"),
    "input_tokens": ("input_tokens", "Int64"),
    "output_tokens": ("output_tokens", "Int64"),
    "cache_read_tokens": ("cache_read_tokens", "Int64"),
    "reasoning_tokens": ("reasoning_tokens", "Int64"),
    "cost": ("cost_usd", "Float64"),
    "ttft": ("time_to_first_token_ms * 1000000", "Float64"),
}
_TRACE_NUMBERS: Final = {
    "duration": (TRACE_DURATION, "UInt64"),
    "tokens": (TRACE_TOKENS, "Int64"),
    "input_tokens": ("input_sum", "Int64"),
    "output_tokens": ("output_sum", "Int64"),
    "cost": ("cost_sum", "Float64"),
}
_FLAGS: Final = {
    "error": "status_code = 2",
    "cost": "cost_usd IS NOT NULL",
    "tokens": "(input_tokens IS NOT NULL OR output_tokens IS NOT NULL)",
    "input": fulltext.HAS_INPUT,
    "output": fulltext.HAS_OUTPUT,
    "file": "file_path != ''",
    "session": "session_id != ''",
    "user": "user_id != ''",
    "tag": "notEmpty(tags)",
    "tool": "tool_name != ''",
    "agent": "agent_name != ''",
    "model": "model != ''",
    "events": "notEmpty(event_times)",
    "links": "notEmpty(links)",
    "parent": "parent_id != toFixedString('', 8)",
}


def about_span(conditions: Sequence[Condition], parameters: Parameters) -> Iterator[str]:
    """What a span of a list of spans must meet; values are added to ``parameters``."""
    for place, condition in enumerate(conditions):
        yield _signed(condition, _about_span(condition, f"c{place}", parameters))


def about_one_span(conditions: Sequence[Condition], parameters: Parameters) -> Iterator[str]:
    """What one span of a trace must meet: positive conditions about spans."""
    for place, condition in enumerate(conditions):
        if condition.field not in WHOLE_FIELDS and not condition.negated:
            yield _about_span(condition, f"c{place}", parameters)


def about_no_span(conditions: Sequence[Condition], parameters: Parameters) -> Iterator[str]:
    """What no span of a trace may meet: negated conditions about spans, without their negation."""
    for place, condition in enumerate(conditions):
        if condition.field not in WHOLE_FIELDS and condition.negated:
            yield _about_span(condition, f"c{place}", parameters)


def about_trace(conditions: Sequence[Condition], parameters: Parameters) -> Iterator[str]:
    """What the trace as a whole must meet."""
    for place, condition in enumerate(conditions):
        if condition.field == "status":
            yield _signed(condition, _one_of(TRACE_STATUS[status] for status in condition.values))
        elif condition.field in WHOLE_FIELDS:
            expression, type_ = _TRACE_NUMBERS[condition.field]
            yield _signed(condition, _number(expression, type_, condition, f"w{place}", parameters))


def only_failed(where: SpanFilter) -> bool:
    """Whether only failed traces are asked for; a failed trace has a failed span."""
    return where.statuses == ("error",) or any(
        condition.field == "status" and condition.values == ("error",) and not condition.negated
        for condition in where.conditions
    )


def _signed(condition: Condition, sql: str) -> str:
    """What is not known does not meet a condition, and so meets its negation."""
    return f"NOT ifNull({sql}, 0)" if condition.negated else sql


def _about_span(condition: Condition, name: str, parameters: Parameters) -> str:
    field = condition.field
    if field in _TEXTS:
        return _one_of(_text(column, condition.values, name, parameters) for column in _TEXTS[field])
    if field in _LISTS:
        return f"arrayExists(x -> {_text('x', condition.values, name, parameters)}, {_LISTS[field]})"
    if field in _NUMBERS:
        expression, type_ = _NUMBERS[field]
        return _number(expression, type_, condition, name, parameters)
    return _SPECIAL[field](condition, name, parameters)


def _text(expression: str, values: Sequence[Any], name: str, parameters: Parameters) -> str:
    """Whole values compare as they are; patterns fit in any case."""
    parts = []
    whole = [value for value in values if isinstance(value, str)]
    if whole:
        parameters[name] = whole
        parts.append(f"{expression} IN {{{name}:Array(String)}}")
    for number, pattern in enumerate(value for value in values if isinstance(value, Pattern)):
        parameters[f"{name}p{number}"] = hexed(fulltext.like(pattern))
        parts.append(f"ilike({expression}, unhex({{{name}p{number}:String}}))")
    return _one_of(parts)


def _number(expression: str, type_: str, condition: Condition, name: str, parameters: Parameters) -> str:
    values = condition.values
    if condition.operator == "any":
        parameters[name] = list(values)
        return f"{expression} IN {{{name}:Array({type_})}}"
    if condition.operator == "range":
        parameters[f"{name}low"], parameters[f"{name}high"] = values
        return f"{expression} BETWEEN {{{name}low:{type_}}} AND {{{name}high:{type_}}}"
    parameters[name] = values[0]
    return f"{expression} {_COMPARE[condition.operator]} {{{name}:{type_}}}"


_COMPARE: Final = {">": ">", ">=": ">=", "<": "<", "<=": "<="}


def _kind(condition: Condition, name: str, parameters: Parameters) -> str:
    parts = [_text("kind", condition.values, name, parameters)]
    if "custom" in condition.values:
        parts.append(CUSTOM_KIND)
    return _one_of(parts)


def _status(condition: Condition, name: str, parameters: Parameters) -> str:
    return _one_of(SPAN_STATUS[status] for status in condition.values)


def _file(condition: Condition, name: str, parameters: Parameters) -> str:
    globs = [value for value in condition.values if isinstance(value, str)]
    starts = [value.parts[0] for value in condition.values if isinstance(value, Pattern)]
    parts = []
    if globs:
        parameters[name] = hexed(f"^(?:{path_pattern(globs)})$")
        parts.append(f"match(file_path, unhex({{{name}:String}}))")
    for number, start in enumerate(starts):
        parameters[f"{name}p{number}"] = hexed(start)
        parts.append(f"startsWith(file_path, unhex({{{name}p{number}:String}}))")
    return _one_of(parts)


def _span(condition: Condition, name: str, parameters: Parameters) -> str:
    parameters[name] = list(condition.values)
    return f"span_id IN (SELECT arrayJoin(arrayMap(x -> toFixedString(unhex(x), 8), {{{name}:Array(String)}})))"


def _has(condition: Condition, name: str, parameters: Parameters) -> str:
    return _one_of(_FLAGS[flag] for flag in condition.values)


def _attribute(condition: Condition, name: str, parameters: Parameters) -> str:
    """Numbers compare as numbers, also where they were written otherwise; a list of texts has each of its members."""
    parameters[f"{name}n"] = condition.attribute
    keyed = f"k = {{{name}n:String}}"
    if condition.operator != "any":
        bound = _number("toFloat64OrNull(v)", "Float64", condition, name, parameters)
        return _in_attributes(f"{keyed} AND t IN (3, 4) AND ifNull({bound}, 0)")
    parts = [f"t NOT IN (5, 6) AND {_text('v', condition.values, name, parameters)}"]
    whole = [value for value in condition.values if isinstance(value, str)]
    if numbers := [number for value in whole if (number := _as_number(value)) is not None]:
        parameters[f"{name}f"] = numbers
        parts.append(f"t = 4 AND ifNull(toFloat64OrNull(v) IN {{{name}f:Array(Float64)}}, 0)")
    if whole:
        parameters[f"{name}m"] = [_member(value).hex() for value in whole]
        parts.append(f"t = 5 AND multiSearchAny(v, arrayMap(x -> unhex(x), {{{name}m:Array(String)}}))")
    found = _in_attributes(f"{keyed} AND {_one_of(parts)}")
    if len(whole) < len(condition.values) or numbers:
        return found
    return f"({fulltext.has_words_of(whole, f'{name}t', parameters)} AND {found})"


def _in_attributes(sql: str) -> str:
    return f"arrayExists((k, t, v) -> {sql}, attr_keys, attr_types, attr_values)"


def _as_number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if abs(found) < float("inf") else None


def _member(text: str) -> bytes:
    """A text as the member of a list in OTLP bytes: an AnyValue (field 1 of ArrayValue) with a string (its field 1)."""
    raw = text.encode("utf-8", "surrogatepass")
    value = b"\x0a" + _varint(len(raw)) + raw
    return b"\x0a" + _varint(len(value)) + value


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes((*found, number))


def _resource(condition: Condition, name: str, parameters: Parameters) -> str:
    parameters[f"{name}n"] = condition.attribute
    text = _text("v", condition.values, name, parameters)
    return f"arrayExists((k, v) -> k = {{{name}n:String}} AND {text}, resource_keys, resource_values)"


def _words(where: Callable[[Any, str, Parameters], str]) -> Callable[[Condition, str, Parameters], str]:
    def sql(condition: Condition, name: str, parameters: Parameters) -> str:
        return _one_of(where(value, f"{name}t{number}", parameters) for number, value in enumerate(condition.values))

    return sql


_SPECIAL: Final[Mapping[str, Callable[[Condition, str, Parameters], str]]] = {
    "kind": _kind,
    "status": _status,
    "file": _file,
    "span": _span,
    "has": _has,
    "attribute": _attribute,
    "resource": _resource,
    "text": _words(fulltext.anywhere),
    "input": _words(fulltext.in_input),
    "output": _words(fulltext.in_output),
    "error": _words(fulltext.in_error),
}


def _one_of(parts: Any) -> str:
    found = list(parts)
    return found[0] if len(found) == 1 else f"({' OR '.join(found) or '0'})"

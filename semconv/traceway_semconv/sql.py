"""The vocabulary as ClickHouse SQL: what ``evaluate.py`` says of one span, said of whole blocks of spans.

The source is a relation of spans with the columns of ``evaluate.SpanView``. ``layers()`` are columns to add to it, one
subquery a layer (``SELECT *, <layer> FROM (…)``): each may use those before it. ``facts()`` selects the result.

Two costs decide how this is written. Per insert: analysing the query costs about 50 µs a function, and as much again
for every column that passes a layer, so there are few layers, one expression does the work of many where it can, and
tables are text that the engine splits (a literal of 300 elements costs 1 ms, a text of them a tenth). Per span: no
lambda may touch long strings, because every string that passes one is copied, and regular expressions with groups are
kept to short or rare values.

A span's attributes become one code each (``_code``). One aggregation over the codes (``_slot``) then finds, for every
slot of ``fields.SLOTS``, the index of its value in ``attr_values``; 0 stands for none and reads as ''.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from . import fields, kinds, names
from .codes import (
    CUSTOM_CODE,
    FINDINGS,
    FS_CODE,
    GROUP_BITS,
    KIND_MASK,
    KIND_SHIFT,
    LIST_FLAG,
    NO_CODE,
    ROLE_BITS,
    SIGNAL_BIT,
    SIGNAL_CODES,
    SLOT_BITS,
    SLOT_OFFSETS,
    attribute_codes,
)
from .fields import Slot


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, the expression that gives it and its ClickHouse type ("" where only facts are made of it)."""

    name: str
    expression: str
    type: str = ""


def quote(text: str) -> str:
    """``text`` as an SQL string literal."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def layers() -> tuple[tuple[Column, ...], ...]:
    """Columns to add to the source, layer by layer. Their names begin with an underscore."""
    return _LAYERS


def facts() -> tuple[Column, ...]:
    """The facts, as expressions over the last layer."""
    return _FACTS


def _texts(values: Iterable[str]) -> str:
    return f"splitByChar('|', {quote('|'.join(values))})"


def _numbers(values: Iterable[int]) -> str:
    return f"CAST('{list(values)}', 'Array(UInt32)')"


def _renamed(expression: str, table: dict[str, str]) -> str:
    return f"transform({expression}, {_texts(table)}, {_texts(table.values())})"


def _at(slot: Slot) -> str:
    """The index of a slot's value in ``attr_values``; 0 if it has none."""
    return f"_slot[{slot.value}]"


def _value(slot: Slot) -> str:
    """A slot's value; '' if it has none."""
    return f"attr_values[{_at(slot)}]"


_ATTRIBUTE_CODES: Final = attribute_codes()

_CODE: Final = (
    f"arrayMap((k, t, v) -> "
    f"transform(k, {_texts(_ATTRIBUTE_CODES)}, {_numbers(_ATTRIBUTE_CODES.values())}, toUInt32(0))"
    f" * notEmpty(v) + (t > 4) * {LIST_FLAG}, attr_keys, attr_types, attr_values)"
)

_EXPLICIT: Final = f"k = {quote(names.TRACEWAY_SPAN_KIND)}"
_SIGNAL: Final = (
    "arrayMin(arrayPushBack(arrayMap((k, v) -> "
    f"transform(concat(k, '=', if({_EXPLICIT}, v, lower(substringIndex(v, ' ', 1)))), "
    f"{_texts(map('='.join, SIGNAL_CODES))}, {_numbers(SIGNAL_CODES.values())}, "
    f"if({_EXPLICIT} AND match(v, {quote(kinds.EXPLICIT_KIND)}), {CUSTOM_CODE}, {NO_CODE})), "
    f"arrayFilter((k, c) -> bitTest(c, {SIGNAL_BIT}), attr_keys, _code), "
    f"arrayFilter((v, c) -> bitTest(c, {SIGNAL_BIT}), attr_values, _code)), "
    f"{NO_CODE} - arrayMax(arrayMap(c -> bitAnd(bitShiftRight(c, {KIND_SHIFT}), {KIND_MASK}), _code))))"
)

_ROLE_MASK: Final = (1 << ROLE_BITS) - 1
_OFFSET_MASK: Final = ((2 << GROUP_BITS) - 1) << ROLE_BITS

# The role, from 1, is the first element of a group's offsets. Of attributes with one key the last counts.
_SLOT: Final = (
    f"arrayReduce('argMinResample(1, {len(Slot) + 1}, 1)', arrayReverse(arrayEnumerate(_code)), arrayReverse(_code), "
    f"arrayReverse(arrayMap(c -> bitAnd(c, {(1 << SLOT_BITS) - 1}) + {_numbers(SLOT_OFFSETS)}"
    f"[bitAnd(bitShiftRight(c, {SLOT_BITS - ROLE_BITS}), {_OFFSET_MASK}) + bitAnd(_signal, {_ROLE_MASK}) + 1], _code)))"
)

_EXCEPTION: Final = f"-indexOf(arrayReverse(event_names), {quote(names.EVENT_EXCEPTION)}) * (status_code = 2)"

_LAYERS: Final = (
    (Column("_code", _CODE),),
    (Column("_signal", _SIGNAL), Column("_exception", _EXCEPTION)),
    (Column("_slot", _SLOT),),
)


def _named(expression: str, alias: str) -> str:
    """``expression`` under a name that its column can repeat."""
    return f"({expression} AS _{alias})"


def _found(attribute: str) -> str:
    return f"{_texts(getattr(finding, attribute) for finding in FINDINGS)}[bitShiftRight(_signal, {ROLE_BITS})]"


def _kind() -> str:
    prefixes = {prefix: kind.value for prefix, kind in kinds.FS_NAME_PREFIXES.items()}
    by_name = f"transform(substring(span_name, 1, 7), {list(prefixes)}, {list(prefixes.values())}, 'fs')"
    return (
        f"multiIf(match({_named(_value(Slot.TRACEWAY_KIND), 'explicit')}, {quote(kinds.EXPLICIT_KIND)}), _explicit, "
        f"_signal = {FS_CODE}, {by_name}, {_found('kind')})"
    )


def _first_of(slot: Slot, otherwise: str) -> str:
    """The value of ``slot``, or, if it has none, the expression ``otherwise``."""
    alias = f"at_{slot.name.lower()}"
    return f"if({_named(_at(slot), alias)} > 0, attr_values[_{alias}], {otherwise})"


def _provider() -> str:
    name = _named(f"lower({_value(Slot.PROVIDER)})", "provider")
    is_ollama = f"{_value(Slot.SERVER_PORT)} = {quote(fields.OLLAMA_PORT)} AND startsWith({name}, 'openai')"
    return f"if({is_ollama}, 'ollama', {_renamed('_provider', fields.PROVIDER_OF)})"


def _tokens(slot: Slot, json_pattern: str = "") -> str:
    value = f"toUInt32OrNull({_value(slot)})"
    if not json_pattern:
        return value
    return f"coalesce({value}, toUInt32OrNull(extract({_value(Slot.USAGE_DETAILS)}, {quote(json_pattern)})))"


def _input_tokens() -> str:
    cached = " + ".join(f"toUInt32OrZero({_value(slot)})" for slot in (Slot.CACHE_READ, Slot.CACHE_WRITE))
    tokens = _tokens(Slot.INPUT_TOKENS, fields.USAGE_INPUT)
    return f"{_named(tokens, 'tokens')} + if({_named(cached, 'cached')} > _tokens, _cached, 0)"


def _measure(*candidates: str) -> str:
    """The first candidate that is a positive, plausible number; NULL if none is."""
    return f"nullIf(arrayFirst(x -> x > 0 AND x < {fields.MAX_MEASURE}, [{', '.join(candidates)}]), 0)"


def _number(slot: Slot) -> str:
    return f"toFloat64OrZero({_value(slot)})"


def _cost() -> str:
    details = f"toFloat64OrZero(extract({_value(Slot.COST_DETAILS)}, {quote(fields.COST_TOTAL)}))"
    return _measure(_number(Slot.COST), details, f"{_number(Slot.INPUT_COST)} + {_number(Slot.OUTPUT_COST)}")


def _time_to_first_token() -> str:
    first_chunks = ", ".join(f"event_times[indexOf(event_names, {quote(name)})]" for name in names.EVENT_FIRST_CHUNK)
    since_start = f"(greatest({first_chunks}) - start_ns) / 1e6"
    return _measure(f"{_number(Slot.TTFT_SECONDS)} * 1000", _number(Slot.TTFT_MS), since_start)


def _dimensions() -> str:
    count = _named(f"toUInt32OrZero({_value(Slot.DIMENSIONS)})", "dimensions")
    return f"nullIf(if({count} <= {fields.MAX_DIMENSIONS}, _dimensions, 0), 0)"


def _exception(key: str) -> str:
    return f"event_values[_exception][indexOf(event_keys[_exception], {quote(key)})]"


def _preview(value: str, alias: str) -> str:
    """The last text of a JSON message, or else the beginning of the value."""
    ends = ", ".join(quote(member[::-1]) for member in fields.TEXT_MEMBERS)
    found = _named(f"multiSearchFirstPosition(reverse({_named(value, alias)}), [{ends}])", f"{alias}_end")
    body = f"substring(_{alias}, -{found}, {fields.MAX_PREVIEW_SOURCE})"
    text = f"simpleJSONExtractString(concat('\"c\":', {body}, {quote(fields.CLOSING)}), 'c')"
    raw = f"substring(_{alias}, 1, {fields.MAX_PREVIEW_SOURCE} * (_{alias}_end = 0))"
    return f"arrayStringConcat(splitByWhitespace(leftUTF8(concat({text}, {raw}), {fields.MAX_PREVIEW})), ' ')"


def _streaming() -> str:
    table = fields.STREAMING_OF
    return f"transform({_value(Slot.STREAMING)}, {list(table)}, {[int(value) for value in table.values()]}, NULL)"


def _error_message() -> str:
    message = f"if(notEmpty(status_message), status_message, {_exception(names.EXCEPTION_MESSAGE)})"
    return f"if(status_code = 2, leftUTF8({message}, {fields.MAX_ERROR_MESSAGE}), '')"


def _finish_reasons() -> str:
    words = f"extractAll({_value(Slot.FINISH_REASONS)}, {quote(fields.WORDS)})"
    return f"arrayMap(w -> {_renamed('w', fields.FINISH_REASON_OF)}, {words})"


def _session_id() -> str:
    return _first_of(Slot.SESSION_ID, f"extract({_value(Slot.METADATA)}, {quote(fields.METADATA_SESSION)})")


_TEXT: Final = "String"
_WORD: Final = "LowCardinality(String)"
_WORDS: Final = f"Array({_WORD})"
_COUNT: Final = "Nullable(Int64)"
_MEASURE: Final = "Nullable(Float64)"

_FACTS: Final = (
    Column("kind", _kind(), _WORD),
    Column("kind_source", _found("source"), _WORD),
    Column("operation", _first_of(Slot.OPERATION, _found("operation")), _WORD),
    Column("provider", _provider(), _WORD),
    Column("model", _first_of(Slot.RESPONSE_MODEL, _value(Slot.REQUEST_MODEL)), _WORD),
    Column("request_model", _value(Slot.REQUEST_MODEL), _WORD),
    Column("response_id", _value(Slot.RESPONSE_ID), _TEXT),
    Column("input_tokens", _input_tokens(), _COUNT),
    Column("output_tokens", _tokens(Slot.OUTPUT_TOKENS, fields.USAGE_OUTPUT), _COUNT),
    Column("cache_read_tokens", _tokens(Slot.CACHE_READ), _COUNT),
    Column("cache_write_tokens", _tokens(Slot.CACHE_WRITE), _COUNT),
    Column("reasoning_tokens", _tokens(Slot.REASONING), _COUNT),
    Column("reported_cost_usd", _cost(), _MEASURE),
    Column("finish_reasons", _finish_reasons(), _WORDS),
    Column("time_to_first_token_ms", _time_to_first_token(), _MEASURE),
    Column("streaming", _streaming(), "Nullable(Bool)"),
    Column("dimensions", _dimensions(), "Nullable(Int32)"),
    Column("session_id", _session_id(), _TEXT),
    Column("user_id", _value(Slot.USER_ID), _TEXT),
    Column("tags", f"extractAll(concat('\"', {_value(Slot.TAGS)}, '\"'), {quote(fields.ITEMS)})", _WORDS),
    Column("agent_name", _value(Slot.AGENT_NAME), _WORD),
    Column("workflow_name", _value(Slot.WORKFLOW_NAME), _WORD),
    Column("tool_name", _value(Slot.TOOL_NAME), _WORD),
    Column("tool_call_id", _value(Slot.TOOL_CALL_ID), _TEXT),
    Column("file_path", _value(Slot.FILE_PATH), _TEXT),
    Column("file_version", f"extract({_value(Slot.FILE_VERSION)}, {quote(fields.FILE_VERSION)})", _TEXT),
    Column("file_operation", _value(Slot.FILE_OPERATION), _WORD),
    Column("file_bytes", f"toInt64OrNull({_value(Slot.FILE_BYTES)})", _COUNT),
    Column("error_type", _first_of(Slot.ERROR_TYPE, _exception(names.EXCEPTION_TYPE)), _WORD),
    Column("error_message", _error_message(), _TEXT),
    Column("input_preview", _preview(_first_of(Slot.INPUT, _value(Slot.FILE_PATH)), "input"), _TEXT),
    Column("output_preview", _preview(_value(Slot.OUTPUT), "output"), _TEXT),
)

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
    LIST_FLAG,
    NO_CODE,
    ROLE_BITS,
    SIGNAL_CODES,
    SIGNAL_FLAG,
    Role,
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


def _value(*indices: str) -> str:
    """The attribute at the first index that is not 0; '' if there is none."""
    index = indices[0] if len(indices) == 1 else f"arrayFirst(i -> i > 0, [{', '.join(indices)}])"
    return f"attr_values[{index}]"


def _of(slot: Slot, role: Role | None = None) -> str:
    """The index of a slot's value; 0 if it has none or the span has another role."""
    return f"_slot[{slot.value}]" if role is None else f"_slot[{slot.value}] * (_role = {role.value})"


_ATTRIBUTE_CODES: Final = attribute_codes()

_CODE: Final = (
    f"arrayMap((c, t, v) -> if(notEmpty(v) AND (t < 5 OR (t = 5 AND c >= {LIST_FLAG})), c, 0), arrayMap(k -> "
    f"transform(k, {_texts(_ATTRIBUTE_CODES)}, {_numbers(_ATTRIBUTE_CODES.values())}, toUInt32(0)), attr_keys), "
    "attr_types, attr_values)"
)

# Of the attributes of one slot the first in order counts, of equal ones the last in the span.
_SLOT: Final = (
    f"arrayReduce('argMinResample(1, {len(Slot) + 1}, 1)', arrayEnumerate(_code), "
    "arrayMap((c, i) -> bitAnd(c, 255) * 4294967296 - i, _code, arrayEnumerate(_code)), "
    "arrayMap(c -> bitAnd(bitShiftRight(c, 8), 255), _code))"
)

_SIGNAL: Final = (
    "arrayMin(arrayPushBack(arrayMap((k, v) -> "
    f"transform(concat(k, '=', if(k = {{kind}}, v, lower(substringIndex(v, ' ', 1)))), {_texts(map('='.join, SIGNAL_CODES))}, "
    f"{_numbers(SIGNAL_CODES.values())}, if(k = {{kind}} AND match(v, {quote(kinds.EXPLICIT_KIND)}), {CUSTOM_CODE}, {NO_CODE})), "
    f"arrayFilter((k, c) -> c >= {SIGNAL_FLAG}, attr_keys, _code), arrayFilter((v, c) -> c >= {SIGNAL_FLAG}, attr_values, _code)), "
    f"{NO_CODE} - arrayMax(arrayMap(c -> bitAnd(bitShiftRight(c, 16), 4095), _code))))"
).replace("{kind}", quote(names.TRACEWAY_SPAN_KIND))

_LAYERS: Final = (
    (Column("_code", _CODE),),
    (
        Column("_slot", _SLOT),
        Column("_signal", _SIGNAL),
        Column(
            "_exception", f"arrayLastIndex(n -> n = {quote(names.EVENT_EXCEPTION)}, event_names) * (status_code = 2)"
        ),
    ),
    (
        Column("_finding", f"bitShiftRight(_signal, {ROLE_BITS})"),
        Column("_role", f"bitAnd(_signal, {(1 << ROLE_BITS) - 1})"),
    ),
)


def _found(attribute: str) -> str:
    return f"{_texts(getattr(finding, attribute) for finding in FINDINGS)}[_finding]"


def _kind() -> str:
    by_name = "".join(
        f"_signal = {FS_CODE} AND startsWith(span_name, {quote(prefix)}), {quote(kind)}, "
        for prefix, kind in kinds.FS_NAME_PREFIXES
    )
    return f"multiIf(_signal = {CUSTOM_CODE}, {_value(_of(Slot.TRACEWAY_KIND))}, {by_name}{_found('kind')})"


def _provider() -> str:
    name = f"lower({_value(_of(Slot.PROVIDER))})"
    is_ollama = f"{_value(_of(Slot.SERVER_PORT))} = {quote(fields.OLLAMA_PORT)} AND startsWith({name}, 'openai')"
    return f"if({is_ollama}, 'ollama', {_renamed(name, fields.PROVIDER_OF)})"


def _tokens(slot: Slot, json_pattern: str = "") -> str:
    value = f"toUInt32OrNull({_value(_of(slot, Role.SPENDS))})"
    if not json_pattern:
        return value
    details = _value(_of(Slot.USAGE_DETAILS, Role.SPENDS))
    return f"coalesce({value}, toUInt32OrNull(extract({details}, {quote(json_pattern)})))"


def _input_tokens() -> str:
    tokens = _tokens(Slot.INPUT_TOKENS, fields.USAGE_INPUT)
    cached = " + ".join(f"toUInt32OrZero({_value(_of(slot))})" for slot in (Slot.CACHE_READ, Slot.CACHE_WRITE))
    return f"{tokens} + if({cached} > {tokens}, {cached}, 0)"


def _measure(*candidates: str) -> str:
    """The first candidate that is a positive, plausible number; NULL if none is."""
    return f"nullIf(arrayFirst(x -> x > 0 AND x < {fields.MAX_MEASURE}, [{', '.join(candidates)}]), 0)"


def _cost() -> str:
    def number(slot: Slot) -> str:
        return f"toFloat64OrZero({_value(_of(slot, Role.SPENDS))})"

    details = f"extract({_value(_of(Slot.COST_DETAILS, Role.SPENDS))}, {quote(fields.COST_TOTAL)})"
    parts = f"{number(Slot.INPUT_COST)} + {number(Slot.OUTPUT_COST)}"
    return _measure(number(Slot.COST), f"toFloat64OrZero({details})", parts)


def _time_to_first_token() -> str:
    first_chunk = f"arrayFirst((t, n) -> n IN {names.EVENT_FIRST_CHUNK}, event_times, event_names)"
    return _measure(
        f"toFloat64OrZero({_value(_of(Slot.TTFT_SECONDS))}) * 1000",
        f"toFloat64OrZero({_value(_of(Slot.TTFT_MS))})",
        f"({first_chunk} - start_ns) / 1e6",
    )


def _exception(key: str) -> str:
    return f"event_values[_exception][indexOf(event_keys[_exception], {quote(key)})]"


def _preview(index: str) -> str:
    """The last text of a JSON message, or else the beginning of the value; at most 200 characters on one line."""
    value = f"attr_values[{index}]"
    ends = ", ".join(quote(member[::-1]) for member in fields.TEXT_MEMBERS)
    body = f"substring({value}, -multiSearchFirstPosition(reverse({value}), [{ends}]), {fields.MAX_PREVIEW_SOURCE})"
    text = f"simpleJSONExtractString(concat('\"c\":', {body}, '\"\"'), 'c')"
    shown = f"if(notEmpty({text}), {text}, substring({value}, 1, {fields.MAX_PREVIEW_SOURCE}))"
    return f"arrayStringConcat(splitByWhitespace(leftUTF8({shown}, {fields.MAX_PREVIEW})), ' ')"


_COUNT: Final = "Nullable(Int64)"
_LOW: Final = "LowCardinality(String)"
_DIMENSIONS: Final = f"toUInt32OrZero({_value(_of(Slot.DIMENSIONS))})"
_FINISH: Final = f"extractAll({_value(_of(Slot.FINISH_REASONS))}, {quote(fields.WORDS)})"
_VERSION: Final = _value(_of(Slot.FILE_VERSION))

_FACTS: Final = (
    Column("kind", _kind(), _LOW),
    Column("kind_source", _found("source"), _LOW),
    Column("operation", f"if({_of(Slot.OPERATION)} > 0, {_value(_of(Slot.OPERATION))}, {_found('operation')})", _LOW),
    Column("provider", _provider(), _LOW),
    Column("model", _value(_of(Slot.RESPONSE_MODEL), _of(Slot.REQUEST_MODEL)), _LOW),
    Column("request_model", _value(_of(Slot.REQUEST_MODEL)), _LOW),
    Column("response_id", _value(_of(Slot.RESPONSE_ID)), "String"),
    Column("input_tokens", _input_tokens(), _COUNT),
    Column("output_tokens", _tokens(Slot.OUTPUT_TOKENS, fields.USAGE_OUTPUT), _COUNT),
    Column("cache_read_tokens", _tokens(Slot.CACHE_READ), _COUNT),
    Column("cache_write_tokens", _tokens(Slot.CACHE_WRITE), _COUNT),
    Column("reasoning_tokens", _tokens(Slot.REASONING), _COUNT),
    Column("reported_cost_usd", _cost(), "Nullable(Float64)"),
    Column("finish_reasons", f"arrayMap(w -> {_renamed('w', fields.FINISH_REASON_OF)}, {_FINISH})", f"Array({_LOW})"),
    Column("time_to_first_token_ms", _time_to_first_token(), "Nullable(Float64)"),
    Column(
        "streaming",
        f"transform({_value(_of(Slot.STREAMING))}, {list(fields.STREAMING_OF)}, {list(fields.STREAMING_OF.values())}, NULL)",
        "Nullable(Bool)",
    ),
    Column(
        "dimensions", f"if({_DIMENSIONS} BETWEEN 1 AND {fields.MAX_DIMENSIONS}, {_DIMENSIONS}, NULL)", "Nullable(Int32)"
    ),
    Column(
        "session_id",
        f"if({_of(Slot.SESSION_ID)} > 0, {_value(_of(Slot.SESSION_ID))}, "
        f"extract({_value(_of(Slot.METADATA))}, {quote(fields.METADATA_SESSION)}))",
        "String",
    ),
    Column("user_id", _value(_of(Slot.USER_ID)), "String"),
    Column(
        "tags", f"extractAll(concat('\"', {_value(_of(Slot.TAGS))}, '\"'), {quote(fields.ITEMS)})", f"Array({_LOW})"
    ),
    Column(
        "agent_name",
        _value(
            _of(Slot.AGENT_NAME),
            _of(Slot.ENTITY_NAME, Role.AGENT),
            _of(Slot.FUNCTION_ID, Role.WORKFLOW),
            _of(Slot.GRAPH_NODE),
        ),
        _LOW,
    ),
    Column(
        "workflow_name",
        _value(_of(Slot.WORKFLOW_NAME), _of(Slot.ENTITY_NAME, Role.WORKFLOW), _of(Slot.FUNCTION_ID, Role.WORKFLOW)),
        _LOW,
    ),
    Column(
        "tool_name",
        _value(f"{_of(Slot.TOOL_NAME)} * (_role != {Role.SPENDS.value})", _of(Slot.ENTITY_NAME, Role.TOOL)),
        _LOW,
    ),
    Column("tool_call_id", _value(_of(Slot.TOOL_CALL_ID)), "String"),
    Column("file_path", _value(_of(Slot.FILE_PATH)), "String"),
    Column("file_version", f"if(match({_VERSION}, {quote(fields.FILE_VERSION)}), {_VERSION}, '')", "String"),
    Column("file_operation", _value(_of(Slot.FILE_OPERATION)), _LOW),
    Column(
        "file_bytes",
        f"toInt64OrNull({_value(_of(Slot.BYTES_WRITTEN, Role.FS_WRITE), _of(Slot.BYTES_READ))})",
        _COUNT,
    ),
    Column(
        "error_type",
        f"if({_of(Slot.ERROR_TYPE)} > 0, {_value(_of(Slot.ERROR_TYPE))}, {_exception(names.EXCEPTION_TYPE)})",
        _LOW,
    ),
    Column(
        "error_message",
        f"leftUTF8(multiIf(status_code != 2, '', notEmpty(status_message), status_message, "
        f"{_exception(names.EXCEPTION_MESSAGE)}), {fields.MAX_ERROR_MESSAGE})",
        "String",
    ),
    Column("input_preview", _preview(f"arrayFirst(i -> i > 0, [{_of(Slot.INPUT)}, {_of(Slot.FILE_PATH)}])"), "String"),
    Column("output_preview", _preview(_of(Slot.OUTPUT)), "String"),
)

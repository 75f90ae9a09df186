"""The vocabulary as ClickHouse SQL: what ``evaluate.py`` says of one span, said of whole blocks of spans.

The source is a relation of spans with the columns of ``evaluate.SpanView``. ``layers()`` are columns to add to it, one
subquery a layer (``SELECT *, <layer> FROM (…)``): each may use those before it. ``facts()`` selects the result.

Two costs decide how this is written. Per insert: analysing the query costs about 50 µs a function, and as much again for
every column that passes a layer; so there are few layers, and one expression does the work of many where it can. Per
span: no lambda may touch long strings, because every string that passes one is copied.

A span's attributes become one code each (``_code``). One aggregation over the codes (``_slot``) then finds, for every
slot of ``fields.SLOTS``, the index of its value in ``attr_values``; 0 stands for none and reads as ''.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from . import fields, kinds, names
from .codes import FS_CODE, KIND_CODES, LIST_FLAG, NO_CODE, SIGNAL_CODES, SIGNAL_FLAG, attribute_codes
from .fields import Slot


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, the expression that gives it and its ClickHouse type ("" where only layers use it)."""

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


def _strings(values: Iterable[str]) -> str:
    return "[" + ", ".join(map(quote, values)) + "]"


def _numbers(values: Iterable[int]) -> str:
    return "[" + ", ".join(map(str, values)) + "]"


def _value(slot: Slot) -> str:
    """The value of a slot; '' if it has none."""
    return f"attr_values[_slot[{slot.value}]]"


def _value_if(slot: Slot, condition: str) -> str:
    """The value of a slot where ``condition`` (UInt8, 0 or 1) holds, else ''."""
    return f"attr_values[_slot[{slot.value}] * {condition}]"


def _renamed(expression: str, table: dict[str, str]) -> str:
    return f"transform({expression}, {_strings(table)}, {_strings(table.values())})"


_ATTRIBUTE_CODES: Final = attribute_codes()

_CODE: Final = (
    f"arrayMap((c, t, v) -> if(notEmpty(v) AND (t < 5 OR (t = 5 AND c >= {LIST_FLAG})), c, toUInt32(0)), "
    f"arrayMap(k -> transform(k, {_strings(_ATTRIBUTE_CODES)}, {_numbers(_ATTRIBUTE_CODES.values())}, toUInt32(0)), attr_keys), attr_types, attr_values)"
)

# Of the attributes of one slot the first in order counts, of equal ones the last in the span.
_SLOT: Final = (
    f"arrayReduce('argMinResample(1, {len(Slot) + 1}, 1)', arrayEnumerate(_code), "
    "arrayMap((c, i) -> bitAnd(c, 255) * 4294967296 - i, _code, arrayEnumerate(_code)), "
    "arrayMap(c -> bitAnd(bitShiftRight(c, 8), 255), _code))"
)

_SIGNAL: Final = (
    "arrayMin(arrayPushBack(arrayMap((k, v) -> transform(concat(k, '=', lower(substringIndex(v, ' ', 1))), {pairs}, {codes}, {none}), "
    "arrayFilter((k, c) -> c >= {flag}, attr_keys, _code), arrayFilter((v, c) -> c >= {flag}, attr_values, _code)), "
    "{none} - arrayMax(arrayMap(c -> bitAnd(bitShiftRight(c, 16), 255), _code))))"
).format(
    pairs=_strings(f"{key}={value}" for key, value in SIGNAL_CODES),
    codes=_numbers(SIGNAL_CODES.values()),
    none=NO_CODE,
    flag=SIGNAL_FLAG,
)

_KIND: Final = (
    f"multiIf(match({_value(Slot.TRACEWAY_KIND)}, {quote(kinds.EXPLICIT_KIND)}), {_value(Slot.TRACEWAY_KIND)}, "
    + "".join(
        f"_signal = {FS_CODE} AND startsWith(span_name, {quote(prefix)}), {quote(kind)}, "
        for prefix, kind in kinds.FS_NAME_PREFIXES
    )
    + f"{_strings(code.kind for code in KIND_CODES)}[_signal])"
)

_LAYERS: Final = (
    (Column("_code", _CODE),),
    (Column("_slot", _SLOT), Column("_signal", _SIGNAL)),
    (Column("_kind", _KIND),),
    (
        Column(
            "_spends",
            f"_kind IN ({', '.join(map(quote, kinds.SPENDING_KINDS))}) AND {_value(Slot.OPERATION)} != "
            + quote(kinds.NO_USAGE_OPERATIONS[0]),
        ),
    ),
)


def _tokens(slot: Slot, json_pattern: str = "") -> str:
    value = f"toUInt32OrNull({_value_if(slot, '_spends')})"
    if not json_pattern:
        return value
    details = _value_if(Slot.USAGE_DETAILS, "_spends")
    return f"coalesce({value}, toUInt32OrNull(extract({details}, {quote(json_pattern)})))"


_TOKENS: Final = "Nullable(Int64)"
_LOW: Final = "LowCardinality(String)"

_FACTS: Final = (
    Column("kind", "_kind", _LOW),
    Column(
        "kind_source",
        f"if(_kind = {_value(Slot.TRACEWAY_KIND)}, {quote(names.TRACEWAY_SPAN_KIND)}, "
        f"{_strings(code.source for code in KIND_CODES)}[_signal])",
        _LOW,
    ),
    Column(
        "model",
        f"attr_values[if(_slot[{Slot.RESPONSE_MODEL}] > 0, _slot[{Slot.RESPONSE_MODEL}], _slot[{Slot.REQUEST_MODEL}])]",
        _LOW,
    ),
    Column("request_model", _value(Slot.REQUEST_MODEL), _LOW),
    Column("response_id", _value(Slot.RESPONSE_ID), "String"),
    Column("input_tokens", _tokens(Slot.INPUT_TOKENS, fields.USAGE_INPUT), _TOKENS),
    Column("output_tokens", _tokens(Slot.OUTPUT_TOKENS, fields.USAGE_OUTPUT), _TOKENS),
    Column("cache_read_tokens", _tokens(Slot.CACHE_READ), _TOKENS),
    Column("cache_write_tokens", _tokens(Slot.CACHE_WRITE), _TOKENS),
    Column("reasoning_tokens", _tokens(Slot.REASONING), _TOKENS),
    Column("session_id", _value(Slot.SESSION_ID), "String"),
    Column("user_id", _value(Slot.USER_ID), "String"),
)

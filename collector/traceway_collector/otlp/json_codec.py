"""OTLP JSON to the official protobuf messages and back.

OTLP JSON is proto3 JSON with four differences (OTLP specification, "JSON Protobuf Encoding"): ``traceId``, ``spanId``
and ``parentSpanId`` are hex and not base64, enums are numbers, keys are lowerCamelCase, unknown keys are ignored. That
is why ``google.protobuf.json_format`` cannot be used. Here both directions follow one table per message, made from the
official descriptors, so a field that a new release of opentelemetry-proto adds needs no code.

More is read than is written: snake_case keys, enum names, 64-bit integers as numbers, ids in upper case, and half
surrogate pairs, which become U+FFFD: JavaScript writes them wherever it cut a text in the middle of an emoji, and one
such attribute must not cost the whole batch.

A span's own ids may be hex of a wrong length, as protobuf may hold any bytes there: admission leaves out that span and
says so. The ids of links, log records and exemplars must be whole, since nothing checks them later.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast

import orjson
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from ..errors import BadInput
from ..model import EXPORT_REQUESTS, Signal

MAX_DEPTH = 100
"""Messages inside one another, the request included: what protobuf's own parsers allow (47 arrays in an attribute)."""

_ID_BYTES: Final = {"trace_id": 16, "span_id": 8, "parent_span_id": 8}
_SHOWN_CHARACTERS = 60
_SHOWN_PLACE_CHARACTERS = 200

# Every escape of a JSON text; the group holds a surrogate without its other half.
_ESCAPES: Final = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of a message: its names, how one value is read and written, and the table of its message type."""

    name: str
    json_name: str
    repeated: bool
    oneof: str | None
    read: Callable[[Any], Any]
    write: Callable[[Any], Any]
    inner: _Table | None


@dataclass(frozen=True, slots=True)
class _Table:
    """The fields of a message type, by JSON key (both spellings) and by field number."""

    by_key: dict[str, _Field]
    by_number: dict[int, _Field]


class _Misfit(Exception):
    """A value that does not fit. Each level on the way up adds its part of the path."""

    def __init__(self, value: object, expected: str) -> None:
        super().__init__(expected)
        self.value = value
        self.expected = expected
        self.path: list[str] = []


def decode(signal: Signal, body: bytes) -> Message:
    """The ``Export{Trace,Logs,Metrics}ServiceRequest`` that ``body`` spells; an empty body is an empty request.

    Raises ``BadInput`` naming the place, such as ``resourceSpans[0].scopeSpans[0].spans[3].traceId``, if it is not JSON
    or a value does not fit its field.
    """
    request = EXPORT_REQUESTS[signal]
    if not body:
        return request()
    try:
        content = _parse(body)
    except orjson.JSONDecodeError as error:
        raise BadInput(f"the body is not valid JSON: {error}") from None
    try:
        return request(**_read(content, _table(request), 1))
    except _Misfit as misfit:
        place = _shortened(".".join(reversed(misfit.path)) or "the body")
        raise BadInput(f"{place} is {_shown(misfit.value)}; expected {misfit.expected}", field=place) from None


def encode(message: Message) -> dict[str, Any]:
    """``message`` as OTLP JSON, ready for any JSON writer: only strings, finite numbers, booleans, lists and dicts.

    Lossless for all fields the installed opentelemetry-proto knows: 64-bit integers are decimal strings, NaN and the
    infinities are strings, bytes are base64, an empty value is ``{}``, fields at their default are left out.
    """
    return _write(message, _table(message))


def dump(message: Message) -> bytes:
    """``encode(message)`` as UTF-8 JSON text."""
    return orjson.dumps(encode(message))


def _parse(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        if "surrogate in string" not in str(error):
            raise
    return orjson.loads(_ESCAPES.sub(lambda escape: rb"\ufffd" if escape[1] else escape[0], body))


def _read(value: Any, table: _Table, depth: int) -> dict[str, Any]:
    """The keyword arguments that make the message: upb builds the whole tree from them at once."""
    if type(value) is not dict:
        raise _Misfit(value, "an object")
    if depth > MAX_DEPTH:
        raise _Misfit(value, f"at most {MAX_DEPTH} messages inside one another")
    found: dict[str, Any] = {}
    by_key = table.by_key
    oneofs: dict[str, str] | None = None
    for key, item in value.items():
        field = by_key.get(key)
        if field is None or item is None:
            continue
        if field.oneof is not None:
            oneofs = oneofs if oneofs is not None else {}
            other = oneofs.setdefault(field.oneof, key)
            if other != key:
                raise _Misfit(value, f"only one of {other} and {key}")
        try:
            if field.repeated:
                found[field.name] = _read_list(item, field, depth)
            elif field.inner is not None:
                found[field.name] = _read(item, field.inner, depth + 1)
            else:
                found[field.name] = field.read(item)
        except _Misfit as misfit:
            misfit.path.append(key + misfit.path.pop() if misfit.path and misfit.path[-1][0] == "[" else key)
            raise
    return found


def _read_list(value: Any, field: _Field, depth: int) -> list[Any]:
    if type(value) is not list:
        raise _Misfit(value, "a list")
    found: list[Any] = []
    try:
        if field.inner is None:
            for item in value:
                found.append(field.read(item))
        else:
            for item in value:
                found.append(_read(item, field.inner, depth + 1))
    except _Misfit as misfit:
        misfit.path.append(f"[{len(found)}]")
        raise
    return found


def _write(message: Message, table: _Table) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for descriptor, value in message.ListFields():
        field = table.by_number[descriptor.number]
        if field.inner is not None:
            inner = field.inner
            found[field.json_name] = [_write(item, inner) for item in value] if field.repeated else _write(value, inner)
        elif field.repeated:
            found[field.json_name] = [field.write(item) for item in value]
        else:
            found[field.json_name] = field.write(value)
    return found


# One table per message type, made on first use and published only when everything it refers to is complete.

_tables: dict[str, _Table] = {}
_tables_lock = threading.Lock()


def _table(message: type[Message] | Message) -> _Table:
    descriptor = cast(Descriptor, message.DESCRIPTOR)
    table = _tables.get(descriptor.full_name)
    if table is None:
        with _tables_lock:
            made: dict[str, _Table] = {}
            table = _make_table(descriptor, made)
            _tables.update(made)
    return table


def _make_table(descriptor: Descriptor, made: dict[str, _Table]) -> _Table:
    known = made.get(descriptor.full_name)
    if known is not None:
        return known
    table = made[descriptor.full_name] = _Table({}, {})
    for field_descriptor in descriptor.fields:
        field = _make_field(field_descriptor, made)
        table.by_number[field_descriptor.number] = field
        table.by_key[field.json_name] = field
        table.by_key[field.name] = field
    return table


def _make_field(descriptor: FieldDescriptor, made: dict[str, _Table]) -> _Field:
    read: Callable[[Any], Any] = _same
    write: Callable[[Any], Any] = _same
    inner: _Table | None = None
    kind = descriptor.type
    if kind == FieldDescriptor.TYPE_MESSAGE:
        assert descriptor.message_type is not None
        inner = _make_table(descriptor.message_type, made)
    elif kind == FieldDescriptor.TYPE_ENUM:
        assert descriptor.enum_type is not None
        read = _enum_reader({value.name: value.number for value in descriptor.enum_type.values})
    elif kind == FieldDescriptor.TYPE_BYTES and descriptor.name in _ID_BYTES:
        of_a_span = descriptor.containing_type is Span.DESCRIPTOR
        read, write = _id_reader(_ID_BYTES[descriptor.name], any_length=of_a_span), bytes.hex
    elif kind in _SCALARS:
        read, write = _SCALARS[kind]
    else:
        raise NotImplementedError(f"{descriptor.full_name} has a protobuf type OTLP does not use")
    oneof = descriptor.containing_oneof
    # An optional field is, for the descriptor, alone in a oneof whose name starts with an underscore.
    oneof_name = oneof.name if oneof is not None and len(oneof.fields) > 1 else None
    return _Field(descriptor.name, descriptor.json_name, descriptor.is_repeated, oneof_name, read, write, inner)


# Readers and writers of single values.


def _same(value: Any) -> Any:
    return value


def _read_string(value: Any) -> str:
    if type(value) is not str:
        raise _Misfit(value, "a string")
    return value


def _read_bool(value: Any) -> bool:
    if type(value) is not bool:
        raise _Misfit(value, "true or false")
    return value


def _int_reader(low: int, high: int) -> Callable[[Any], int]:
    expected = f"an integer from {low} to {high}, as a number or a string"

    def read(value: Any) -> int:
        number = _whole(value)
        if number is None or not low <= number <= high:
            raise _Misfit(value, expected)
        return number

    return read


def _whole(value: Any) -> int | None:
    """The integer a JSON value spells: 7, "7", 7.0; None if it spells none."""
    if type(value) is int:
        return value
    if type(value) is str and len(value) <= 20 and value.isascii() and value.removeprefix("-").isdigit():
        return int(value)
    if type(value) is float and value.is_integer():
        return int(value)
    return None


def _enum_reader(numbers: dict[str, int]) -> Callable[[Any], int]:
    read_number = _int_reader(-(2**31), 2**31 - 1)

    def read(value: Any) -> int:
        if type(value) is str and value in numbers:
            return numbers[value]
        try:
            return read_number(value)
        except _Misfit:
            raise _Misfit(value, f"a number, or one of {', '.join(numbers)}") from None

    return read


def _read_double(value: Any) -> float:
    if type(value) is float or type(value) is int:
        return float(value)
    if type(value) is str:
        if value in ("NaN", "Infinity", "-Infinity"):
            return float(value)
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            return number
    raise _Misfit(value, 'a number, "NaN", "Infinity" or "-Infinity"')


def _write_double(value: float) -> float | str:
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _id_reader(length: int, *, any_length: bool) -> Callable[[Any], bytes]:
    digits = 2 * length

    def read(value: Any) -> bytes:
        if type(value) is str and (any_length or len(value) == digits or not value):
            try:
                return binascii.unhexlify(value)
            except ValueError:
                pass  # said below, in the words for a wrong length
        raise _Misfit(value, f"{digits} hexadecimal digits")

    return read


def _read_bytes(value: Any) -> bytes:
    """Base64, standard or URL-safe, with or without padding (proto3 JSON accepts all four)."""
    if type(value) is not str:
        raise _Misfit(value, "a base64 string")
    text = value.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        raise _Misfit(value, "a base64 string") from None


def _write_bytes(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _shortened(place: str) -> str:
    """A path as an error shows it: what is very deep loses its middle."""
    half = _SHOWN_PLACE_CHARACTERS // 2
    return place if len(place) <= _SHOWN_PLACE_CHARACTERS else f"{place[:half]}…{place[-half:]}"


def _shown(value: object) -> str:
    """A value as an error shows it: as JSON, cut short."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = orjson.dumps(value).decode()
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"


_INT32 = (_int_reader(-(2**31), 2**31 - 1), _same)
_UINT32 = (_int_reader(0, 2**32 - 1), _same)
_INT64 = (_int_reader(-(2**63), 2**63 - 1), str)
_UINT64 = (_int_reader(0, 2**64 - 1), str)

_SCALARS: Final[dict[int, tuple[Callable[[Any], Any], Callable[[Any], Any]]]] = {
    FieldDescriptor.TYPE_STRING: (_read_string, _same),
    FieldDescriptor.TYPE_BOOL: (_read_bool, _same),
    FieldDescriptor.TYPE_DOUBLE: (_read_double, _write_double),
    FieldDescriptor.TYPE_BYTES: (_read_bytes, _write_bytes),
    FieldDescriptor.TYPE_INT32: _INT32,
    FieldDescriptor.TYPE_SINT32: _INT32,
    FieldDescriptor.TYPE_SFIXED32: _INT32,
    FieldDescriptor.TYPE_UINT32: _UINT32,
    FieldDescriptor.TYPE_FIXED32: _UINT32,
    FieldDescriptor.TYPE_INT64: _INT64,
    FieldDescriptor.TYPE_SINT64: _INT64,
    FieldDescriptor.TYPE_SFIXED64: _INT64,
    FieldDescriptor.TYPE_UINT64: _UINT64,
    FieldDescriptor.TYPE_FIXED64: _UINT64,
}

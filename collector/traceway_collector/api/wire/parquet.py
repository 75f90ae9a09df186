"""A Parquet file, written row group by row group, so that it is streamed and nothing but the footer is kept.

Written here because the engine writes such a file only from a query, and OTLP JSON is made outside of it. What is used
of the format (parquet-format, "parquet.thrift") is its plainest part: one data page a column and row group, plain
encoding, levels as runs, zstd; columns are optional and not nested. The footer is Thrift in the compact protocol.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from typing import Any, Final

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_MAGIC: Final = b"PAR1"
_PLAIN, _RLE, _ZSTD, _OPTIONAL = 0, 3, 6, 1
_LEVEL: Final = 3
# Field types of Thrift's compact protocol.
_TRUE, _I32, _I64, _BINARY, _LIST, _STRUCT = 1, 5, 6, 8, 9, 12

Encode = Callable[[Sequence[Any]], bytes]


def _texts(values: Sequence[str]) -> bytes:
    parts: list[bytes] = []
    for value in values:
        raw = value.encode()
        parts += (len(raw).to_bytes(4, "little"), raw)
    return b"".join(parts)


def _int64s(values: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(values)}q", *values)


def _doubles(values: Sequence[float]) -> bytes:
    return struct.pack(f"<{len(values)}d", *values)


class Type(Enum):
    """What a column holds: the physical type, how its values are written, and the fields that say what they mean."""

    TEXT = (6, _texts)
    INT = (2, _int64s)
    NUMBER = (5, _doubles)
    TIME_NS = (2, _int64s, "unix nanoseconds")

    @property
    def physical(self) -> int:
        return int(self.value[0])

    @property
    def encode(self) -> Encode:
        encode: Encode = self.value[1]
        return encode

    @property
    def meaning(self) -> bytes:
        """``converted_type`` (6) and ``logicalType`` (10) of a schema element, which come after its name (4)."""
        if self is Type.TEXT:  # UTF8, STRING
            return _field(2, _I32, _zigzag(0)) + _field(4, _STRUCT, _field(1, _STRUCT, b"\0") + b"\0")
        if self is Type.TIME_NS:  # TIMESTAMP, adjusted to UTC, in NANOS
            unit = _field(3, _STRUCT, b"\0") + b"\0"
            time = _field(1, _TRUE) + _field(1, _STRUCT, unit) + b"\0"
            return _field(6, _STRUCT, _field(8, _STRUCT, time) + b"\0")
        return b""


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: Type


class ParquetWriter:
    """``head()``, then ``row_group(…)`` as often as there are rows, then ``tail()``: together the bytes of the file."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._offset = 0
        self._groups: list[bytes] = []
        self._rows = 0

    def head(self) -> bytes:
        """How the file begins."""
        self._offset = len(_MAGIC)
        return _MAGIC

    def row_group(self, values: Sequence[Sequence[Any]]) -> bytes:
        """A row group from the values of every column; ``None`` is null."""
        rows = len(values[0])
        written: list[bytes] = []
        chunks: list[bytes] = []
        total = 0
        for column, of_column in zip(self._columns, values, strict=True):
            page, size = _page(column.type, of_column)
            chunks.append(_chunk(column, rows, self._offset, size, len(page)))
            written.append(page)
            total += size
            self._offset += len(page)
        fields = _field(1, _LIST, _list(_STRUCT, chunks)) + _field(1, _I64, _zigzag(total))
        self._groups.append(fields + _field(1, _I64, _zigzag(rows)) + b"\0")
        self._rows += rows
        return b"".join(written)

    def tail(self) -> bytes:
        """The footer and what ends the file."""
        root = _field(4, _BINARY, _binary(b"schema")) + _field(1, _I32, _zigzag(len(self._columns))) + b"\0"
        schema = [root, *map(_schema_element, self._columns)]
        footer = (
            _field(1, _I32, _zigzag(2))
            + _field(1, _LIST, _list(_STRUCT, schema))
            + _field(1, _I64, _zigzag(self._rows))
            + _field(1, _LIST, _list(_STRUCT, self._groups))
            + _field(2, _BINARY, _binary(b"traceway"))
            + b"\0"
        )
        return footer + len(footer).to_bytes(4, "little") + _MAGIC


def _page(type_: Type, values: Sequence[Any]) -> tuple[bytes, int]:
    """A column's page with its header, and its size before compression (header included)."""
    levels = b"".join(
        _varint(sum(1 for _ in run) << 1) + bytes((there,))
        for there, run in groupby(value is not None for value in values)
    )
    known = [value for value in values if value is not None]
    plain = len(levels).to_bytes(4, "little") + levels + type_.encode(known)
    packed = zstd.compress(plain, _LEVEL)
    about = b"".join(_field(1, _I32, _zigzag(number)) for number in (len(values), _PLAIN, _RLE, _RLE)) + b"\0"
    header = b"".join(_field(1, _I32, _zigzag(number)) for number in (0, len(plain), len(packed)))
    header += _field(2, _STRUCT, about) + b"\0"
    return header + packed, len(header) + len(plain)


def _chunk(column: Column, rows: int, offset: int, size: int, packed_size: int) -> bytes:
    numbers = [_zigzag(number) for number in (_PLAIN, _RLE)]
    about = (
        _field(1, _I32, _zigzag(column.type.physical))
        + _field(1, _LIST, _list(_I32, numbers))
        + _field(1, _LIST, _list(_BINARY, [_binary(column.name.encode())]))
        + _field(1, _I32, _zigzag(_ZSTD))
        + _field(1, _I64, _zigzag(rows))
        + _field(1, _I64, _zigzag(size))
        + _field(1, _I64, _zigzag(packed_size))
        + _field(2, _I64, _zigzag(offset))
        + b"\0"
    )
    return _field(2, _I64, _zigzag(offset)) + _field(1, _STRUCT, about) + b"\0"


def _schema_element(column: Column) -> bytes:
    head = _field(1, _I32, _zigzag(column.type.physical)) + _field(2, _I32, _zigzag(_OPTIONAL))
    name = _field(1, _BINARY, _binary(column.name.encode()))
    return head + name + column.type.meaning + b"\0"


def _field(step: int, type_: int, value: bytes = b"") -> bytes:
    """A field, ``step`` numbers after the one before."""
    return bytes((step << 4 | type_,)) + value


def _list(type_: int, items: Iterable[bytes]) -> bytes:
    found = list(items)
    size = len(found)
    head = bytes((size << 4 | type_,)) if size < 15 else bytes((0xF0 | type_,)) + _varint(size)
    return head + b"".join(found)


def _binary(value: bytes) -> bytes:
    return _varint(len(value)) + value


def _zigzag(number: int) -> bytes:
    return _varint(number << 1 if number >= 0 else -number * 2 - 1)


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)

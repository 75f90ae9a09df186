"""Bodies that are imported, cut into records as they arrive: lines of JSON and rows of CSV, wherever the bytes part."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from ...errors import BadInput, TooLarge
from .table import OTLP

Record = tuple[int, str]
"""Its number, from 1, and its OTLP JSON; "" if there is none."""

_DELIMITERS: Final = (",", ";", "\t")
# The limit of a record is what a body may have; the module's own, of 128 KiB, is less than a prompt.
csv.field_size_limit(1 << 30)


class Records(Protocol):
    """What cuts one body. ``feed`` gives the records that are whole, ``end`` the last one."""

    def feed(self, chunk: bytes) -> Iterator[Record]: ...

    def end(self) -> Iterator[Record]: ...


class Lines:
    """A JSON text a line; empty lines count and say nothing."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._open: list[bytes] = []
        self._open_bytes = 0
        self._number = 0

    def feed(self, chunk: bytes) -> Iterator[Record]:
        *whole, rest = chunk.split(b"\n")
        for piece in whole:
            yield from self._line(b"".join((*self._open, piece)))
            self._open, self._open_bytes = [], 0
        if rest:
            self._open.append(rest)
            self._open_bytes += len(rest)
            if self._open_bytes > self._limit_bytes:
                raise _too_large(f"line {self._number + 1}", self._limit_bytes)

    def end(self) -> Iterator[Record]:
        yield from self._line(b"".join(self._open))

    def _line(self, line: bytes) -> Iterator[Record]:
        self._number += 1
        text = line.decode("utf-8", "replace").strip("\ufeff \t\r")
        if text:
            yield self._number, text


class Rows:
    """CSV with a header that names ``otlp``. A line feed ends a row where the quotes before it are even in number."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._open = io.StringIO()
        self._open_size = 0
        self._quoted = False
        self._delimiter = ","
        self._column = -1
        self._number = -1  # the header is no row

    def feed(self, chunk: bytes) -> Iterator[Record]:
        *whole, rest = self._decoder.decode(chunk).split("\n")
        for piece in whole:
            self._take(piece)
            if self._quoted:
                self._take("\n")
            else:
                yield from self._row()
        self._take(rest)

    def end(self) -> Iterator[Record]:
        self._take(self._decoder.decode(b"", final=True))
        if self._open_size or self._number < 0:
            yield from self._row()

    def _take(self, piece: str) -> None:
        self._open.write(piece)
        self._open_size += len(piece)
        self._quoted ^= bool(piece.count('"') & 1)
        if self._open_size > self._limit_bytes:
            raise _too_large(f"row {self._number + 1}", self._limit_bytes)

    def _row(self) -> Iterator[Record]:
        text = self._open.getvalue().removesuffix("\r")
        self._open, self._open_size, self._quoted = io.StringIO(), 0, False
        self._number += 1
        if not self._number:
            self._read_header(text)
        elif text:
            cells = _cells(text, self._delimiter)
            yield self._number, cells[self._column] if len(cells) > self._column else ""

    def _read_header(self, text: str) -> None:
        for delimiter in _DELIMITERS:
            names = _cells(text, delimiter)
            if OTLP in names:
                self._delimiter, self._column = delimiter, names.index(OTLP)
                return
        shown = text if len(text) <= 100 else text[:100] + "…"
        raise BadInput(f"the first row is {shown!r}; expected the names of columns, {OTLP} among them", field=OTLP)


def _cells(text: str, delimiter: str) -> Sequence[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:  # such as a lone carriage return
        return []


def _too_large(what: str, limit_bytes: int) -> TooLarge:
    return TooLarge(
        f"{what} is longer than {limit_bytes} bytes; expected less, or raise --max-request-mib", field="body"
    )

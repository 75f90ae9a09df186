"""Spans as the rows of a table: columns for people, and ``otlp``, in which nothing is left out."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from opentelemetry.proto.trace.v1.trace_pb2 import Status

from ...model import StoredSpan
from .otlp import spans_json
from .parquet import Column, ParquetWriter, Type
from .values import status_word, time_at

OTLP: Final = "otlp"
"""The column from which a table is read back."""

# A spreadsheet takes a cell that begins with one of these for a formula, and runs it (OWASP, "CSV Injection").
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_MAX_INT64: Final = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class _Cell:
    """A column: what it holds of a span, None if that is not known."""

    name: str
    type: Type
    value: Callable[[StoredSpan], Any]


def _fact(name: str, type_: Type = Type.TEXT, fact: str = "") -> _Cell:
    return _Cell(name, type_, lambda span: getattr(span.facts, fact or name))


def _failure(span: StoredSpan) -> str | None:
    facts = span.facts
    failed = span.status_code == Status.STATUS_CODE_ERROR
    return (facts.error_message or span.status_message or facts.error_type) if failed else None


def _milliseconds(span: StoredSpan) -> float | None:
    return None if span.duration_ns is None else span.duration_ns / 1e6


_CELLS: Final = (
    _Cell("trace_id", Type.TEXT, lambda span: span.trace_id),
    _Cell("span_id", Type.TEXT, lambda span: span.span_id),
    _Cell("parent_id", Type.TEXT, lambda span: span.parent_id),
    _Cell("name", Type.TEXT, lambda span: span.name),
    _fact("kind"),
    _Cell("service", Type.TEXT, lambda span: span.service or None),
    _Cell("status", Type.TEXT, lambda span: status_word(span.status_code)),
    _Cell("error", Type.TEXT, _failure),
    _Cell("started_at", Type.TIME_NS, lambda span: span.start_ns),
    _Cell("ended_at", Type.TIME_NS, lambda span: span.end_ns),
    _Cell("duration_ms", Type.NUMBER, _milliseconds),
    _fact("operation"),
    _fact("provider"),
    _fact("model"),
    _fact("input_tokens", Type.INT),
    _fact("output_tokens", Type.INT),
    _fact("cache_read_tokens", Type.INT),
    _fact("reasoning_tokens", Type.INT),
    _fact("cost_usd", Type.NUMBER),
    _fact("cost_source", fact="price_source"),
    _fact("time_to_first_token_ms", Type.NUMBER),
    _fact("session_id"),
    _fact("user_id"),
    _Cell("tags", Type.TEXT, lambda span: ", ".join(span.facts.tags) or None),
    _fact("agent_name"),
    _fact("tool_name"),
    _fact("file_path"),
    _fact("file_version"),
    _fact("input_preview"),
    _fact("output_preview"),
)


class CsvTable:
    """RFC 4180 with a header. No cell begins like a formula: those that do get an apostrophe in front."""

    def head(self) -> bytes:
        return _csv([[*(cell.name for cell in _CELLS), OTLP]])

    def rows(self, spans: Sequence[StoredSpan]) -> bytes:
        lines = zip(spans, spans_json(spans), strict=True)
        return _csv([[*(_shown(cell, span) for cell in _CELLS), otlp.decode()] for span, otlp in lines])

    def tail(self) -> bytes:
        return b""


def _csv(rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _shown(cell: _Cell, span: StoredSpan) -> Any:
    value = cell.value(span)
    if cell.type is Type.TIME_NS:
        return time_at(value)
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value


class ParquetTable:
    """The same columns with types, in row groups of some megabytes."""

    def __init__(self) -> None:
        columns = [*(Column(cell.name, cell.type) for cell in _CELLS), Column(OTLP, Type.TEXT)]
        self._writer = ParquetWriter(columns)
        self._waiting: list[tuple[Any, ...]] = []
        self._waiting_bytes = 0

    def head(self) -> bytes:
        return self._writer.head()

    def rows(self, spans: Sequence[StoredSpan]) -> bytes:
        for span, otlp in zip(spans, spans_json(spans), strict=True):
            self._waiting.append((*(_typed(cell, span) for cell in _CELLS), otlp.decode()))
            self._waiting_bytes += len(otlp)
        return self._flushed() if self._waiting_bytes > _ROW_GROUP_BYTES else b""

    def tail(self) -> bytes:
        return self._flushed() + self._writer.tail()

    def _flushed(self) -> bytes:
        waiting, self._waiting, self._waiting_bytes = self._waiting, [], 0
        return self._writer.row_group(list(zip(*waiting, strict=True))) if waiting else b""


_ROW_GROUP_BYTES: Final = 16 << 20


def _typed(cell: _Cell, span: StoredSpan) -> Any:
    value = cell.value(span)
    if cell.type is Type.TIME_NS:  # past the year 2262 there are no nanoseconds in 64 bits; otlp has them
        return value if 0 < value <= _MAX_INT64 else None
    return value

"""Traces and spans as files: OTLP JSON, a TracesData a line, CSV and Parquet, streamed page by page.

Which traces or spans are in a file is decided as of its first page. An error before the first byte is an answer like
any other; one after it breaks the connection off, so that nobody takes half a file for a whole one.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, Protocol, TypeAlias

import anyio.lowlevel
from starlette.responses import Response, StreamingResponse

from ..model import StoredSpan, TraceSummary
from ..query.filters import Page, SpanFilter
from ..store import Reader
from .endpoint import Call
from .responses import HEADERS
from .traces import newest_first, unknown_trace
from .wire import otlp
from .wire.table import CsvTable, ParquetTable

MOST_ROWS = 10_000_000
"""Traces, or spans, in one file. All that match unless fewer are asked for: a file that silently ends is a loss."""

_TRACES_A_PAGE, _SPANS_A_BATCH = 200, 10_000
_SPANS_A_PAGE = 500
PIECE_BYTES = 256 << 10
"""What is sent at once. Pieces are compressed on the event loop, which others get back between two of them."""

Of: TypeAlias = Literal["traces", "spans"]


class Table(Protocol):
    """How a file is written: ``head()``, ``rows(…)`` again and again, ``tail()``."""

    def head(self) -> bytes: ...

    def rows(self, spans: Sequence[StoredSpan]) -> bytes: ...

    def tail(self) -> bytes: ...


class OtlpFile:
    """One ``TracesData``."""

    def __init__(self) -> None:
        self._between = b""

    def head(self) -> bytes:
        return otlp.HEAD

    def rows(self, spans: Sequence[StoredSpan]) -> bytes:
        between, self._between = self._between, b","
        return between + otlp.trace_json(otlp.resource_spans(spans))

    def tail(self) -> bytes:
        return otlp.TAIL


class JsonLines:
    """A ``TracesData`` a line (OpenTelemetry, "File exporter"): a trace, a part of a long one, or one span."""

    def __init__(self, of: Of) -> None:
        self._of = of

    def head(self) -> bytes:
        return b""

    def rows(self, spans: Sequence[StoredSpan]) -> bytes:
        if self._of == "spans":
            return b"".join(line + b"\n" for line in otlp.spans_json(spans))
        lines = []
        for _, trace in groupby(spans, lambda span: span.trace_id):
            lines += [otlp.HEAD, otlp.trace_json(otlp.resource_spans(list(trace))), otlp.TAIL, b"\n"]
        return b"".join(lines)

    def tail(self) -> bytes:
        return b""


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file. ``table`` takes what it is of: traces or spans."""

    media_type: str
    suffix: str
    table: Callable[[Of], Table]


FORMATS: dict[str, Format] = {
    "otlp": Format("application/json", "json", lambda of: OtlpFile()),
    "jsonl": Format("application/x-ndjson", "jsonl", JsonLines),
    "csv": Format("text/csv; charset=utf-8", "csv", lambda of: CsvTable()),
    "parquet": Format("application/vnd.apache.parquet", "parquet", lambda of: ParquetTable()),
}


async def export_trace(call: Call) -> Response:
    """One trace as a file."""
    trace_id: str = call.values["path_trace_id"]
    store = call.services.store

    def pages() -> Iterator[Sequence[StoredSpan]]:
        found = False
        for page in store.trace_pages([trace_id]):
            found = True
            yield page
        if not found:
            raise unknown_trace(trace_id)

    return await _file(call, pages(), "traces", f"trace-{trace_id}")


async def export_many(call: Call) -> Response:
    """The traces or spans that meet a filter as a file, newest first."""
    of: Of = call.values.get("of", "traces")
    where, limit = newest_first(call, f"{of} in a file"), call.values.get("limit", MOST_ROWS)
    store, as_of_ns = call.services.store, call.services.ingest.watermark_ns()
    pages = (_traces if of == "traces" else _spans)(store, where, limit, as_of_ns)
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(call.now_ns // 10**9))
    return await _file(call, pages, of, f"{of}-{stamp}")


def _traces(store: Reader, where: SpanFilter, limit: int, as_of_ns: int) -> Iterator[Sequence[StoredSpan]]:
    page = Page(min(limit, _TRACES_A_PAGE))
    while True:
        found = store.traces(where, page, as_of_ns)
        for batch in _batches(found.items):
            yield from store.trace_pages(batch)
        limit -= len(found.items)
        if found.next is None or limit <= 0:
            return
        page = Page(min(limit, _TRACES_A_PAGE), found.next)


def _batches(traces: Sequence[TraceSummary]) -> Iterator[list[str]]:
    """Traces to be read at once: a few, if they are long."""
    batch: list[str] = []
    spans = 0
    for trace in traces:
        if batch and spans + trace.span_count > _SPANS_A_BATCH:
            yield batch
            batch, spans = [], 0
        batch.append(trace.trace_id)
        spans += trace.span_count
    if batch:
        yield batch


def _spans(store: Reader, where: SpanFilter, limit: int, as_of_ns: int) -> Iterator[Sequence[StoredSpan]]:
    page = Page(min(limit, _SPANS_A_PAGE))
    while True:
        found = store.spans(where, page, as_of_ns, skeleton=False)
        if found.items:
            yield found.items
        limit -= len(found.items)
        if found.next is None or limit <= 0:
            return
        page = Page(min(limit, _SPANS_A_PAGE), found.next)


async def _file(call: Call, pages: Iterator[Sequence[StoredSpan]], of: Of, name: str) -> Response:
    chosen = FORMATS[call.values.get("format", "otlp")]
    headers = {**HEADERS, "content-disposition": f'attachment; filename="{name}.{chosen.suffix}"'}
    written = _written(pages, chosen.table(of))
    # With the head comes the first page: what goes wrong here is still told in an answer of its own.
    first = await call.run(next, written, None)
    if call.request.method == "HEAD":
        return Response(headers=headers, media_type=chosen.media_type)
    return StreamingResponse(_stream(call, first, written), headers=headers, media_type=chosen.media_type)


def _written(pages: Iterator[Sequence[StoredSpan]], table: Table) -> Iterator[bytes]:
    start = table.head()
    for page in pages:
        yield start + table.rows(page)
        start = b""
    yield start + table.tail()


async def _stream(call: Call, first: bytes | None, written: Iterator[bytes]) -> AsyncIterator[bytes]:
    chunk = first
    while chunk is not None:
        for at in range(0, len(chunk), PIECE_BYTES):
            yield chunk[at : at + PIECE_BYTES]
            await anyio.lowlevel.checkpoint()
        chunk = await call.run(next, written, None)

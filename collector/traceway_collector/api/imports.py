"""Import: what ``export`` writes, read back through ingest like any other request; ids and times stay as they are.

Spans are put into requests by their order alone, not by how the bytes arrive, so that the same file makes the same
requests: what was imported before is recognised by ingest and stored once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final

import anyio
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import ScopeSpans
from starlette.responses import Response

from ..errors import BadInput, Unavailable
from ..ingest.admission import span_fault
from ..model import Signal
from ..otlp.json_codec import decode
from .endpoint import Call
from .import_body import Body, format_of
from .responses import JSON
from .services import MOST_IMPORTS
from .wire.records import Lines, Record, Records, Rows
from .wire.table import OTLP

MOST_ERRORS: Final = 20
_GROUP_SPANS, _GROUP_BYTES = 2_000, 4 << 20
_BATCH_BYTES: Final = 1 << 20
_PATIENCE: Final = 10


async def import_spans(call: Call) -> Response:
    """``{"accepted", "rejected", "duplicates", "errors"}``. What cannot be read is told by line or row; the rest is
    kept."""
    turns = call.services.imports
    try:
        turns.acquire_nowait()
    except anyio.WouldBlock:
        raise Unavailable(f"{MOST_IMPORTS} imports are under way; send this one again later", retry_after_s=5) from None
    try:
        return await _imported(call)
    finally:
        turns.release()


async def _imported(call: Call) -> Response:
    body = Body(call)
    first = await body.peek()
    format_ = call.values.get("format") or format_of(call.request.headers.get("content-type", ""), first)
    intake = _Intake(call, "line" if format_ == "jsonl" else "row")
    if format_ == "otlp":
        await intake.take_message(await body.whole())
    elif format_ == "parquet":
        await _import_parquet(call, intake, await body.whole())
    else:
        records: Records = (Lines if format_ == "jsonl" else Rows)(body.limit_bytes)
        async for batch in _batches(body, records):
            await intake.take(batch)
    await intake.end()
    return JSON(intake.answer())


async def _batches(body: Body, records: Records) -> AsyncIterator[list[Record]]:
    batch: list[Record] = []
    size = 0
    async for chunk in body.chunks():
        for record in records.feed(chunk):
            batch.append(record)
            size += len(record[1])
        if size > _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    batch += records.end()
    yield batch


async def _import_parquet(call: Call, intake: _Intake, body: bytes) -> None:
    store = call.services.store

    def write(file: Any) -> None:
        file.write(body)
        file.flush()

    with NamedTemporaryFile(suffix=".parquet") as file:
        await call.run(write, file)
        number = 0
        pages = store.parquet_texts(Path(file.name), OTLP)
        while (page := await call.run(next, pages, None)) is not None:
            await intake.take([(number + at, text or "") for at, text in enumerate(page, 1)])
            number += len(page)


@dataclass(slots=True)
class _Group:
    """Spans on their way into one request, under their resources and scopes. ``first``: the number of a record."""

    first: int
    last: int
    request: ExportTraceServiceRequest = field(default_factory=ExportTraceServiceRequest)
    scopes: dict[tuple[bytes, str, bytes, str], ScopeSpans] = field(default_factory=dict)
    spans: int = 0
    bytes: int = 0

    @property
    def full(self) -> bool:
        return self.spans >= _GROUP_SPANS or self.bytes >= _GROUP_BYTES

    def add(self, message: ExportTraceServiceRequest, size: int) -> None:
        """Add what a record holds."""
        for resource in message.resource_spans:
            about = resource.resource.SerializeToString(deterministic=True)
            for scope in resource.scope_spans:
                key = (about, resource.schema_url, scope.scope.SerializeToString(deterministic=True), scope.schema_url)
                target = self.scopes.get(key)
                if target is None:
                    made = self.request.resource_spans.add(schema_url=resource.schema_url)
                    if resource.HasField("resource"):
                        made.resource.CopyFrom(resource.resource)
                    target = self.scopes[key] = made.scope_spans.add(schema_url=scope.schema_url)
                    if scope.HasField("scope"):
                        target.scope.CopyFrom(scope.scope)
                target.spans.extend(scope.spans)
                self.spans += len(scope.spans)
        self.bytes += size


class _Intake:
    """Records in, requests to ingest out; counts what became of the spans."""

    def __init__(self, call: Call, place: str) -> None:
        self._ingest = call.services.ingest
        self._run = call.run
        self._place = place
        self._group: _Group | None = None
        self._accepted = self._rejected = self._duplicates = 0
        self._errors: list[dict[str, Any]] = []

    def answer(self) -> dict[str, Any]:
        return {
            "accepted": self._accepted,
            "rejected": self._rejected,
            "duplicates": self._duplicates,
            "errors": self._errors,
        }

    async def take_message(self, body: bytes) -> None:
        """A whole OTLP JSON text; its spans are one request. Raises ``BadInput`` if it is none."""
        message = await self._run(decode, Signal.TRACES, body)
        assert isinstance(message, ExportTraceServiceRequest)
        group = _Group(0, 0, message)
        group.spans = sum(len(scope.spans) for each in message.resource_spans for scope in each.scope_spans)
        await self._commit(group)

    async def take(self, records: Sequence[Record]) -> None:
        """Some records, in their order."""
        for group in await self._run(lambda: list(self._folded(records))):
            await self._commit(group)

    async def end(self) -> None:
        """Commit what is left."""
        if self._group is not None:
            await self._commit(self._group)

    def _folded(self, records: Sequence[Record]) -> Iterator[_Group]:
        for number, text in records:
            try:
                message = _spans_of(text)
            except BadInput as error:
                self._tell(error.message, number)
                self._rejected += 1
                continue
            self._leave_out_faulty(message, number)
            group = self._group = self._group or _Group(number, number)
            group.add(message, len(text))
            group.last = number
            if group.full:
                yield group
                self._group = None

    def _leave_out_faulty(self, message: ExportTraceServiceRequest, number: int) -> None:
        for resource in message.resource_spans:
            for scope in resource.scope_spans:
                faults = [span_fault(span) for span in scope.spans]
                for at in range(len(faults) - 1, -1, -1):
                    fault = faults[at]
                    if fault is not None:
                        self._tell(fault, number)
                        self._rejected += 1
                        del scope.spans[at]

    async def _commit(self, group: _Group) -> None:
        if not group.spans:
            return
        body = await self._run(group.request.SerializeToString)
        try:
            outcome = await self._exported(body)
        except BadInput as error:
            self._rejected += group.spans
            if not group.first:
                raise
            self._tell(f"{self._place}s {group.first} to {group.last} were refused: {error.message}", group.first)
            return
        if outcome.repeated:
            self._duplicates += outcome.accepted
        else:
            self._accepted += outcome.accepted
            self._duplicates += group.spans - outcome.accepted - outcome.rejected
        self._rejected += outcome.rejected
        if outcome.message:
            self._tell(outcome.message, group.first)

    async def _exported(self, body: bytes) -> Any:
        """To ingest; while that is under pressure the client waits, as it sends no faster than this reads."""
        for _ in range(_PATIENCE):
            try:
                return await self._ingest.export(Signal.TRACES, body)
            except Unavailable as error:
                if self._ingest.draining:
                    raise
                await anyio.sleep(error.retry_after_s)
        return await self._ingest.export(Signal.TRACES, body)

    def _tell(self, message: str, number: int) -> None:
        if len(self._errors) < MOST_ERRORS:
            self._errors.append({self._place: number, "message": message} if number else {"message": message})


def _spans_of(text: str) -> ExportTraceServiceRequest:
    if not text:
        raise BadInput(f"{OTLP} is empty; expected the OTLP JSON of a span", field=OTLP)
    message = decode(Signal.TRACES, text.encode())
    assert isinstance(message, ExportTraceServiceRequest)
    return message

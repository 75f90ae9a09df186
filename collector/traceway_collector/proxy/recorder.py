"""From an exchange to a committed span, off the path of the bytes.

Exchanges wait in memory for one task, which turns them into spans and hands them to the collector's own ingest. They
are durable once that has taken them; what it does not take is tried again for a while, then counted as refused.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

import h11
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans

from ..errors import TracewayError, Unavailable
from ..ingest import Ingest
from ..model import Signal
from .calls import call_of
from .span import bare_resource_spans_of, resource_spans_of
from .tee import Budget, Copy, Exchange
from .upstream import Target

MAX_WAITING: Final = 10_000
"""Exchanges that may wait to be recorded."""
_BATCH_EXCHANGES: Final = 200
_BATCH_BYTES: Final = 16 << 20
_ATTEMPTS: Final = 8
_MAX_PAUSE_S: Final = 10.0

_log = logging.getLogger(__name__)


class Recorder:
    """Belongs to one event loop. ``max_kept_bytes``: of all bodies together, under way and waiting."""

    def __init__(self, ingest: Ingest, target: Target, *, max_kept_bytes: int) -> None:
        self._ingest = ingest
        self._target = target
        self._budget = Budget(max_kept_bytes)
        self._waiting: list[Exchange] = []
        self._running: asyncio.Task[None] | None = None

    def begin(self, request: h11.Request, path: bytes) -> Exchange:
        """Start to look at an exchange. ``path``: path and query as the target gets them."""
        bare, _, query = path.partition(b"?")
        call = call_of(request.method, bare.decode("latin-1"))
        budget = self._budget if call else Budget(0)
        return Exchange(call, request.headers.raw_items(), query, Copy(budget), Copy(budget))

    def end(self, exchange: Exchange) -> None:
        """The exchange is over; it will be recorded."""
        exchange.end()
        if exchange.call is None:
            return
        if len(self._waiting) >= MAX_WAITING:
            exchange.release()
            self._refuse("proxy_backlog", f"{MAX_WAITING} calls already wait to be recorded", 1)
            return
        self._waiting.append(exchange)
        if self._running is None:
            self._running = asyncio.create_task(self._run())

    async def drain(self) -> None:
        """Return when all that has ended is committed or refused."""
        while self._running is not None:
            await asyncio.wait([self._running])

    async def _run(self) -> None:
        try:
            while self._waiting:
                await self._record(self._next_batch())
        finally:
            self._running = None

    def _next_batch(self) -> list[Exchange]:
        batch, size = [self._waiting[0]], _size(self._waiting[0])
        for exchange in self._waiting[1:_BATCH_EXCHANGES]:
            size += _size(exchange)
            if size > _BATCH_BYTES:
                break
            batch.append(exchange)
        del self._waiting[: len(batch)]
        return batch

    async def _record(self, batch: list[Exchange]) -> None:
        try:
            # Not here: even a short answer takes half a millisecond to read, and every relay would wait for it.
            body = await asyncio.to_thread(self._request, batch)
            for exchange in batch:
                exchange.release()
            await self._export(body)
        except TracewayError as error:
            self._refuse("proxy_not_recorded", error.message, len(batch))
        except Exception as error:
            # Its text may hold what was said, which is nothing for a log.
            _log.error("%d calls through the proxy were not recorded: %s", len(batch), type(error).__name__)
            self._refuse("proxy_not_recorded", f"internal error: {type(error).__name__}", len(batch))
        finally:
            for exchange in batch:
                exchange.release()

    async def _export(self, body: bytes) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                await self._ingest.export(Signal.TRACES, body)
                return
            except Unavailable as error:
                if attempt == _ATTEMPTS:
                    raise
                await asyncio.sleep(min(error.retry_after_s * 2 ** (attempt - 1), _MAX_PAUSE_S))

    def _request(self, batch: list[Exchange]) -> bytes:
        spans = [self._spans(exchange) for exchange in batch]
        return ExportTraceServiceRequest(resource_spans=spans).SerializeToString()

    def _spans(self, exchange: Exchange) -> ResourceSpans:
        try:
            return resource_spans_of(exchange, self._target)
        except Exception as error:
            _log.error("the content of a call through the proxy could not be read: %s", type(error).__name__)
            return bare_resource_spans_of(exchange, self._target)

    def _refuse(self, reason: str, detail: str, calls: int) -> None:
        self._ingest.refuse(Signal.TRACES, reason, f"{calls} calls through the proxy: {detail}", peer="proxy")


def _size(exchange: Exchange) -> int:
    return exchange.request.kept_bytes + exchange.response.kept_bytes

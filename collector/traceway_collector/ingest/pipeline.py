"""The ingest path put together: admit, recognise retries, bound memory, commit, count."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from google.protobuf.message import Message

from ..errors import BadInput, TracewayError, Unavailable
from ..model import Signal
from ..store import Request, Writer
from . import Outcome
from .admission import Admitted, admit, request_id
from .committer import Committer
from .ledger import Ledger

# Committed requests remembered, so that an identical retry is not stored again. At 100 requests/s that is 45 minutes.
REMEMBERED_REQUESTS = 1 << 18
_PARSE_IN_THREAD_BYTES = 4 << 20


class Pipeline:
    """Implements ``ingest.Ingest``. Belongs to one event loop."""

    def __init__(self, writer: Writer, *, writers: int, max_pending_bytes: int) -> None:
        self.ledger = Ledger()
        self._max_pending_bytes = max_pending_bytes
        self._pending_bytes = 0
        self._draining = False
        self._last_stamp = 0
        self._remembered: OrderedDict[int, None] = OrderedDict()
        self._in_flight: dict[int, asyncio.Future[Outcome]] = {}
        self._executor = ThreadPoolExecutor(writers + len(Signal), thread_name_prefix="commit")
        self._committers = {
            signal: Committer(
                signal,
                writer,
                self._executor,
                writers=writers if signal is Signal.TRACES else 1,
                next_stamp=self._next_stamp,
                committed=self._note_commit,
            )
            for signal in Signal
        }
        for signal in Signal:
            for identity in writer.recent_request_ids(signal, REMEMBERED_REQUESTS):
                self._remember(identity)

    @property
    def draining(self) -> bool:
        """Whether the server is on its way down."""
        return self._draining

    async def export(self, signal: Signal, body: bytes, message: Message | None = None) -> Outcome:
        """See ``ingest.Ingest.export``."""
        identity = request_id(signal, body)
        if (running := self._in_flight.get(identity)) is not None:
            # The same bytes again while the first are being committed: one commit answers both.
            self.ledger.duplicate_requests[signal] += 1
            return await asyncio.shield(running)
        self._check_pressure(signal, len(body))
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._in_flight[identity] = future
        self._pending_bytes += len(body)
        try:
            outcome = await self._keep(signal, body, message)
        except BaseException as error:
            future.set_exception(
                error if isinstance(error, TracewayError) else Unavailable("the request was cut short")
            )
            future.exception()  # nobody else may be waiting for it
            raise
        else:
            future.set_result(outcome)
            return outcome
        finally:
            self._pending_bytes -= len(body)
            del self._in_flight[identity]

    def refuse(self, signal: Signal, reason: str, detail: str, *, peer: str, bytes: int = 0) -> None:
        """See ``ingest.Ingest.refuse``."""
        self.ledger.refuse(signal, reason, detail, peer=peer, size=bytes)

    def watermark_ns(self) -> int:
        """All groups stamped up to this time are readable, and no later group will be stamped with it or below."""
        stamps = [stamp for each in self._committers.values() if (stamp := each.oldest_stamp) is not None]
        self._last_stamp = max(self._last_stamp, time.time_ns())
        return min(stamps) - 1 if stamps else self._last_stamp

    def status(self) -> dict[str, Any]:
        """What ``GET /api/ingest`` shows."""
        return {
            "draining": self._draining,
            "pending_bytes": self._pending_bytes,
            "max_pending_bytes": self._max_pending_bytes,
            **self.ledger.status(),
        }

    async def drain(self) -> None:
        """Take no more, commit what was admitted, and return."""
        self._draining = True
        while self._in_flight:
            await asyncio.wait(list(self._in_flight.values()))
        for committer in self._committers.values():
            await committer.drain()
        self._executor.shutdown()

    async def _keep(self, signal: Signal, body: bytes, message: Message | None) -> Outcome:
        admitted = await self._admit(signal, body, message)
        request = admitted.request
        if request.request_id in self._remembered:
            self.ledger.duplicate_requests[signal] += 1
            self.ledger.duplicate_items[signal] += request.items
            return Outcome(request.items, admitted.rejected, admitted.message)
        for reason, count in admitted.reasons:
            self.ledger.refuse(signal, "bad_span", reason, items=count)
        if request.items:
            try:
                await self._committers[signal].commit(request)
            except TracewayError as error:
                self.ledger.refuse(signal, error.code, error.message, items=request.items, size=len(body))
                raise
        self.ledger.duplicate_items[signal] += admitted.duplicates
        return Outcome(request.items, admitted.rejected, admitted.message)

    async def _admit(self, signal: Signal, body: bytes, message: Message | None) -> Admitted:
        try:
            if len(body) >= _PARSE_IN_THREAD_BYTES:
                return await asyncio.to_thread(admit, signal, body, message)
            return admit(signal, body, message)
        except BadInput as error:
            self.ledger.refuse(signal, error.code, error.message, size=len(body))
            raise

    def _check_pressure(self, signal: Signal, size: int) -> None:
        if self._draining:
            reason, detail = "draining", "the server is shutting down; send it again"
        elif self._pending_bytes and self._pending_bytes + size > self._max_pending_bytes:
            reason = "back_pressure"
            detail = (
                f"{self._pending_bytes} bytes wait for commit, the limit is {self._max_pending_bytes} "
                "(--max-pending-mib); send it again"
            )
        else:
            return
        self.ledger.refuse(signal, reason, detail, size=size)
        raise Unavailable(detail, retry_after_s=1)

    def _next_stamp(self) -> int:
        self._last_stamp = max(self._last_stamp + 1, time.time_ns())
        return self._last_stamp

    def _note_commit(self, signal: Signal, requests: list[Request], at_ns: int) -> None:
        items = sum(request.items for request in requests)
        size = sum(len(request.body) for request in requests)
        self.ledger.commit(signal, len(requests), items, size, at_ns)
        for request in requests:
            self._remember(request.request_id)

    def _remember(self, identity: int) -> None:
        self._remembered[identity] = None
        if len(self._remembered) > REMEMBERED_REQUESTS:
            self._remembered.popitem(last=False)

"""The ingest path put together: admit, recognise retries, bound memory, commit, count."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

from google.protobuf.message import Message

from ..errors import BadInput, TracewayError, Unavailable
from ..model import Signal
from ..store import Request, Store
from ..store.events import Deletion
from . import Outcome
from .admission import Admitted, admit, rejections, request_id
from .arrivals import Arrivals
from .committer import Committer
from .content_records import ContentRecord, Fault
from .contents import Limits
from .file_intake import FileIntake
from .ledger import Ledger

# Committed requests remembered, so that an identical retry is not stored again. At 100 requests/s that is 45 minutes.
REMEMBERED_REQUESTS = 1 << 18
_PARSE_IN_THREAD_BYTES = 4 << 20


class Pipeline:
    """Implements ``ingest.Ingest``. Belongs to one event loop."""

    def __init__(self, store: Store, *, writers: int, max_pending_bytes: int, limits: Limits) -> None:
        """``limits`` are those of the contents of files."""
        self.ledger = Ledger()
        self.arrivals = Arrivals(store.newest_group_ns())
        self._max_pending_bytes = max_pending_bytes
        self._pending_bytes = 0
        self._draining = False
        self._writer = store
        self._files = FileIntake(store, limits)
        self._remembered: OrderedDict[int, None] = OrderedDict()
        self._in_flight: dict[int, asyncio.Task[Outcome]] = {}
        self._executor = ThreadPoolExecutor(writers + len(Signal), thread_name_prefix="commit")
        self._committers = {
            signal: Committer(
                signal,
                store,
                self._executor,
                writers=writers if signal is Signal.TRACES else 1,
                arrivals=self.arrivals,
                committed=self._note_commit,
            )
            for signal in Signal
        }
        for identity in self._stored_requests():
            self._remember(identity)

    @property
    def draining(self) -> bool:
        """Whether the server is on its way down."""
        return self._draining

    async def export(self, signal: Signal, body: bytes, message: Message | None = None) -> Outcome:
        """See ``ingest.Ingest.export``."""
        identity = request_id(signal, body)
        running = self._in_flight.get(identity)
        if running is not None:
            return await self._share(signal, running, len(body))
        self._check_pressure(signal, len(body))
        # A task of its own: when the client goes away its handler is cancelled, but the commit goes on, and an
        # identical retry must find it here until it has ended.
        task = asyncio.create_task(self._keep(signal, identity, body, message))
        self._in_flight[identity] = task
        self._pending_bytes += len(body)
        task.add_done_callback(partial(self._ended, identity, len(body)))
        return await asyncio.shield(task)

    def refuse(self, signal: Signal, reason: str, detail: str, *, peer: str, bytes: int = 0) -> None:
        """See ``ingest.Ingest.refuse``."""
        self.ledger.refuse(signal, reason, detail, peer=peer, size=bytes)

    def watermark_ns(self) -> int:
        """All groups stamped up to this time are readable, and no later group will be stamped with it or below."""
        return self.arrivals.watermark_ns()

    async def relearn(self) -> None:
        """Remember what is stored, and no longer what was deleted: sent again, it is to be stored again."""
        known = set(self._remembered)
        stored = await asyncio.to_thread(self._stored_requests)
        committed_meanwhile = [identity for identity in self._remembered if identity not in known]
        self._remembered.clear()
        for identity in (*stored, *committed_meanwhile):
            self._remember(identity)

    async def forgotten(self, deletion: Deletion) -> None:
        """Called after a deletion: it becomes an event, and what was deleted is stored again if it is sent again."""
        await self.relearn()
        with self.arrivals.stamped() as stamp:
            await asyncio.to_thread(self._writer.record_deletion, deletion, stamp)

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
        self._files.close()

    async def _share(self, signal: Signal, running: asyncio.Task[Outcome], size: int) -> Outcome:
        """The same bytes again while the first are being committed: one commit answers both."""
        try:
            outcome = await asyncio.shield(running)
        except TracewayError as error:
            self.ledger.refuse(signal, error.code, error.message, size=size)
            raise
        self.ledger.duplicate(signal, outcome.accepted)
        return replace(outcome, repeated=True)

    def _ended(self, identity: int, size: int, task: asyncio.Task[Outcome]) -> None:
        self._pending_bytes -= size
        del self._in_flight[identity]
        if not task.cancelled():
            task.exception()  # perhaps every caller has gone away, and nobody else looks at it

    async def _keep(self, signal: Signal, identity: int, body: bytes, message: Message | None) -> Outcome:
        try:
            if len(body) >= _PARSE_IN_THREAD_BYTES:
                admitted = await asyncio.to_thread(admit, signal, identity, body, message)
            else:
                admitted = admit(signal, identity, body, message)
        except BadInput as error:
            self.ledger.refuse(signal, error.code, error.message, size=len(body), field=error.field)
            raise
        if admitted.contents:
            contents = await self._keep_contents(signal, admitted.contents, len(body))
            if not admitted.request.items:
                return contents
            rest = await self._commit(signal, admitted, len(body))
            return Outcome(contents.accepted + rest.accepted, contents.rejected, contents.message)
        return await self._commit(signal, admitted, len(body))

    async def _keep_contents(self, signal: Signal, contents: Sequence[ContentRecord | Fault], size: int) -> Outcome:
        """The contents of files a request brings. Sent again they are the same contents: no memory of it is needed."""
        try:
            tally = await self._files.keep([each for each in contents if isinstance(each, ContentRecord)])
        except TracewayError as error:
            self.ledger.refuse(signal, error.code, error.message, items=len(contents), size=size)
            raise
        faults = Counter([*(each for each in contents if isinstance(each, Fault)), *tally.faults])
        for fault, count in faults.items():
            self.ledger.refuse(signal, fault.reason, fault.message, items=count, size=size)
        self.ledger.files.update(tally.counts())
        reasons = [(fault.message, count) for fault, count in faults.most_common()]
        return Outcome(tally.chunks, len(contents) - tally.chunks, rejections(reasons, "file chunk"))

    async def _commit(self, signal: Signal, admitted: Admitted, size: int) -> Outcome:
        request = admitted.request
        outcome = Outcome(request.items, admitted.rejected, admitted.message)
        if request.request_id in self._remembered:
            self.ledger.duplicate(signal, request.items)
            return replace(outcome, repeated=True)
        if request.items:
            try:
                await self._committers[signal].commit(request)
            except TracewayError as error:
                self.ledger.refuse(signal, error.code, error.message, items=admitted.sent, size=size)
                raise
        if admitted.rejected:
            self.ledger.refuse(signal, "bad_span", admitted.message, items=admitted.rejected, size=size)
        self.ledger.duplicate_items[signal] += admitted.duplicates
        return outcome

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

    def _note_commit(self, signal: Signal, requests: list[Request], stamp: int, at_ns: int) -> None:
        items = sum(request.items for request in requests)
        size = sum(len(request.body) for request in requests)
        self.ledger.commit(signal, len(requests), items, size, at_ns, since_ns=stamp)
        for request in requests:
            self._remember(request.request_id)

    def _stored_requests(self) -> list[int]:
        return [each for signal in Signal for each in self._writer.recent_request_ids(signal, REMEMBERED_REQUESTS)]

    def _remember(self, identity: int) -> None:
        self._remembered[identity] = None
        if len(self._remembered) > REMEMBERED_REQUESTS:
            self._remembered.popitem(last=False)

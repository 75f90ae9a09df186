"""Group commit: requests that wait together are committed together, and each is acknowledged when its group is.

An insert costs a few milliseconds whatever it holds, so the first writer takes all that has gathered and a further one
starts only when a worthwhile group waits behind it. A group the store refuses is tried again request by request: one bad
request never takes its neighbours with it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ..errors import TracewayError, Unavailable
from ..model import Signal
from ..store import RefusedRequest, Request, Writer

log = logging.getLogger(__name__)

# A group closes at the first of these. 16,384 spans of 1.8 kB are 29 MB; the engine needs some five times that.
MAX_GROUP_ITEMS = 16_384
MAX_GROUP_BYTES = 24 << 20
# Waiting this long for company costs a lone request little beside its insert (12 ms and more).
LINGER_S = 0.002
# From this many items on a second insert beside the first one pays.
WORTHWHILE_ITEMS = 2_048


@dataclass(slots=True)
class _Waiting:
    request: Request
    done: asyncio.Future[None]


class Committer:
    """Commits requests of one signal. All methods belong to the event loop; inserts run in ``executor``."""

    def __init__(
        self,
        signal: Signal,
        writer: Writer,
        executor: ThreadPoolExecutor,
        *,
        writers: int,
        next_stamp: Callable[[], int],
        committed: Callable[[Signal, list[Request], int], None],
    ) -> None:
        """``next_stamp`` gives each group its ``ingested_ns``; ``committed`` is told of every group that was kept."""
        self._signal = signal
        self._writer = writer
        self._executor = executor
        self._writers = writers
        self._next_stamp = next_stamp
        self._committed = committed
        self._queue: deque[_Waiting] = deque()
        self._queued_items = 0
        self._busy: set[asyncio.Task[None]] = set()
        self._stamps: set[int] = set()

    @property
    def oldest_stamp(self) -> int | None:
        """The stamp of the oldest group that is being committed; None when there is none."""
        return min(self._stamps, default=None)

    async def commit(self, request: Request) -> None:
        """Return when ``request`` is durable. Raises what the store raised for it."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(request, done))
        self._queued_items += request.items
        self._start_writers()
        await done

    async def drain(self) -> None:
        """Return when nothing waits and nothing is being committed."""
        while self._busy:
            await asyncio.wait(self._busy)

    def _start_writers(self) -> None:
        if not self._busy or (len(self._busy) < self._writers and self._queued_items >= WORTHWHILE_ITEMS):
            task = asyncio.create_task(self._run())
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)

    async def _run(self) -> None:
        await asyncio.sleep(LINGER_S)
        while self._queue:
            await self._commit_group(self._take_group())
            if len(self._busy) > 1 and self._queued_items < WORTHWHILE_ITEMS:
                return

    def _take_group(self) -> list[_Waiting]:
        group: list[_Waiting] = []
        items = size = 0
        while self._queue and items < MAX_GROUP_ITEMS and size < MAX_GROUP_BYTES:
            waiting = self._queue.popleft()
            items += waiting.request.items
            size += len(waiting.request.body)
            group.append(waiting)
        self._queued_items -= items
        return group

    async def _commit_group(self, group: list[_Waiting]) -> None:
        try:
            await self._write(group)
        except RefusedRequest as error:
            if len(group) == 1:
                _fail(group[0], error)
                return
            log.warning("a group of %d requests was refused (%s); trying them one by one", len(group), error)
            for waiting in group:
                await self._commit_group([waiting])
        except TracewayError as error:
            for waiting in group:
                _fail(waiting, error)
        except Exception as error:
            log.exception("commit of %d requests failed", len(group))
            for waiting in group:
                _fail(waiting, Unavailable(f"the commit failed: {error}"))

    async def _write(self, group: list[_Waiting]) -> None:
        stamp = self._next_stamp()
        self._stamps.add(stamp)
        requests = [waiting.request for waiting in group]
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._executor, self._writer.write, self._signal, requests, stamp)
        finally:
            self._stamps.discard(stamp)
        self._committed(self._signal, requests, time.time_ns())
        for waiting in group:
            if not waiting.done.done():
                waiting.done.set_result(None)


def _fail(waiting: _Waiting, error: TracewayError) -> None:
    if not waiting.done.done():
        waiting.done.set_exception(error)

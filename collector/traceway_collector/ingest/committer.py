"""Group commit: requests that wait together are committed together, and each is acknowledged when its group is.

An insert costs a few milliseconds whatever it holds, so the first writer takes all that has gathered and a further one
starts only when a worthwhile group waits behind it. A group the store refuses is halved until the requests at fault
stand alone: one bad request never takes its neighbours with it, and costs few inserts even among thousands.
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
from ..store import Request, Writer
from .arrivals import Arrivals

log = logging.getLogger(__name__)

# A group closes at the first of these. 8,192 spans of 1.8 kB are 15 MB, of which the engine makes some ten times that
# in memory; larger groups are hardly faster.
MAX_GROUP_ITEMS = 8_192
MAX_GROUP_BYTES = 16 << 20
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
        arrivals: Arrivals,
        committed: Callable[[Signal, list[Request], int, int], None],
    ) -> None:
        """``arrivals`` gives each group its ``ingested_ns``; ``committed`` is told of every group that was kept: its
        requests, its stamp, and when it was done."""
        self._signal = signal
        self._writer = writer
        self._executor = executor
        self._writers = writers
        self._arrivals = arrivals
        self._committed = committed
        self._queue: deque[_Waiting] = deque()
        self._queued_items = 0
        self._active = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def commit(self, request: Request) -> None:
        """Return when ``request`` is durable. Raises what the store raised for it."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(request, done))
        self._queued_items += request.items
        self._start_writers()
        await done

    async def drain(self) -> None:
        """Return when nothing waits and nothing is being committed."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _start_writers(self) -> None:
        if not self._active or (self._active < self._writers and self._queued_items >= WORTHWHILE_ITEMS):
            self._active += 1
            task = asyncio.create_task(self._run())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _run(self) -> None:
        # Counted down here and not when the task is done: until the loop gets round to that, a request that came in
        # between would rely on a writer that has already left.
        try:
            await asyncio.sleep(LINGER_S)
            while self._queue:
                await self._commit_group(self._take_group())
                if self._active > 1 and self._queued_items < WORTHWHILE_ITEMS:
                    return
        finally:
            self._active -= 1

    def _take_group(self) -> list[_Waiting]:
        group = [self._queue.popleft()]
        items, size = group[0].request.items, len(group[0].request.body)
        while self._queue:
            request = self._queue[0].request
            if items + request.items > MAX_GROUP_ITEMS or size + len(request.body) > MAX_GROUP_BYTES:
                break
            items += request.items
            size += len(request.body)
            group.append(self._queue.popleft())
        self._queued_items -= items
        return group

    async def _commit_group(self, group: list[_Waiting]) -> None:
        try:
            await self._write(group)
        except Unavailable as error:
            for waiting in group:
                _fail(waiting, Unavailable(error.message, field=error.field, retry_after_s=error.retry_after_s))
        except Exception as error:
            if len(group) > 1:
                log.warning("a group of %d requests was refused (%s); trying its halves", len(group), error)
                middle = len(group) // 2
                await self._commit_group(group[:middle])
                await self._commit_group(group[middle:])
                return
            if not isinstance(error, TracewayError):
                log.exception("the commit of a request failed")
                error = Unavailable(f"the commit failed: {type(error).__name__}: {error}")
            _fail(group[0], error)

    async def _write(self, group: list[_Waiting]) -> None:
        requests = [waiting.request for waiting in group]
        stamp = self._arrivals.take(sum(request.items for request in requests))
        loop = asyncio.get_running_loop()
        kept = False
        try:
            await loop.run_in_executor(self._executor, self._writer.write, self._signal, requests, stamp)
            kept = True
        finally:
            self._arrivals.release(stamp, news=kept and self._signal is Signal.TRACES)
        self._committed(self._signal, requests, stamp, time.time_ns())
        for waiting in group:
            if not waiting.done.done():
                waiting.done.set_result(None)


def _fail(waiting: _Waiting, error: TracewayError) -> None:
    if not waiting.done.done():
        waiting.done.set_exception(error)

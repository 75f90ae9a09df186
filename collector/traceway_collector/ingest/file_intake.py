"""Contents on their way to the store: requests that wait together are settled together, one group at a time."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ..errors import TracewayError, Unavailable
from ..store.files import Files
from .content_records import ContentRecord
from .contents import Limits, Settlement, Tally

log = logging.getLogger(__name__)

_GROUP_BYTES = 16 << 20


@dataclass(slots=True)
class _Waiting:
    records: Sequence[ContentRecord]
    done: asyncio.Future[Tally]


class FileIntake:
    """Belongs to the event loop; a worker thread looks at the bytes."""

    def __init__(self, files: Files, limits: Limits) -> None:
        self._files = files
        self._limits = limits
        self._queue: deque[_Waiting] = deque()
        self._running: asyncio.Task[None] | None = None
        # One thread: what room a run has left is looked up once for a group, and no other may take it meanwhile.
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="contents")

    async def keep(self, records: Sequence[ContentRecord]) -> Tally:
        """Return when all that can be taken of one request's records is durable. Raises ``Unavailable``."""
        waiting = _Waiting(records, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await waiting.done

    def close(self) -> None:
        """Give back the thread. Nothing may wait any more."""
        self._executor.shutdown()

    async def _run(self) -> None:
        try:
            while self._queue:
                await self._settle(self._take_group())
        finally:
            self._running = None

    def _take_group(self) -> list[_Waiting]:
        group: list[_Waiting] = []
        size = 0
        while self._queue and (not group or size < _GROUP_BYTES):
            group.append(self._queue.popleft())
            size += sum(len(record.body) for record in group[-1].records)
        return group

    async def _settle(self, group: list[_Waiting]) -> None:
        requests = [waiting.records for waiting in group]
        try:
            tallies = await asyncio.get_running_loop().run_in_executor(self._executor, self._settled, requests)
        except TracewayError as error:
            _fail(group, error)
        except Exception as error:
            log.exception("contents of files could not be kept")
            _fail(group, Unavailable(f"contents could not be kept: {type(error).__name__}: {error}"))
        else:
            for waiting, tally in zip(group, tallies, strict=True):
                if not waiting.done.done():
                    waiting.done.set_result(tally)

    def _settled(self, requests: Sequence[Sequence[ContentRecord]]) -> list[Tally]:
        settlement = Settlement(self._files, self._limits)
        tallies = [settlement.take(records) for records in requests]
        settlement.finish()
        return tallies


def _fail(group: Sequence[_Waiting], error: TracewayError) -> None:
    for waiting in group:
        if not waiting.done.done():
            waiting.done.set_exception(error)

"""What all streams of events share: the store is read once for those that ask the same at the same place."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import anyio
import anyio.to_thread

from ..errors import Unavailable
from ..ingest.arrivals import Arrivals
from ..query.filters import SpanFilter
from ..store.events import EventPlace, Events
from .wire.events import encoded

MOST_STREAMS = 200
READ_THREADS = 2
"""Reads for streams at the same time: they must not take the engine from those who ask and those who send."""
SPANS_AT_ONCE = 500
# A read that all streams of a filter want is under way or just done; what was read stays this long for the others.
_SHARED_S = 0.25
# Who catches up leaves the engine alone for as long as a read took, but for no longer than this.
_BREATH_S = 0.1

_Question = tuple[SpanFilter, EventPlace]


@dataclass(frozen=True, slots=True)
class Told:
    """Events as they go over the wire, in order; ``until`` is how far they reach."""

    events: Sequence[bytes]
    until: EventPlace


class EventFeed:
    """Belongs to one event loop."""

    def __init__(self, store: Events, arrivals: Arrivals) -> None:
        self._store = store
        self.arrivals = arrivals
        self._limiter: anyio.CapacityLimiter | None = None
        self._reads: dict[_Question, asyncio.Task[Told]] = {}
        self._streams = 0

    @property
    def streams(self) -> int:
        """How many there are."""
        return self._streams

    def check_room(self) -> None:
        """Raise ``Unavailable`` if there is no place for one more."""
        if self.arrivals.closed:
            raise Unavailable("The server is shutting down; connect again.", retry_after_s=1)
        if self._streams >= MOST_STREAMS:
            raise Unavailable(
                f"{MOST_STREAMS} streams of events are open, as many as there may be; close some, or try again.",
                retry_after_s=10,
            )

    @contextmanager
    def stream(self) -> Iterator[None]:
        """One more, until the block ends."""
        self._streams += 1
        try:
            yield
        finally:
            self._streams -= 1

    def is_behind(self, place: EventPlace) -> bool:
        """Whether there may be events behind this place."""
        return place.event_id < self.arrivals.told_ns

    async def read(self, where: SpanFilter, after: EventPlace) -> Told:
        """The next events behind a place. Raises what the store raises."""
        question = (where, after)
        task = self._reads.get(question)
        if task is None:
            task = asyncio.create_task(self._read(where, after))
            self._reads[question] = task
            forget = partial(self._reads.pop, question, None)
            task.add_done_callback(lambda _: asyncio.get_running_loop().call_later(_SHARED_S, forget))
        # A task of its own: a client that goes away ends its stream, and others may wait for the same.
        return await asyncio.shield(task)

    async def _read(self, where: SpanFilter, after: EventPlace) -> Told:
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(READ_THREADS)
        until_ns = self.arrivals.told_ns
        started = time.monotonic()
        told = await anyio.to_thread.run_sync(self._told, where, after, until_ns, limiter=self._limiter)
        if told.until.event_id < until_ns:
            await asyncio.sleep(min(time.monotonic() - started, _BREATH_S))
        return told

    def _told(self, where: SpanFilter, after: EventPlace, until_ns: int) -> Told:
        stretch = self._store.events(where, after, until_ns, SPANS_AT_ONCE)
        return Told(encoded(stretch.events), stretch.until)

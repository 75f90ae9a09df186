"""One stream of events on its way to one client: server-sent events (WHATWG HTML, "Server-sent events")."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ..errors import TracewayError
from ..query.filters import SpanFilter
from ..store.events import EventPlace
from .connection import END
from .event_feed import EventFeed
from .responses import HEADERS

log = logging.getLogger(__name__)

MEDIA_TYPE = "text/event-stream"
HEARTBEAT_S = 15.0
RETRY_MS = 1000
# A client that takes nothing for so long is dropped. What is on its way to it is all that it holds here.
PATIENCE_S = 10.0
_CHUNK_BYTES = 32 << 10


class EventStream(Response):
    """Sends what arrives behind ``after`` until the client goes away, the server stops, or the client is too slow."""

    media_type = MEDIA_TYPE

    def __init__(self, feed: EventFeed, where: SpanFilter, after: EventPlace) -> None:
        super().__init__(headers={**HEADERS, "x-accel-buffering": "no"})
        del self.headers["content-length"]
        self._feed = feed
        self._where = where
        self._place = after

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as ASGI has it."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
            return
        gone = asyncio.create_task(_gone(receive))
        try:
            with self._feed.stream():
                why = await self._talk(send, gone)
                await _send(send, _comment(why), more=False)
        except TimeoutError:
            connection = scope.get("extensions", {}).get(END)
            if connection is not None:
                connection["end"](_comment(f"dropped, because nothing was taken for {PATIENCE_S:g} s"))
        finally:
            gone.cancel()

    async def _talk(self, send: Send, gone: asyncio.Task[None]) -> str:
        """Send events until there is a reason to end. Raises ``TimeoutError`` if the client takes nothing."""
        arrivals = self._feed.arrivals
        await _send(send, b"retry: %d\n" % RETRY_MS + self._mark())
        while not gone.done():
            changed = arrivals.changed
            if arrivals.closed:
                return "the server is shutting down"
            if not self._feed.is_behind(self._place):
                if not await _first_of(changed, gone):
                    await _send(send, _comment("nothing new", end=b"\n") + self._mark())
                continue
            try:
                told = await self._feed.read(self._where, self._place)
            except TracewayError as error:
                return error.message
            except Exception:
                log.exception("events could not be read")
                return "events could not be read; the server's log says why"
            self._place = told.until
            for chunk in _chunks(told.events):
                await _send(send, chunk)
                if gone.done() or arrivals.closed:
                    break
        return "gone"

    def _mark(self) -> bytes:
        """An id without data: it dispatches nothing, and a client that comes back begins here."""
        return b"id: %d\n\n" % self._place.event_id


async def _send(send: Send, body: bytes, *, more: bool = True) -> None:
    async with asyncio.timeout(PATIENCE_S):
        await send({"type": "http.response.body", "body": body, "more_body": more})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _first_of(changed: asyncio.Event, gone: asyncio.Task[None]) -> bool:
    """Wait for one of them; False if neither came before the next heartbeat."""
    waiting = asyncio.create_task(changed.wait())
    try:
        done, _ = await asyncio.wait((waiting, gone), timeout=HEARTBEAT_S, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
    return bool(done)


def _chunks(events: Sequence[bytes]) -> Iterator[bytes]:
    """Events put together: many small ones cost one write, and none is cut."""
    gathered: list[bytes] = []
    size = 0
    for event in events:
        gathered.append(event)
        size += len(event)
        if size >= _CHUNK_BYTES:
            yield b"".join(gathered)
            gathered, size = [], 0
    if gathered:
        yield b"".join(gathered)


def _comment(text: str, end: bytes = b"\n\n") -> bytes:
    return b": " + " ".join(text.split()).encode() + end

"""One end of an HTTP/1.1 connection: h11's state machine over an asyncio stream.

Nothing is buffered here beyond what one read of the socket returned, and every write waits until the socket takes it,
so a slow reader on one side holds back the other.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

import h11

READ_BYTES: Final = 1 << 16
MAX_HEAD_BYTES: Final = 1 << 16


class Wire:
    """``role``: ``h11.SERVER`` towards the client, ``h11.CLIENT`` towards the target."""

    def __init__(
        self, role: type[h11.CLIENT] | type[h11.SERVER], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._http = h11.Connection(role, max_incomplete_event_size=MAX_HEAD_BYTES)
        self._reader = reader
        self._writer = writer
        self._fault: h11.RemoteProtocolError | None = None

    async def receive(self) -> h11.Event:
        """The next event of the peer. Raises ``h11.RemoteProtocolError`` for what is not HTTP/1.1 or ends in the middle
        of a message, and ``OSError`` when the connection breaks."""
        while (event := self._next()) is None:
            self._http.receive_data(await self._reader.read(READ_BYTES))
        return event

    async def receive_some(self) -> list[h11.Event]:
        """All events that are there, at least one: what one read brought goes on in one write. Stops at the end of a
        message. Raises as ``receive`` does, once everything before the fault was returned."""
        events = [await self.receive()]
        while not isinstance(events[-1], h11.EndOfMessage | h11.ConnectionClosed):
            try:
                event = self._next()
            except h11.RemoteProtocolError as error:
                self._fault = error
                break
            if event is None:
                break
            events.append(event)
        return events

    def _next(self) -> h11.Event | None:
        """The next event of what was read; None if more has to be read for one."""
        if self._fault is not None:
            raise self._fault
        event = self._http.next_event()
        if event is h11.PAUSED:  # the peer went on before this side had answered, which nobody here waits for
            raise h11.RemoteProtocolError("another message before this one was answered")
        return None if event is h11.NEED_DATA else event  # type: ignore[return-value]

    async def closed(self) -> None:
        """Return when the peer has gone away; what it sends before that stays for the next ``receive``.

        A peer that sends a whole read ahead is not looked at any further: this then never returns.
        """
        while len(self._http.trailing_data[0]) < READ_BYTES:
            data = await self._reader.read(READ_BYTES)
            self._http.receive_data(data)
            if not data:
                return
        await asyncio.Event().wait()

    async def send(self, *events: h11.Event) -> None:
        """Write events, at once. Raises ``OSError`` when the connection breaks."""
        parts = [part for event in events for part in self._http.send_with_data_passthrough(event) or ()]
        # Not writelines(): asyncio of Python 3.12 and 3.13 then holds nobody back, and fails without any bytes.
        self._writer.write(b"".join(parts))
        await self._writer.drain()

    @property
    def may_answer(self) -> bool:
        """Whether a response can still be begun (on the client's side)."""
        return self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE)

    @property
    def peer_is_done(self) -> bool:
        """Whether the message of the peer has ended."""
        return self._http.their_state in (h11.DONE, h11.MUST_CLOSE, h11.CLOSED)

    @property
    def is_alive(self) -> bool:
        """Whether an idle connection can be used: nothing came, not even its end."""
        return not self._reader.at_eof() and not self._writer.is_closing()

    def next_cycle(self) -> bool:
        """Get ready for another message on this connection; False if it has to be closed."""
        if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            return False
        self._http.start_next_cycle()
        return True

    def abort(self) -> None:
        """Cut the connection: for a message that cannot be completed, so that nobody takes it for whole."""
        self._writer.transport.abort()

    async def close(self) -> None:
        """Send what is written and close."""
        self._writer.close()
        with contextlib.suppress(OSError):  # the other side may have closed it
            await self._writer.wait_closed()

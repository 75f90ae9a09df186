"""One end of an HTTP/1.1 connection: h11's state machine over an asyncio stream.

Nothing is buffered here beyond what one read of the socket returned, and every write waits until the socket takes it,
so a slow reader on one side holds back the other.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final, TypeAlias

import h11

Event: TypeAlias = h11.Event | type[h11.PAUSED]

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

    async def receive(self) -> Event:
        """The next event of the peer. Raises ``h11.RemoteProtocolError`` for what is not HTTP/1.1 or ends in the middle
        of a message, and ``OSError`` when the connection breaks."""
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self._reader.read(READ_BYTES))
        return event  # type: ignore[return-value]

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

    async def send(self, event: h11.Event) -> None:
        """Write one event. Raises ``OSError`` when the connection breaks."""
        parts = self._http.send_with_data_passthrough(event)
        if parts:
            self._writer.writelines(parts)
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

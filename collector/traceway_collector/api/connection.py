"""Connections that are ended with care: while their client takes nothing, and while it still sends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

END = "traceway.end"
"""The ASGI extension. Its ``end`` takes the last bytes of a body in chunks, and ends the connection with them."""
# How long a client has to take what was already on its way, or to send what is left of its request.
_LINGER_S = 30.0


class Connection(HttpToolsProtocol):
    """uvicorn's protocol, with the extension ``END`` in every scope, and a close that lingers.

    A request may be refused before all of it has arrived. Were its connection closed at once, the system would answer
    the rest with a reset, which takes the answer with it (RFC 9112, 9.6). So the rest is read and dropped.
    """

    _arrived = True
    _closing = False

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._arrived = False
        self.scope["extensions"] = {END: {"end": self._end}}

    def on_headers_complete(self) -> None:
        """All of a request but its body has arrived."""
        super().on_headers_complete()
        if self.cycle is not None:
            self.cycle.transport = _Answering(self.transport, self._close)  # type: ignore[assignment]

    def on_message_complete(self) -> None:
        """All of a request has arrived."""
        super().on_message_complete()
        self._arrived = True
        if self._closing:
            self.transport.close()

    def _close(self) -> None:
        if self._arrived:
            self.transport.close()
        elif not self._closing:
            self._closing = True
            self.flow.resume_reading()
            self.loop.call_later(_LINGER_S, self.transport.close)

    def _end(self, last: bytes) -> None:
        transport = self.transport
        if not transport.is_closing():
            transport.write(b"%x\r\n%b\r\n0\r\n\r\n" % (len(last), last))
            transport.close()
            self.cycle.disconnected = True  # or uvicorn reports an answer that was not completed
            self.loop.call_later(_LINGER_S, transport.abort)


class _Answering:
    """What an answer needs of its transport, with another ``close``."""

    def __init__(self, transport: asyncio.Transport, close: Callable[[], None]) -> None:
        self.write = transport.write
        self.is_closing = transport.is_closing
        self.close = close

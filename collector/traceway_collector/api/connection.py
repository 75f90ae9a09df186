"""Connections that can be ended while their client takes nothing: ASGI itself can only wait for it."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

END = "traceway.end"
"""The ASGI extension. Its ``end`` takes the last bytes of a body in chunks, and ends the connection with them."""
# How long a client has to take what was already on its way.
_LINGER_S = 30.0


class Connection(HttpToolsProtocol):
    """uvicorn's protocol, with the extension ``END`` in every scope."""

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self.scope["extensions"] = {END: {"end": self._end}}

    def _end(self, last: bytes) -> None:
        transport = self.transport
        if not transport.is_closing():
            transport.write(b"%x\r\n%b\r\n0\r\n\r\n" % (len(last), last))
            transport.close()
            self.loop.call_later(_LINGER_S, transport.abort)

"""The proxy as a server: it listens, counts who is being served, and drains."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl

import h11

from ..access import Access
from ..ingest import Ingest
from ..settings import Settings
from .gate import Gate
from .recorder import Recorder
from .relay import Relay
from .upstream import Pool, Target
from .wire import Wire

_log = logging.getLogger(__name__)


class Proxy:
    """The server of one target. Belongs to one event loop."""

    def __init__(self, settings: Settings, ingest: Ingest) -> None:
        target = Target.of(settings.proxy_target)
        self._pool = Pool(target)
        self._recorder = Recorder(ingest, target, max_kept_bytes=settings.max_pending_mib * 2**20)
        self._relay = Relay(self._pool, Gate(Access(settings)), self._recorder)
        self._tls = _server_tls(settings)
        self._idle: set[asyncio.Task[None]] = set()
        self._busy: set[asyncio.Task[None]] = set()

    async def start(self, listener: socket.socket) -> None:
        """Accept connections on a bound socket."""
        self._server = await asyncio.start_server(self._connected, sock=listener, backlog=2048, ssl=self._tls)

    async def drain(self, grace_s: float) -> None:
        """Accept no more, let what is under way end within ``grace_s``, and return when every span is committed."""
        self._relay.draining = True
        self._server.close()
        for task in list(self._idle):
            task.cancel()
        if self._busy:
            await asyncio.wait(list(self._busy), timeout=grace_s)
        left = [*self._idle, *self._busy]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        self._pool.close()
        await self._recorder.drain()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(Wire(h11.SERVER, reader, writer)))
        self._idle.add(task)
        task.add_done_callback(self._idle.discard)
        task.add_done_callback(self._busy.discard)

    async def _serve(self, client: Wire) -> None:
        task = asyncio.current_task()
        assert task is not None
        try:
            while request := await self._relay.request_of(client):
                self._idle.discard(task)
                self._busy.add(task)
                if not await self._relay.exchange(client, request):
                    break
                self._busy.discard(task)
                self._idle.add(task)
        except Exception as error:
            # A fault of ours. Its text may hold headers, and with them keys: nothing for a log.
            _log.error("a connection of the proxy failed: %s", type(error).__name__)
            client.abort()
        finally:
            await client.close()


def _server_tls(settings: Settings) -> ssl.SSLContext | None:
    if settings.tls_cert is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(settings.tls_cert, settings.tls_key)
    return context

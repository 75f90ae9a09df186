"""One connection of a client and its exchanges: each request goes to the target, its response comes back, both at once.

A response may begin before the request has ended, either side may go away at any moment, and what has begun cannot be
taken back: a response that breaks off ends with its connection cut, so that the client does not take it for whole.
"""

from __future__ import annotations

import asyncio
from typing import Final, NoReturn

import h11

from ..errors import TracewayError
from .gate import Gate
from .passing import event_to_target, request_to_target, response_to_client, target_path
from .recorder import Recorder
from .refusal import refusal
from .tee import Exchange, Failure
from .upstream import Pool
from .wire import Wire

KEEP_ALIVE_S: Final = 120.0
"""How long a client's connection may be unused."""
IDLE_S: Final = 3600.0
"""How long the target may say nothing in the middle of an exchange. Long answers that are not streamed take their time,
and it is the client that knows how long it wants to wait."""
LINGER_S: Final = 2.0
"""How long a client that was answered early may go on sending before its connection is closed. Closed at once, the
answer might be lost on the way."""

_OF_RESPONSES: Final = (h11.Data, h11.Response, h11.InformationalResponse, h11.EndOfMessage)
_CLIENT_GONE: Final = ("client_disconnected", "the client went away before the response had ended")


class _Ended(Exception):
    """The exchange cannot go on. ``status``: what the client is told, if it can still be; 0 if it is gone."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.failure = Failure(kind, message)


class Relay:
    """Serves one client after the other. ``draining``: no further exchange is begun on any connection."""

    def __init__(self, pool: Pool, gate: Gate, recorder: Recorder, *, idle_s: float = IDLE_S) -> None:
        self.draining = False
        self._pool = pool
        self._gate = gate
        self._recorder = recorder
        self._idle_s = idle_s

    async def request_of(self, client: Wire) -> h11.Request | None:
        """The next request of a connection; None if there is none. A wrong one is answered here."""
        try:
            async with asyncio.timeout(KEEP_ALIVE_S):
                request = await client.receive()
        except h11.RemoteProtocolError as error:
            await _refuse(client, error.error_status_hint, f"this is not HTTP/1.1: {error}", b"")
            return None
        except (OSError, TimeoutError):
            return None
        return request if isinstance(request, h11.Request) else None

    async def exchange(self, client: Wire, request: h11.Request) -> bool:
        """Relay one request and its response. Returns whether the connection may have another."""
        try:
            self._gate.check(request)
        except TracewayError as error:
            await _refuse(client, error.http_status, error.message, request.target, error)
            return False
        path = target_path(request.target, self._pool.target)
        exchange = self._recorder.begin(request, path)
        try:
            await self._relay(client, request, path, exchange)
        except _Ended as end:
            exchange.failure = end.failure
            if not end.status or not client.may_answer:
                client.abort()
                return False
            exchange.status = end.status
            await _refuse(client, end.status, end.failure.message, request.target)
            return False
        except asyncio.CancelledError:
            exchange.failure = Failure("shutdown", "the proxy was stopped before the response had ended")
            client.abort()
            raise
        finally:
            self._recorder.end(exchange)
        if not client.peer_is_done:
            await _linger(client)
        return not self.draining and client.next_cycle()

    async def _relay(self, client: Wire, request: h11.Request, path: bytes, exchange: Exchange) -> None:
        upstream = await self._connect()
        try:
            upload = asyncio.create_task(self._upload(client, upstream, request, path, exchange))
            download = asyncio.create_task(self._download(client, upstream, request, exchange))
            try:
                done, _ = await asyncio.wait((upload, download), return_when=asyncio.FIRST_COMPLETED)
            finally:
                upload.cancel()
                download.cancel()
                await asyncio.gather(upload, download, return_exceptions=True)
            # The upload only ever ends by failing; if both ended, the whole response counts.
            (download if download in done else upload).result()
        except BaseException:
            upstream.abort()
            raise
        self._pool.give_back(upstream)

    async def _connect(self) -> Wire:
        origin = self._pool.target.origin
        try:
            return await self._pool.take()
        except TimeoutError:
            raise _Ended(504, "connect_timeout", f"no connection to {origin} in time (--proxy-target)") from None
        except OSError as error:
            reason = error.strerror or str(error)
            raise _Ended(502, type(error).__name__, f"cannot reach {origin}: {reason} (--proxy-target)") from None

    async def _upload(
        self, client: Wire, upstream: Wire, request: h11.Request, path: bytes, exchange: Exchange
    ) -> NoReturn:
        """The request, to its end; then watch whether the client stays."""
        events: list[h11.Event] = [request_to_target(request, path, self._pool.target)]
        try:
            while await _taken(upstream, events) and not isinstance(events[-1], h11.EndOfMessage):
                events = await client.receive_some()
                for event in events:
                    if isinstance(event, h11.Data):
                        exchange.request.add(event.data)
            await client.closed()
        except h11.RemoteProtocolError as error:
            if client.is_alive:
                raise _Ended(400, "bad_request", f"the body of the request is not HTTP/1.1: {error}") from None
        except OSError:
            pass
        raise _Ended(0, *_CLIENT_GONE)

    async def _download(self, client: Wire, upstream: Wire, request: h11.Request, exchange: Exchange) -> None:
        """The response, to its end."""
        is_modern = request.http_version >= b"1.1"
        is_whole = False
        while not is_whole:
            events = await self._next(upstream)
            for event in events:
                if isinstance(event, h11.Data):
                    exchange.chunk(event.data)
                elif isinstance(event, h11.Response):
                    exchange.status, exchange.response_headers = event.status_code, event.headers.raw_items()
            is_whole = isinstance(events[-1], h11.EndOfMessage)
            try:
                await client.send(*response_to_client(events, is_modern=is_modern))
            except OSError:
                raise _Ended(0, *_CLIENT_GONE) from None

    async def _next(self, upstream: Wire) -> list[h11.Event]:
        """The next events of the target, all of them parts of a response."""
        origin = self._pool.target.origin
        try:
            async with asyncio.timeout(self._idle_s):
                events = await upstream.receive_some()
        except TimeoutError:
            raise _Ended(504, "timeout", f"{origin} said nothing for {self._idle_s:g} s") from None
        except h11.RemoteProtocolError as error:
            raise _Ended(502, "broken_response", f"the answer of {origin} is broken or breaks off: {error}") from None
        except OSError as error:
            raise _Ended(502, type(error).__name__, f"the connection to {origin} broke: {error.strerror}") from None
        if not isinstance(events[-1], _OF_RESPONSES):
            raise _Ended(502, "broken_response", f"{origin} closed the connection without an answer")
        return events


async def _taken(upstream: Wire, events: list[h11.Event]) -> bool:
    """Send on to the target; False if it takes no more. Then its answer says why."""
    try:
        await upstream.send(*(event_to_target(event) for event in events))
    except OSError:
        return False
    return True


async def _refuse(client: Wire, status: int, message: str, path: bytes, error: TracewayError | None = None) -> None:
    response, body = refusal(status, message, path, error)
    try:
        for event in (response, h11.Data(data=body), h11.EndOfMessage()):
            await client.send(event)
    except (OSError, h11.LocalProtocolError):
        return  # it is gone, or what it sent left nothing that could be answered
    if not client.peer_is_done:
        await _linger(client)


async def _linger(client: Wire) -> None:
    """Let the client go on with a request that was answered early, for a while."""
    try:
        async with asyncio.timeout(LINGER_S):
            while isinstance(await client.receive(), h11.Data):
                pass
    except (OSError, TimeoutError, h11.RemoteProtocolError):
        pass

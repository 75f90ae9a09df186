"""OTLP over HTTP: ``POST /v1/traces``, ``/v1/logs`` and ``/v1/metrics``, protobuf or JSON.

The endpoint is a plain ASGI app: at thousands of requests a second a request object, a response object and a buffering
middleware each cost more than the admission itself.

Answers are in the format of the request. Success is 200 with ``Export*ServiceResponse``, where ``partial_success`` is
set only if something was rejected; a failure is ``google.rpc.Status``. 503 carries Retry-After and is the only status
here that a client may retry; everything else is final.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from google.protobuf.message import Message
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from ..access import Refused, middleware
from ..errors import NotFound, TooLarge, TracewayError, Unavailable, WrongMedia
from ..ingest import Ingest
from ..model import Signal
from ..settings import Settings
from . import json_codec
from .inflate import inflate, too_large
from .reply import JSON, PROTOBUF, send_error, send_success
from .status import Stalled, WrongMethod, internal_error

PATHS: Final[dict[str, Signal]] = {f"/v1/{signal}": signal for signal in Signal}

STALLED_AFTER_S: Final = 30.0
"""A body of which nothing arrives for this long is given up."""

_LOOP_BYTES = 256 * 1024
"""What the event loop decodes itself; a larger body goes to a thread, so that other requests need not wait for it."""

_log = logging.getLogger(__name__)


def routes(ingest: Ingest, settings: Settings, *, stalled_after_s: float = STALLED_AFTER_S) -> list[Route]:
    """The OTLP routes, to be mounted on any port. They check no keys: that is the port's ``access.middleware``."""
    limit_bytes = settings.max_request_mib * 2**20
    inbox = _Inbox(limit_bytes, settings.max_pending_mib * 2**20, stalled_after_s)
    return [Route(path, _Endpoint(signal, ingest, inbox), name=f"otlp_{signal}") for path, signal in PATHS.items()]


def app(
    ingest: Ingest,
    settings: Settings,
    also: Sequence[BaseRoute] = (),
    *,
    stalled_after_s: float = STALLED_AFTER_S,
) -> Starlette:
    """The application of the OTLP/HTTP port: the OTLP routes, ``also`` (health), the access checks, and a 404 that says
    which paths there are. Whatever it refuses is answered as ``google.rpc.Status`` and reported to ``ingest``."""

    async def not_found(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await send_error(send, _describe(scope).media, _no_such_path(scope["path"]))

    application = Starlette(
        routes=[*routes(ingest, settings, stalled_after_s=stalled_after_s), *also],
        middleware=middleware(settings, Refusal(ingest)),
    )
    application.router.redirect_slashes = False
    application.router.default = not_found
    return application


class Refusal:
    """What ``access.middleware`` calls for a request it turned away: on an OTLP path the answer is in OTLP's words and
    ``ingest`` is told; other paths are left to ``otherwise`` (on the API port, the REST API's own error)."""

    def __init__(self, ingest: Ingest, otherwise: Refused | None = None) -> None:
        self._ingest = ingest
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send, error: TracewayError) -> None:
        signal = PATHS.get(scope["path"]) if scope["type"] == "http" else None
        if signal is None and self._otherwise is not None:
            await self._otherwise(scope, receive, send, error)
            return
        head = _describe(scope)
        if signal is not None:
            self._ingest.refuse(signal, error.code, error.message, peer=_peer(scope), bytes=head.length)
        await send_error(send, head.media, error)


@dataclass(frozen=True, slots=True)
class _Head:
    """What the headers say of the body. ``length`` is 0 when it is not announced."""

    media: bytes = b""
    encoding: str = ""
    length: int = 0


class _Gone(Exception):
    """The client closed the connection before its request was complete."""


class _Inbox:
    """Reads bodies, each within ``limit_bytes`` and all that are on their way in together within ``total_bytes``."""

    def __init__(self, limit_bytes: int, total_bytes: int, stalled_after_s: float) -> None:
        self.limit_bytes = limit_bytes
        self._free_bytes = total_bytes
        self._stalled_after_s = stalled_after_s

    async def read(self, receive: Receive) -> bytes:
        """One whole body. Raises ``TooLarge``, ``Stalled``, ``Unavailable`` and ``_Gone``."""
        chunks: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self._stalled_after_s) as timer:
                while True:
                    event = await receive()
                    if event["type"] != "http.request":
                        raise _Gone
                    chunk: bytes = event.get("body", b"")
                    chunks.append(chunk)
                    size += len(chunk)
                    self._free_bytes -= len(chunk)
                    if size > self.limit_bytes:
                        raise too_large(self.limit_bytes)
                    if self._free_bytes < 0:
                        raise Unavailable("too many requests are on their way in at once; send this one again later")
                    if not event.get("more_body", False):
                        return b"".join(chunks)
                    timer.reschedule(asyncio.get_running_loop().time() + self._stalled_after_s)
        except TimeoutError:
            raise Stalled(f"nothing of the body arrived for {self._stalled_after_s:g} s after {size} bytes") from None
        finally:
            self._free_bytes += size


class _Endpoint:
    """One signal's path, as an ASGI app."""

    def __init__(self, signal: Signal, ingest: Ingest, inbox: _Inbox) -> None:
        self._signal = signal
        self._ingest = ingest
        self._inbox = inbox
        self._limit_bytes = inbox.limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = _describe(scope)
        try:
            body, message = await self._take(scope, receive, head)
        except TracewayError as error:
            self._refuse(scope, error.code, error.message, head.length)
            await send_error(send, head.media, error)
            return
        except _Gone:
            detail = "the client closed the connection before the request was complete"
            self._refuse(scope, "disconnected", detail, head.length)
            return
        try:
            outcome = await self._ingest.export(self._signal, body, message)
        except TracewayError as error:
            await send_error(send, head.media, error)
        except Exception:
            _log.exception("an OTLP %s request failed", self._signal)
            await send_error(send, head.media, internal_error())
        else:
            await send_success(send, head.media, self._signal, outcome)

    async def _take(self, scope: Scope, receive: Receive, head: _Head) -> tuple[bytes, Message | None]:
        """The protobuf bytes of the request, and the message if it had to be made on the way."""
        if scope["method"] != "POST":
            raise WrongMethod(f"{scope['method'][:20]} {scope['path']}: this path takes OTLP {self._signal} by POST")
        if head.media not in (PROTOBUF, JSON):
            raise WrongMedia(
                f"Content-Type is {head.media[:100].decode('latin-1')!r}; "
                "expected application/x-protobuf or application/json",
                field="Content-Type",
            )
        if head.length > self._limit_bytes:
            raise too_large(self._limit_bytes)
        body = await self._inbox.read(receive)
        if head.media is PROTOBUF and not head.encoding:
            return body, None
        if len(body) <= _LOOP_BYTES:
            # What a small body inflates to is not known: try with little room, and leave the rest to a thread.
            room = min(self._limit_bytes, _LOOP_BYTES if head.media is JSON else 4 * _LOOP_BYTES)
            try:
                return self._decode(head, body, room)
            except TooLarge:
                if room == self._limit_bytes:
                    raise
        return await asyncio.to_thread(self._decode, head, body, self._limit_bytes)

    def _decode(self, head: _Head, body: bytes, limit_bytes: int) -> tuple[bytes, Message | None]:
        body = inflate(body, head.encoding, limit_bytes)
        if head.media is PROTOBUF:
            return body, None
        message = json_codec.decode(self._signal, body)
        return message.SerializeToString(), message

    def _refuse(self, scope: Scope, reason: str, detail: str, length: int) -> None:
        self._ingest.refuse(self._signal, reason, detail, peer=_peer(scope), bytes=length)


def _describe(scope: Scope) -> _Head:
    """The headers about the body. The two media types come back as the constants ``PROTOBUF`` and ``JSON``."""
    media = encoding = b""
    length = 0
    for name, value in scope["headers"]:
        if name == b"content-type":
            media = value
        elif name == b"content-length":
            length = int(value) if value.isdigit() else 0
        elif name == b"content-encoding":
            encoding = encoding + b", " + value if encoding else value
    if media == PROTOBUF:
        media = PROTOBUF
    elif media:
        bare = media.partition(b";")[0].strip().lower()
        media = {PROTOBUF: PROTOBUF, JSON: JSON}.get(bare, media)
    return _Head(media, encoding.decode("latin-1"), length)


def _peer(scope: Scope) -> str:
    """The other end of the connection as ``address:port``."""
    client = scope.get("client")
    return f"{client[0]}:{client[1]}" if client else "unknown"


def _no_such_path(path: str) -> NotFound:
    return NotFound(
        f"nothing is at {path[:100]!r}; OTLP goes to {', '.join(PATHS)} "
        "(OTEL_EXPORTER_OTLP_ENDPOINT is the address alone and gets the path added; "
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is used as it is and must end in /v1/traces)"
    )

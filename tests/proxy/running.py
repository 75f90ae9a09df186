"""The proxy on an event loop of its own, between two ends that a test holds in its hands, byte by byte."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from traceway_collector.errors import TracewayError
from traceway_collector.ingest import Outcome
from traceway_collector.proxy.server import Proxy
from traceway_collector.settings import Settings

PATIENCE_S = 20.0


class RecordingIngest:
    """Implements ``ingest.Ingest``: keeps what it is given; ``faults`` are raised first, one for each call."""

    def __init__(self) -> None:
        self.requests: list[ExportTraceServiceRequest] = []
        self.refused: list[tuple[str, str]] = []
        self.faults: list[TracewayError] = []
        self.attempts = 0
        self._came = threading.Condition()

    async def export(self, signal: Any, body: bytes, message: Any = None) -> Outcome:
        self.attempts += 1
        if self.faults:
            raise self.faults.pop(0)
        with self._came:
            self.requests.append(ExportTraceServiceRequest.FromString(body))
            self._came.notify_all()
        return Outcome(1)

    def refuse(self, signal: Any, reason: str, detail: str, *, peer: str, bytes: int = 0) -> None:
        with self._came:
            self.refused.append((reason, detail))
            self._came.notify_all()

    def spans(self, count: int) -> list[Span]:
        """The spans recorded, once there are ``count`` of them."""
        with self._came:
            assert self._came.wait_for(lambda: len(self._spans()) >= count, PATIENCE_S), f"{len(self._spans())} spans"
            assert len(self._spans()) == count
            return self._spans()

    def wait_for_refusal(self) -> tuple[str, str]:
        with self._came:
            assert self._came.wait_for(lambda: self.refused, PATIENCE_S)
            return self.refused[0]

    def _spans(self) -> list[Span]:
        return [
            span
            for request in self.requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


class Running:
    """The proxy between ``client()`` and ``target()``, both sockets. ``settings`` change those of the server."""

    def __init__(self, **settings: Any) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(PATIENCE_S)
        self.target_port = self.listener.getsockname()[1]
        target = settings.pop("proxy_target", f"http://127.0.0.1:{self.target_port}")
        self.settings = replace(Settings(), proxy_target=target, **settings)
        self.ingest = RecordingIngest()
        self.grace_s = 0.0
        self._sockets: list[socket.socket] = []
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    def __enter__(self) -> Running:
        self._thread.start()
        assert self._ready.wait(PATIENCE_S)
        return self

    def __exit__(self, *exception: object) -> None:
        for each in self._sockets:
            each.close()
        self.stop()
        self.listener.close()

    def stop(self) -> None:
        """Drain and stop; may be called again."""
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()

    @property
    def loop_thread_id(self) -> int | None:
        return self._thread.ident

    def client(self) -> socket.socket:
        """A connection to the proxy."""
        return self._kept(socket.create_connection(("127.0.0.1", self.port), PATIENCE_S))

    def target(self) -> socket.socket:
        """The next connection of the proxy to its target."""
        return self._kept(self.listener.accept()[0])

    def _kept(self, connection: socket.socket) -> socket.socket:
        connection.settimeout(PATIENCE_S)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sockets.append(connection)
        return connection

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        proxy = Proxy(self.settings, self.ingest)
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        await proxy.start(listener)
        self._ready.set()
        await self._stop.wait()
        await proxy.drain(self.grace_s)
        listener.close()


def head_of(connection: socket.socket) -> bytes:
    """Everything up to the empty line, and not a byte more."""
    found = b""
    while not found.endswith(b"\r\n\r\n"):
        found += exactly(connection, 1)
    return found


def exactly(connection: socket.socket, count: int) -> bytes:
    parts = []
    while count:
        part = connection.recv(min(count, 1 << 20))
        assert part, f"closed {count} bytes early, after {b''.join(parts)[-200:]!r}"
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def rest_of(connection: socket.socket) -> bytes:
    """Everything until the other side closes, also by a reset."""
    return b"".join(_pieces(connection))


def _pieces(connection: socket.socket) -> Iterator[bytes]:
    try:
        while piece := connection.recv(1 << 20):
            yield piece
    except ConnectionResetError:
        return


def unchunked(connection: socket.socket) -> tuple[bytes, bytes]:
    """The body of a chunked message, and its trailers."""
    body = b""
    while size := int(_line(connection), 16):
        body += exactly(connection, size)
        assert exactly(connection, 2) == b"\r\n"
    trailers = b""
    while line := _line(connection):
        trailers += line + b"\r\n"
    return body, trailers


def _line(connection: socket.socket) -> bytes:
    found = b""
    while not found.endswith(b"\r\n"):
        found += exactly(connection, 1)
    return found[:-2]

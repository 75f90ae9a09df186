"""A real server for the receiver tests: uvicorn and grpc.aio on free ports, in one event loop on one thread."""

from __future__ import annotations

import asyncio
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest
import uvicorn
import uvloop
from google.protobuf.message import DecodeError, Message

from traceway_collector.errors import BadInput
from traceway_collector.ingest import Outcome
from traceway_collector.model import Signal
from traceway_collector.otlp import grpc as otlp_grpc
from traceway_collector.otlp import http as otlp_http
from traceway_collector.settings import Settings

from .strategies import REQUESTS


@dataclass(frozen=True)
class Refused:
    signal: Signal
    reason: str
    detail: str
    peer: str
    bytes: int


@dataclass
class RecordingIngest:
    """The other side of the receivers' boundary: keeps what it is given, and answers as it is told."""

    taken: list[tuple[Signal, bytes]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    fails_with: Exception | None = None
    rejects: int = 0

    async def export(self, signal: Signal, body: bytes, message: Message | None = None) -> Outcome:
        if self.fails_with is not None:
            raise self.fails_with
        try:
            parsed = REQUESTS[signal].FromString(body)
        except DecodeError as error:
            raise BadInput(f"the body is not a protobuf message: {error}") from None
        if message is not None:
            assert parsed.SerializeToString(deterministic=True) == message.SerializeToString(deterministic=True)
        self.taken.append((signal, body))
        if self.rejects:
            return Outcome(accepted=1, rejected=self.rejects, message="spanId is empty")
        return Outcome(accepted=1)

    def refuse(self, signal: Signal, reason: str, detail: str, *, peer: str, bytes: int = 0) -> None:
        self.refused.append(Refused(signal, reason, detail, peer, bytes))

    def messages(self) -> list[Message]:
        return [REQUESTS[signal].FromString(body) for signal, body in self.taken]


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Collector:
    ingest: RecordingIngest
    settings: Settings
    http_port: int
    receiver: otlp_grpc.GrpcReceiver
    loop: asyncio.AbstractEventLoop

    @property
    def grpc_address(self) -> str:
        return f"127.0.0.1:{self.receiver.port}"

    @property
    def url(self) -> str:
        return f"{'https' if self.settings.tls_cert else 'http'}://127.0.0.1:{self.http_port}"

    def send(self, path: str, body: bytes = b"", headers: dict[str, str] | None = None, method: str = "POST") -> Reply:
        if self.settings.tls_cert:
            context = ssl.create_default_context(cafile=str(self.settings.tls_cert))
            connection = http.client.HTTPSConnection("127.0.0.1", self.http_port, timeout=20, context=context)
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=20)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.http_port), timeout=20)

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    running = uvloop.new_event_loop()
    thread = threading.Thread(target=running.run_forever)
    thread.start()
    yield running
    running.call_soon_threadsafe(running.stop)
    thread.join(10)
    running.close()


@contextmanager
def serving(loop: asyncio.AbstractEventLoop, stalled_after_s: float = 20.0, **settings) -> Iterator[Collector]:
    """A collector with these settings, until the block ends."""
    chosen = replace(Settings(otlp_grpc_port=0, otlp_http_port=0), **settings).validate()
    ingest = RecordingIngest()
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        otlp_http.app(ingest, chosen, stalled_after_s=stalled_after_s),
        log_config=None,
        lifespan="off",
        http="httptools",
        ssl_certfile=chosen.tls_cert,
        ssl_keyfile=chosen.tls_key,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)

    async def start() -> tuple[otlp_grpc.GrpcReceiver, asyncio.Task[None]]:
        receiver = otlp_grpc.build(ingest, chosen)
        await receiver.start()
        return receiver, asyncio.ensure_future(server.serve(sockets=[listener]))

    async def stop() -> None:
        server.should_exit = True
        await receiver.stop(0.2)
        await serve

    receiver, serve = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    try:
        yield Collector(ingest, chosen, listener.getsockname()[1], receiver, loop)
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(10)


@pytest.fixture(scope="session")
def shared(loop: asyncio.AbstractEventLoop) -> Iterator[Collector]:
    with serving(loop, max_request_mib=2, max_pending_mib=64) as collector:
        yield collector


@pytest.fixture
def collector(shared: Collector) -> Collector:
    """The shared collector (limit 2 MiB) with nothing received yet."""
    shared.ingest.__init__()
    return shared

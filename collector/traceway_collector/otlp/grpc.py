"""OTLP over gRPC: the Export methods of the three services, and the standard health service (grpc.health.v1).

Messages stay bytes: the ingest path parses them once. gRPC's own inflation is switched off and the body is inflated
here, for two reasons: gRPC answers a corrupt body with INTERNAL, which blames the server for the client's mistake, and
what gRPC refuses never shows up in our count of refusals. ``grpc-encoding`` is not visible here, so the encoding is
told from the first bytes: an export request that is not compressed starts with field 1 (0x0A), gzip with 1F 8B, and
zlib, which is what gRPC calls deflate, with a header no request starts with.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final, NoReturn

import grpc
import grpc.aio
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from ..access import Access
from ..errors import BadInput, TooLarge, TracewayError
from ..ingest import Ingest
from ..model import Signal
from ..settings import Settings
from .inflate import has_zlib_header, inflate
from .reply import success_protobuf
from .status import NotReceived, internal_error, status_of

SERVICES: Final[dict[str, Signal]] = {
    "opentelemetry.proto.collector.trace.v1.TraceService": Signal.TRACES,
    "opentelemetry.proto.collector.logs.v1.LogsService": Signal.LOGS,
    "opentelemetry.proto.collector.metrics.v1.MetricsService": Signal.METRICS,
}

_LOOP_BYTES = 256 * 1024
"""What the event loop inflates itself; a larger body goes to a thread."""

_FIELD_1 = 0x0A

_log = logging.getLogger(__name__)

_Context = grpc.aio.ServicerContext[Any, Any]


class GrpcReceiver:
    """The gRPC server with its life cycle: ``start``, then ``drain`` and ``stop``. Made by ``build``."""

    def __init__(self, server: grpc.aio.Server, checks: health.aio.HealthServicer, port: int) -> None:
        self.port = port
        self._server = server
        self._checks = checks

    async def start(self) -> None:
        """Begin to answer; health says SERVING for the server and for each service."""
        await self._server.start()
        for service in SERVICES:
            await self._checks.set(service, health_pb2.HealthCheckResponse.SERVING)

    async def drain(self) -> None:
        """Health says NOT_SERVING from now on, so that load balancers look elsewhere; calls are still answered."""
        await self._checks.enter_graceful_shutdown()

    async def stop(self, grace_s: float) -> None:
        """Take no new calls, let the running ones finish for at most ``grace_s`` seconds, then cut them off."""
        await self.drain()
        await self._server.stop(grace_s)


def build(ingest: Ingest, settings: Settings) -> GrpcReceiver:
    """A server bound to ``settings.host`` and ``settings.otlp_grpc_port`` (``port`` of the result is the one it got).

    Call it on the event loop that will run the server. Raises ``BadInput`` if the port is taken.
    """
    limit_bytes = settings.max_request_mib * 2**20
    server = grpc.aio.server(options=_options(limit_bytes))
    server.add_generic_rpc_handlers((_Exports(ingest, Access(settings), limit_bytes),))
    checks = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(checks, server)
    return GrpcReceiver(server, checks, _bind(server, settings))


def _options(limit_bytes: int) -> list[tuple[str, int]]:
    return [
        ("grpc.max_receive_message_length", limit_bytes),
        ("grpc.per_message_decompression", 0),
        # With SO_REUSEPORT a second server on the same port would start and take half of the calls.
        ("grpc.so_reuseport", 0),
        # gRPC's default answers clients that keep an idle connection alive with GOAWAY "too_many_pings" after two
        # pings in five minutes; an exporter's keepalive is often every 10 s. 0 puts up with any number.
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_ping_strikes", 0),
    ]


def _bind(server: grpc.aio.Server, settings: Settings) -> int:
    host = f"[{settings.host}]" if ":" in settings.host.strip("[]") and settings.host[0] != "[" else settings.host
    address = f"{host}:{settings.otlp_grpc_port}"
    try:
        if settings.tls_cert is None or settings.tls_key is None:
            return server.add_insecure_port(address)
        return server.add_secure_port(address, _credentials(settings.tls_cert, settings.tls_key))
    except RuntimeError:
        raise BadInput(
            f"cannot listen on {address} for OTLP/gRPC: another server has the port, or the address is not of this "
            "machine; choose another port with --otlp-grpc-port (0 for a free one) or another --host",
            field="otlp_grpc_port",
        ) from None


def _credentials(cert: Path, key: Path) -> grpc.ServerCredentials:
    try:
        # gRPC reports a broken pair as a port it cannot bind, and why only on stderr.
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(cert, key)
        return grpc.ssl_server_credentials([(key.read_bytes(), cert.read_bytes())])
    except (ssl.SSLError, OSError) as error:
        raise BadInput(
            f"tls_cert {str(cert)!r} and tls_key {str(key)!r} are not a certificate chain and its private key "
            f"in PEM: {error}",
            field="tls_cert",
        ) from None


class _Exports(grpc.GenericRpcHandler):
    """Finds the method of a call and checks the key before the message is received."""

    def __init__(self, ingest: Ingest, access: Access, limit_bytes: int) -> None:
        self._ingest = ingest
        self._access = access
        self._limit_bytes = limit_bytes
        self._signals = {f"/{service}/Export": signal for service, signal in SERVICES.items()}
        self._handlers = {signal: self._handler(signal) for signal in Signal}

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        signal = self._signals.get(handler_call_details.method)
        if signal is None:
            return None
        try:
            self._access.check_metadata(handler_call_details.invocation_metadata)
        except TracewayError as error:
            return self._refusal(signal, error)
        return self._handlers[signal]

    def _handler(self, signal: Signal) -> Any:
        # On the wire a unary call is a stream of one request. Taken as a stream, a call whose message gRPC itself
        # turned away still gets here, with no message in it, and can be counted.
        async def export(_: AsyncIterator[bytes], context: _Context) -> bytes:
            received = await self._receive(signal, context)
            try:
                body = await self._inflate(received)
            except TracewayError as error:
                self._ingest.refuse(signal, error.code, error.message, peer=_peer(context), bytes=len(received))
                return await _abort(context, error)
            try:
                return success_protobuf(signal, await self._ingest.export(signal, body))
            except TracewayError as error:
                return await _abort(context, error)
            except Exception:
                _log.exception("an OTLP %s call failed", signal)
                return await _abort(context, internal_error())

        return grpc.stream_unary_rpc_method_handler(export)

    def _refusal(self, signal: Signal, error: TracewayError) -> Any:
        """A handler that never asks for the message, so that it is never received."""

        async def refuse(_: AsyncIterator[bytes], context: _Context) -> bytes:
            self._ingest.refuse(signal, error.code, error.message, peer=_peer(context))
            return await _abort(context, error)

        return grpc.stream_unary_rpc_method_handler(refuse)

    async def _receive(self, signal: Signal, context: _Context) -> bytes:
        """The message of a call. gRPC does not say why there is none, and has mostly answered the client by then."""
        try:
            body = await context.read()
        except asyncio.CancelledError:
            self._refuse_nothing(signal, context)
            raise
        if isinstance(body, bytes):
            return body
        return await _abort(context, self._refuse_nothing(signal, context))

    def _refuse_nothing(self, signal: Signal, context: _Context) -> NotReceived:
        error = NotReceived(
            f"the call brought no message: it is larger than {self._limit_bytes} bytes (--max-request-mib), its "
            "grpc-encoding is none of identity, gzip and deflate, or the client gave up"
        )
        self._ingest.refuse(signal, error.code, error.message, peer=_peer(context))
        return error

    async def _inflate(self, body: bytes) -> bytes:
        encoding = _encoding(body)
        if not encoding:
            return body
        if len(body) <= _LOOP_BYTES:
            room = min(self._limit_bytes, 4 * _LOOP_BYTES)
            try:
                return inflate(body, encoding, room)
            except TooLarge:
                if room == self._limit_bytes:
                    raise
        return await asyncio.to_thread(inflate, body, encoding, self._limit_bytes)


def _encoding(body: bytes) -> str:
    if not body or body[0] == _FIELD_1:
        return ""
    if body[:2] == b"\x1f\x8b":
        return "gzip"
    return "deflate" if has_zlib_header(body) else ""


def _peer(context: _Context) -> str:
    """``ipv4:127.0.0.1:1234`` and ``ipv6:%5B::1%5D:1234`` as ``address:port``."""
    return context.peer().partition(":")[2].replace("%5B", "[").replace("%5D", "]")


async def _abort(context: _Context, error: TracewayError) -> NoReturn:
    """End the call with the error's code, its message, and ``google.rpc.Status`` as trailing metadata."""
    status = status_of(error)
    details = ("grpc-status-details-bin", status.SerializeToString())
    await context.abort(grpc.StatusCode[error.grpc_status], status.message, (details,))
    raise AssertionError("abort always raises")

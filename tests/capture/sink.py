"""A small OTLP/HTTP receiver for tests of what an application sends: real sockets, the official messages, no store."""

from __future__ import annotations

import gzip
import socket
import ssl
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from google.protobuf.message import Message
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.trace.v1.trace_pb2 import Span

_MESSAGES = {
    "/v1/traces": ExportTraceServiceRequest,
    "/v1/logs": ExportLogsServiceRequest,
    "/v1/metrics": ExportMetricsServiceRequest,
}
_INFLATE: dict[str, Callable[[bytes], bytes]] = {"": bytes, "gzip": gzip.decompress, "deflate": zlib.decompress}
_PATIENCE_S = 30.0


class _Server(ThreadingHTTPServer):
    """Cuts the connections that clients keep open when it ends, as a process does that ends."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: Any, tls: ssl.SSLContext | None) -> None:
        self._open: set[socket.socket] = set()
        self.connections: list[tuple[str, int]] = []
        super().__init__(address, handler)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_side=True)

    def finish_request(self, request: Any, client_address: Any) -> None:
        self.connections.append(client_address)
        self._open.add(request)
        super().finish_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        super().server_close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Sink:
    """Keeps every request in the order of arrival, and in ``bodies`` also those it refused. ``status`` is what the
    next requests are answered with: 200 keeps them, any other code refuses them and counts in ``refused``. ``reply`` is
    the body of the answers, and a body of more than ``max_bytes`` gets 413."""

    def __init__(self, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Message] = []
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.status = 200
        self.reply = b""
        self.max_bytes = 1 << 30
        self.retry_after_s: int | None = None
        self.refused = 0
        self._changed = threading.Condition()
        self._server = _Server(("127.0.0.1", port), self._handler(), tls)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """The base address: what goes into OTEL_EXPORTER_OTLP_ENDPOINT."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def connections(self) -> list[tuple[str, int]]:
        """The client's address of every connection."""
        return self._server.connections

    def __enter__(self) -> Sink:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait(self, done: Callable[[Sink], Any], patience_s: float = _PATIENCE_S) -> None:
        """Return once ``done(self)`` is true; fail loudly if that takes too long."""
        until = time.monotonic() + patience_s
        with self._changed:
            while not done(self):
                if not self._changed.wait(until - time.monotonic()) and not done(self):
                    raise AssertionError(
                        f"not what was waited for: {len(self.requests)} requests, {self.refused} refused"
                    )

    def spans(self) -> list[Span]:
        """Every span received, in order."""
        return [span for _, span in self.resource_spans()]

    def resource_spans(self) -> Iterator[tuple[dict[str, Any], Span]]:
        """Every span with the attributes of its resource."""
        for request in list(self.requests):
            if isinstance(request, ExportTraceServiceRequest):
                for resource in request.resource_spans:
                    for scope in resource.scope_spans:
                        for span in scope.spans:
                            yield attributes(resource.resource), span

    def logs(self, event_name: str = "") -> list[LogRecord]:
        """Every log record received, in order; only those of one event, if named."""
        return [
            record
            for request in list(self.requests)
            if isinstance(request, ExportLogsServiceRequest)
            for resource in request.resource_logs
            for scope in resource.scope_logs
            for record in scope.log_records
            if not event_name or record.event_name == event_name
        ]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        sink = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                body = _INFLATE[self.headers.get("content-encoding", "")](body)
                with sink._changed:
                    sink.bodies.append(body)
                    status = sink.status if len(body) <= sink.max_bytes else 413
                    reply, retry_after_s = sink.reply, sink.retry_after_s
                    if status == 200:
                        sink.requests.append(_MESSAGES[self.path].FromString(body))
                        sink.headers.append({name.lower(): value for name, value in self.headers.items()})
                    else:
                        sink.refused += 1
                    sink._changed.notify_all()
                self.send_response(status)
                if status != 200 and retry_after_s is not None:
                    self.send_header("retry-after", str(retry_after_s))
                self.send_header("content-type", "application/x-protobuf")
                self.send_header("content-length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        return Handler


def attributes(message: Any) -> dict[str, Any]:
    """The attributes of a span, log record, resource or scope as Python values."""
    return {pair.key: value_of(pair.value) for pair in message.attributes}


def value_of(value: AnyValue) -> Any:
    """An AnyValue as a Python value."""
    kind = value.WhichOneof("value")
    if kind is None:
        return None
    if kind == "array_value":
        return [value_of(each) for each in value.array_value.values]
    if kind == "kvlist_value":
        return {pair.key: value_of(pair.value) for pair in value.kvlist_value.values}
    return getattr(value, kind)

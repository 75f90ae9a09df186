"""What one long trace costs to look at, to write to a file and to read from one.

The real server, asked over its socket. The trace is many agent runs of eight spans (``benchmarks.agent``) below one
root.
"""

from __future__ import annotations

import http.client
import time
from urllib.parse import urlsplit

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from ..report import Figure
from ..server import Server
from ..spans import Maker

_SPANS_A_REQUEST = 512
_ROUNDS = 20
_FORMATS = ("otlp", "jsonl", "csv", "parquet")


def measure(spans: int) -> list[Figure]:
    """Trees, a comparison, export of a trace of ``spans`` spans, and import of what was exported."""
    figures: list[Figure] = []
    with Server() as server:
        short, again, long = (_send(server, number, size) for number, size in ((1, 1000), (2, 1000), (3, spans)))
        server.settle()
        for trace_id, size, at_most in ((short, 1000, 60.0), (long, spans, 400.0)):
            figures.append(_timed(server, f"/api/traces/{trace_id}/tree", "tree", f"{size:,} spans, p95", at_most))
        path = f"/api/compare?a={short}&b={again}"
        figures.append(_timed(server, path, "compare", "two traces of 1,000 spans, p95", None, rounds=5))
        before_mib = server.memory_mib("VmRSS")
        files = {format_: server.get(f"/api/traces/{long}/export?format={format_}") for format_ in _FORMATS}
        grown_mib = server.memory_mib("VmHWM") - before_mib
        for format_, (took_ms, body) in files.items():
            figures.append(Figure("export", format_, spans / took_ms * 1000, "spans/s"))
            figures.append(Figure("export", f"{format_}, bytes a span", len(body) / spans, "B"))
        figures.append(Figure("export", "most memory above that before", grown_mib, "MiB"))
    for format_, (_, body) in files.items():
        with Server() as empty:
            figures.append(Figure("import", format_, spans / _import(empty, body, format_), "spans/s"))
    return figures


def _send(server: Server, number: int, size: int) -> str:
    """A trace of so many spans; its id."""
    maker = Maker(number)
    trace_id = number.to_bytes(16, "big")
    now_ns = time.time_ns()
    root = Span(trace_id=trace_id, span_id=bytes(7) + b"\x01", name="many runs", start_time_unix_nano=now_ns - 10**11)
    root.end_time_unix_nano = now_ns
    sent = 0
    template = maker.template(_SPANS_A_REQUEST)
    while sent < size:
        template.refresh(now_ns - 10**11 * (size - sent) // size)
        message = ExportTraceServiceRequest.FromString(bytes(template.requests[0]))
        room = size - sent
        for resource in message.resource_spans:
            for scope in resource.scope_spans:
                del scope.spans[max(0, room) :]
                room -= len(scope.spans)
                for span in scope.spans:
                    span.trace_id = trace_id
                    span.parent_span_id = span.parent_span_id or root.span_id
        if not sent:
            message.resource_spans[0].scope_spans[0].spans[0].CopyFrom(root)
        sent = size - room
        _post(server.traces_url, message.SerializeToString(), "application/x-protobuf")
    return trace_id.hex()


def _timed(
    server: Server, path: str, scenario: str, name: str, at_most: float | None, *, rounds: int = _ROUNDS
) -> Figure:
    server.get(path)
    times = sorted(server.get(path)[0] for _ in range(rounds))
    return Figure(scenario, name, times[min(rounds - 1, rounds * 95 // 100)], "ms", at_most=at_most)


def _import(server: Server, body: bytes, format_: str) -> float:
    started = time.perf_counter()
    _post(f"{server.urls['api']}/api/import?format={format_}", body, "application/octet-stream")
    return time.perf_counter() - started


def _post(url: str, body: bytes, media: str) -> bytes:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=300)
    try:
        connection.request("POST", f"{parts.path}?{parts.query}", body, {"Content-Type": media})
        response = connection.getresponse()
        reply = response.read()
        if response.status != 200:
            raise RuntimeError(f"{url}: {response.status} {reply[:300]!r}")
        return reply
    finally:
        connection.close()

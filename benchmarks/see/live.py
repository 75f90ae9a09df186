"""How soon an event is with who follows, and what following costs a server at rest.

The time is from the acknowledgement of a request, which is its commit, to the first event of it on a socket.
"""

from __future__ import annotations

import http.client
import os
import queue
import statistics
import threading
import time
from urllib.parse import urlsplit

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span

from ..report import Figure
from ..server import Server

_SPANS = 20


def measure(rounds: int, streams: int, idle_s: float) -> list[Figure]:
    """How long after its acknowledgement a request is heard of as an event, alone and beside others; idle CPU."""
    with Server() as server:
        heard: queue.Queue[tuple[float, bytes]] = queue.Queue()
        _follow(server, heard)
        alone_ms = _latencies(server, heard, rounds)
        for _ in range(streams - 1):
            _follow(server, queue.Queue())
        time.sleep(2)
        before_s, started = server.cpu_s(), time.monotonic()
        time.sleep(idle_s)
        idle_percent = (server.cpu_s() - before_s) / (time.monotonic() - started) * 100
        shared_ms = _latencies(server, heard, rounds)
    return [
        *_figures("commit to event", alone_ms, 50),
        *_figures(f"commit to event, {streams} streams", shared_ms, None),
        Figure("events", f"idle, {streams} streams", idle_percent, "% of a core"),
    ]


def _figures(name: str, late_ms: list[float], at_most: float | None) -> list[Figure]:
    p95_ms = statistics.quantiles(late_ms, n=20, method="inclusive")[18]
    median = Figure("events", f"{name}, median", statistics.median(late_ms), "ms", at_most=at_most)
    return [median, Figure("events", f"{name}, p95", p95_ms, "ms")]


def _latencies(server: Server, heard: queue.Queue[tuple[float, bytes]], rounds: int) -> list[float]:
    parts = urlsplit(server.traces_url)
    late_ms = []
    for _ in range(rounds):
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        trace_id = os.urandom(16)
        connection.request("POST", parts.path, _request(trace_id), {"content-type": "application/x-protobuf"})
        status = connection.getresponse().status
        acknowledged = time.perf_counter()
        connection.close()
        if status != 200:
            raise RuntimeError(f"the request was answered with {status}")
        at = 0.0
        while not at:
            read_at, line = heard.get(timeout=60)
            if trace_id.hex().encode() in line:
                at = read_at
        late_ms.append(max(0.0, at - acknowledged) * 1000)
        time.sleep(0.1)
    return late_ms


def _request(trace_id: bytes) -> bytes:
    now_ns = time.time_ns()
    ids = [os.urandom(8) for _ in range(_SPANS)]
    spans = [
        Span(
            trace_id=trace_id,
            span_id=span_id,
            parent_span_id=ids[0] if index else b"",
            name="step",
            start_time_unix_nano=now_ns,
            end_time_unix_nano=now_ns + 1000,
        )
        for index, span_id in enumerate(ids)
    ]
    resource_spans = ResourceSpans(scope_spans=[ScopeSpans(spans=spans)])
    return ExportTraceServiceRequest(resource_spans=[resource_spans]).SerializeToString()


def _follow(server: Server, heard: queue.Queue[tuple[float, bytes]]) -> None:
    parts = urlsplit(server.urls["api"])
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=600)
    connection.request("GET", "/api/events")
    response = connection.getresponse()
    response.readline()

    def read() -> None:
        while line := response.readline():
            if line.startswith(b"data:"):
                heard.put((time.perf_counter(), line))

    threading.Thread(target=read, daemon=True).start()

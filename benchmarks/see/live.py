"""How soon an event is with who follows, and what following costs a server at rest.

    python -m benchmarks.see.live [--rounds 100] [--streams 20] [--idle-s 20]

The time is from the acknowledgement of a request, which is its commit, to the first event of it on a socket.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import queue
import statistics
import threading
import time
from urllib.parse import urlsplit

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span

from ..server import Server

_SPANS = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--streams", type=int, default=20)
    parser.add_argument("--idle-s", type=float, default=20.0)
    options = parser.parse_args()
    with Server() as server:
        heard: queue.Queue[tuple[float, bytes]] = queue.Queue()
        _follow(server, heard)
        late_ms = _latencies(server, heard, options.rounds)
        for _ in range(options.streams - 1):
            _follow(server, queue.Queue())
        time.sleep(2)
        before_s, started = server.cpu_s(), time.monotonic()
        time.sleep(options.idle_s)
        idle_percent = (server.cpu_s() - before_s) / (time.monotonic() - started) * 100
        shared_ms = _latencies(server, heard, options.rounds)
    figures = {
        "commit_to_event_ms": _of(late_ms),
        f"commit_to_event_ms_{options.streams}_streams": _of(shared_ms),
        f"idle_cpu_percent_{options.streams}_streams": round(idle_percent, 2),
    }
    print(json.dumps(figures, indent=2))


def _of(late_ms: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(late_ms, n=20, method="inclusive")
    return {"p50": round(statistics.median(late_ms), 1), "p95": round(cuts[18], 1)}


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


if __name__ == "__main__":
    main()

"""A small store for tests of the ingest path: it records what it is given, and can wait, refuse or fail on command."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord, ResourceLogs, ScopeLogs
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span

from traceway_collector.errors import Unavailable
from traceway_collector.model import Signal
from traceway_collector.store import RefusedRequest, Request

REFUSED, FAILING, BROKEN = b"<refused>", b"<failing>", b"<broken>"
"""A request that holds one of these is refused for good, fails for now, or meets a mistake in the store."""


@dataclass
class RecordingWriter:
    """Implements ``store.Writer``. While ``gate`` is cleared, writes wait; ``entered`` counts those that began."""

    known: Sequence[int] = ()
    groups: list[tuple[Signal, list[Request], int]] = field(default_factory=list)
    attempts: list[list[Request]] = field(default_factory=list)
    unavailable: bool = False
    at_once: int = 0
    most_at_once: int = 0
    before_commit: Callable[[int], None] = lambda stamp: None

    def __post_init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Semaphore(0)
        self._lock = threading.Lock()

    def write(self, signal: Signal, group: Sequence[Request], ingested_ns: int) -> None:
        with self._lock:
            self.attempts.append(list(group))
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        self.entered.release()
        try:
            assert self.gate.wait(20), "nobody opened the gate"
            self._meet_faults(b"".join(request.body for request in group))
            self.before_commit(ingested_ns)
            with self._lock:
                self.groups.append((signal, list(group), ingested_ns))
        finally:
            with self._lock:
                self.at_once -= 1

    def recent_request_ids(self, signal: Signal, limit: int) -> Sequence[int]:
        return self.known if signal is Signal.TRACES else ()

    def newest_group_ns(self) -> int:
        return 0

    def stored(self, signal: Signal = Signal.TRACES) -> list[bytes]:
        """The bodies kept, in the order of their commits."""
        return [request.body for of, group, _ in self.groups if of is signal for request in group]

    def _meet_faults(self, data: bytes) -> None:
        if self.unavailable or FAILING in data:
            raise Unavailable("the disk is full", retry_after_s=7)
        if REFUSED in data:
            raise RefusedRequest("the engine cannot read this data")
        if BROKEN in data:
            raise ZeroDivisionError("a mistake")


def trace_request(number: int, *, spans: int = 1, name: bytes = b"step") -> bytes:
    """An export request with ids of its own for every ``number`` below 2**32."""
    made = [
        Span(trace_id=number.to_bytes(16, "big"), span_id=(number << 32 | index).to_bytes(8, "big"), name=name.decode())
        for index in range(1, spans + 1)
    ]
    return request_of(made)


def request_of(spans: Sequence[Span]) -> bytes:
    scopes = [ScopeSpans(spans=spans)]
    return ExportTraceServiceRequest(resource_spans=[ResourceSpans(scope_spans=scopes)]).SerializeToString()


def log_request(text: str) -> bytes:
    record = LogRecord(severity_text=text)
    resource = ResourceLogs(scope_logs=[ScopeLogs(log_records=[record])])
    return ExportLogsServiceRequest(resource_logs=[resource]).SerializeToString()

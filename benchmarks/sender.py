"""One sending process: keep-alive connections that post templates and count what was acknowledged.

Run by ``load.py`` as ``python -m benchmarks.sender '<Plan as JSON>'``: it builds its templates, prints ``ready``, waits
for a line on stdin, sends, and prints its ``Tally`` as JSON. A plain socket and a hand-written request cost a tenth of
what an HTTP library does, and every cycle spent here is one the server on the same machine does not get.
"""

from __future__ import annotations

import json
import queue
import random
import socket
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from urllib.parse import urlsplit

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from .spans import Maker, Template

_TIMEOUT_S = 120.0
_RETRYABLE = (429, 502, 503, 504)
_SAMPLE = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """What to send. ``spans`` ends it, or ``seconds`` does when that is not 0; ``url`` is the whole traces endpoint."""

    url: str
    spans_per_request: int
    connections: int
    spans: int
    seconds: float = 0.0
    templates: int = 16
    seed: int = 1


@dataclass(slots=True)
class Tally:
    """What became of it. ``acknowledged`` counts spans the server answered 200 for and did not reject; ``sample`` are
    trace and span ids of some of them, spread over the whole run."""

    acknowledged: int = 0
    rejected: int = 0
    requests: int = 0
    asked_to_wait: int = 0
    body_bytes: int = 0
    started_s: float = 0.0
    ended_s: float = 0.0
    cpu_s: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)
    sample: list[tuple[str, str]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count what another connection counted as well."""
        for name in ("acknowledged", "rejected", "requests", "asked_to_wait", "body_bytes"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.latencies_ms += other.latencies_ms
        self.sample += other.sample
        self.failures += other.failures


class Connection:
    """A keep-alive HTTP/1.1 connection that can post, and read a reply that has a Content-Length."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._head = (
            f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/x-protobuf\r\n"
            "User-Agent: traceway-benchmark\r\nContent-Length: "
        ).encode()
        self._connect()

    def post(self, body: memoryview) -> tuple[int, bytes, float]:
        """Status, body and Retry-After in seconds (0 when there is none)."""
        head = self._head + b"%d\r\n\r\n" % len(body)
        if len(body) < 65536:
            self._socket.sendall(head + body)
        else:
            self._socket.sendall(head, socket.MSG_MORE)
            self._socket.sendall(body)
        return self._reply()

    def close(self) -> None:
        self._socket.close()

    def _connect(self) -> None:
        self._socket = socket.create_connection(self._address, timeout=_TIMEOUT_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _reply(self) -> tuple[int, bytes, float]:
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._receive()
        head, _, body = received.partition(b"\r\n\r\n")
        status_line, *lines = head.split(b"\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
        length = int(headers.get(b"content-length", b"0"))
        while len(body) < length:
            body += self._receive()
        if headers.get(b"connection", b"").lower() == b"close":
            self.close()
            self._connect()
        return int(status_line.split()[1]), body, float(headers.get(b"retry-after", b"0"))

    def _receive(self) -> bytes:
        chunk = self._socket.recv(65536)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        return chunk


class Sender:
    """Sends a plan over its connections, a thread each."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        maker = Maker(plan.seed)
        self._templates: queue.SimpleQueue[Template] = queue.SimpleQueue()
        traces = 4 if plan.spans_per_request == 1 else 64
        for _ in range(max(plan.templates, plan.connections)):
            self._templates.put(maker.template(plan.spans_per_request, traces))
        self._lock = threading.Lock()
        self._left = plan.spans
        self._deadline = 0.0

    def run(self) -> Tally:
        """Send everything; the tally of all connections."""
        tallies = [Tally() for _ in range(self._plan.connections)]
        threads = [threading.Thread(target=self._guarded, args=(tally,)) for tally in tallies]
        total = Tally(started_s=time.time())
        cpu = time.process_time()
        self._deadline = time.monotonic() + self._plan.seconds if self._plan.seconds else float("inf")
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        total.ended_s, total.cpu_s = time.time(), time.process_time() - cpu
        for tally in tallies:
            total.add(tally)
        return total

    def _guarded(self, tally: Tally) -> None:
        try:
            self._connection(tally)
        except (OSError, ValueError) as error:
            tally.failures.append(f"{type(error).__name__}: {error}")

    def _connection(self, tally: Tally) -> None:
        connection = Connection(self._plan.url)
        sent = 0
        while self._take():
            sent += 1
            template = self._templates.get()
            template.refresh(time.time_ns())
            for request in template.requests:
                self._deliver(connection, request, template.spans_per_request, tally)
            if len(tally.sample) < _SAMPLE:
                tally.sample.append(template.first_ids())
            elif (place := random.randrange(sent)) < _SAMPLE:
                tally.sample[place] = template.first_ids()
            self._templates.put(template)
        connection.close()

    def _take(self) -> bool:
        """Take one template's worth of spans off what is left to send."""
        with self._lock:
            if self._left <= 0 or time.monotonic() > self._deadline:
                return False
            self._left -= self._plan.spans_per_request if self._plan.spans_per_request > 1 else 32
            return True

    def _deliver(self, connection: Connection, body: memoryview, spans: int, tally: Tally) -> None:
        """Post until it is taken, as an exporter does: wait as long as the server asks, then send the same again."""
        while True:
            before = time.perf_counter()
            status, reply, retry_after_s = connection.post(body)
            tally.latencies_ms.append((time.perf_counter() - before) * 1000)
            tally.requests += 1
            if status not in _RETRYABLE:
                break
            tally.asked_to_wait += 1
            time.sleep(retry_after_s or 0.1)
        if status != 200:
            tally.failures.append(f"HTTP {status}: {reply[:200]!r}")
            return
        rejected = ExportTraceServiceResponse.FromString(reply).partial_success.rejected_spans if reply else 0
        tally.rejected += rejected
        tally.acknowledged += spans - rejected
        tally.body_bytes += len(body)


def main() -> None:
    plan = Plan(**json.loads(sys.argv[1]))
    sender = Sender(plan)
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(asdict(sender.run())), flush=True)


if __name__ == "__main__":
    main()

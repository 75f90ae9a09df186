"""Load from outside: sending processes that start together, and the sum of what they saw.

Also a program of its own, to try any OTLP/HTTP endpoint::

    python -m benchmarks.load http://127.0.0.1:4318/v1/traces --batch 512 --spans 1M
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from .sender import Plan, Tally

_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Load:
    """What all senders together measured. Latencies are of single requests, in milliseconds. ``sample``: trace
    and span ids of some of the spans that were acknowledged, from the whole length of the run."""

    acknowledged: int
    rejected: int
    requests: int
    asked_to_wait: int
    body_bytes: int
    seconds: float
    sender_cpu_s: float
    p50_ms: float
    p95_ms: float
    sample: tuple[tuple[str, str], ...]
    failures: tuple[str, ...]

    @property
    def spans_per_s(self) -> float:
        return self.acknowledged / self.seconds if self.seconds else 0.0

    @property
    def bytes_per_span(self) -> float:
        """OTLP bytes of the request bodies for each acknowledged span."""
        return self.body_bytes / self.acknowledged if self.acknowledged else 0.0


class Senders:
    """Sending processes, built and waiting. Use as a context manager; ``go`` starts them, ``wait`` sums them up."""

    def __init__(
        self,
        url: str,
        *,
        batch: int,
        connections: int,
        spans: int,
        seconds: float = 0.0,
        processes: int = 2,
        seed: int = 1,
    ) -> None:
        share = max(1, connections // processes)
        self._plans = [
            Plan(url, batch, share, -(-spans // processes), seconds, seed=seed * 1000 + number)
            for number in range(processes)
        ]
        self._running: list[subprocess.Popen[str]] = []
        self._stack = ExitStack()

    def __enter__(self) -> Senders:
        for plan in self._plans:
            command = [sys.executable, "-m", "benchmarks.sender", json.dumps(asdict(plan))]
            pipe = subprocess.PIPE
            process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=_ROOT)
            self._stack.callback(_end, process)
            self._running.append(process)
        for process in self._running:
            if (process.stdout is None) or process.stdout.readline().strip() != "ready":
                raise RuntimeError("a sending process did not start; its error is above")
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def go(self) -> None:
        """Let all of them start sending."""
        for process in self._running:
            if process.stdin is not None:
                process.stdin.write("go\n")
                process.stdin.flush()

    def wait(self) -> Load:
        """Block until all are done; what they measured together."""
        return _sum([Tally(**json.loads(process.stdout.readline())) for process in self._running if process.stdout])


def send(
    url: str, *, batch: int, connections: int, spans: int, seconds: float = 0.0, processes: int = 2, seed: int = 1
) -> Load:
    """Send ``spans`` spans (or for ``seconds``) in requests of ``batch`` and return when all were answered."""
    with Senders(
        url, batch=batch, connections=connections, spans=spans, seconds=seconds, processes=processes, seed=seed
    ) as senders:
        senders.go()
        return senders.wait()


def count(text: str) -> int:
    """``"64"``, ``"200k"``, ``"1M"`` or ``"10M"`` as a number."""
    factor = {"k": 1_000, "m": 1_000_000}.get(text[-1:].lower(), 1)
    return int(float(text[:-1] if factor > 1 else text) * factor)


def _sum(tallies: Sequence[Tally]) -> Load:
    latencies = sorted(latency for tally in tallies for latency in tally.latencies_ms) or [0.0]
    return Load(
        acknowledged=sum(tally.acknowledged for tally in tallies),
        rejected=sum(tally.rejected for tally in tallies),
        requests=sum(tally.requests for tally in tallies),
        asked_to_wait=sum(tally.asked_to_wait for tally in tallies),
        body_bytes=sum(tally.body_bytes for tally in tallies),
        seconds=max(tally.ended_s for tally in tallies) - min(tally.started_s for tally in tallies),
        sender_cpu_s=sum(tally.cpu_s for tally in tallies),
        p50_ms=latencies[len(latencies) // 2],
        p95_ms=latencies[int(len(latencies) * 0.95)],
        sample=tuple((trace, span) for tally in tallies for trace, span in tally.sample),
        failures=tuple(failure for tally in tallies for failure in tally.failures),
    )


def _end(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.terminate()
    process.wait(timeout=30)


def main() -> None:
    parser = argparse.ArgumentParser(description="Send realistic GenAI spans to an OTLP/HTTP traces endpoint.")
    parser.add_argument("url")
    parser.add_argument("--batch", type=int, default=512, help="spans per request: 1 or a multiple of 8")
    parser.add_argument("--connections", type=int, default=16, help="over all processes")
    parser.add_argument("--spans", type=count, default=count("100k"))
    parser.add_argument("--seconds", type=float, default=0.0, help="stop after this long, whatever --spans says")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    load = send(
        options.url,
        batch=options.batch,
        connections=options.connections,
        spans=options.spans,
        seconds=options.seconds,
        processes=options.processes,
        seed=options.seed,
    )
    print(f"{load.acknowledged:,} spans acknowledged in {load.seconds:.2f} s: {load.spans_per_s:,.0f}/s")
    print(
        f"{load.requests:,} requests, p50 {load.p50_ms:.1f} ms, p95 {load.p95_ms:.1f} ms, "
        f"{load.bytes_per_span:,.0f} OTLP bytes a span"
    )
    print(f"rejected {load.rejected:,}, asked to wait {load.asked_to_wait:,}, sender CPU {load.sender_cpu_s:.2f} s")
    for failure in load.failures[:5]:
        print(f"failed: {failure}")


if __name__ == "__main__":
    main()

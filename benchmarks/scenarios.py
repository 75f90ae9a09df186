"""What is measured. One function a scenario; ``SCENARIOS`` is the table ``run.py`` chooses from, in running order."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from . import engine
from .load import Load, Senders, send
from .report import Figure
from .sender import Connection
from .server import Server
from .spans import Maker

_MIB_PER_MB = 1.048576
_STORED_SPANS = "traceway_store_spans"


@dataclass(frozen=True, slots=True)
class Scale:
    """How much of everything. The targets are stated for ``FULL``."""

    spans: int
    engine_spans: int
    small_batch_spans: int
    single_spans: int
    idle_s: float
    reads: int
    full_speed_s: float


FULL = Scale(1_000_000, 500_000, 400_000, 60_000, 10.0, 200, 20.0)
QUICK = Scale(40_000, 40_000, 20_000, 2_000, 2.0, 20, 3.0)


@dataclass(slots=True)
class Run:
    """A run of the benchmark: its scale, and what it has found so far."""

    scale: Scale
    most_spans: int
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    bare_spans_per_s: float = 0.0
    batch_512_spans_per_s: float = 0.0

    def add(self, figure: Figure) -> None:
        self.figures.append(figure)


def start(run: Run) -> None:
    """Time to ready on an empty data folder, and what the server costs while nobody uses it."""
    with Server() as server:
        run.add(Figure("start", "time to ready, empty", server.ready_s, "s", at_most=2.0))
        server.settle()
        run.add(Figure("start", "idle memory", server.memory_mib("VmRSS") * _MIB_PER_MB, "MB", at_most=400))
        before = server.cpu_s()
        time.sleep(run.scale.idle_s)
        percent = 100 * (server.cpu_s() - before) / run.scale.idle_s
        run.add(Figure("start", f"CPU over {run.scale.idle_s:g} s idle", percent, "% of a core", at_most=1.0))


def bare_engine(run: Run) -> None:
    """The engine alone: the same bytes from a file into the same schema, in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="traceway-bench-") as folder:
        frames = Path(folder) / "frames.bin"
        engine.write_frames(frames, run.scale.engine_spans)
        result = engine.bare_engine(frames)
    run.bare_spans_per_s = result.spans / result.seconds
    run.add(Figure("bare engine", "INSERT FROM INFILE", run.bare_spans_per_s, "spans/s"))
    run.add(Figure("bare engine", "CPU for 1 M spans", result.cpu_s * 1e6 / result.spans, "s"))


def million(run: Run) -> None:
    """Batches of 512 until the data set is there, what that cost, then reading: quiet, and at full speed."""
    with Server() as server:
        cpu_before_s = server.cpu_s()
        load = _ingest(run, server, "batches of 512", batch=512, connections=16, spans=run.scale.spans)
        run.batch_512_spans_per_s = load.spans_per_s
        rate = _rate(run, load, "batches of 512", at_least=60_000)
        run.add(rate)
        if rate.ratio is not None:
            run.add(Figure("ingest", "batches of 512, share of the bare engine", rate.ratio, "×", at_least=0.8))
        peak_mib = server.memory_mib("VmHWM")
        settled_s = server.settle()
        cpu_s = (server.cpu_s() - cpu_before_s) * 1e6 / load.acknowledged
        run.add(Figure("cost", "CPU for 1 M spans, merges included", cpu_s, "s"))
        run.add(Figure("cost", "peak memory while ingesting", peak_mib, "MiB", at_most=1024))
        run.notes.append(f"merges went on for {settled_s:.0f} s after the last acknowledgement of 1 M spans")
        _disk(run, server, load)
        long_trace = _post_long_trace(server)
        label = f"at {server.metric(_STORED_SPANS) / 1e6:.2g} M"
        quiet = _reads(run, server, load, long_trace, label)
        _reads_under_load(run, server, load, long_trace, quiet)
        server.settle()
        server.stop()
        server.start()
        run.add(Figure("start", f"time to ready {label}", server.ready_s, "s", at_most=2.0))
        if run.most_spans > run.scale.spans:
            _grow(run, server, load, long_trace, quiet)


def small_batches(run: Run) -> None:
    """Batches of 64."""
    with Server() as server:
        load = _ingest(run, server, "batches of 64", batch=64, connections=32, spans=run.scale.small_batch_spans)
        third = run.batch_512_spans_per_s / 3 if run.batch_512_spans_per_s else None
        run.add(_rate(run, load, "batches of 64", at_least=third))


def singles(run: Run) -> None:
    """Requests of one span from 64 connections."""
    with Server() as server:
        load = _ingest(run, server, "single spans", batch=1, connections=64, spans=run.scale.single_spans)
        run.add(_rate(run, load, "single spans, 64 connections", at_least=3_000))
        run.add(Figure("ingest", "single spans, p50 of a request", load.p50_ms, "ms"))


SCENARIOS: dict[str, Callable[[Run], None]] = {
    "start": start,
    "engine": bare_engine,
    "million": million,
    "small-batches": small_batches,
    "singles": singles,
}


def _ingest(run: Run, server: Server, name: str, *, batch: int, connections: int, spans: int) -> Load:
    """Send, then make sure that what was acknowledged is there, no more and no less."""
    before = server.metric(_STORED_SPANS)
    load = send(server.traces_url, batch=batch, connections=connections, spans=spans)
    _verify(server, load, before)
    waited = f", {load.asked_to_wait:,} requests were asked to wait" if load.asked_to_wait else ""
    run.notes.append(
        f"{name}: {load.acknowledged:,} spans acknowledged and stored, {load.bytes_per_span:,.0f} OTLP bytes a span, "
        f"request p50 {load.p50_ms:.0f} ms, p95 {load.p95_ms:.0f} ms, sender CPU {load.sender_cpu_s:.1f} s{waited}"
    )
    return load


def _verify(server: Server, load: Load, stored_before: float) -> None:
    if load.failures or load.rejected:
        raise RuntimeError(f"{load.rejected} spans rejected; failures: {load.failures[:3]}")
    stored = server.metric(_STORED_SPANS) - stored_before
    if stored != load.acknowledged:
        raise RuntimeError(f"{load.acknowledged:,} spans were acknowledged, but {stored:,.0f} are stored")
    for trace_id, span_id in random.sample(load.sample, min(20, len(load.sample))):
        if server.get_json(f"/api/spans/{span_id}?trace_id={trace_id}")["trace_id"] != trace_id:
            raise RuntimeError(f"span {span_id} of trace {trace_id} was acknowledged and is not there")


def _rate(run: Run, load: Load, name: str, at_least: float | None) -> Figure:
    ratio = load.spans_per_s / run.bare_spans_per_s if run.bare_spans_per_s else None
    return Figure("ingest", name, load.spans_per_s, "spans/s", at_least=at_least, ratio=ratio, ratio_to="bare engine")


def _disk(run: Run, server: Server, load: Load) -> None:
    """Bytes on disk; the engine keeps merged parts for some minutes, so live data and the whole folder differ."""
    per_span = server.metric("traceway_store_disk_bytes") / server.metric(_STORED_SPANS)
    share = per_span / load.bytes_per_span
    run.add(
        Figure(
            "cost", "disk, live data", per_span, "bytes/span", at_most=load.bytes_per_span / 8, ratio=share,
            ratio_to="OTLP bytes",
        )
    )  # fmt: skip
    run.add(Figure("cost", "disk, whole data folder", server.disk_bytes() / load.acknowledged, "bytes/span"))


def _post_long_trace(server: Server) -> str:
    """Send a trace of 1,000 spans; its id."""
    template = Maker(99).long_trace(1000)
    template.refresh(time.time_ns())
    connection = Connection(server.traces_url)
    status, reply, _ = connection.post(template.requests[0])
    connection.close()
    if status != 200 or reply:
        raise RuntimeError(f"the trace of 1,000 spans was answered {status} {reply[:300]!r}")
    return template.first_ids()[0]


@dataclass(frozen=True, slots=True)
class _Read:
    """A question that is asked again and again. ``limit_ms`` is what its p95 should stay under."""

    name: str
    limit_ms: float
    path: Callable[[], str]


def _questions(load: Load, long_trace: str) -> list[_Read]:
    return [
        _Read("newest 50 traces", 50, lambda: "/api/traces?limit=50"),
        _Read("trace of 1,000 spans, skeleton", 60, lambda: f"/api/traces/{long_trace}?view=skeleton&limit=1000"),
        _Read("one span by id", 15, lambda: f"/api/spans/{random.choice(load.sample)[1]}"),
    ]


def _reads(
    run: Run,
    server: Server,
    load: Load,
    long_trace: str,
    label: str,
    *,
    than: dict[str, float] | None = None,
    times: float = 1.0,
    limit_s: float = 60.0,
) -> dict[str, float]:
    """Ask every question for at most ``limit_s``; the p95 of each in milliseconds. With ``than`` its limit is
    ``times`` those values."""
    found = {}
    for question in _questions(load, long_trace):
        taken_ms = _asked(server, question, run.scale.reads, limit_s)
        p50_ms, p95_ms = taken_ms[len(taken_ms) // 2], taken_ms[int(len(taken_ms) * 0.95)]
        found[question.name] = p95_ms
        limit_ms = than[question.name] * times if than else question.limit_ms
        ratio = p95_ms / than[question.name] if than else None
        run.add(Figure(f"read {label}", f"{question.name}, p50", p50_ms, "ms"))
        run.add(
            Figure(
                f"read {label}", f"{question.name}, p95", p95_ms, "ms", at_most=limit_ms, ratio=ratio,
                ratio_to="the same, quiet and small",
            )
        )  # fmt: skip
    return found


def _asked(server: Server, question: _Read, reads: int, limit_s: float) -> list[float]:
    """Milliseconds of each of ``reads`` replies, or of as many as ``limit_s`` allows, shortest first."""
    deadline = time.monotonic() + limit_s
    taken_ms = []
    while len(taken_ms) < reads and time.monotonic() < deadline:
        taken_ms.append(server.get(question.path())[0])
    return sorted(taken_ms)


def _reads_under_load(run: Run, server: Server, load: Load, long_trace: str, quiet: dict[str, float]) -> None:
    with Senders(
        server.traces_url, batch=512, connections=16, spans=2**40, seconds=run.scale.full_speed_s, seed=3
    ) as senders:
        senders.go()
        time.sleep(run.scale.full_speed_s / 10)
        _reads(
            run, server, load, long_trace, "while ingesting", than=quiet, times=3.0, limit_s=run.scale.full_speed_s / 4
        )
        busy = senders.wait()
    run.add(_rate(run, busy, "batches of 512 while reading", at_least=None))


def _grow(run: Run, server: Server, load: Load, long_trace: str, quiet: dict[str, float]) -> None:
    """Add spans until there are as many as were asked for, then ask the same questions again."""
    missing = run.most_spans - int(server.metric(_STORED_SPANS))
    grown = _ingest(run, server, f"up to {run.most_spans / 1e6:g} M", batch=512, connections=16, spans=missing)
    run.add(_rate(run, grown, f"batches of 512, up to {run.most_spans / 1e6:g} M", at_least=None))
    server.settle()
    _reads(run, server, load, long_trace, f"at {run.most_spans / 1e6:g} M", than=quiet, times=1.5)

"""What counting costs, over a store that ``benchmarks.see.store`` made.

Each question is asked through the store as the API asks it. Two ratios say what ours adds: to the same statements sent
to the engine alone, and, for the question by model and hour, to the shortest SQL that gives its numbers over a table
without copies.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from traceway_collector.query.filters import Aggregation, Buckets, Grouping, Page, SpanFilter
from traceway_collector.query.metrics import METRICS
from traceway_collector.store.clickhouse.engine import Engine
from traceway_collector.store.clickhouse.repeats import Repeated, pack
from traceway_collector.store.clickhouse.store import ClickHouseStore

from .search import _p95_ms, _Statements

_MOST_MS = 250.0
_CLASSIC = (
    "total_cost",
    "total_input_tokens",
    "total_output_tokens",
    "total_tokens",
    "avg_latency_ms",
    "span_count",
    "error_count",
)
_PERCENTILES = ("p50_latency_ms", "p90_latency_ms", "p95_latency_ms", "p99_latency_ms")
_HOUR = Buckets(3600 * 10**9)
_MODEL, _TIME = Grouping("model", "model"), Grouping("time", "time")
_BY_HOUR = Aggregation(_CLASSIC, (_MODEL, _TIME), buckets=_HOUR, order_by="total_cost", limit=10_000)
_PLAIN = """
SELECT model, toStartOfHour(fromUnixTimestamp64Nano(toInt64(start_ns))) AS hour, count(), countIf(status_code = 2),
    sum(cost_usd), sum(input_tokens), sum(output_tokens), avg(duration_ns)
FROM spans GROUP BY model, hour ORDER BY hour, model
"""
# name -> question, milliseconds it may take at the 95th percentile (None: no target)
QUESTIONS: dict[str, tuple[Aggregation, float | None]] = {
    "seven metrics by model and hour": (_BY_HOUR, _MOST_MS),
    "and percentiles": (replace(_BY_HOUR, metrics=(*_CLASSIC, *_PERCENTILES)), _MOST_MS),
    "the first 3 models by hour, the rest as one": (replace(_BY_HOUR, top=3), _MOST_MS),
    "by model and day in a time zone": (
        replace(_BY_HOUR, buckets=Buckets(86_400 * 10**9, 0, "Europe/Berlin")),
        _MOST_MS,
    ),
    "totals": (Aggregation(_CLASSIC), _MOST_MS),
    "by tool": (Aggregation(_CLASSIC, (Grouping("tool", "tool"),)), _MOST_MS),
    "by service and status": (
        Aggregation(_CLASSIC, (Grouping("service", "service"), Grouping("status", "status"))),
        _MOST_MS,
    ),
    "the 50 dearest users": (
        Aggregation(_CLASSIC, (Grouping("user", "user"),), order_by="total_cost", limit=50),
        _MOST_MS,
    ),
    "the 50 dearest traces": (
        Aggregation(("total_cost",), (Grouping("trace", "trace"),), order_by="total_cost", limit=50),
        _MOST_MS,
    ),
    "model calls that failed by model": (
        Aggregation(_CLASSIC, (_MODEL,), SpanFilter(kinds=("llm_call",), statuses=("error",))),
        _MOST_MS,
    ),
    "all 31 metrics by model and hour": (replace(_BY_HOUR, metrics=tuple(METRICS)), None),
    "by an attribute": (
        Aggregation(("span_count", "total_cost"), (Grouping("a", "attribute", "gen_ai.request.temperature"),)),
        None,
    ),
}
# What a store holds in which something is there twice.
REPEATED = {
    "with copies of spans": Repeated(copies=True, moved=False, calls=False),
    "with more calls recorded twice than are named": Repeated(copies=False, moved=False, calls=True),
    "with both": Repeated(copies=True, moved=False, calls=True),
}


# Spans as they are known where five thousand calls were recorded twice, whatever the store holds.
_NAMED = """
SELECT DISTINCT toUInt32(bitXor(reinterpretAsUInt64(span_id), bitShiftRight(reinterpretAsUInt64(span_id), 32)))
FROM spans WHERE kind = 'llm_call' ORDER BY cityHash64(trace_id) LIMIT 10000
"""


def measure(folder: Path, times: int) -> list[dict[str, Any]]:
    """One row a question: what it took, what the same statements took alone, and what it may take."""
    store = ClickHouseStore("chdb", folder)
    engine: Engine = store._engine
    rows: list[dict[str, Any]] = []

    def keep(name: str, took_ms: float, alone_ms: float | None = None, most_ms: float | None = None) -> None:
        ratio = None if alone_ms is None else took_ms / alone_ms
        rows.append({"name": name, "p95_ms": took_ms, "ratio": ratio, "most_ms": most_ms})
        over = "OVER" if most_ms is not None and took_ms > most_ms else ""
        print(f"{name:56} {took_ms:8.1f} ms  {'' if ratio is None else f'{ratio:5.2f} x'}  {over}", flush=True)

    before = time.perf_counter()
    store.aggregate(Aggregation(("span_count",)))
    keep("the first question of a process", (time.perf_counter() - before) * 1000)
    for name, (asked, most_ms) in QUESTIONS.items():
        statements = _Statements(engine)
        with statements.recorded():
            store.aggregate(asked)
        took_ms = _p95_ms(lambda asked=asked: store.aggregate(asked), times)  # type: ignore[misc]
        keep(name, took_ms, _p95_ms(statements.again, times), most_ms)
    plain_ms = _p95_ms(lambda: engine.query(_PLAIN), times)
    keep("seven metrics by model and hour, to plain SQL", _p95_ms(lambda: store.aggregate(_BY_HOUR), times), plain_ms)
    named = pack(row[0] for row in engine.query(_NAMED))
    few = {"with 5,000 calls recorded twice": Repeated(copies=False, moved=False, calls=True, packed=named)}
    for name, repeated in {**few, **REPEATED}.items():
        store._repeats._known = repeated
        keep(
            f"seven metrics by model and hour, {name}",
            _p95_ms(lambda: store.aggregate(_BY_HOUR), times),
            None,
            _MOST_MS,
        )
    page, now_ns = Page(50), time.time_ns()
    keep("the 50 sessions active last", _p95_ms(lambda: store.sessions(SpanFilter(), page, now_ns), times))
    where = SpanFilter(models=("claude-sonnet-4-5",))
    keep("the same of a model", _p95_ms(lambda: store.sessions(where, page, now_ns), times))
    store.close()
    return rows

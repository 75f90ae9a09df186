"""What searching costs, over a store that ``benchmarks.see.store`` made.

Each question is asked through the store as the API asks it, and its main statement is sent to the engine alone; the
ratio says what all around it costs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from traceway_collector.query.filters import Page
from traceway_collector.query.keys import read_query
from traceway_collector.store.clickhouse.engine import Engine
from traceway_collector.store.clickhouse.store import ClickHouseStore

from .store import ARABIC, CHINESE, COMMON, RARE

# name -> query, milliseconds it may take at the 95th percentile
QUESTIONS: dict[str, tuple[str, float | None]] = {
    "newest 50": ("", 80),
    "newest 50 of a kind": ("kind:tool", 80),
    "newest 50 of a model and longer than": ("model:gpt-4o* duration:>3s", 80),
    "newest 50 with an error": ("has:error", 80),
    "newest 50 that failed": ("status:error", 80),
    "newest 50 by an attribute": ("attr.gen_ai.request.max_tokens:4096", 80),
    "failed, and there is none": ("status:error name:nosuchname", None),
    "rare word": (RARE, 150),
    "rare word in Chinese": (CHINESE, 150),
    "rare words in Arabic": (f'"{ARABIC}"', 150),
    "rare phrase": (f'"The {RARE} sang"', 150),
    "beginning of a rare word": (f"{RARE[:4]}*", 150),
    "end of a rare word": (f"*{RARE[-4:]}", 300),
    "unknown word": ("nosuchwordanywhere", 150),
    "common word": (COMMON, 300),
    "most common word": ("the", 300),
    "common word in outputs": (f"output:{COMMON}", 300),
}
FACETS = ("kind", "status", "model", "provider", "service", "tool", "agent")
_FACETS_MS = 100.0


class _Statements:
    """The statements of one answer, with their parameters, so that they can be sent again alone."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._query = engine.query
        self.kept: list[tuple[str, Any, dict[str, Any]]] = []

    @contextmanager
    def recorded(self) -> Iterator[None]:
        def query(sql: str, parameters: Any = None, **more: Any) -> Any:
            self.kept.append((sql, parameters, more))
            return self._query(sql, parameters, **more)

        self._engine.query = query  # type: ignore[method-assign]
        try:
            yield
        finally:
            self._engine.query = self._query  # type: ignore[method-assign]

    def again(self) -> None:
        for sql, parameters, more in self.kept:
            self._query(sql, parameters, **more)


def _p95_ms(ask: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        before = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - before) * 1000)
    return sorted(taken)[max(0, int(len(taken) * 0.95 + 0.5) - 1)]


def measure(folder: Path, times: int) -> list[dict[str, Any]]:
    """One row a question: what it took, what the same statements took alone, and what it may take."""
    store = ClickHouseStore("chdb", folder)
    engine: Engine = store._engine
    now_ns = time.time_ns()
    asks: dict[str, tuple[Callable[[], object], float | None]] = {}
    for name, (text, most_ms) in QUESTIONS.items():
        where = read_query(text, now_ns).where
        asks[f"spans: {name}"] = (lambda where=where: store.spans(where, Page(50), now_ns), most_ms)
        asks[f"traces: {name}"] = (lambda where=where: store.traces(where, Page(50), now_ns), most_ms)
    wanted = [(key, "") for key in FACETS]
    for name, text in (("everything", ""), ("of a word", COMMON), ("of a kind", "kind:llm_call")):
        where = read_query(text, now_ns).where
        asks[f"facets: {name}"] = (lambda where=where: store.facets(where, wanted, limit=20), _FACETS_MS)
    nothing = read_query("", now_ns).where
    asks["completion: a model"] = (
        lambda: store.facets(nothing, [("model", "")], limit=20, prefix="gp"),
        _FACETS_MS,
    )
    asks["completion: attributes"] = (lambda: store.attribute_names(500), _FACETS_MS)
    rows = []
    for name, (ask, most_ms) in asks.items():
        statements = _Statements(engine)
        with statements.recorded():
            ask()
        took_ms, alone_ms = _p95_ms(ask, times), _p95_ms(statements.again, times)
        rows.append({"name": name, "p95_ms": took_ms, "ratio": took_ms / alone_ms, "most_ms": most_ms})
        over = "OVER" if most_ms and took_ms > most_ms else ""
        print(f"{name:48} {took_ms:8.1f} ms  {took_ms / alone_ms:5.2f} x  {over}", flush=True)
    store.close()
    return rows

"""``make bench-see``: what looking costs, on this machine: lists, search, analytics, events, traces, the interface.

python -m benchmarks.see.run                        everything, on a million spans of 2 kB; some ten minutes
python -m benchmarks.see.run --quick                the same on 20,000 spans in two minutes, to see that it works
python -m benchmarks.see.run --only search          one part
python -m benchmarks.see.run --store DIR            with a store that ``benchmarks.see.store`` made before

Questions to the store are asked in turn with the same statements sent straight to the engine; the last column is the
ratio. Events, traces and the interface are looked at from outside, over sockets and in Chromium.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import machine, report
from ..report import Figure
from . import analytics, live, search, store, trace, ui


@dataclass(frozen=True, slots=True)
class Run:
    """How much of everything. ``folder``: a store of ``benchmarks.see.store``."""

    folder: Path
    times: int
    spans_of_trace: int


def _asked(scenario: str, rows: list[dict[str, Any]]) -> list[Figure]:
    return [
        Figure(
            scenario, row["name"], row["p95_ms"], "ms", at_most=row["most_ms"], ratio=row["ratio"], ratio_to="its SQL"
        )
        for row in rows
    ]


PARTS: dict[str, Callable[[Run], list[Figure]]] = {
    "search": lambda run: _asked("p95", search.measure(run.folder, run.times)),
    "analytics": lambda run: _asked("analytics p95", analytics.measure(run.folder, run.times)),
    "live": lambda run: live.measure(rounds=run.times * 3, streams=20, idle_s=run.times),
    "trace": lambda run: trace.measure(run.spans_of_trace),
    "ui": lambda run: ui.measure(max(3, run.times // 2)),
}


def main() -> int:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part; may be repeated")
    parser.add_argument("--store", type=Path, help="a store made before; a new one otherwise")
    parser.add_argument("--spans", type=store.number_of, default=1_000_000, help="of a new store")
    parser.add_argument("--quick", action="store_true", help="little of everything; nothing is kept")
    asked = parser.parse_args()
    spans = 20_000 if asked.quick else asked.spans
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.store or Path(scratch)
        if asked.store is None and {"search", "analytics"} & set(asked.only or PARTS):
            store.write(folder, spans)
        run = Run(folder, 3 if asked.quick else 20, 2_000 if asked.quick else 20_000)
        figures = [figure for name in asked.only or PARTS for figure in PARTS[name](run)]
    print(report.table(figures))
    if not asked.quick and not asked.only:
        print(report.save("see", machine.describe(), {"spans in the store": f"{spans:,}"}, figures, ()))
    return 0


if __name__ == "__main__":
    sys.exit(main())

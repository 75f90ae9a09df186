"""One program, run plain and observed in turn, so that a machine that gets slower does so for both."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PLAIN: tuple[str, ...] = (sys.executable,)
TRACEWAY_RUN = (str(BIN / "traceway"), "run", "--", sys.executable)
INSTRUMENT = (str(BIN / "opentelemetry-instrument"), sys.executable)
_TIMEOUT_S = 300


def run(under: Sequence[str], arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """What the program prints. Its telemetry settings are ``environ`` alone; its folder is empty and its own."""
    with tempfile.TemporaryDirectory(prefix="traceway-bench-") as folder:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OTEL_", "TRACEWAY_"))}
        given = {"PYTHONPATH": str(ROOT), "TRACEWAY_SPOOL_DIR": f"{folder}/spool", **environ}
        done = subprocess.run(
            [*under, *arguments],
            cwd=folder,
            env=kept | given,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def measures(
    ways: Mapping[str, tuple[Sequence[str], Mapping[str, str]]], arguments: Sequence[str], rounds: int
) -> dict[str, dict[str, float]]:
    """Medians of what the program measured, by way and name. ``ways``: how it is started, and its environment."""
    found: dict[str, list[dict[str, float]]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, (under, environ) in ways.items():
            found[way].append(json.loads(run(under, arguments, environ)))
    return {
        way: {name: statistics.median(each[name] for each in runs) for name in runs[0]} for way, runs in found.items()
    }


def wall_ms(
    ways: Mapping[str, tuple[Sequence[str], Mapping[str, str]]], arguments: Sequence[str], rounds: int
) -> dict[str, float]:
    """Median milliseconds from start to end of the program, by way."""
    found: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds + 1):
        for way, (under, environ) in ways.items():
            before = time.perf_counter()
            run(under, arguments, environ)
            found[way].append((time.perf_counter() - before) * 1000)
    return {way: statistics.median(times[1:]) for way, times in found.items()}

"""``make bench-capture``: what observing a program costs it, on this machine.

python -m benchmarks.capture.run                 everything; a few minutes
python -m benchmarks.capture.run --quick         the same in half a minute, to see that it works
python -m benchmarks.capture.run --only files    one scenario

Every figure is the difference between the same program observed and plain, run in turn. Telemetry goes to a receiver
that acknowledges at once, so that a collector at work on the same cores does not count as a cost of the application.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .. import machine, report
from ..report import Figure
from ..server import Server
from . import proxying
from .answers import answers
from .paired import INSTRUMENT, PLAIN, TRACEWAY_RUN, measures, run, wall_ms
from .weight import base_install

PROGRAMS = Path(__file__).resolve().parent / "programs"
Way = tuple[Sequence[str], Mapping[str, str]]


@dataclass(slots=True)
class Run:
    """A run of the benchmark: how much of everything, and what it has found so far."""

    rounds: int
    repetitions: int
    calls: int
    batches: int
    figures: list[Figure] = field(default_factory=list)

    def add(self, figure: Figure) -> None:
        self.figures.append(figure)


def weight(bench: Run) -> None:
    """What the base install brings along, and what importing it takes."""
    installed = base_install()
    bench.add(Figure("base install", "distributions", len(installed), "with ours"))
    bench.add(Figure("base install", "size", sum(installed.values()) / 2**20, "MiB"))
    for code in ("import traceway", "from traceway import Traceway"):
        ways: dict[str, Way] = {"plain": (PLAIN, {})}
        plain_ms, import_ms = (wall_ms(ways, ["-c", each], bench.rounds * 3)["plain"] for each in ("pass", code))
        bench.add(Figure("base install", code, import_ms - plain_ms, "ms"))


def files(bench: Run) -> None:
    """Nanoseconds added to opening, reading and writing files."""
    with answers() as url:
        observed = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": url,
            "TRACEWAY_FS_EXCLUDE": "**/excluded/**",
            "TRACEWAY_FS_MAX_SPANS": "1000000",
        }
        ways: dict[str, Way] = {
            "plain": (PLAIN, {}),
            "recorded": (TRACEWAY_RUN, observed),
            "unsampled": (TRACEWAY_RUN, {**observed, "OTEL_TRACES_SAMPLER": "always_off"}),
        }
        found = measures(ways, [str(PROGRAMS / "files.py"), str(bench.repetitions)], bench.rounds)
    plain, recorded, unsampled = found["plain"], found["recorded"], found["unsampled"]

    def added(name: str, way: dict[str, float], measure: str, at_most: float | None = None) -> None:
        value = way[measure] - plain[measure]
        bench.add(Figure("files", name, value, "ns", None, at_most, way[measure] / plain[measure], "plain"))

    added("added per recorded open and close", recorded, "open", 25_000)
    added("the same, a hundred at a time after a pause", recorded, "open now and then")
    added("added per excluded open and close", recorded, "excluded open", 2_000)
    added("added per unsampled open and close", unsampled, "open", 2_000)
    # Nothing is what these should cost; a hundredth of a microsecond is what two runs differ by anyway.
    added("added per line", recorded, "line", 10)
    added("added per write", recorded, "write", 10)
    added("added per read of 4 KiB", recorded, "read", 100)


def calls(bench: Run) -> None:
    """Microseconds added to a model call whose server answers at once."""
    with answers() as url:
        observed = {"OTEL_EXPORTER_OTLP_ENDPOINT": url}
        ways: dict[str, Way] = {"plain": (PLAIN, {}), "recorded": (TRACEWAY_RUN, observed)}
        found = measures(ways, [str(PROGRAMS / "calls.py"), url, str(bench.calls)], bench.rounds)
    for name, plain_us in found["plain"].items():
        recorded_us = found["recorded"][name]
        bench.add(
            Figure(
                "model calls",
                f"added per call: {name}",
                recorded_us - plain_us,
                "µs",
                at_most=None if "stream" in name else 150,
                ratio=recorded_us / plain_us,
                ratio_to="plain",
            )
        )


def startup(bench: Run) -> None:
    """Milliseconds added from the start of a program to its end."""
    with answers() as url:
        observed = {"OTEL_EXPORTER_OTLP_ENDPOINT": url}
        programs = {
            "imports nothing": "pass",
            "writes a file": "open('x', 'w').close()",
            "imports openai": "import openai",
        }
        for name, code in programs.items():
            ways: dict[str, Way] = {
                "plain": (PLAIN, {}),
                "traceway run": (TRACEWAY_RUN, observed),
                "opentelemetry-instrument": (INSTRUMENT, observed),
            }
            found = wall_ms(ways, ["-c", code], bench.rounds * 3)
            for way in ("traceway run", "opentelemetry-instrument"):
                added_ms = found[way] - found["plain"]
                at_most = 50 if (way, name) == ("traceway run", "imports nothing") else None
                bench.add(Figure("start-up", f"added, {name}, {way}", added_ms, "ms", at_most=at_most))


def exporter(bench: Run) -> None:
    """Spans a second that the exporter encodes and gets acknowledged, beside OpenTelemetry's own."""
    with answers() as url:
        printed = run(PLAIN, [str(PROGRAMS / "exporting.py"), url, str(bench.batches)], {})
    rates = json.loads(printed)
    ours, official = rates["traceway"], rates["official"]
    bench.add(Figure("exporter", "spans acknowledged", ours, "spans/s", ratio=ours / official, ratio_to="official"))


def proxy(bench: Run) -> None:
    """What the proxy adds, straight and through it in turn."""
    with answers() as target, Server("--proxy-target", target) as server:
        through = server.urls["proxy"].rstrip("/")
        straight_ms, proxied_ms = proxying.first_byte_ms(target, through, bench.calls)
        bench.add(Figure("proxy", "first byte later by", proxied_ms - straight_ms, "ms", at_most=5))
        straight, proxied = (proxying.calls_per_s(url, bench.calls) for url in (target, through))
        bench.add(
            Figure("proxy", "calls, one connection", proxied, "calls/s", None, None, proxied / straight, "straight")
        )
        straight, proxied = (proxying.mib_per_s(url, bench.rounds) for url in (target, through))
        bench.add(Figure("proxy", "a large answer", proxied, "MiB/s", None, None, proxied / straight, "straight"))


SCENARIOS: dict[str, Callable[[Run], None]] = {
    "weight": weight,
    "startup": startup,
    "files": files,
    "calls": calls,
    "exporter": exporter,
    "proxy": proxy,
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure what observing a program costs it.")
    parser.add_argument("--quick", action="store_true", help="half a minute; not kept unless --name is given")
    parser.add_argument("--only", default=",".join(SCENARIOS), help="scenarios, separated by commas")
    parser.add_argument("--name", default="", help="name of the files in benchmarks/results")
    options = parser.parse_args()
    chosen = options.only.split(",")
    if unknown := [name for name in chosen if name not in SCENARIOS]:
        parser.error(f"--only names {', '.join(unknown)}; expected some of {', '.join(SCENARIOS)}")
    described = machine.describe()
    bench = Run(1, 5, 50, 5) if options.quick else Run(5, 21, 500, 40)
    for name in chosen:
        print(f"{name} …", file=sys.stderr, flush=True)
        SCENARIOS[name](bench)
    print(report.table(bench.figures))
    if options.name or not options.quick:
        path = report.save(options.name or "capture", described, {"scenarios": ", ".join(chosen)}, bench.figures, [])
        print(f"kept in {path.relative_to(report.RESULTS.parent.parent)}", file=sys.stderr)
    return 0 if options.quick or all(figure.met is not False for figure in bench.figures) else 1


if __name__ == "__main__":
    sys.exit(main())

"""Nanoseconds of file operations, as one JSON object on stdout. Run plain and instrumented; it knows of neither.

Arguments: how often each measure is repeated. Every repetition opens other files, so that nothing is taken for a loop
over one file, and has a few hundred opens at most, as many as a trace has room for.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

OPENS = 100
LINES = 200_000
WRITES = 200_000
READS = 20_000
BLOCK = 4096
LINE = "forty bytes of text in every single line\n"
PAUSE_S = 0.2
REST_S = 2.0


def measured(repetitions: int, operations: int, work: Callable[[], int], pause_s: float = 0.0) -> float:
    """Nanoseconds of one operation: the median of ``repetitions`` runs of ``work``, which does ``operations`` and gives
    the nanoseconds they took. ``pause_s`` before each lets what goes on beside the program come to an end."""
    found = []
    time.sleep(REST_S)
    for _ in range(repetitions):
        time.sleep(pause_s)
        found.append(work() / operations)
    return statistics.median(found)


def opens(folder: Path) -> Callable[[], int]:
    """Open and close small text files, each of them once in a repetition."""
    paths = [str(folder / f"note-{number}.txt") for number in range(OPENS)]
    for path in paths:
        Path(path).write_text("A small file, as most are.\n" * 20)

    def work() -> int:
        before = time.perf_counter_ns()
        for path in paths:
            open(path, encoding="utf-8").close()
        return time.perf_counter_ns() - before

    return work


def lines(path: Path) -> Callable[[], int]:
    """Read a text file line by line."""
    path.write_text(LINE * LINES)

    def work() -> int:
        with open(path, encoding="utf-8") as file:
            before = time.perf_counter_ns()
            for _ in file:
                pass
            return time.perf_counter_ns() - before

    return work


def writes(path: Path) -> Callable[[], int]:
    """Write forty bytes at a time."""

    def work() -> int:
        with open(path, "w", encoding="utf-8") as file:
            write = file.write
            before = time.perf_counter_ns()
            for _ in range(WRITES):
                write(LINE)
            return time.perf_counter_ns() - before

    return work


def reads(path: Path) -> Callable[[], int]:
    """Read 4 KiB at a time."""
    path.write_bytes(os.urandom(BLOCK) * READS)

    def work() -> int:
        with open(path, "rb") as file:
            before = time.perf_counter_ns()
            while file.read(BLOCK):
                pass
            return time.perf_counter_ns() - before

    return work


def main() -> None:
    repetitions = int(sys.argv[1])
    with tempfile.TemporaryDirectory(dir=".", prefix="files-") as name:
        folder = Path(name).resolve()
        (folder / "seen").mkdir()
        (folder / "excluded").mkdir()
        print(
            json.dumps(
                {
                    "open": measured(repetitions, OPENS, opens(folder / "seen")),
                    "open now and then": measured(repetitions, OPENS, opens(folder / "seen"), PAUSE_S),
                    "excluded open": measured(repetitions, OPENS, opens(folder / "excluded")),
                    "line": measured(repetitions // 4 + 1, LINES, lines(folder / "lines.txt")),
                    "write": measured(repetitions // 4 + 1, WRITES, writes(folder / "written.txt")),
                    "read": measured(repetitions // 4 + 1, READS, reads(folder / "blocks.bin")),
                }
            )
        )


if __name__ == "__main__":
    main()

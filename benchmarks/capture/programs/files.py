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


def measured(repetitions: int, operations: int, work: Callable[[int], object]) -> float:
    """Nanoseconds of one operation: the median of ``repetitions`` runs of ``work``, which does ``operations``."""
    found = []
    for repetition in range(repetitions):
        before = time.perf_counter_ns()
        work(repetition)
        found.append((time.perf_counter_ns() - before) / operations)
    return statistics.median(found)


def opens(folder: Path) -> Callable[[int], object]:
    """Open and close small text files, each of them once in a repetition."""
    paths = [str(folder / f"note-{number}.txt") for number in range(OPENS)]
    for path in paths:
        Path(path).write_text("A small file, as most are.\n" * 20)

    def work(repetition: int) -> None:
        for path in paths:
            open(path, encoding="utf-8").close()

    return work


def lines(path: Path) -> Callable[[int], object]:
    """Read a text file line by line."""
    path.write_text("forty bytes of text in every single line\n" * LINES)

    def work(repetition: int) -> None:
        with open(path, encoding="utf-8") as file:
            for _ in file:
                pass

    return work


def writes(path: Path) -> Callable[[int], object]:
    """Write forty bytes at a time."""

    def work(repetition: int) -> None:
        with open(path, "w", encoding="utf-8") as file:
            write = file.write
            for _ in range(WRITES):
                write("forty bytes of text in every single line\n")

    return work


def reads(path: Path) -> Callable[[int], object]:
    """Read 4 KiB at a time."""
    path.write_bytes(os.urandom(BLOCK) * READS)

    def work(repetition: int) -> None:
        with open(path, "rb") as file:
            while file.read(BLOCK):
                pass

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
                    "excluded open": measured(repetitions, OPENS, opens(folder / "excluded")),
                    "line": measured(repetitions // 4 + 1, LINES, lines(folder / "lines.txt")),
                    "write": measured(repetitions // 4 + 1, WRITES, writes(folder / "written.txt")),
                    "read": measured(repetitions // 4 + 1, READS, reads(folder / "blocks.bin")),
                }
            )
        )


if __name__ == "__main__":
    main()

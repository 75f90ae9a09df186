"""Figures, what they should be, and how they are shown and kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. ``at_least`` or ``at_most`` is its target, if it has one; ``ratio`` compares it with another
    value of the same run, so that runs on different machines can be told apart from changes in the code."""

    scenario: str
    name: str
    value: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None
    ratio: float | None = None
    ratio_to: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without one."""
        if self.at_least is not None:
            return self.value >= self.at_least
        if self.at_most is not None:
            return self.value <= self.at_most
        return None

    @property
    def target(self) -> str:
        if self.at_least is not None:
            return f"≥ {number(self.at_least)}"
        return f"≤ {number(self.at_most)}" if self.at_most is not None else ""


def number(value: float) -> str:
    """Three significant digits or whole thousands: as exact as a benchmark is."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table that also reads well in a terminal."""
    head = ("what", "measured", "target", "met", "in the same run")
    rows = [
        (
            f"{figure.scenario}: {figure.name}",
            f"{number(figure.value)} {figure.unit}",
            f"{figure.target} {figure.unit}".strip() if figure.target else "",
            {True: "yes", False: "**no**", None: ""}[figure.met],
            f"{number(figure.ratio)} × {figure.ratio_to}" if figure.ratio is not None else "",
        )
        for figure in figures
    ]
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in (head, *rows)
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def save(
    name: str, machine: dict[str, str], options: dict[str, str], figures: Sequence[Figure], notes: Sequence[str]
) -> Path:
    """Write ``results/<date>-<name>.md`` and ``.json``; the path of the first."""
    RESULTS.mkdir(exist_ok=True)
    now = datetime.now(UTC)
    stem = RESULTS / f"{now:%Y-%m-%d}-{name}"
    lines = [f"# {name}, {now:%Y-%m-%d %H:%M} UTC", ""]
    lines += [f"- {key}: {value}" for key, value in {**machine, **options}.items()]
    lines += ["", table(figures), ""]
    lines += [*(f"- {note}" for note in notes), ""] if notes else []
    path = stem.with_suffix(".md")
    path.write_text("\n".join(lines), encoding="utf-8")
    kept = {
        "at": now.isoformat(timespec="seconds"),
        "machine": machine,
        "options": options,
        "figures": [{**asdict(figure), "met": figure.met} for figure in figures],
        "notes": list(notes),
    }
    stem.with_suffix(".json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path

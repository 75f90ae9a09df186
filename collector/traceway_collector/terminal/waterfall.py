"""A trace as a waterfall: the tree on the left, bars on one time axis, figures on the right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from . import clean, figures, output

MOST_ROWS = 2000
_FIGURES = (9, 9, 10)
"""Cells of duration, tokens and cost."""
_MOST_BAR, _LEAST_BAR, _MOST_LABEL = 60, 8, 100
_MOST_PATH = 30
_LEVELS = 12
"""Levels of the tree that are drawn; those above are an ellipsis."""
_CRITICAL, _OTHER, _MISSING = "━", "─", "╌"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of ``/traces/{id}/tree``; see ``schema_trace_tools.TreeColumns`` for what its values are."""

    values: Mapping[str, Any]
    guides: str

    def __getitem__(self, column: str) -> Any:
        return self.values[column]


def rows_of(tree: Mapping[str, Any], most: int) -> list[Row]:
    """The first ``most`` rows, with the lines that make them a tree."""
    columns: Mapping[str, Sequence[Any]] = tree["columns"]
    size = min(most, len(columns["id"]))
    guides = _guides(columns["parent"], columns["depth"])
    return [Row({name: column[at] for name, column in columns.items()}, guides[at]) for at in range(size)]


def _guides(parents: Sequence[int], depths: Sequence[int]) -> list[str]:
    last_child: dict[int, int] = {}
    for row, parent in enumerate(parents):
        last_child[parent] = row
    found: list[str] = []
    # For each level above the row: what stands there in the rows below it.
    below: list[str] = []
    for row, (parent, depth) in enumerate(zip(parents, depths, strict=True)):
        del below[max(0, depth - 1) :]
        if depth == 0:
            found.append("")
            continue
        ends = last_child[parent] == row
        drawn = below[-(_LEVELS - 1) :]
        found.append(("…" if len(below) > len(drawn) else "") + "".join(drawn) + ("└ " if ends else "├ "))
        below.append("  " if ends else "│ ")
    return found


def render(tree: Mapping[str, Any], console: Console, most_rows: int = MOST_ROWS) -> Iterator[Text]:
    """The waterfall, line by line, for a window as wide as the console's."""
    rows = rows_of(tree, most_rows)
    labels = [_label(row) for row in rows]
    label_cells, bar_cells = _widths(labels, console.width)
    total_ns = max(1, int(tree["duration_ns"] or 1))
    yield _heading(label_cells, bar_cells, total_ns)
    for row, label in zip(rows, labels, strict=True):
        label.truncate(label_cells, overflow="ellipsis", pad=True)
        yield Text.assemble(_sign(row), label, " ", _bar(row, bar_cells, total_ns), " ", _numbers(row))
    if tree["count"] > len(rows):
        yield Text(f"… {tree['count'] - len(rows):,} more rows; --full shows them", style="dim")
    if tree.get("truncated"):
        yield Text("… the trace has more spans than the server gives in one answer", style="dim")
    yield _legend(rows)


def _widths(labels: Sequence[Text], width: int) -> tuple[int, int]:
    longest = max((label.cell_len for label in labels), default=0)
    fixed = 2 + 2 + sum(_FIGURES) + 2
    if width >= output.PIPE_WIDTH:
        return longest, _MOST_BAR // 2
    room = max(20 + _LEAST_BAR, width - fixed)
    label_cells = min(longest, max(20, room * 11 // 20), _MOST_LABEL)
    return label_cells, max(_LEAST_BAR, min(room - label_cells, _MOST_BAR))


def _sign(row: Row) -> Text:
    if row["status"] == "error":
        return Text("✗ ", style="bold red")
    return Text("  ")


def _label(row: Row) -> Text:
    label = Text(row.guides, style="dim")
    if row["placeholder"]:
        return label.append(f"· {row['id']} has not arrived", style="dim italic")
    label.append_text(output.kind_mark(row["kind"])).append(" ")
    name = clean.line(row["name"] or figures.UNKNOWN)
    label.append(name, style="red" if row["status"] == "error" else "")
    for more in (row["model"], row["tool_name"], row["agent_name"], _end_of(row["file_path"] or "")):
        shown = clean.line(more or "")
        if shown and shown not in name:
            label.append(" " + shown, style="dim")
            break
    if row["repeats"]:
        label.append(" (same call, counted once)", style="dim italic")
    return label


def _end_of(path: str) -> str:
    """The end of a path, which tells more than its beginning."""
    parts = path.split("/")
    return path if len(path) <= _MOST_PATH or len(parts) < 3 else "…/" + "/".join(parts[-2:])


def _bar(row: Row, cells: int, total_ns: int) -> Text:
    offset_ns, took_ns = row["offset_ns"], row["duration_ns"]
    if offset_ns is None:
        return Text(" " * cells)
    start = min(cells - 1, max(0, offset_ns * cells // total_ns))
    length = max(1, min(cells - start, round((took_ns or 0) * cells / total_ns)))
    stroke = _MISSING if row["placeholder"] else _CRITICAL if row["critical"] else _OTHER
    colour = "red" if row["status"] == "error" else output.kind_colour(row["kind"])
    return Text.assemble(" " * start, (stroke * length, colour), " " * (cells - start - length))


def _numbers(row: Row) -> Text:
    own = [each for each in (row["input_tokens"], row["output_tokens"]) if each is not None]
    found = Text(figures.duration(row["duration_ns"]).rjust(_FIGURES[0]))
    if own or row["cost_usd"] is not None:
        # A span with no price of its own shows "?" if a call in there has no known one.
        cost = figures.cost(row["cost_usd"], row["cost_usd"] is not None or row["subtree_cost_complete"])
        tokens, style = figures.count(sum(own)) if own else "", ""
    else:
        # Of what is below it: dimmed, so that nobody adds it to the rest.
        tokens = figures.count(row["subtree_tokens"]) if row["subtree_tokens"] else ""
        known = row["subtree_cost_usd"]
        cost = figures.cost(known, row["subtree_cost_complete"]) if known or not row["subtree_cost_complete"] else ""
        style = "dim"
    found.append(" " + tokens.rjust(_FIGURES[1]), style=style).append(" " + cost.rjust(_FIGURES[2]), style=style)
    return found


def _heading(label_cells: int, bar_cells: int, total_ns: int) -> Text:
    end = figures.duration(total_ns)
    axis = "0" + end.rjust(bar_cells - 1) if cell_len(end) < bar_cells else end
    names = " ".join(name.rjust(cells) for name, cells in zip(("DURATION", "TOKENS", "COST"), _FIGURES, strict=True))
    return Text(f"  {'SPAN'.ljust(label_cells)} {axis} {names}", style="dim")


def _legend(rows: Sequence[Row]) -> Text:
    used = {row["kind"] for row in rows}
    found = Text(f"  {_CRITICAL} critical path  {_OTHER} beside it", style="dim")
    if any(row["placeholder"] for row in rows):
        found.append(f"  {_MISSING} parent that has not arrived")
    for kind, (_, _, name) in output.KINDS.items():
        if kind in used:
            found.append("  ").append_text(output.kind_mark(kind)).append(f" {name}")
    return found

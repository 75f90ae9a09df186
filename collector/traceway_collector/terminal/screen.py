"""The screens of ``traceway monitor``, drawn from what it knows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from . import clean, figures, output
from .board import Board
from .traces import SHORT_ID

_GROUP_ROWS = 5
_FRAME = 4
"""Lines beside the traces: title, figures, heading, footer."""
_GROUPS = 2 + _GROUP_ROWS
"""Lines of the groups: one that is empty, a heading, rows. A low window has none of them."""
HELP = "q quit  ↑↓ select  enter show  s sort  / filter  p pause"


def overview(
    board: Board, url: str, query: str, size: tuple[int, int], *, paused: bool, footer: Text
) -> RenderableType:
    """Traces over groups, on a window of ``size`` (columns, lines)."""
    width, height = size
    has_groups = height >= 16
    room = max(1, height - _FRAME - (_GROUPS if has_groups else 0))
    parts: list[RenderableType] = [_title(board, url, query, paused), _figures(board), _traces(board, query, room)]
    used = min(room, len(board.traces)) + 1 if board.traces else 1
    parts.append(Text("\n" * (room + 1 - used), end=""))
    if has_groups:
        parts += [Text(), _groups(board, width)]
    return Group(*parts, _fill(footer))


def detail(lines: Sequence[Text], top: int, height: int, footer: Text) -> RenderableType:
    """A part of a longer text that begins at line ``top``."""
    shown = list(lines[top : top + height - 1])
    shown += [Text()] * (height - 1 - len(shown))
    for line in shown:
        line.no_wrap, line.overflow = True, "crop"
    return Group(*shown, _fill(footer))


def _fill(footer: Text) -> Text:
    footer.no_wrap, footer.overflow, footer.end = True, "ellipsis", ""
    return footer


def _title(board: Board, url: str, query: str, paused: bool) -> Text:
    state = ("❚❚ paused", "yellow") if paused else ("● live", "green") if board.connected else ("○ waiting", "red")
    line = Text.assemble(("traceway", "bold"), "  ", url, "  ", state, "  ", (f"{time.strftime('%H:%M:%S')}", "dim"))
    if query:
        line.append("  / " + clean.line(query), style="cyan")
    line.no_wrap, line.overflow = True, "ellipsis"
    return line


def _figures(board: Board) -> Text:
    minute = board.minute
    tokens = minute.get("total_tokens")
    errors = minute.get("error_count") or 0
    words = [
        f"{figures.rate(board.spans_a_second(time.monotonic()))} spans/s",
        f"{figures.rate((tokens or 0) / 60)} tokens/s",
        f"{figures.cost(minute.get('total_cost'))}/min",
        f"{figures.count(minute.get('call_count'))} calls/min",
    ]
    line = Text("  ".join(words))
    line.append(f"  {figures.count(errors)} errors/min", style="red" if errors else "")
    line.append(f"  {board.running} running", style="yellow" if board.running else "")
    line.append(f"  sorted by {board.sort}", style="dim")
    line.no_wrap, line.overflow = True, "ellipsis"
    return line


def _traces(board: Board, query: str, room: int) -> RenderableType:
    rows = board.rows()
    if not rows:
        return Text(("No trace matches." if query else "No traces yet.") if board.connected else "")
    at = board.position([row["id"] for row in rows])
    top = max(0, min(at - room // 2, len(rows) - room))
    found = output.table(
        "trace", "age", "status", "name", "spans", "duration", "tokens", "cost", "service",
        right=("age", "spans", "duration", "tokens", "cost"), flexible="name",
    )  # fmt: skip
    found.expand = True
    now_ns = time.time_ns()
    for number, row in enumerate(rows[top : top + room], top):
        found.add_row(*_cells(row, now_ns), style="reverse" if number == at else "")
    return found


def _cells(row: Any, now_ns: int) -> list[Text | str]:
    errors = f" {row['error_count']}✗" if row["error_count"] else ""
    return [
        output.plain(row["id"][:SHORT_ID], "cyan"),
        figures.age(row["started_at"], now_ns),
        output.status_mark(row["status"]),
        output.plain(row["name"] or figures.UNKNOWN),
        Text.assemble(figures.count(row["span_count"]), (errors, "red")),
        figures.duration(row["duration_ns"]),
        figures.count(row["total_tokens"]),
        figures.cost(row["cost_usd"], row["cost_complete"]),
        output.plain(", ".join(row["services"]), "dim"),
    ]


def _groups(board: Board, width: int) -> Table:
    models = output.table("model, last 15 min", "calls", "tokens", "cost", right=("calls", "tokens", "cost"))
    for each in board.models[:_GROUP_ROWS]:
        values = each["metrics"]
        models.add_row(
            output.plain(each["key"]["model"]),
            figures.count(values["call_count"]),
            figures.count(values["total_tokens"]),
            figures.cost(values["total_cost"], complete=not values["uncosted_calls"]),
        )
    tools = output.table("tool", "calls", "errors", "average", right=("calls", "errors", "average"))
    for each in board.tools[:_GROUP_ROWS]:
        values = each["metrics"]
        latency_ms = values["avg_latency_ms"]
        tools.add_row(
            output.plain(each["key"]["tool"]),
            figures.count(values["span_count"]),
            figures.count(values["error_count"]),
            figures.duration(None if latency_ms is None else round(latency_ms * 10**6)),
        )
    for table in (models, tools):
        for _ in range(_GROUP_ROWS - table.row_count):
            table.add_row()
    both = Table.grid(expand=True, padding=(0, 4, 0, 0))
    both.add_column(ratio=1)
    both.add_column(ratio=1)
    both.add_row(models, tools)
    return both

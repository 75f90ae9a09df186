"""``traceway traces``: the newest traces as a table."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from typing import Any

from rich.table import Table

from . import figures, output
from .client import Client

SHORT_ID = 8
"""Digits of an id that are shown, if they tell the rows apart."""


def run(arguments: argparse.Namespace) -> int:
    client = Client(arguments.url, arguments.api_key)
    query = {"q": arguments.q, "since": arguments.since, "until": arguments.until}
    rows = list(client.rows("/traces", query, arguments.limit))
    if arguments.json:
        output.print_json(rows)
        return 0
    if not rows:
        output.console().print("No traces." if not arguments.q else "No trace matches.")
        return 0
    output.console().print(trace_table(rows, time.time_ns()))
    return 0


def trace_table(rows: Sequence[Any], now_ns: int) -> Table:
    """Summaries of traces, one a row."""
    digits = telling_digits([row["id"] for row in rows])
    found = output.table(
        "trace", "age", "status", "name", "duration", "tokens", "cost", "service",
        right=("age", "duration", "tokens", "cost"), flexible="name",
    )  # fmt: skip
    for row in rows:
        found.add_row(
            output.plain(row["id"][:digits], "cyan"),
            figures.age(row["started_at"], now_ns),
            output.status_mark(row["status"]),
            output.plain(row["name"] or figures.UNKNOWN),
            figures.duration(row["duration_ns"]),
            figures.count(row["total_tokens"]),
            figures.cost(row["cost_usd"], row["cost_complete"]),
            output.plain(", ".join(row["services"]), "dim"),
        )
    return found


def telling_digits(ids: Sequence[str]) -> int:
    """How many digits tell these ids apart, ``SHORT_ID`` at least."""
    digits = SHORT_ID
    while digits < 32 and len({each[:digits] for each in ids}) < len(set(ids)):
        digits += 1
    return digits

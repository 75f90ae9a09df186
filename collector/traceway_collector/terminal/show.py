"""``traceway show``: one trace as a waterfall, or one of its spans with everything in it."""

from __future__ import annotations

import argparse
from typing import Any

from rich.text import Text

from . import clean, figures, output, waterfall
from .client import Client
from .ids import find_span, find_trace
from .span_view import render as render_span


def run(arguments: argparse.Namespace) -> int:
    client = Client(arguments.url, arguments.api_key)
    trace_id, span_id = find_trace(client, arguments.id)
    tree = client.get(f"/traces/{trace_id}/tree")
    if arguments.span:
        span_id = find_span(_arrived(tree), arguments.span)
    if span_id:
        return _show_span(client, trace_id, span_id, arguments)
    if arguments.json:
        output.print_json(tree)
        return 0
    console = output.console()
    for line in header(tree["trace"], client.url):
        console.print(line)
    console.print()
    most = tree["count"] if arguments.full else waterfall.MOST_ROWS
    for line in waterfall.render(tree, console, most):
        console.print(line, no_wrap=True, crop=True, overflow="crop")
    return 0


def header(trace: Any, url: str) -> list[Text]:
    """What the trace is, in a few lines."""
    errors = trace["error_count"]
    figures_shown = [
        figures.duration(trace["duration_ns"]),
        f"{trace['span_count']:,} spans",
        *([f"{errors:,} errors" if errors > 1 else "1 error"] if errors else []),
        *([f"{figures.count(trace['total_tokens'])} tokens"] if trace["total_tokens"] is not None else []),
        *_cost(trace),
    ]
    found = [
        Text.assemble(
            output.status_mark(trace["status"]), "  ", (clean.line(trace["name"] or figures.UNKNOWN), "bold"),
            "  ", "  ".join(figures_shown),
        )
    ]  # fmt: skip
    about = {"service": ", ".join(trace["services"]), "session": trace["session_id"], "user": trace["user_id"]}
    words = [f"{name} {clean.line(value)}" for name, value in about.items() if value]
    found.append(Text("  ".join([trace["id"], figures.moment(trace["started_at"]), *words]), style="dim"))
    found.append(Text(f"{url}/#/traces/{trace['id']}", style="dim"))
    if output.status_word(trace["status"]) == "failed":
        found.append(Text(clean.line(trace["status"]["failed"]["error"]), style="red"))
    return found


def _cost(trace: Any) -> list[str]:
    if trace["cost_usd"] is None and trace["cost_complete"]:
        return []
    if trace["cost_complete"]:
        return [figures.cost(trace["cost_usd"])]
    known = "" if trace["cost_usd"] is None else f"{figures.cost(trace['cost_usd'])} and "
    return [f"{known}calls of unknown price"]


def _arrived(tree: Any) -> list[str]:
    columns = tree["columns"]
    return [each for each, missing in zip(columns["id"], columns["placeholder"], strict=True) if not missing]


def _show_span(client: Client, trace_id: str, span_id: str, arguments: argparse.Namespace) -> int:
    span = client.get(f"/spans/{span_id}", {"trace_id": trace_id})
    if arguments.json:
        output.print_json(span)
        return 0
    console = output.console()
    for line in render_span(span, client.url, full=arguments.full):
        console.print(line)
    return 0

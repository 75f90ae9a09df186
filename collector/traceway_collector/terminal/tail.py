"""``traceway tail``: what arrives, as it arrives, one line each."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from typing import Any

from rich.text import Text

from . import clean, figures, output
from .client import Client
from .events import Event, follow
from .traces import SHORT_ID

_WORDS = {
    "trace_created": ("trace begins", "dim"),
    "span_created": ("begins", "dim"),
    "span_completed": ("", ""),
    "span_failed": ("failed", "red"),
    "file_version_created": ("new version", ""),
    "trace_completed": ("trace ends", "bold"),
    "trace_deleted": ("deleted", "yellow"),
    "cleared": ("cleared", "yellow"),
}


def run(arguments: argparse.Namespace) -> int:
    client = Client(arguments.url, arguments.api_key)
    console = output.console()
    events = follow(client, {"q": arguments.q}, since=arguments.since, on_lost=_say_lost)
    for told, event in enumerate(events, 1):
        if arguments.json:
            output.print_json_line({"id": event.id, **event.data})
        else:
            line = describe(event)
            line.no_wrap, line.overflow = True, "ellipsis"
            console.print(line)
            sys.stdout.flush()
        if told == arguments.limit:
            break
    return 0


def _say_lost(reason: str) -> None:
    print(f"traceway: the connection is lost ({clean.line(reason)}); trying again", file=sys.stderr, flush=True)


def describe(event: Event) -> Text:
    """An event in one line."""
    data = event.data
    word, style = _WORDS.get(data["type"], (clean.line(data["type"]).replace("_", " "), ""))
    line = Text.assemble((figures.clock(data["at"]), "dim"), "  ")
    if trace_id := data.get("trace_id"):
        line.append(trace_id[:SHORT_ID], style="cyan").append("  ")
    if span := data.get("span"):
        line.append_text(_span(span))
    elif trace := data.get("trace"):
        line.append_text(_trace(trace, word, style))
        return line
    elif file := data.get("file"):
        line.append_text(_file(file))
    if word:
        line.append(("  " if data.get("span") or data.get("file") else "") + word, style=style)
    if data.get("deleted") is not None:
        line.append(f"  {data['deleted']:,} items", style="dim")
    if (error := (data.get("span") or {}).get("error")) and data["type"] == "span_failed":
        line.append(": " + clean.line(error["message"] or error["type"] or ""), style="red")
    return line


def _span(span: Mapping[str, Any]) -> Text:
    kind = span["kind"]
    name = clean.line(span["name"])
    line = Text.assemble(output.kind_mark(kind["type"]), " ", name)
    for more in (kind.get("model"), kind.get("path"), kind.get("name")):
        if more and clean.line(more) not in name:
            line.append(" " + clean.line(more), style="dim")
    line.append("  " + figures.duration(span["duration_ns"]))
    known = [each for each in (kind.get("input_tokens"), kind.get("output_tokens")) if each is not None]
    if known:
        line.append(f"  {figures.count(sum(known))} tokens")
    if kind.get("cost") is not None:
        line.append("  " + figures.cost(kind["cost"]))
    return line


def _file(file: Mapping[str, Any]) -> Text:
    line = Text.assemble(output.kind_mark("fs_write"), " ", clean.line(file["path"] or figures.UNKNOWN))
    if file["version"]:
        line.append("  " + clean.line(file["version"])[:19], style="dim")
    if file["bytes_written"] is not None:
        line.append("  " + figures.size(file["bytes_written"]))
    return line


def _trace(trace: Mapping[str, Any], word: str, style: str) -> Text:
    line = Text.assemble(output.status_mark(trace["status"], word=False), " ", (word, style), "  ")
    line.append(clean.line(trace["name"] or figures.UNKNOWN), style="bold")
    if trace["status"] == "running":
        return line
    line.append(f"  {figures.duration(trace['duration_ns'])}  {trace['span_count']:,} spans")
    if trace["total_tokens"] is not None:
        line.append(f"  {figures.count(trace['total_tokens'])} tokens")
    if trace["cost_usd"] is not None:
        line.append("  " + figures.cost(trace["cost_usd"], trace["cost_complete"]))
    return line

"""``traceway replay``: the steps of a trace in their own time, with what each took and gave."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.text import Text

from . import clean, figures, messages, output
from .client import Client
from .ids import find_trace
from .show import header

_TREE_INDENT = "  "


@dataclass(frozen=True, slots=True)
class Step:
    """A moment of the trace, ``offset_ns`` from its start: the span of ``row`` (its columns) begins or ``ends``."""

    offset_ns: int
    row: Mapping[str, Any]
    ends: bool


def run(arguments: argparse.Namespace) -> int:
    client = Client(arguments.url, arguments.api_key)
    trace_id, _ = find_trace(client, arguments.id)
    tree = client.get(f"/traces/{trace_id}/tree")
    console = output.console()
    if not arguments.json:
        for line in header(tree["trace"], client.url):
            console.print(line)
        console.print()
    player = _Player(client, trace_id, console, arguments)
    play(list(steps_of(tree)), player.show, arguments.speed, arguments.most_wait)
    return 0


def steps_of(tree: Mapping[str, Any]) -> Iterator[Step]:
    """Begins and ends of all spans that have arrived, in the order of time; a span ends after those below it."""
    columns = tree["columns"]
    moments = []
    for at, missing in enumerate(columns["placeholder"]):
        offset_ns, took_ns = columns["offset_ns"][at], columns["duration_ns"][at]
        if missing or offset_ns is None:
            continue
        row = {name: column[at] for name, column in columns.items()}
        moments.append((offset_ns, 0, at, Step(offset_ns, row, ends=False)))
        if took_ns is not None:
            end_ns = max(offset_ns, offset_ns + took_ns)
            # Rows come depth first: at one moment the later row ends first, and nothing ends before what began then.
            moments.append((end_ns, 1, -at, Step(end_ns, row, ends=True)))
    yield from (step for *_, step in sorted(moments, key=lambda moment: moment[:3]))


def play(
    steps: list[Step],
    show: Callable[[Step], None],
    speed: float,
    most_wait_s: float,
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Show each step when its time has come. A pause longer than ``most_wait_s`` is cut to that."""
    due_s, last_ns = now(), 0
    for step in steps:
        due_s += min((step.offset_ns - last_ns) / 1e9 / speed, most_wait_s)
        last_ns = step.offset_ns
        if (wait_s := due_s - now()) > 0:
            sleep(wait_s)
        show(step)


class _Player:
    """Prints steps. A span's own input and output are fetched when it is their turn."""

    def __init__(self, client: Client, trace_id: str, console: Console, arguments: argparse.Namespace) -> None:
        self._client = client
        self._trace_id = trace_id
        self._console = console
        self._as_json: bool = arguments.json
        self._full: bool = arguments.full
        self._spans: dict[str, Any] = {}

    def show(self, step: Step) -> None:
        span = self._span(step)
        if self._as_json:
            found = {"offset_ns": step.offset_ns, "event": "ends" if step.ends else "begins", "span": span}
            output.print_json_line(found)
            return
        for line in self._lines(step, span):
            self._console.print(line)
        self._console.file.flush()

    def _span(self, step: Step) -> Any:
        span_id = step.row["id"]
        if step.ends and span_id in self._spans:
            return self._spans.pop(span_id)
        found = self._client.get(f"/spans/{span_id}", {"trace_id": self._trace_id})
        self._spans[span_id] = found
        return found

    def _lines(self, step: Step, span: Any) -> Iterator[Text]:
        row = step.row
        is_short = row["kind"] in ("fs_read", "fs_write", "embedding")
        if is_short and not step.ends and row["duration_ns"] is not None:
            return  # one line says it all
        at = Text(f"{figures.duration(step.offset_ns):>9}  {_TREE_INDENT * min(row['depth'], 10)}", style="dim")
        label = Text.assemble(output.kind_mark(row["kind"]), " ", (clean.line(row["name"] or "–"), "bold"))
        for more in (row["model"], row["tool_name"], row["file_path"]):
            if more and clean.line(more) not in clean.line(row["name"] or ""):
                label.append(" " + clean.line(more))
        if not step.ends:
            yield Text.assemble(at, ("▶ ", "dim"), label)
            # What came before was shown when it came: of a conversation the last message is news.
            yield from self._content(_last_message(span["input"]), row["depth"])
            return
        mark = ("✗ ", "bold red") if row["status"] == "error" else ("■ ", "dim")
        yield Text.assemble(at, mark, label, ("  " + _outcome(row), "dim"))
        if row["error"]:
            yield Text(f"{'':11}{clean.line(row['error'])}", style="red")
        if not is_short:
            yield from self._content(span["output"], row["depth"])

    def _content(self, value: Any, depth: int) -> Iterator[Text]:
        for line in messages.content(value, full=self._full):
            yield Text.assemble(" " * 11 + _TREE_INDENT * min(depth, 10), line)


def _last_message(value: Any) -> Any:
    return value[-1:] if isinstance(value, list) and value and isinstance(value[-1], dict) else value


def _outcome(row: Mapping[str, Any]) -> str:
    words = [figures.duration(row["duration_ns"])]
    known = [each for each in (row["input_tokens"], row["output_tokens"]) if each is not None]
    if known:
        words.append(f"{figures.count(sum(known))} tokens")
    if row["cost_usd"] is not None:
        words.append(figures.cost(row["cost_usd"]))
    return "  ".join(words)

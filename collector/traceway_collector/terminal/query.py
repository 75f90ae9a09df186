"""``traceway query``: the spans that meet a query, or numbers about groups of them."""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from ..errors import BadInput
from . import figures, output
from .client import Client
from .traces import telling_digits

_BAR = 24
_COUNTED = "span_count"
_TIMES = {"time", "day", "hour", "minute"}


def run(arguments: argparse.Namespace) -> int:
    client = Client(arguments.url, arguments.api_key)
    if arguments.about:
        return _about(client, arguments)
    metrics, groups = _names(arguments.metric), _names(arguments.by)
    if metrics or groups:
        return _numbers(client, arguments, metrics or [_COUNTED], groups)
    for flag in ("bucket", "top", "previous"):
        if getattr(arguments, flag):
            raise BadInput(f"--{flag} is given without --metric or --by; expected what to count", field=flag)
    return _spans(client, arguments)


def _names(given: Sequence[str]) -> list[str]:
    return [name for each in given for name in each.split(",") if name]


def _spans(client: Client, arguments: argparse.Namespace) -> int:
    query = {"q": arguments.q, "since": arguments.since, "until": arguments.until, "view": "skeleton"}
    rows = list(client.rows("/spans", query, arguments.limit))
    if arguments.json:
        output.print_json(rows)
        return 0
    output.console().print(span_table(rows, time.time_ns()) if rows else "No span matches.")
    return 0


def span_table(rows: Sequence[Any], now_ns: int) -> Table:
    """Spans, one a row."""
    digits = telling_digits([row["id"] for row in rows])
    found = output.table(
        "span", "age", "", "name", "model", "duration", "tokens", "cost", "service",
        right=("age", "duration", "tokens", "cost"), flexible="name",
    )  # fmt: skip
    for row in rows:
        kind = row["kind"]
        known = [each for each in (kind.get("input_tokens"), kind.get("output_tokens")) if each is not None]
        name = Text.assemble(output.kind_mark(kind["type"]), " ", output.plain(row["name"]))
        found.add_row(
            output.plain(row["id"][:digits], "cyan"),
            figures.age(row["started_at"], now_ns),
            output.status_mark(row["status"], word=False),
            name,
            output.plain(kind.get("model") or kind.get("path") or ""),
            figures.duration(row["duration_ns"]),
            figures.count(sum(known)) if known else "",
            figures.price(kind["cost"]) if "cost" in kind else "",
            output.plain(row["service"] or "", "dim"),
        )
    return found


def _numbers(client: Client, arguments: argparse.Namespace, metrics: list[str], groups: list[str]) -> int:
    given = {"q": arguments.q, "since": arguments.since, "until": arguments.until}
    question = {
        "metrics": metrics,
        "group_by": groups,
        "filter": {name: value for name, value in given.items() if value},
        "limit": arguments.limit,
        **({"bucket": arguments.bucket} if arguments.bucket else {}),
        **({"top": arguments.top} if arguments.top else {}),
        **({"previous_period": True} if arguments.previous else {}),
    }
    answer = client.ask("POST", "/analytics", body=question, q=arguments.q)
    if arguments.json:
        output.print_json(answer)
        return 0
    units = {each["name"]: each["unit"] for each in client.get("/analytics/schema")["metrics"]}
    console = output.console()
    console.print(_table(answer, metrics, groups, units, bars=console.is_terminal))
    if answer["truncated"]:
        console.print(Text(f"… more groups than --limit {arguments.limit}", style="dim"))
    return 0


def _table(
    answer: Any, metrics: Sequence[str], groups: Sequence[str], units: Mapping[str, str], *, bars: bool
) -> Table:
    bucket_ns = int(answer["bucket_ns"] or 60 * 10**9)
    since_ns = figures.time_ns(answer["since"]) if answer["since"] else 0
    before = _before(answer, groups, since_ns, bucket_ns) if answer.get("previous") else None
    bars = bars and len(answer["groups"]) > 1
    seconds = bucket_ns < 60 * 10**9
    found = output.table(
        *groups, *metrics, *(["before"] if before is not None else []), *([""] if bars else []),
        right=(*metrics, "before"),
    )  # fmt: skip
    first = metrics[0]
    most = max((group["metrics"][first] or 0 for group in answer["groups"]), default=0)
    for group in answer["groups"]:
        values = group["metrics"]
        row: list[Text | str] = [_key(group, name, seconds) for name in groups]
        row += [shown(values[name], units.get(name, "")) for name in metrics]
        if before is not None:
            row.append(shown(before.get(_place(group, groups, since_ns, bucket_ns)), units.get(first, "")))
        if bars:
            row.append(Text("━" * max(1, round(_BAR * (values[first] or 0) / most)) if most and values[first] else ""))
        found.add_row(*row)
    if groups and answer["groups"]:
        totals = [shown(answer["totals"][name], units.get(name, "")) for name in metrics]
        words = ["all", *[""] * (len(groups) - 1), *totals]
        if before is not None:
            words.append(shown(answer["previous"]["totals"][first], units.get(first, "")))
        found.add_row(*[Text(word, style="bold") for word in words])
    return found


def _before(answer: Any, groups: Sequence[str], since_ns: int, bucket_ns: int) -> dict[tuple[Any, ...], float | None]:
    """The first metric of each group of the previous period, by its place there."""
    length_ns = figures.time_ns(answer["until"]) - since_ns + 1
    return {
        _place(group, groups, since_ns - length_ns, bucket_ns): next(iter(group["metrics"].values()))
        for group in answer["previous"]["groups"]
    }


def _place(group: Any, groups: Sequence[str], since_ns: int, bucket_ns: int) -> tuple[Any, ...]:
    """The key of a group, with the number of its bucket for a time: no time is in two periods."""

    def part(name: str) -> Any:
        value = group["key"].get(name)
        return (figures.time_ns(value) - since_ns) // bucket_ns if value and name in _TIMES else value

    return (group.get("other"), *map(part, groups))


def _key(group: Any, name: str, seconds: bool) -> Text:
    value = group["key"].get(name)
    if value is None:
        return Text("other" if group.get("other") else figures.UNKNOWN, style="dim")
    if name == "day":
        return Text(value[:10])
    if name in _TIMES:
        shape = "%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M"
        return Text(datetime.fromtimestamp(figures.time_ns(value) // 10**9).strftime(shape))
    return output.plain(value)


def shown(value: float | None, unit: str) -> str:
    """A number of the analytics with its unit."""
    if value is None:
        return figures.UNKNOWN
    if unit == "usd":
        return figures.cost(value)
    if unit == "ms":
        return figures.duration(round(value * 10**6))
    if unit == "ratio":
        return f"{value:.1%}"
    if unit == "bytes":
        return figures.size(round(value))
    return figures.count(value) if value == int(value) else f"{value:,.1f}"


def _about(client: Client, arguments: argparse.Namespace) -> int:
    schema = client.get("/analytics/schema")
    if arguments.json:
        output.print_json(schema)
        return 0
    for title, rows in (("--metric", schema["metrics"]), ("--by", schema["group_by"])):
        listed = output.table(title, "what it is")
        for row in rows:
            listed.add_row(output.plain(row["name"]), output.plain(row["about"], "dim"))
        output.console().print(listed)
    return 0

"""One span with everything in it, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.text import Text

from . import clean, figures, messages, output

_MOST_CHARACTERS = 300
"""Of one attribute, unless all are asked for."""


def render(span: Mapping[str, Any], url: str, *, full: bool) -> Iterator[Text]:
    """``span`` as ``/spans/{id}`` gives it."""
    yield from _header(span, url)
    kind = span["kind"]
    if not _begins_with_system(span["input"]):
        yield from _section("System", messages.instructions(span["system_instructions"], full=full))
    takes, gives = ("Arguments", "Result") if kind["type"] == "tool" else ("Input", "Output")
    yield from _section(takes, messages.content(span["input"], full=full))
    yield from _section(gives, messages.content(span["output"], full=full))
    yield from _section("File", _file(kind))
    otel = span["otel"]
    yield from _section("Attributes", _pairs(otel["attributes"], full))
    yield from _section("Events", _events(otel["events"], full))
    links = [Text(f"  trace {each['trace_id']}  span {each['span_id']}") for each in otel["links"]]
    yield from _section("Links", links)
    yield from _section("Resource", _pairs(otel["resource"], full))


def _header(span: Mapping[str, Any], url: str) -> Iterator[Text]:
    kind = span["kind"]
    name = clean.line(span["name"])
    first = Text.assemble(output.status_mark(span["status"]), "  ", output.kind_mark(kind["type"]), " ", (name, "bold"))
    for more in (kind.get("model"), kind.get("name")):
        if more and clean.line(more) not in name:
            first.append(" " + clean.line(more))
    yield first.append("  " + "  ".join(_figures(span)))
    words = [f"{label} {clean.line(span[field])}" for label, field in _ABOUT if span[field]]
    yield Text("  ".join([span["id"], figures.moment(span["started_at"]), *words]), style="dim")
    yield Text(f"{url}/#/traces/{span['trace_id']}?span={span['id']}", style="dim")
    if error := span["error"]:
        said = [clean.lines(each) for each in (error["type"], error["message"]) if each]
        yield Text(": ".join(said), style="red")


_ABOUT = (("service", "service"), ("session", "session_id"), ("user", "user_id"))


def _figures(span: Mapping[str, Any]) -> Iterator[str]:
    kind = span["kind"]
    yield figures.duration(span["duration_ns"])
    taken, given = kind.get("input_tokens"), kind.get("output_tokens")
    if taken is not None or given is not None:
        more = {"cached": kind.get("cache_read_tokens"), "reasoning": kind.get("reasoning_tokens")}
        extra = "".join(f", {figures.count(number)} {name}" for name, number in more.items() if number)
        yield f"{figures.count(taken)} → {figures.count(given)} tokens{extra}"
    if "cost" in kind:
        source = f" ({clean.line(kind['cost_source'])})" if kind["cost_source"] else ""
        yield "unknown price" if kind["cost"] is None else f"{figures.cost(kind['cost'])}{source}"
    if (first_ms := kind.get("time_to_first_token_ms")) is not None:
        yield f"first token after {figures.duration(round(first_ms * 10**6))}"
    if reasons := kind.get("finish_reasons"):
        yield "ended by " + ", ".join(clean.line(reason) for reason in reasons)


def _begins_with_system(value: Any) -> bool:
    """Whether the messages say the system instructions themselves."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and value[0].get("role") == "system"


def _section(title: str, found: Iterator[Text] | list[Text]) -> Iterator[Text]:
    rows = list(found)
    if rows:
        yield Text()
        yield Text(title, style="bold underline")
        yield from rows


def _file(kind: Mapping[str, Any]) -> Iterator[Text]:
    if not kind["type"].startswith("fs_"):
        return
    moved = kind.get("bytes_read", kind.get("bytes_written"))
    yield Text(f"  {clean.line(kind['operation'] or kind['type'])}  {clean.line(kind['path'] or figures.UNKNOWN)}")
    if kind["file_version"]:
        yield Text(f"  {clean.line(kind['file_version'])}", style="dim")
    if moved is not None:
        yield Text(f"  {figures.size(moved)}", style="dim")


def _pairs(attributes: Mapping[str, Any], full: bool, indent: int = 2) -> Iterator[Text]:
    for name in sorted(attributes):
        value = attributes[name]
        text = clean.line(value) if isinstance(value, str) else clean.json_text(value)
        if not full and len(text) > _MOST_CHARACTERS:
            text = text[:_MOST_CHARACTERS] + f"… ({len(text) - _MOST_CHARACTERS:,} more characters; --full)"
        yield Text.assemble(" " * indent, (clean.line(name), "cyan"), "  ", text)


def _events(events: list[Any], full: bool) -> Iterator[Text]:
    for event in events:
        yield Text(f"  {figures.clock(event['occurred_at'])}  {clean.line(event['name'])}")
        yield from _pairs(event["attributes"], full, 4)

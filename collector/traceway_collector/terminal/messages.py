"""Messages of a model call, and whatever else a span took and gave, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.text import Text

from . import clean

MOST_LINES = 30
"""Lines of one text that are shown unless all are asked for."""
_ROLES = {"user": "bold cyan", "assistant": "bold magenta", "system": "bold yellow", "tool": "bold blue"}


def content(value: Any, *, full: bool) -> Iterator[Text]:
    """Input or output of a span: messages if they are, JSON or text otherwise."""
    if value is None:
        return
    if _is_messages(value):
        for message in value:
            yield from _message(message, full)
    else:
        yield from block(value, full=full)


def instructions(value: Any, *, full: bool) -> Iterator[Text]:
    """System instructions: a list of parts."""
    if not value:
        return
    yield Text("  system", style=_ROLES["system"])
    for each in value if isinstance(value, list) else [value]:
        yield from _part(each, full)


def block(value: Any, *, full: bool, indent: int = 4, style: str = "") -> Iterator[Text]:
    """Text as it stands, or JSON, indented and cut after ``MOST_LINES``."""
    text = value if isinstance(value, str) else clean.json_text(value, indent=2)
    found = clean.lines(text).split("\n")
    most = len(found) if full else MOST_LINES
    for each in found[:most]:
        yield Text(" " * indent + each, style=style)
    if len(found) > most:
        yield Text(f"{' ' * indent}… {len(found) - most:,} more lines; --full shows them", style="dim")


def _is_messages(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, dict) and isinstance(each.get("parts"), list) for each in value)
    )


def _message(message: Mapping[str, Any], full: bool) -> Iterator[Text]:
    role = clean.line(message.get("role") or "message")
    heading = Text("  " + role, style=_ROLES.get(role, "bold"))
    if reason := message.get("finish_reason"):
        heading.append(f"  ({clean.line(reason)})", style="dim")
    yield heading
    for part in message["parts"]:
        yield from _part(part, full)


def _part(part: Any, full: bool) -> Iterator[Text]:
    if not isinstance(part, dict):
        yield from block(part, full=full)
        return
    kind = part.get("type")
    if kind in ("text", "refusal") and isinstance(part.get("content"), str):
        yield from block(part["content"], full=full, style="red" if kind == "refusal" else "")
    elif kind == "reasoning":
        yield Text("    thinking", style="dim italic")
        yield from block(part.get("content") or "", full=full, indent=6, style="dim")
    elif kind == "tool_call":
        yield Text.assemble("    → ", (clean.line(part.get("name") or "tool"), "bold blue"), *_id(part))
        yield from _given(part.get("arguments"), full)
    elif kind == "tool_call_response":
        yield Text.assemble("    ← ", ("result", "bold blue"), *_id(part))
        yield from _given(part.get("response", part.get("result")), full)
    else:
        yield Text("    " + _medium(part), style="dim")


def _given(value: Any, full: bool) -> Iterator[Text]:
    if value is not None:
        yield from block(value, full=full, indent=6)


def _id(part: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    return [("  " + clean.line(part["id"]), "dim")] if part.get("id") else []


def _medium(part: Mapping[str, Any]) -> str:
    """What is no text: its type, and its fields as far as they are short."""
    shown = {name: value for name, value in part.items() if name != "type" and len(str(value)) <= 80}
    left_out = [name for name in part if name != "type" and name not in shown]
    words = [f"{clean.line(name)}={clean.line(value)}" for name, value in shown.items()]
    words += [f"{clean.line(name)}=…" for name in left_out]
    return f"[{clean.line(part.get('type') or 'part')}{' ' if words else ''}{' '.join(words)}]"

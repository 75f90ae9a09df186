"""What a list shows of a span's input or output. The store keeps previews of roots; those of other spans are made here,
when their content is read anyway."""

from __future__ import annotations

from typing import Any

import orjson

MAX_CHARS = 200
# Enough to fill MAX_CHARS even if most of it is white space, without going through megabytes of prompt.
_MAX_SOURCE = 2_000


def preview(content: Any) -> str | None:
    """At most ``MAX_CHARS`` characters on one line: the last text of messages, or else the value itself; None if there
    is nothing to show."""
    if content is None:
        return None
    shown = _last_text(content) if isinstance(content, list) else None
    if shown is None:
        shown = content if isinstance(content, str) else orjson.dumps(content).decode()
    return " ".join(shown[:_MAX_SOURCE].split())[:MAX_CHARS] or None


def _last_text(messages: list[Any]) -> str | None:
    for message in reversed(messages):
        parts = message.get("parts") if isinstance(message, dict) else None
        for part in reversed(parts if isinstance(parts, list) else []):
            if isinstance(part, dict) and part.get("type") == "text" and isinstance(part.get("content"), str):
                return str(part["content"])
    return None

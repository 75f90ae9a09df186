"""Calls the tests make."""

from __future__ import annotations

from typing import Any

HELLO = [{"role": "user", "content": "Hi"}]


def text_of(chunks: Any) -> str:
    """The text of the first choice of a chat stream that was read."""
    choices = [choice for chunk in chunks for choice in chunk.choices or () if choice.index == 0]
    return "".join(choice.delta.content or "" for choice in choices)


def tokens(attributes: dict[str, Any]) -> tuple[int | None, int | None]:
    return attributes.get("usage.input_tokens"), attributes.get("usage.output_tokens")


def said(attributes: dict[str, Any], name: str = "output.messages") -> list[list[dict[str, Any]]]:
    """The parts of each message, without what is empty in them."""
    messages = attributes.get(name, [])
    return [[{k: v for k, v in part.items() if v not in (None, "")} for part in each["parts"]] for each in messages]


def text(content: str, kind: str = "text") -> dict[str, Any]:
    return {"type": kind, "content": content}


async def collect(stream: Any) -> list[Any]:
    return [each async for each in stream]

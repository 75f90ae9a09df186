"""The content of a message in any dialect, as OTel GenAI parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .lookup import type_of
from .media import MEDIA_WRAPPERS, media_part
from .model import Part
from .plain import compact
from .tolerant_json import decode
from .tool_parts import TOOL_WRAPPERS, tool_part

_TEXT_TYPES: Final = frozenset(("text", "input_text", "output_text", "summary_text"))
_REASONING_TYPES: Final = frozenset(("reasoning", "thinking", "reasoning_text"))
_REASONING_KEYS: Final = ("content", "text", "thinking", "reasoning", "summary")
_BLOCK_WRAPPERS: Final = frozenset((*TOOL_WRAPPERS, *MEDIA_WRAPPERS, "reasoningContent"))
# OTel parts that are kept as they are.
_OTEL_TYPES: Final = frozenset(("server_tool_call", "server_tool_call_response", "compaction", "refusal"))
_MAX_DEPTH: Final = 8


def parts_of(content: Any, depth: int = 0) -> list[Part]:
    """The parts of whatever stood in the place of a message's content: a text, a block, or a list of either.

    A text that encodes a list of blocks is read as that list. Nothing, and blocks that were recorded without their
    content, give no part.
    """
    if content is None or depth > _MAX_DEPTH:
        return []
    if isinstance(content, str | bytes):
        blocks = decode(content).value
        if is_block(blocks) or (isinstance(blocks, list) and blocks and all(map(is_block, blocks))):
            return parts_of(blocks, depth + 1)
        return [text_part(content)]
    if isinstance(content, Mapping):
        part = part_of(content)
        return [] if part is None else [part]
    if isinstance(content, list | tuple):
        return [part for item in content for part in parts_of(item, depth + 1)]
    return [text_part(compact(content))]


def part_of(block: Mapping[str, Any]) -> Part | None:
    """The part of one block; None for a text or thought that was recorded without its content.

    A block of an unknown type is kept under that type, one of no type becomes ``json``.
    """
    kind = type_of(block)
    if kind == "refusal" and isinstance(refusal := block.get("refusal"), str):
        return {"type": kind, "content": refusal}
    if kind in _OTEL_TYPES:
        return {**block, "type": kind}
    if kind in _REASONING_TYPES or isinstance(block.get("reasoningContent"), Mapping):
        return _reasoning(block)
    if "reasoning" in block and kind is None and set(block) <= {"reasoning", "metadata"}:
        return _reasoning(block)
    part = tool_part(block) or media_part(block)
    if part is not None:
        return part
    if kind in _TEXT_TYPES or kind is None:
        text = _text_of(block)
        if text is not None:
            # Gemini marks its thoughts on ordinary text parts.
            return {"type": "reasoning" if block.get("thought") is True else "text", "content": text}
        if kind in _TEXT_TYPES:
            return None
    if kind is not None:
        return {**block, "type": kind}
    return {"type": "json", "content": dict(block)} if block else None


def is_block(value: Any) -> bool:
    """Whether a value is a content block and no ordinary object that happened to be a text's JSON."""
    if not isinstance(value, Mapping) or "role" in value:
        return False
    if any(key in value for key in _BLOCK_WRAPPERS):
        return len(value) <= 3
    if set(value) == {"text"}:
        return isinstance(value["text"], str)
    kind = type_of(value)
    part = None if kind is None else part_of(value)
    return part is not None and (part["type"] != kind or kind in _KNOWN_TYPES)


_KNOWN_TYPES: Final = frozenset(
    ("text", "reasoning", "tool_call", "tool_call_response", "blob", "file", "uri", *_OTEL_TYPES)
)


def text_part(text: str | bytes) -> Part:
    """A text part; bytes that are no UTF-8 keep their place as replacement characters."""
    return {"type": "text", "content": text.decode(errors="replace") if isinstance(text, bytes) else text}


def _text_of(block: Mapping[str, Any]) -> str | None:
    for key in ("content", "text"):
        text = block.get(key)
        if isinstance(text, Mapping):  # the Assistants API has {"text": {"value", "annotations"}}
            text = text.get("value")
        if isinstance(text, str):
            return text
    return None


def _reasoning(block: Mapping[str, Any]) -> Part | None:
    inner = block.get("reasoningContent")
    if isinstance(inner, Mapping):
        inner = inner.get("reasoningText", inner)
        block = inner if isinstance(inner, Mapping) else {"text": inner}
    for key in _REASONING_KEYS:
        value = block.get(key)
        if isinstance(value, list):
            texts = [
                item if isinstance(item, str) else _text_of(item) for item in value if isinstance(item, str | Mapping)
            ]
            value = "\n\n".join(text for text in texts if text)
        if isinstance(value, str) and value:
            return {"type": "reasoning", "content": value}
    return None

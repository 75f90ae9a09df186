"""Calls of tools and what the tools answered, in every dialect, as the OTel parts tool_call and tool_call_response."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .lookup import first, first_text, type_of
from .model import Part
from .tolerant_json import decode_container

_CALL_TYPES: Final = frozenset(
    ("tool_call", "tool-call", "tool_use", "function_call", "custom_tool_call", "mcp_call", "function", "toolCall")
)
_RESPONSE_TYPES: Final = frozenset(
    (
        "tool_call_response",
        "tool-result",
        "tool_result",
        "function_call_output",
        "custom_tool_call_output",
        "tool-return",
    )
)
_SERVER_CALL_TYPES: Final = frozenset(("server_tool_use", "mcp_tool_use"))
# Blocks without a type that are wrapped in one key: Gemini, Bedrock, Genkit.
_CALL_WRAPPERS: Final = ("functionCall", "function_call", "toolUse", "toolRequest")
_RESPONSE_WRAPPERS: Final = ("functionResponse", "function_response", "toolResult", "toolResponse")
TOOL_WRAPPERS: Final = (*_CALL_WRAPPERS, *_RESPONSE_WRAPPERS)

_CALL_IDS: Final = ("call_id", "toolCallId", "toolUseId", "tool_call_id", "tool_use_id", "ref", "id")
_NAMES: Final = ("name", "toolName", "tool_name")
_ARGUMENTS: Final = ("arguments", "args", "input", "argsText")
_RESPONSES: Final = ("response", "result", "output", "content")


def tool_part(block: Mapping[str, Any]) -> Part | None:
    """The part of a block that is a tool call or a tool's answer, None for every other block."""
    for key in _CALL_WRAPPERS:
        if isinstance(inner := block.get(key), Mapping) and "role" not in block:
            return tool_call(inner)
    for key in _RESPONSE_WRAPPERS:
        if isinstance(inner := block.get(key), Mapping) and "role" not in block:
            return tool_response(inner)
    kind = type_of(block)
    if kind in _CALL_TYPES:
        return tool_call(block)
    if kind in _RESPONSE_TYPES:
        return tool_response(block)
    if kind in _SERVER_CALL_TYPES:
        call = tool_call(block)
        details = {"type": call["name"] or kind, "arguments": call["arguments"]}
        return {"type": "server_tool_call", **_with_id(block), "name": call["name"], "server_tool_call": details}
    return None


def tool_call(block: Mapping[str, Any]) -> Part:
    """A tool_call part of any object that has a name and arguments, at the top or under ``function``.

    ``arguments`` are parsed if they are whole JSON; ``name`` is None when the object does not say it.
    """
    function = block.get("function")
    source: Mapping[str, Any] = function if isinstance(function, Mapping) else block
    arguments = decode_container(first(source, _ARGUMENTS))
    return {"type": "tool_call", **_with_id(block), "name": _name(source, block), "arguments": arguments}


def tool_response(block: Mapping[str, Any]) -> Part:
    """A tool_call_response part of any object that answers a call. A list of text blocks becomes their text."""
    part: Part = {"type": "tool_call_response", **_with_id(block)}
    if name := _name(block):
        part["name"] = name
    part["response"] = response_value(first(block, _RESPONSES))
    if block.get("is_error") is True or block.get("isError") is True or block.get("status") == "error":
        part["is_error"] = True
    return part


def response_value(value: Any) -> Any:
    """What a tool answered, without the wrapping of text blocks (Anthropic, Bedrock, MCP) and of Vercel's outputs."""
    value = decode_container(value)
    if isinstance(value, Mapping) and set(value) == {"type", "value"}:
        return value["value"]
    if isinstance(value, list) and value and all(_is_text_block(block) for block in value):
        return "\n".join(block["text"] for block in value)
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], Mapping) and set(value[0]) == {"json"}:
        return value[0]["json"]
    return value


def _is_text_block(block: Any) -> bool:
    return isinstance(block, Mapping) and isinstance(block.get("text"), str) and block.get("type", "text") == "text"


def _with_id(block: Mapping[str, Any]) -> dict[str, str]:
    call_id = first_text(block, _CALL_IDS)
    return {} if call_id is None else {"id": call_id}


def _name(*blocks: Mapping[str, Any]) -> str | None:
    return next((name for block in blocks if (name := first_text(block, _NAMES))), None)

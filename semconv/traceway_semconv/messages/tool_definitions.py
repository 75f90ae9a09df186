"""Definitions of tools in every dialect, as OTel has them: ``[{"type", "name", "description"?, "parameters"?}]``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .tolerant_json import decode, decode_container

_LISTS: Final = ("function_declarations", "functionDeclarations", "tools")
_INNER: Final = ("function", "toolSpec", "kwargs")
_PARAMETERS: Final = ("parameters", "input_schema", "inputSchema", "parameters_json_schema", "args_schema")
_MAX_DEPTH: Final = 4


def tool_definitions_of(value: Any, depth: int = 0) -> list[dict[str, Any]] | None:
    """The definitions in a value, a list of values or a text that encodes either; None if there are none."""
    value = decode(value).value
    if depth > _MAX_DEPTH:
        return None
    if isinstance(value, list | tuple):
        found = [tool for item in value for tool in tool_definitions_of(item, depth + 1) or []]
        return found or None
    if not isinstance(value, Mapping):
        return None
    for key in _LISTS:
        if isinstance(value.get(key), list):
            return tool_definitions_of(value[key], depth + 1)
    tool = _definition(value)
    return None if tool is None else [tool]


def _definition(value: Mapping[str, Any]) -> dict[str, Any] | None:
    source = next((value[key] for key in _INNER if isinstance(value.get(key), Mapping)), value)
    name, kind = source.get("name"), value.get("type")
    if not isinstance(name, str) or not name:
        # A provider's own tool has a type and no more: {"type": "web_search"}.
        return dict(value) if isinstance(kind, str) and kind else None
    tool: dict[str, Any] = {"type": kind if isinstance(kind, str) and kind else "function", "name": name}
    if isinstance(description := source.get("description"), str) and description:
        tool["description"] = description
    parameters = decode_container(next((source[key] for key in _PARAMETERS if source.get(key) is not None), None))
    if isinstance(parameters, Mapping) and set(parameters) == {"json"}:  # Bedrock
        parameters = parameters["json"]
    if parameters is not None:
        tool["parameters"] = parameters
    return tool

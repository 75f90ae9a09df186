"""Short names for the messages the tests expect."""

from __future__ import annotations

from typing import Any


def text(role: str, content: str, **more: Any) -> dict[str, Any]:
    return {"role": role, "parts": [{"type": "text", "content": content}], **more}


def call(call_id: str, name: str, **arguments: Any) -> dict[str, Any]:
    return {"type": "tool_call", "id": call_id, "name": name, "arguments": arguments}


def answer(call_id: str, response: Any, **more: Any) -> dict[str, Any]:
    return {"type": "tool_call_response", "id": call_id, **more, "response": response}


ADD = {"type": "function", "name": "add", "description": "Adds", "parameters": {"type": "object"}}

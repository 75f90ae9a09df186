"""One message of any dialect (OpenAI, Anthropic, Gemini, Bedrock, Ollama, LangChain, OTel) in OTel's GenAI shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from ..fields import FINISH_REASON_OF
from .lookup import first, first_text, type_of
from .media import part_of_address
from .model import Message, Part
from .parts import is_block, parts_of, text_part
from .tolerant_json import decode, decode_container
from .tool_parts import response_value, tool_call

_ROLES: Final[Mapping[str, str]] = {
    "human": "user",
    "humanmessage": "user",
    "humanmessagechunk": "user",
    "ai": "assistant",
    "aimessage": "assistant",
    "aimessagechunk": "assistant",
    "model": "assistant",
    "bot": "assistant",
    "chatbot": "assistant",
    "systemmessage": "system",
    "toolmessage": "tool",
    "function": "tool",
    "functionmessage": "tool",
    "user": "user",
    "assistant": "assistant",
    "system": "system",
    "developer": "developer",
    "tool": "tool",
}
SYSTEM_ROLES: Final = frozenset(("system", "developer"))
# OpenAI's Responses API lists these beside messages; each is a message of one part here.
_ITEM_ROLES: Final[Mapping[str, str]] = {
    "function_call": "assistant",
    "custom_tool_call": "assistant",
    "mcp_call": "assistant",
    "web_search_call": "assistant",
    "file_search_call": "assistant",
    "code_interpreter_call": "assistant",
    "computer_call": "assistant",
    "local_shell_call": "assistant",
    "image_generation_call": "assistant",
    "reasoning": "assistant",
    "function_call_output": "tool",
    "custom_tool_call_output": "tool",
}
ANSWER_ITEMS: Final = frozenset(("message", *(kind for kind, role in _ITEM_ROLES.items() if role == "assistant")))
_FINISH_KEYS: Final = ("finish_reason", "finishReason", "stop_reason", "stopReason", "done_reason")
_REASONING_KEYS: Final = ("reasoning_content", "reasoning", "thinking")


def messages_of(value: Any, role: str) -> list[Message]:
    """The messages of a value that is a message, a list of them, a text, or blocks; ``role`` for those that say none.

    A text that encodes messages is read as such, also when its end is missing: then its last message has
    ``"truncated": True``. Any other value is one message with that value in it.
    """
    decoded, truncated = decode(value)
    if truncated and not holds_messages(decoded):
        decoded, truncated = value, False
    found = _messages(decoded, role)
    if truncated and found:
        found[-1]["truncated"] = True
    return found


def message_of(item: Any, role: str) -> Message:
    """One message. ``parts`` is empty when the content was not recorded."""
    if not isinstance(item, Mapping):
        return {"role": role, "parts": parts_of(item)}
    item = _unwrapped(item)
    said = _role(item)
    role = said or role
    if said is None and (is_block(item) or type_of(item) in _ITEM_ROLES):
        return {"role": _ITEM_ROLES.get(type_of(item) or "", role), "parts": parts_of(item)}
    parts = list(_parts(item, role))
    if not parts and item.get("content") == "":
        parts = [text_part("")]
    elif not parts and item and not is_message(item):
        parts = [{"type": "json", "content": dict(item)}]
    message: Message = {"role": role, "parts": parts}
    if isinstance(name := item.get("name"), str) and name:
        message["name"] = name
    if reason := finish_reason_in(item):
        message["finish_reason"] = reason
    if item.get("truncated") is True:
        message["truncated"] = True
    return message


def is_message(value: Any) -> bool:
    """Whether an object is a message, and not the request or response around it."""
    if not isinstance(value, Mapping):
        return False
    value = _unwrapped(value)
    if _role(value) is not None:
        return any(key in value for key in ("content", "parts", "tool_calls", "function_call", "role"))
    return isinstance(value.get("parts"), list) or type_of(value) in _ITEM_ROLES


def holds_messages(value: Any) -> bool:
    """Whether a value is a message or a list with one in it, at the top or one level down (LangChain's batches)."""
    if isinstance(value, list):
        return any(
            is_message(item) or _is_pair(item) or (isinstance(item, list) and holds_messages(item)) for item in value
        )
    return is_message(value)


def finish_reason_in(item: Mapping[str, Any]) -> str | None:
    """The finish reason an object states under any of its names, as the message schema has it."""
    said = first_text(item, _FINISH_KEYS)
    if said is None:
        return None
    reason = said.rpartition(".")[2]  # "FinishReason.STOP"
    return FINISH_REASON_OF.get(reason, reason)


def with_parts(messages: list[Message]) -> list[Message] | None:
    """The messages, or None if not one of them has content: then only the fact of them was recorded."""
    return messages if any(message["parts"] for message in messages) else None


def system_parts(messages: Iterable[Message]) -> list[Part]:
    """The parts of all system messages."""
    return [part for message in messages if message["role"] in SYSTEM_ROLES for part in message["parts"]]


def _messages(value: Any, role: str) -> list[Message]:
    if value is None or value == "" or value == [] or value == {}:
        return []
    if not isinstance(value, list | tuple):
        return [message_of(value, role)]
    if all(is_block(item) and not is_message(item) for item in value):
        return [{"role": role, "parts": parts_of(value)}]
    found: list[Message] = []
    for item in value:
        if _is_pair(item):
            found.append(message_of({"role": item[0], "content": item[1]}, role))
        elif isinstance(item, list) and holds_messages(item):
            found.extend(message_of(inner, role) for inner in item)
        elif isinstance(item, str) and is_message(inner := decode(item).value):
            found.append(message_of(inner, role))
        else:
            found.append(message_of(item, role))
    return found


def _is_pair(item: Any) -> bool:
    """Whether this is LangChain's short form of a message, ``["human", "Hi"]``."""
    if not isinstance(item, list | tuple) or len(item) != 2 or not isinstance(item[0], str):
        return False
    return item[0].lower() in _ROLES


def _unwrapped(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """The message inside a choice, a LangChain dump ``{"lc", "id", "kwargs"}`` or ``{"type", "data"}``."""
    if isinstance(kwargs := item.get("kwargs"), Mapping) and isinstance(item.get("id"), list) and item["id"]:
        return {"role": str(item["id"][-1]), **kwargs}
    if isinstance(data := item.get("data"), Mapping) and known_role(item.get("type")):
        return {"role": item["type"], **data}
    inner = decode(item.get("message")).value
    if isinstance(inner, Mapping) and "content" not in item and "parts" not in item:
        reasons = {key: item[key] for key in _FINISH_KEYS if item.get(key)}
        return {**_unwrapped(inner), **reasons}
    return item


def known_role(value: Any) -> str | None:
    """The OTel role of a role or class of message as some dialect calls it ("model", "MessageRole.USER"), or None."""
    return _ROLES.get(value.rpartition(".")[2].lower()) if isinstance(value, str) else None


def _role(item: Mapping[str, Any]) -> str | None:
    said = item.get("role")
    if isinstance(said, str) and said:
        return known_role(said) or said
    kind = type_of(item)  # LangChain: {"type": "human", "content"}
    return known_role(kind) if "content" in item and kind not in _ITEM_ROLES else None


def _parts(item: Mapping[str, Any], role: str) -> Iterable[Part]:
    """All parts of one message, in the order a reader expects: thoughts, content, media, calls."""
    if (thoughts := first_text(item, _REASONING_KEYS)) is not None:
        yield {"type": "reasoning", "content": thoughts}
    content = first(item, ("parts", "content"))
    if role == "tool" and not _answers(content):
        if content is not None:
            call_id = first_text(item, ("tool_call_id", "tool_use_id", "id"))
            known = {} if call_id is None else {"id": call_id}
            yield {"type": "tool_call_response", **known, "response": response_value(content)}
    elif content != "":
        yield from parts_of(content)
    if isinstance(refusal := item.get("refusal"), str) and refusal:
        yield {"type": "refusal", "content": refusal}
    if isinstance(images := item.get("images"), list):  # Ollama: base64, no type
        yield from (part_of_address(image, "image") for image in images if isinstance(image, str))
    yield from _calls(item)


def _answers(content: Any) -> bool:
    """Whether the content of a tool message already is made of answers (Anthropic, Vercel, Gemini, OTel)."""
    blocks = decode(content).value
    blocks = blocks if isinstance(blocks, list) else [blocks]
    return any(part["type"] == "tool_call_response" for block in blocks if is_block(block) for part in parts_of(block))


def _calls(item: Mapping[str, Any]) -> Iterable[Part]:
    extra = item.get("additional_kwargs")
    sources = (item, extra) if isinstance(extra, Mapping) else (item,)
    for source in sources:
        calls = decode_container(source.get("tool_calls", source.get("toolCalls")))
        calls = calls if isinstance(calls, list) else [source.get("function_call")]
        found = [tool_call(call) for call in map(decode_container, calls) if isinstance(call, Mapping)]
        if found:
            yield from found
            return

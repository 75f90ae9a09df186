"""Whole requests to and responses of a model, as libraries and proxies record them in one value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .chat import ANSWER_ITEMS, finish_reason_in, holds_messages, is_message, message_of, messages_of, with_parts
from .lookup import type_of
from .model import Exchange, Message
from .parts import parts_of
from .tolerant_json import decode
from .tool_definitions import tool_definitions_of

# Where a request has its messages, best first: OpenAI, Anthropic and Ollama; Gemini; Responses API; completions;
# LangChain and Traceloop wrap the arguments once more.
_MESSAGE_KEYS: Final = ("messages", "contents", "input", "prompt", "prompts", "inputs", "kwargs", "body")
_SYSTEM_KEYS: Final = ("system", "instructions", "system_instruction", "systemInstruction")
_CONFIG_KEYS: Final = ("config", "generation_config")
# Where a response has its messages: OpenAI; Gemini; Responses API, Bedrock and Traceloop; Ollama, Genkit; LangChain.
_ANSWER_KEYS: Final = ("choices", "candidates", "message", "output", "outputs", "generations", "messages", "content")
_TEXT_KEYS: Final = ("text", "output_text", "completion", "response", "generated_text", "combined_chunk_content")
_MAX_DEPTH: Final = 5


def request_of(value: Any) -> Exchange:
    """The input, system instructions and tools of a request: messages, an object around them, or a plain text."""
    decoded, truncated = decode(value)
    if not isinstance(decoded, Mapping) or is_message(decoded):
        return Exchange(input=with_parts(messages_of(value, "user")))
    config: Mapping[str, Any] = next(
        (decoded[key] for key in _CONFIG_KEYS if isinstance(decoded.get(key), Mapping)), {}
    )
    system = next((source[key] for source in (decoded, config) for key in _SYSTEM_KEYS if source.get(key)), None)
    tools = next((source["tools"] for source in (decoded, config) if source.get("tools")), None)
    found = _request_messages(decoded, 0)
    if found is None:
        found = messages_of(value, "user") if system is None else []
    elif truncated and found:
        found[-1]["truncated"] = True
    parts = message_of(system, "system")["parts"] if is_message(system) else parts_of(decode(system).value)
    return Exchange(input=with_parts(found), system=parts or None, tools=tool_definitions_of(tools))


def response_of(value: Any) -> Exchange:
    """The output messages of a response: one for each choice."""
    decoded, truncated = decode(value)
    found = _response_messages(decoded, 0)
    if not found:
        found = messages_of(value, "assistant")
    elif truncated:
        found[-1]["truncated"] = True
    return Exchange(output=with_parts(found))


def _request_messages(request: Mapping[str, Any], depth: int) -> list[Message] | None:
    for key in _MESSAGE_KEYS:
        inner = decode(request.get(key)).value
        if inner is None or inner == "" or depth > _MAX_DEPTH:
            continue
        if isinstance(inner, Mapping) and not is_message(inner):
            found = _request_messages(inner, depth + 1)
            if found is not None:
                return found
        elif isinstance(inner, str | list) or is_message(inner):
            return messages_of(inner, "user")
    return None


def _response_messages(value: Any, depth: int) -> list[Message] | None:
    """The messages of a response, None if the value is no response."""
    if depth > _MAX_DEPTH:
        return None
    if is_message(value):
        return [message_of(value, "assistant")]
    if isinstance(value, list):
        if holds_messages(value):
            return _joined_items(messages_of(value, "assistant"), value)
        answers = [_response_messages(item, depth + 1) for item in value if isinstance(item, Mapping | list)]
        return [message for answer in answers for message in answer or ()] or None
    if not isinstance(value, Mapping):
        return None
    reason = finish_reason_in(value)
    for key in _ANSWER_KEYS:
        answer = decode(value.get(key)).value
        if answer is None or (isinstance(answer, str) and key != "content"):
            continue
        messages = (
            messages_of(answer, "assistant") if isinstance(answer, str) else _response_messages(answer, depth + 1)
        )
        if messages:
            return _finished(messages, reason)
    for key in _TEXT_KEYS:
        if isinstance(text := value.get(key), str) and text:
            return _finished(messages_of(text, "assistant"), reason)
    return None


def _joined_items(messages: list[Message], items: list[Any]) -> list[Message]:
    """The items of one answer of the Responses API (thoughts, text, calls) as the one message they are."""
    if len(messages) < 2 or not all(isinstance(item, Mapping) and type_of(item) in ANSWER_ITEMS for item in items):
        return messages
    return [{**messages[0], "parts": [part for message in messages for part in message["parts"]]}]


def _finished(messages: list[Message], reason: str | None) -> list[Message]:
    if reason is not None and len(messages) == 1:
        messages[0].setdefault("finish_reason", reason)
    return messages

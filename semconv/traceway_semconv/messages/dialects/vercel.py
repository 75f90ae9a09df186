"""The Vercel AI SDK: ``ai.prompt.messages`` on the call of the model, ``ai.prompt`` on the span around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ... import names
from ..chat import message_of, with_parts
from ..lookup import first
from ..model import Exchange, Message, Part, SpanSource
from ..parts import parts_of, text_part
from ..payloads import request_of
from ..plain import compact
from ..tolerant_json import decode
from ..tool_definitions import tool_definitions_of

# Up to version 3 the SDK said "result" for "response".
_REASONING: Final = (names.AI_RESPONSE_REASONING,)
_TEXT: Final = (names.AI_RESPONSE_TEXT, names.AI_RESULT_TEXT)
_OBJECT: Final = (names.AI_RESPONSE_OBJECT, names.AI_RESULT_OBJECT)
_TOOL_CALLS: Final = (names.AI_RESPONSE_TOOL_CALLS, names.AI_RESULT_TOOL_CALLS)
_FILES: Final = (names.AI_RESPONSE_FILES,)
_FINISH_REASON: Final = (names.AI_FINISH_REASON, names.AI_RESULT_FINISH_REASON)


def read(span: SpanSource) -> Exchange:
    """The prompt, and the answer put together from its attributes."""
    attributes = span.attributes
    found = Exchange(
        output=with_parts([_answer(attributes)]),
        tools=tool_definitions_of(attributes.get(names.AI_PROMPT_TOOLS)),
    )
    return found.completed_by(request_of(attributes.get(names.AI_PROMPT_MESSAGES))).completed_by(
        request_of(attributes.get(names.AI_PROMPT))
    )


def _answer(attributes: Mapping[str, Any]) -> Message:
    parts: list[Part] = []
    if reasoning := first(attributes, _REASONING):
        parts += parts_of({"type": "reasoning", "text": reasoning})
    text = first(attributes, _TEXT)
    if text:
        parts.append(text_part(text if isinstance(text, str | bytes) else compact(text)))
    for key in (_TOOL_CALLS, _FILES):
        blocks = decode(first(attributes, key)).value
        for block in blocks if isinstance(blocks, list) else ():
            if isinstance(block, Mapping):
                parts += parts_of({"type": "file" if key is _FILES else "tool-call", **_typeless(block)})
    answer = first(attributes, _OBJECT)
    if answer is not None and not text:
        parts.append(text_part(answer if isinstance(answer, str | bytes) else compact(answer)))
    if not parts and text == "":
        parts.append(text_part(""))
    finished = message_of({"role": "assistant", "finish_reason": first(attributes, _FINISH_REASON)}, "assistant")
    return {**finished, "parts": parts}


def _typeless(block: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in block.items() if key != "type"}

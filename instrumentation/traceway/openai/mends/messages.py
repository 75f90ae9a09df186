"""Mend: reasoning that compatible servers send (``reasoning_content``) is lost; reasons to finish are OpenAI's words.

Deltas of a stream are joined again to whole messages, whatever the pieces. They replace the official instrumentation's
messages only if there is reasoning in them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from opentelemetry.util.genai.invocation import InferenceData
from opentelemetry.util.genai.types import MessagePart, OutputMessage, ReasoningPart, TextPart, ToolCallRequestPart
from opentelemetry.util.genai.utils import gen_ai_json_dumps

from traceway_semconv import names

from ..fields import at, count_at, items_at, text_at

_REASONING = ("reasoning_content", "reasoning")
_REASONS = {"tool_calls": "tool_call", "function_call": "tool_call"}


@dataclass(slots=True)
class _ToolCall:
    id: str | None = None
    name: str = ""
    arguments: list[str] = field(default_factory=list)

    def part(self) -> ToolCallRequestPart:
        text = "".join(self.arguments)
        try:
            arguments = json.loads(text) if text else None
        except ValueError:
            arguments = text
        return ToolCallRequestPart(id=self.id, name=self.name, arguments=arguments)


@dataclass(slots=True)
class _Choice:
    texts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    tool_calls: dict[int, _ToolCall] = field(default_factory=lambda: defaultdict(_ToolCall))
    finish_reason: str = ""

    def message(self) -> OutputMessage:
        parts: list[MessagePart] = []
        if reasoning := self.text("reasoning"):
            parts.append(ReasoningPart(content=reasoning))
        parts += [TextPart(content=text) for text in (self.text("content"), self.text("refusal")) if text]
        parts += [call.part() for _, call in sorted(self.tool_calls.items())]
        return OutputMessage(role="assistant", parts=parts, finish_reason=self.finish_reason or "error")

    def text(self, kind: str) -> str:
        return "".join(self.texts.get(kind, ()))


class ChatAnswer:
    """The choices of a chat completion, from its chunks or from the whole. ``keeps_content`` is whether to keep texts,
    or only why each choice ended."""

    def __init__(self, keeps_content: bool) -> None:
        self._keeps_content = keeps_content
        self._choices: dict[int, _Choice] = defaultdict(_Choice)
        self.has_reasoning = False

    def add(self, completion: Any) -> None:
        """A chunk, or the whole completion, as a model or as JSON."""
        for place, choice in enumerate(items_at(completion, "choices")):
            index = count_at(choice, "index")
            known = self._choices[place if index is None else index]
            known.finish_reason = _reason(choice) or known.finish_reason
            if self._keeps_content:
                piece = at(choice, "delta") or at(choice, "message")
                if piece is not None:
                    self._join(known, piece)

    def finish_reasons(self) -> list[str]:
        return [choice.finish_reason for _, choice in sorted(self._choices.items()) if choice.finish_reason]

    def messages(self) -> list[OutputMessage]:
        return [choice.message() for _, choice in sorted(self._choices.items())]

    def describe(self, data: InferenceData) -> None:
        """Write what the official instrumentation does not know, or words otherwise, where it has the last say."""
        if reasons := self.finish_reasons():
            data.attributes[names.FINISH_REASONS] = reasons
        if self.has_reasoning:
            messages = gen_ai_json_dumps([asdict(message) for message in self.messages()])
            data.attributes[names.OUTPUT_MESSAGES] = messages

    def _join(self, known: _Choice, piece: Any) -> None:
        for name in ("content", "refusal"):
            if text := text_at(piece, name):
                known.texts[name].append(text)
        # A server that has both says the same in both.
        if reasoning := text_at(piece, _REASONING[0]) or text_at(piece, _REASONING[1]):
            known.texts["reasoning"].append(reasoning)
            self.has_reasoning = True
        if calls := items_at(piece, "tool_calls"):
            _join_calls(known.tool_calls, calls)


def _join_calls(known: dict[int, _ToolCall], calls: Sequence[Any]) -> None:
    for place, call in enumerate(calls):
        index = count_at(call, "index")
        one = known[place if index is None else index]
        one.id = one.id or text_at(call, "id")
        one.name = one.name or text_at(call, "function", "name") or text_at(call, "custom", "name") or ""
        arguments = text_at(call, "function", "arguments") or text_at(call, "custom", "input")
        one.arguments += [arguments] if arguments else []


def _reason(choice: Any) -> str | None:
    reason = text_at(choice, "finish_reason")
    return _REASONS.get(reason, reason) if reason else None

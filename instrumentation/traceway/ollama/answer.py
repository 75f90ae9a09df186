"""What a model answered, put together from one response or the chunks of a stream.

Text comes in pieces, tool calls whole; the last chunk (``done``) has the counts. A stream, however it is cut into
chunks, gives the same message as the response without a stream: reasoning, text, images, tool calls.
"""

from __future__ import annotations

from typing import Any

from opentelemetry.util.genai.invocation import EmbeddingInvocation, InferenceInvocation
from opentelemetry.util.genai.types import MessagePart, OutputMessage, ReasoningPart, Role, TextPart

from traceway_semconv import names

from .request import image_part, tool_call_parts

# Nanoseconds, as the server took them.
_DURATIONS = {
    "total_duration": names.OLLAMA_TOTAL_DURATION,
    "load_duration": names.OLLAMA_LOAD_DURATION,
    "prompt_eval_duration": names.OLLAMA_PROMPT_EVAL_DURATION,
    "eval_duration": names.OLLAMA_EVAL_DURATION,
}


class Answer:
    """Takes the client's response objects (``ChatResponse``, ``GenerateResponse``, ``EmbedResponse`` …)."""

    def __init__(self, keeps_content: bool) -> None:
        self.model: str | None = None
        self.is_done = False
        self._last: Any = None
        self._keeps_content = keeps_content
        self._thinking: list[str] = []
        self._text: list[str] = []
        self._images: list[MessagePart] = []
        self._tool_calls: list[MessagePart] = []

    def add(self, response: Any) -> None:
        """One response or chunk."""
        self._last = response
        self.model = getattr(response, "model", None) or self.model
        self.is_done = bool(getattr(response, "done", False))
        if self._keeps_content and not hasattr(response, "embeddings"):
            self._keep(response)

    def _keep(self, response: Any) -> None:
        said = getattr(response, "message", response)
        if thinking := getattr(said, "thinking", None):
            self._thinking.append(thinking)
        if text := getattr(said, "content", None) or getattr(said, "response", None):
            self._text.append(text)
        if image := getattr(said, "image", None):
            self._images += [part for part in [image_part(image)] if part]
        if calls := getattr(said, "tool_calls", None):
            self._tool_calls += tool_call_parts(calls)

    def describe(self, invocation: InferenceInvocation | EmbeddingInvocation) -> None:
        """Give an invocation all that is known so far."""
        if self._last is None:
            return
        invocation.response_model_name = self.model
        invocation.input_tokens = getattr(self._last, "prompt_eval_count", None)
        for field, key in _DURATIONS.items():
            if (duration_ns := getattr(self._last, field, None)) is not None:
                invocation.attributes[key] = duration_ns
        if isinstance(invocation, EmbeddingInvocation):
            invocation.dimension_count = self._dimension_count()
            return
        invocation.output_tokens = getattr(self._last, "eval_count", None)
        reason = getattr(self._last, "done_reason", None)
        invocation.finish_reasons = [reason] if reason else None
        if self._images:
            invocation.output_type = "image"
        if parts := self._parts():
            invocation.output_messages = [OutputMessage(Role.ASSISTANT.value, parts, reason)]

    def _parts(self) -> list[MessagePart]:
        thinking, text = "".join(self._thinking), "".join(self._text)
        return [
            *([ReasoningPart(thinking)] if thinking else []),
            *([TextPart(text)] if text else []),
            *self._images,
            *self._tool_calls,
        ]

    def _dimension_count(self) -> int | None:
        vectors = getattr(self._last, "embeddings", None)
        vector = vectors[0] if vectors else getattr(self._last, "embedding", None)
        return len(vector) if vector else None

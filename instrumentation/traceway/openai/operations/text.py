"""Legacy completions: a prompt without roles, continued."""

from __future__ import annotations

from typing import Any

from opentelemetry.util.genai.invocation import InferenceInvocation
from opentelemetry.util.genai.types import TextPart

from ..fields import at, count_at, items_at, number_at, text_at
from ..mends.stream_usage import describe_usage
from .operation import Body, Operation, replied, said


def _asked(invocation: InferenceInvocation, body: Body) -> None:
    invocation.temperature = number_at(body, "temperature")
    invocation.top_p = number_at(body, "top_p")
    invocation.max_tokens = count_at(body, "max_tokens")
    invocation.frequency_penalty = number_at(body, "frequency_penalty")
    invocation.presence_penalty = number_at(body, "presence_penalty")
    invocation.seed = at(body, "seed") if isinstance(at(body, "seed"), int) else None
    stop = at(body, "stop")
    invocation.stop_sequences = [stop] if isinstance(stop, str) else [*items_at(body, "stop")] or None
    choices = count_at(body, "n")
    invocation.request_choice_count = choices if choices != 1 else None
    if invocation.should_capture_content:
        prompt = at(body, "prompt")
        prompts = [prompt] if isinstance(prompt, str) else items_at(body, "prompt")
        invocation.input_messages = [message for each in prompts for message in said(each)]


def _answered(invocation: InferenceInvocation, body: Any) -> None:
    invocation.response_model_name = text_at(body, "model")
    invocation.response_id = text_at(body, "id")
    choices = items_at(body, "choices")
    invocation.finish_reasons = [reason for each in choices if (reason := text_at(each, "finish_reason"))]
    if usage := at(body, "usage"):
        describe_usage(invocation.data, usage)
    if invocation.should_capture_content:
        invocation.output_messages = [
            replied(TextPart(content=at(each, "text") or ""), finish_reason=text_at(each, "finish_reason") or "error")
            for each in choices
        ]


def _join(body: dict[str, Any], chunk: Any) -> None:
    for name in ("id", "model", "usage"):
        body[name] = at(chunk, name) or body.get(name)
    choices = body.setdefault("choices", [])
    for choice in items_at(chunk, "choices"):
        index = count_at(choice, "index") or 0
        while len(choices) <= index:
            choices.append({"text": "", "finish_reason": None})
        choices[index]["text"] += text_at(choice, "text") or ""
        choices[index]["finish_reason"] = text_at(choice, "finish_reason") or choices[index]["finish_reason"]


TEXT_COMPLETION = Operation("text_completion", _asked, _answered, _join)

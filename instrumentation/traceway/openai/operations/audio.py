"""Speech from text, and text from speech. Sound itself is not recorded."""

from __future__ import annotations

from typing import Any

from opentelemetry.util.genai.invocation import InferenceInvocation
from opentelemetry.util.genai.types import TextPart

from ..fields import at, count_at, number_at, text_at
from .operation import Body, Operation, no_reasons, replied, said


def _asked_to_speak(invocation: InferenceInvocation, body: Body) -> None:
    invocation.output_type = "speech"
    if invocation.should_capture_content:
        invocation.input_messages = said(at(body, "input"))
        if instructions := text_at(body, "instructions"):
            invocation.system_instruction = [TextPart(content=instructions)]


def _asked_to_listen(invocation: InferenceInvocation, body: Body) -> None:
    invocation.output_type = "text"
    invocation.temperature = number_at(body, "temperature")
    if invocation.should_capture_content:
        invocation.input_messages = said(at(body, "prompt"))


def _spoke(invocation: InferenceInvocation, body: Any) -> None:
    usage = at(body, "usage")
    invocation.input_tokens = count_at(usage, "input_tokens")
    invocation.output_tokens = count_at(usage, "output_tokens")


def _heard(invocation: InferenceInvocation, body: Any) -> None:
    no_reasons(invocation)
    _spoke(invocation, body)
    invocation.set_input_tokens(
        [(kind, at(body, "usage", "input_token_details", f"{kind}_tokens")) for kind in ("text", "audio")]
    )
    text = body if isinstance(body, str) else text_at(body, "text")
    if text and invocation.should_capture_content:
        invocation.output_messages = [replied(TextPart(content=text))]


def _join(body: dict[str, Any], event: Any) -> None:
    if (text_at(event, "type") or "").endswith(".done"):
        body.update(event)


SPEECH = Operation("text_to_speech", _asked_to_speak, _spoke, _join)
TRANSCRIPTION = Operation("speech_to_text", _asked_to_listen, _heard, _join)
TRANSLATION = TRANSCRIPTION

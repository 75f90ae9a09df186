"""Moderation: whether a text or an image may be shown, and if not, why."""

from __future__ import annotations

import json
from typing import Any

from opentelemetry.util.genai.invocation import InferenceInvocation
from opentelemetry.util.genai.types import TextPart

from ..fields import at, items_at, text_at
from .operation import Body, Operation, no_reasons, replied, said


def _asked(invocation: InferenceInvocation, body: Body) -> None:
    if invocation.should_capture_content:
        asked = at(body, "input")
        texts = [asked] if isinstance(asked, str) else [_text(each) for each in items_at(body, "input")]
        invocation.input_messages = [message for text in texts for message in said(text)]


def _text(given: Any) -> str | None:
    return given if isinstance(given, str) else text_at(given, "text") or text_at(given, "image_url", "url")


def _answered(invocation: InferenceInvocation, body: Any) -> None:
    no_reasons(invocation)
    invocation.response_model_name = text_at(body, "model")
    invocation.response_id = text_at(body, "id")
    if invocation.should_capture_content:
        invocation.output_messages = [replied(TextPart(content=_verdict(each))) for each in items_at(body, "results")]


def _verdict(result: Any) -> str:
    categories = at(result, "categories")
    found = categories if isinstance(categories, dict) else dict(categories or ())
    flagged = [name for name, is_flagged in found.items() if is_flagged]
    return json.dumps({"flagged": bool(at(result, "flagged")), "categories": flagged})


def _join(body: dict[str, Any], event: Any) -> None:
    """There are no streams of these."""


MODERATION = Operation("moderation", _asked, _answered, _join)

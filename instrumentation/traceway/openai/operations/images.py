"""Images: generated from a prompt, edited, varied."""

from __future__ import annotations

import base64
from typing import Any

from opentelemetry.util.genai.invocation import InferenceInvocation
from opentelemetry.util.genai.types import BlobPart, MessagePart, Modality, TextPart, UriPart

from ..fields import at, count_at, items_at, text_at
from .operation import Body, Operation, no_reasons, replied, said

# An attribute is no place for megabytes; such an image is left out.
_MAX_IMAGE_BYTES = 1 << 20


def _asked(invocation: InferenceInvocation, body: Body) -> None:
    invocation.output_type = Modality.IMAGE.value
    count = count_at(body, "n")
    invocation.request_choice_count = count if count != 1 else None
    if invocation.should_capture_content:
        invocation.input_messages = said(at(body, "prompt"))


def _answered(invocation: InferenceInvocation, body: Any) -> None:
    no_reasons(invocation)
    usage = at(body, "usage")
    invocation.input_tokens = count_at(usage, "input_tokens")
    invocation.output_tokens = count_at(usage, "output_tokens")
    kinds = ("text", "image")
    invocation.set_input_tokens([(kind, at(usage, "input_tokens_details", f"{kind}_tokens")) for kind in kinds])
    invocation.set_output_tokens([(kind, at(usage, "output_tokens_details", f"{kind}_tokens")) for kind in kinds])
    if invocation.should_capture_content:
        mime_type = f"image/{text_at(body, 'output_format') or 'png'}"
        images = [_parts(image, mime_type) for image in items_at(body, "data")]
        invocation.output_messages = [replied(*parts) for parts in images if parts]


def _parts(image: Any, mime_type: str) -> list[MessagePart]:
    parts: list[MessagePart] = []
    if prompt := text_at(image, "revised_prompt"):
        parts.append(TextPart(content=prompt))
    if url := text_at(image, "url"):
        parts.append(UriPart(mime_type=None, modality=Modality.IMAGE, uri=url))
    data = text_at(image, "b64_json")
    if data and len(data) * 3 // 4 <= _MAX_IMAGE_BYTES:
        parts.append(BlobPart(mime_type=mime_type, modality=Modality.IMAGE, content=base64.b64decode(data)))
    return parts


def _join(body: dict[str, Any], event: Any) -> None:
    if (text_at(event, "type") or "").endswith(".completed"):
        body["usage"], body["output_format"] = at(event, "usage"), at(event, "output_format")
        body.setdefault("data", []).append(event)


IMAGE = Operation("image", _asked, _answered, _join)

"""What the client hands out: a model, a text, a stream, a raw response, and the HTTP response behind it."""

from __future__ import annotations

import json
from typing import Any


def http_response(answer: Any) -> Any | None:
    """The ``httpx`` response behind a stream, a raw response or binary content; None behind a parsed model."""
    for name in ("http_response", "response"):
        found = getattr(answer, name, None)
        if hasattr(found, "iter_bytes"):
            return found
    return None


def media_type(response: Any) -> str:
    return str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()


def is_read(response: Any) -> bool:
    """Whether the body is there already."""
    return bool(response.is_closed and response.is_stream_consumed)


def body_of(content: bytes, media: str) -> Any:
    """The value of a body that was read: of JSON what it says, a text, or the bytes."""
    if media.endswith("json"):
        return json.loads(content)
    return content.decode("utf-8", "replace") if media.startswith("text/") else content

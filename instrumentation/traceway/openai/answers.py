"""What the client hands out: a model, a text, a stream, a raw response, and the HTTP response behind it."""

from __future__ import annotations

import json
from typing import Any

from .fields import own_attribute

JSON = "json"
"""What media types of JSON end with."""


def http_response(answer: Any) -> Any | None:
    """The ``httpx`` response behind a stream, a raw response or binary content; None behind a parsed model."""
    for name in ("http_response", "response"):
        found = own_attribute(answer, name)
        if hasattr(found, "iter_bytes"):
            return found
    return None


def media_type(response: Any) -> str:
    """In lower case, without parameters."""
    return str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()


def body_of(content: bytes, media: str) -> Any:
    """The value of a body that was read: of JSON what it says (None if that is broken), a text, or the bytes."""
    if media.endswith(JSON):
        try:
            return json.loads(content)
        except ValueError:
            return None
    return content.decode("utf-8", "replace") if media.startswith("text/") else content

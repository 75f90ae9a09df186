"""Mend: a stream has no token usage unless the application asked for it.

We ask for it (``stream_options.include_usage``) and take out of the stream what comes of that: the last chunk, which
has usage and no choices, and ``"usage": null`` in all others. Some servers refuse a request that has
``stream_options``: they are asked again without, once, and never with it again.

Source: OpenAI API reference, "Create chat completion", ``stream_options``.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from typing import Any

from opentelemetry.util.genai.invocation import InferenceData

from ..fields import at, count_at

OPTIONS = "stream_options"
_INCLUDE = "include_usage"
_NULL_USAGE = re.compile(rb',\s*"usage"\s*:\s*null')
_REFUSALS = (400, 422)


class Refusals:
    """The servers that refuse ``stream_options``, by their base URL. Thread-safe."""

    def __init__(self) -> None:
        self._base_urls: set[str] = set()
        self._lock = threading.Lock()

    def __contains__(self, base_url: str) -> bool:
        return base_url in self._base_urls

    def add(self, base_url: str) -> None:
        with self._lock:
            self._base_urls.add(base_url)


def is_refusal(error: BaseException) -> bool:
    """Whether the server turned the request down because of ``stream_options``."""
    if getattr(error, "status_code", None) not in _REFUSALS:
        return False
    return OPTIONS in str(error) or OPTIONS in str(getattr(error, "body", ""))


def asking(body: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any] | None:
    """The body of a request for a stream that asks for usage; None if the application said what it wants itself."""
    options = body.get(OPTIONS) or {}
    if OPTIONS in extra or not isinstance(options, Mapping) or _INCLUDE in options:
        return None
    return {**body, OPTIONS: {**options, _INCLUDE: True}}


def without_usage(event: bytes, chunk: Any) -> bytes:
    """An event as it would have come had nobody asked; b"" if it would not have come."""
    if at(chunk, "usage") is not None and at(chunk, "choices") == []:
        return b""
    return _NULL_USAGE.sub(b"", event, count=1)


def describe_usage(data: InferenceData, usage: Any) -> None:
    """``usage`` of a chat or legacy completion."""
    read, written = ("prompt_tokens_details", "cached_tokens"), ("prompt_tokens_details", "cache_write_tokens")
    data.usage_input_tokens = count_at(usage, "prompt_tokens")
    data.usage_output_tokens = count_at(usage, "completion_tokens")
    data.usage_cache_read_input_tokens = count_at(usage, *read)
    data.usage_cache_write_input_tokens = count_at(usage, *written)
    data.usage_reasoning_output_tokens = count_at(usage, "completion_tokens_details", "reasoning_tokens")
    data.usage_audio_input_tokens = count_at(usage, "prompt_tokens_details", "audio_tokens")
    data.usage_audio_output_tokens = count_at(usage, "completion_tokens_details", "audio_tokens")

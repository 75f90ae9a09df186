"""Which attributes carry what people and models wrote, in all dialects, and which only describe."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from traceway_semconv import names
from traceway_semconv.fields import SLOTS, Slot

CONTENT_KEYS: Final = frozenset(
    {
        *SLOTS[Slot.INPUT],
        *SLOTS[Slot.OUTPUT],
        *(key for key, attribute in names.ATTRIBUTES.items() if attribute.type == "any"),
        *(names.AI_VALUES, names.AI_RESPONSE_REASONING, names.AI_RESULT_TEXT, names.AI_PROMPT_TOOLS),
        *(names.OI_EMBEDDED_TEXT, names.OI_DOCUMENT_CONTENT, names.EXCEPTION_MESSAGE),
    }
)
"""Attributes of the vocabulary that are content."""

# What instrumentations of OpenTelemetry describe calls, processes and code with.
_DESCRIBING: Final = (
    *("server.", "client.", "network.", "peer.", "net.", "rpc.", "messaging.", "error.", "code.", "thread."),
    *("process.", "service.", "telemetry.", "host.", "os.", "otel.", "k8s.", "container.", "cloud."),
    *("http.request.method", "http.response.status", *names.DESCRIBING_PREFIXES),
)

_WORDS: Final = frozenset(
    (
        *("system", "developer", "user", "assistant", "tool", "model"),
        *("text", "reasoning", "tool_call", "tool_call_response", "server_tool_call", "server_tool_call_response"),
        *("function", "blob", "file", "uri", "image", "audio", "video", "document", "json", "refusal", "compaction"),
        *("stop", "length", "content_filter", "error", "text/plain", "application/json"),
    )
)
_STRUCTURAL: Final = frozenset(("role", "type", "modality", "finish_reason", "mime_type"))


@lru_cache(4096)
def is_content(key: str) -> bool:
    """Whether an attribute may hold what people and models wrote. One that nobody knows may."""
    if key in names.ATTRIBUTES:
        return key in CONTENT_KEYS
    return not key.startswith(_DESCRIBING)


def is_structure(key: str, value: str) -> bool:
    """Whether a member of a message is a word of the message schema, such as a role, and no content."""
    return value in _WORDS and key.rpartition(".")[2] in _STRUCTURAL

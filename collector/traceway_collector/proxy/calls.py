"""Which requests are calls of a model: OpenAI's and Ollama's APIs, by the end of the path.

Compatible servers put other things before it (``/v1``, ``/openai/v1``, Azure's ``/openai/deployments/NAME``), or
nothing. Everything else (lists of models, files, health) passes without leaving a span.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final
from urllib.parse import unquote


class Api(Enum):
    """The form of a request and of its response."""

    CHAT = "chat completions"
    COMPLETIONS = "completions"
    RESPONSES = "responses"
    EMBEDDINGS = "embeddings"
    OLLAMA_CHAT = "Ollama chat"
    OLLAMA_GENERATE = "Ollama generate"
    OLLAMA_EMBED = "Ollama embed"

    @property
    def is_ollama(self) -> bool:
        """Whether it is Ollama's own API, which streams lines of JSON, and does so unless told otherwise."""
        return self in (Api.OLLAMA_CHAT, Api.OLLAMA_GENERATE, Api.OLLAMA_EMBED)


@dataclass(frozen=True, slots=True)
class Call:
    """``operation``: OTel's name of it. ``deployment``: the model, where the path names it."""

    api: Api
    operation: str
    deployment: str = ""


_CHAT, _TEXT, _EMBEDDINGS = "chat", "text_completion", "embeddings"
_OPERATIONS: Final[dict[str, tuple[Api, str]]] = {
    "api/chat": (Api.OLLAMA_CHAT, _CHAT),
    "api/generate": (Api.OLLAMA_GENERATE, _TEXT),
    "api/embed": (Api.OLLAMA_EMBED, _EMBEDDINGS),
    "api/embeddings": (Api.OLLAMA_EMBED, _EMBEDDINGS),
    "chat/completions": (Api.CHAT, _CHAT),
    "completions": (Api.COMPLETIONS, _TEXT),
    "responses": (Api.RESPONSES, _CHAT),
    "embeddings": (Api.EMBEDDINGS, _EMBEDDINGS),
}
_PATH: Final = re.compile(rf"(?:.*?/deployments/([^/]+)/|.*?/)?({'|'.join(_OPERATIONS)})/?")


def call_of(method: bytes, path: str) -> Call | None:
    """The call a request makes, None if it is none. ``path``: without the query."""
    match = _PATH.fullmatch(path) if method == b"POST" else None
    if match is None:
        return None
    api, operation = _OPERATIONS[match[2]]
    return Call(api, operation, unquote(match[1] or ""))

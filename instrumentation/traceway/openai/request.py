"""A request as the client is about to send it: here it is final, whatever method of the client it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CHAT, RESPONSES, EMBEDDINGS = "/chat/completions", "/responses", "/embeddings"
_HTTPS_PORT = 443


@dataclass(frozen=True, slots=True)
class Request:
    """``endpoint`` is the path below the base URL; ``extra`` is what ``extra_body`` adds to ``body``."""

    client: Any
    method: str
    endpoint: str
    body: Mapping[str, Any]
    extra: Mapping[str, Any]
    is_stream: bool

    @classmethod
    def of(cls, client: Any, options: Any, is_stream: bool) -> Request:
        """From the arguments of the client's ``request()``."""
        extra = getattr(options, "extra_json", None)
        return cls(
            client,
            options.method.lower(),
            options.url,
            options.json_data if isinstance(options.json_data, Mapping) else {},
            extra if isinstance(extra, Mapping) else {},
            is_stream,
        )

    @property
    def base_url(self) -> str:
        return str(self.client.base_url)

    @property
    def server_address(self) -> str | None:
        return self.client.base_url.host or None

    @property
    def server_port(self) -> int | None:
        port = self.client.base_url.port
        return None if port == _HTTPS_PORT else port

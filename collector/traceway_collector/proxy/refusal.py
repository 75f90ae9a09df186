"""What the proxy itself answers when it cannot relay, in the protocol the caller speaks."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

import h11
import orjson

from ..access import error_headers
from ..errors import TracewayError

_TYPES: Final = {
    HTTPStatus.UNAUTHORIZED: "authentication_error",
    HTTPStatus.FORBIDDEN: "permission_error",
    HTTPStatus.BAD_GATEWAY: "upstream_error",
    HTTPStatus.GATEWAY_TIMEOUT: "timeout_error",
}


def refusal(status: int, message: str, path: bytes, error: TracewayError | None = None) -> tuple[h11.Response, bytes]:
    """A whole response: Ollama's ``{"error": "…"}`` under /api/, otherwise OpenAI's ``{"error": {"message", "type"}}``.
    It ends the connection."""
    said = f"traceway proxy: {message}"
    if path.startswith(b"/api/"):
        body = orjson.dumps({"error": said})
    else:
        kind = _TYPES.get(HTTPStatus(status), "invalid_request_error" if status < 500 else "api_error")
        body = orjson.dumps({"error": {"message": said, "type": kind, "param": None, "code": None}})
    headers = [
        (b"Content-Type", b"application/json"),
        (b"Content-Length", b"%d" % len(body)),
        (b"Connection", b"close"),
        *(error_headers(error) if error else ()),
    ]
    return h11.Response(status_code=status, reason=HTTPStatus(status).phrase.encode(), headers=headers), body

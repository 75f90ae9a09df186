"""Responses: JSON by orjson, and the one place where an exception becomes a response."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ExceptionHandler

from ..errors import TracewayError, Unavailable
from ..query.language import BadQuery

_LOG = logging.getLogger(__name__)

# Answers hold people's prompts: no cache between the server and its reader may keep them.
HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


class JSON(Response):
    """A JSON response; its content is made of what orjson writes."""

    media_type = "application/json"

    def __init__(self, content: Any, status_code: int = 200, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(orjson.dumps(content), status_code, {**HEADERS, **(headers or {})})


def error_body(code: str, message: str, field: str | None = None) -> dict[str, Any]:
    """``{"error": {"code", "message", "field"?}}``."""
    error = {"code": code, "message": message}
    if field is not None:
        error["field"] = field
    return {"error": error}


def known_error(exc: TracewayError) -> Response:
    """An error of ours; ``Unavailable`` says when to come back, ``BadQuery`` which characters are wrong."""
    headers = {"retry-after": str(exc.retry_after_s)} if isinstance(exc, Unavailable) else None
    body = error_body(exc.code, exc.message, exc.field)
    if isinstance(exc, BadQuery):
        body["error"] |= {"start": exc.start, "end": exc.end}
    return JSON(body, exc.http_status, headers)


def unexpected_error(exc: Exception) -> Response:
    """A defect: the caller gets an id, the log gets the id and the stack."""
    error_id = secrets.token_hex(8)
    _LOG.error("unexpected error %s", error_id, exc_info=exc)
    return JSON(error_body("internal", f"An unexpected error; the server's log has it under {error_id}."), 500)


async def on_known_error(request: Request, exc: Exception) -> Response:
    """Starlette's handler for ``TracewayError``."""
    if not isinstance(exc, TracewayError):
        raise exc
    return known_error(exc)


async def on_http_error(request: Request, exc: Exception) -> Response:
    """Starlette's handler for what its router raises: an unknown path, and a method a path does not take."""
    if not isinstance(exc, HTTPException):
        raise exc
    path = request.url.path
    if exc.status_code == 404:
        return JSON(error_body("not_found", f"There is nothing at {path}; /api/openapi.json lists what there is."), 404)
    if exc.status_code == 405:
        allow = ", ".join(sorted((exc.headers or {}).get("Allow", "").split(", ")))
        message = f"{path} does not take {request.method}; it takes {allow}."
        return JSON(error_body("method_not_allowed", message), 405, {"allow": allow})
    return JSON(error_body("http_error", exc.detail), exc.status_code, exc.headers)


EXCEPTION_HANDLERS: dict[Any, ExceptionHandler] = {TracewayError: on_known_error, HTTPException: on_http_error}
"""For ``Starlette(exception_handlers=…)``."""

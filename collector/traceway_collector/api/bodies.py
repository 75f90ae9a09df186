"""JSON bodies of requests, read into the model that the OpenAPI document shows."""

from __future__ import annotations

from typing import Any, Final, TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from ..errors import BadInput, TooLarge, WrongMedia

MAX_BYTES = 2**20

AnyModel = TypeVar("AnyModel", bound=BaseModel)

_AS_WRITTEN: Final[dict[bool | None, str]] = {None: "null", True: "true", False: "false"}
# What is right instead of what pydantic calls by the names of Python, by the type of its error.
_EXPECTED: Final = {
    "model_type": "an object",
    "model_attributes_type": "an object",
    "dict_type": "an object",
    "list_type": "a list",
    "string_type": "a text",
    "int_type": "a whole number",
    "bool_type": "true or false",
}


async def read_body(request: Request, model: type[AnyModel], most_bytes: int = MAX_BYTES) -> AnyModel:
    """The body as ``model``. Raises ``BadInput`` naming the field, its value and what would be right, ``TooLarge`` over
    ``most_bytes``, and ``WrongMedia`` for what is said to be something else than JSON."""
    media = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if media != "application/json" and not media.endswith("+json"):
        raise WrongMedia(f"Content-Type is {media[:100]!r}; expected application/json", field="Content-Type")
    try:
        return model.model_validate(_json(await _bytes(request, most_bytes)), strict=True)
    except ValidationError as error:
        raise _told(error) from None


async def _bytes(request: Request, most_bytes: int) -> bytes:
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > most_bytes:
            raise TooLarge(f"the body has more than {most_bytes} bytes; expected fewer", field="body")
    return bytes(found)


def _json(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        shown = str(error).partition(": line")[0]
        raise BadInput(
            f"the body is not JSON: {shown} at line {error.lineno}, column {error.colno}; expected an object",
            field="body",
        ) from None


def _told(error: ValidationError) -> BadInput:
    first = error.errors(include_url=False, include_context=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or "body"
    field = field if len(field) <= 100 else field[:100] + "…"
    shown = _AS_WRITTEN.get(first["input"]) if isinstance(first["input"], bool | None) else None
    shown = shown or repr(first["input"])
    shown = shown if len(shown) <= 100 else shown[:100] + "…"
    if first["type"] == "missing":
        return BadInput(f"{field} is missing; expected it in the body", field=field)
    if first["type"] == "extra_forbidden":
        return BadInput(f"{field!r} is not a field of this body", field=field)
    expected = _EXPECTED.get(first["type"]) or first["msg"].removeprefix("Input should be ")
    return BadInput(f"{field} is {shown}; expected {expected}", field=field)

"""The bytes of an exchange as the request and response objects of its API, as far as they can be read."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from traceway_semconv.messages.tolerant_json import decode

from .bodies import decoded, header
from .calls import Api
from .events import NdjsonDecoder, SseDecoder
from .passing import Headers
from .streams import joined
from .tee import Copy, Exchange

_SSE, _NDJSON = b"text/event-stream", b"application/x-ndjson"
_SSE_STARTS: Final = (b"data:", b"event:", b":")
_PIECE_BYTES: Final = 1 << 13


@dataclass(frozen=True, slots=True)
class Payload:
    """``request`` and ``response`` are empty where nothing could be read. ``is_stream``: what the response was, or else
    what the request asked for; None if neither says."""

    request: Mapping[str, Any] = field(default_factory=dict)
    response: Mapping[str, Any] = field(default_factory=dict)
    is_stream: bool | None = None


def payload_of(exchange: Exchange) -> Payload:
    """What was said in an exchange that is a call. Never raises: what cannot be read is not there."""
    assert exchange.call is not None
    api = exchange.call.api
    request = _object(_body(exchange.request, exchange.request_headers))
    body = _body(exchange.response, exchange.response_headers)
    media = header(exchange.response_headers, b"content-type").partition(b";")[0].strip().lower()
    asked = request.get("stream")
    if not isinstance(asked, bool):
        asked = api in (Api.OLLAMA_CHAT, Api.OLLAMA_GENERATE) if request else None
    if media == _SSE or (media != b"application/json" and body.lstrip().startswith(_SSE_STARTS)):
        return Payload(request, joined(api, _events(body)), True)
    if media == _NDJSON or (api.is_ollama and asked):
        return Payload(request, joined(api, _lines(body)), True if media == _NDJSON else asked)
    return Payload(request, _object(body), asked if asked is not True or not body else False)


def _body(copy: Copy, headers: Headers) -> bytes:
    return decoded(b"".join(copy.pieces), headers) or b""


def _object(body: bytes) -> Mapping[str, Any]:
    """A JSON object, also one whose end is missing."""
    value = _loaded(body)
    if value is None and body.lstrip()[:1] == b"{":
        value = decode(body.decode(errors="replace")).value
    return value if isinstance(value, dict) else {}


def _events(body: bytes) -> Iterator[Any]:
    decoder = SseDecoder()
    for start in range(0, len(body), _PIECE_BYTES):
        for event in decoder.feed(body[start : start + _PIECE_BYTES]):
            yield _loaded(event.data)
        time.sleep(0)  # gives the interpreter to the thread of the relays, which would wait up to 5 ms for it
    for event in decoder.finish():
        yield _loaded(event.data)


def _lines(body: bytes) -> Iterator[Any]:
    decoder = NdjsonDecoder()
    yield from map(_loaded, decoder.feed(body))
    yield from map(_loaded, decoder.finish())


def _loaded(text: str | bytes) -> Any:
    """The value of a JSON text; None if it is none, such as the ``[DONE]`` of OpenAI."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None

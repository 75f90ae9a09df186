"""Mend: of ``with_streaming_response`` the official instrumentation records nothing where the answer is no stream.

For chat it calls ``parse()``, which in the asynchronous client is a coroutine, never awaited: Python warns, and the
span lacks the response. For responses and embeddings it does not look. The body is read before it looks, as it does
itself in the synchronous client, and what ``parse()`` would give is lent to it for one call.
"""

from __future__ import annotations

import inspect
from collections.abc import Generator
from typing import Any

from opentelemetry.util.genai.handler import TelemetryHandler
from wrapt import ObjectProxy

from ..answers import JSON, body_of, http_response, media_type


def is_unread(answer: Any, media: str = "") -> bool:
    """Whether ``answer`` is a raw response whose body, of a type that ends with ``media``, nobody has read."""
    response: Any = http_response(answer)
    return _is_raw(answer, response) and not response.is_closed and media_type(response).endswith(media)


def json_of(answer: Any) -> Any:
    """The body of a raw response that was read; None if it is no JSON."""
    response: Any = http_response(answer)
    if not _is_raw(answer, response) or not response.is_closed or not media_type(response).endswith(JSON):
        return None
    return body_of(response.content, media_type(response))


def _is_raw(answer: Any, response: Any) -> bool:
    return response is not None and hasattr(answer, "parse")


async def lend_parsed(answer: Any) -> None:
    """Make the next ``answer.parse()`` give at once what it gives when awaited; after that ``answer`` is as before."""
    if not inspect.iscoroutinefunction(answer.parse):
        return
    parse = answer.parse
    try:
        parsed = await parse()
    except Exception:
        parsed = None  # The application will hear of it when it asks.

    def lent(*args: Any, **kwargs: Any) -> Any:
        del answer.parse
        return _Awaitable(parsed, lambda: parse(*args, **kwargs))

    answer.parse = lent


class _Awaitable(ObjectProxy):  # type: ignore[type-arg]
    """Passes for ``parsed``, and may still be awaited, should the first to call be the application."""

    def __init__(self, parsed: Any, parse: Any) -> None:
        super().__init__(parsed)
        self._self_parse = parse

    def __await__(self) -> Generator[Any, None, Any]:
        return self._self_parse().__await__()  # type: ignore[no-any-return]


def describe_response(handler: TelemetryHandler, provider: str, body: Any) -> None:
    """Record ``body``, of the Responses API, on the span around us with the official instrumentation's own means."""
    from openai.types.responses import Response
    from opentelemetry.instrumentation.genai.openai import response_extractors

    response = Response.model_construct(**body)
    # Inside another invocation this one has no span and leaves what it knows to the other.
    with handler.inference(provider) as inner:
        response_extractors.set_invocation_response_attributes(inner, response, handler.should_capture_content())

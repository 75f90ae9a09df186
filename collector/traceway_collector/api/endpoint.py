"""What an endpoint is, and how a request reaches one: parameters in, worker threads for the store, errors out."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import anyio
import anyio.to_thread
from pydantic import BaseModel
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from ..errors import TracewayError
from ..query import cursor as cursors
from ..query import parameters as query
from ..query.filters import Page, Position, SpanSort
from .responses import known_error, unexpected_error
from .services import Services

Result = TypeVar("Result")

# As nginx has it; no client sees it, and it is no error of the server's that its log should tell of.
_CLIENT_LEFT = 499

READ_THREADS = 8
"""Store calls at the same time; more wait their turn, so that reading never takes all threads from ingest."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request on its way through an endpoint. ``values``: its parameters by ``Parameter.field``.

    ``now_ns``: what relative times count from; on a later page, the moment of the first page.
    """

    services: Services
    request: Request
    values: dict[str, Any]
    cursor: cursors.Cursor | None
    now_ns: int
    limiter: anyio.CapacityLimiter

    async def run(self, function: Callable[..., Result], *args: Any, **kwargs: Any) -> Result:
        """Call a function that waits (the store's do) in a worker thread."""
        return await anyio.to_thread.run_sync(partial(function, *args, **kwargs), limiter=self.limiter)

    def page(self, question: str, default_limit: int, sort: SpanSort = "started_at") -> tuple[Page, int]:
        """The page asked for and the time its list is frozen at. Raises ``BadInput`` for another list's cursor."""
        limit = self.values.get("limit", default_limit)
        if self.cursor is None:
            return Page(limit), self.services.ingest.watermark_ns()
        position = cursors.check(self.cursor, question, sort)
        return Page(limit, position), position.as_of_ns

    def next_cursor(self, question: str, position: Position | None) -> str | None:
        """The cursor of the page after; None if there is none."""
        return cursors.encode(cursors.Cursor(position, self.now_ns, question)) if position else None


Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation: what routes and the OpenAPI document are made from.

    ``path`` stands below ``/api``. ``answer`` is the model of its JSON, None if ``media_type`` is something else;
    ``body`` is that of the request's (``bodies.read_body`` reads it). ``errors``: what it raises besides ``BadInput``,
    ``Unavailable`` and, with a body, those of ``read_body``. ``strict``: unknown parameters are an error;
    probes are not strict, because load balancers add parameters of their own. ``compressed``: its answers may be
    compressed on their way; not so where a client may ask for a part of the bytes.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    answer: type[BaseModel] | None = None
    path_parameters: tuple[query.Parameter, ...] = ()
    parameters: tuple[query.Parameter, ...] = ()
    errors: tuple[type[TracewayError], ...] = ()
    media_type: str = "application/json"
    strict: bool = True
    compressed: bool = True
    body: type[BaseModel] | None = None


async def respond(endpoint: Endpoint, services: Services, limiter: anyio.CapacityLimiter, request: Request) -> Response:
    """Answer a request. Every error comes back as a response, also that the client left, which nobody hears."""
    try:
        return await endpoint.handler(_call(endpoint, services, limiter, request))
    except TracewayError as exc:
        return known_error(exc)
    except ClientDisconnect:
        return Response(status_code=_CLIENT_LEFT)
    except Exception as exc:
        return unexpected_error(exc)


def _call(endpoint: Endpoint, services: Services, limiter: anyio.CapacityLimiter, request: Request) -> Call:
    given = request.query_params.multi_items() if endpoint.strict else []
    cursor = _cursor(endpoint.parameters, given)
    now_ns = cursor.now_ns if cursor else time.time_ns()
    values = query.read(endpoint.path_parameters, request.path_params.items(), now_ns)
    values |= query.read(endpoint.parameters, given, now_ns)
    return Call(services, request, values, cursor, now_ns, limiter)


def _cursor(parameters: Sequence[query.Parameter], given: Sequence[tuple[str, str]]) -> cursors.Cursor | None:
    if query.CURSOR not in parameters:
        return None
    return next((cursors.decode(text) for name, text in given if name == query.CURSOR.name), None)

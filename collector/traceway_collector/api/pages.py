"""The page at ``/``: where things are and how to connect. It loads nothing from elsewhere and runs no script."""

from __future__ import annotations

import html
from functools import cache
from importlib.resources import files
from string import Template

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from .services import Services

_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_HEADERS = {
    "content-security-policy": _POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-cache",
}


def page_routes(services: Services) -> list[BaseRoute]:
    """The index and its style sheet."""

    async def index(request: Request) -> Response:
        urls = services.urls()
        unset = "not listening"
        shown = {name: html.escape(urls.get(name, unset)) for name in ("api", "otlp_http", "otlp_grpc")}
        page = Template(_text("index.html")).substitute(shown, version=html.escape(services.version))
        return Response(page, headers=_HEADERS, media_type="text/html")

    async def style(request: Request) -> Response:
        return Response(_text("index.css"), headers=_HEADERS, media_type="text/css")

    return [Route("/", index), Route("/index.css", style)]


@cache
def _text(name: str) -> str:
    return files("traceway_collector.ui").joinpath(name).read_text("utf-8")

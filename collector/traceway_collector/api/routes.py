"""Every operation of the REST interface, in one list."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

import anyio
from starlette.convertors import Convertor, register_url_convertor
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ..errors import NotFound, QueryTooLarge, TooLarge
from ..query import parameters as query
from ..query.ranges import Unsatisfiable
from . import (
    file_content,
    files,
    otlp,
    prometheus,
    schema,
    schema_files,
    schema_signals,
    signals,
    spans,
    system,
    traces,
)
from .endpoint import READ_THREADS, Call, Endpoint, respond
from .openapi import document
from .pages import page_routes
from .responses import JSON
from .routes_analytics import ANALYTICS
from .routes_documents import DOCUMENTS
from .routes_live import LIVE
from .routes_search import SEARCH
from .routes_trace_tools import TRACE_TOOLS
from .services import Services

PREFIX = "/api"

_VIEW = query.choice(
    "view", "skeleton", {"full": False, "skeleton": True}, "skeleton leaves out attributes, input and output."
)
_BEFORE = query.time("before", "before_ns", "What arrived before this time.", required=True)
_METRIC = query.text("name", "metric", "The name of the metric.", repeats=False, required=True)
_HASH = (query.content_id("hash", "path_hash", "The hash of a content."),)
_FILE = (query.path("path", "path_file", "The path of a file, as it was used; its first slash may be left out."),)
_DIFF = (
    query.content_id("from", "from", "The hash of the older content.", required=True),
    query.content_id("to", "to", "The hash of the newer content.", required=True),
    query.choice("format", "as_text", {"json": False, "text": True}, "text gives the diff alone, as text/plain."),
)


async def openapi(call: Call) -> Response:
    return JSON(_document(call.services.version))


@cache
def _document(version: str) -> dict[str, Any]:
    return document(ENDPOINTS, version, PREFIX)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "GET",
        "/traces",
        traces.list_traces,
        "Traces, newest first.",
        schema.TraceList,
        parameters=(*query.SPAN_FILTER, query.limit(traces.DEFAULT_TRACES), query.CURSOR),
        errors=(QueryTooLarge,),
    ),
    Endpoint(
        "GET",
        "/traces/{trace_id}",
        traces.get_trace,
        "One trace with its spans, oldest first.",
        schema.TraceDetail,
        path_parameters=(query.PATH_TRACE,),
        parameters=(_VIEW, query.limit(traces.DEFAULT_SPANS, traces.MOST_SPANS), query.CURSOR),
        errors=(NotFound,),
    ),
    *TRACE_TOOLS,
    *SEARCH,
    *ANALYTICS,
    Endpoint(
        "DELETE",
        "/traces/{trace_id}",
        traces.delete_trace,
        "Delete a trace, its spans and its log records, for good.",
        schema_signals.Deleted,
        path_parameters=(query.PATH_TRACE,),
        errors=(NotFound,),
    ),
    Endpoint(
        "GET",
        "/traces/{trace_id}/otlp",
        otlp.get_trace_otlp,
        "One trace as OTLP JSON, equal to what was sent.",
        schema_signals.Otlp,
        path_parameters=(query.PATH_TRACE,),
        errors=(NotFound,),
    ),
    Endpoint(
        "GET",
        "/spans",
        spans.list_spans,
        "Spans, newest first unless told otherwise.",
        schema.SpanList,
        parameters=(*query.SPAN_FILTER, *query.SPAN_SORT, _VIEW, query.limit(spans.DEFAULT_SPANS), query.CURSOR),
        errors=(QueryTooLarge,),
    ),
    Endpoint(
        "GET",
        "/spans/{span_id}",
        spans.get_span,
        "One span with everything.",
        schema.Span,
        path_parameters=(query.PATH_SPAN,),
        parameters=(query.TRACE,),
        errors=(NotFound,),
    ),
    Endpoint(
        "GET",
        "/logs",
        signals.list_logs,
        "Log records, newest first.",
        schema.LogList,
        parameters=(*query.LOG_FILTER, query.limit(signals.DEFAULT_LOGS), query.CURSOR),
        errors=(QueryTooLarge,),
    ),
    Endpoint(
        "GET",
        "/files",
        files.list_files,
        "Files that were read or written, the last used first.",
        schema_files.FileList,
        parameters=(*query.FILE_FILTER, query.limit(files.DEFAULT_FILES), query.CURSOR),
        errors=(QueryTooLarge,),
    ),
    Endpoint(
        "GET",
        "/files/content/{hash}",
        file_content.get_file_content,
        "The bytes of one content; takes Range.",
        path_parameters=_HASH,
        errors=(NotFound, Unsatisfiable),
        media_type="application/octet-stream",
        compressed=False,
    ),
    Endpoint(
        "GET",
        "/files/diff",
        files.get_file_diff,
        "How two contents that are text differ.",
        schema_files.FileDiff,
        parameters=_DIFF,
        errors=(NotFound, TooLarge),
    ),
    Endpoint(
        "GET",
        "/files/{path}",
        files.get_file,
        "What happened to one file, newest first. A path that begins with content/ or is diff needs its first slash.",
        schema_files.FileHistory,
        path_parameters=_FILE,
        parameters=(query.limit(files.DEFAULT_ACCESSES), query.CURSOR),
        errors=(NotFound, QueryTooLarge),
    ),
    Endpoint(
        "GET",
        "/metric-points",
        signals.list_metric_points,
        "Data points of one metric, newest first.",
        schema_signals.MetricPointList,
        parameters=(_METRIC, query.SINCE, query.UNTIL, query.limit(signals.DEFAULT_POINTS), query.CURSOR),
        errors=(QueryTooLarge,),
    ),
    Endpoint(
        "GET",
        "/metric-names",
        signals.list_metric_names,
        "Every metric that has arrived.",
        schema_signals.MetricNameList,
    ),
    Endpoint(
        "DELETE",
        "/telemetry",
        system.delete_telemetry,
        "Delete all telemetry that arrived before a time.",
        schema_signals.Deleted,
        parameters=(_BEFORE,),
    ),
    Endpoint(
        "POST",
        "/reprice",
        system.reprice,
        "Compute the cost of stored spans again with today's prices.",
        schema_signals.Repriced,
        parameters=(query.SINCE, query.UNTIL),
    ),
    *LIVE,
    *DOCUMENTS,
    Endpoint("GET", "/health", system.health, "Whether the process answers.", schema_signals.Health, strict=False),
    Endpoint("GET", "/live", system.live, "Whether the process answers.", schema_signals.Alive, strict=False),
    Endpoint("GET", "/ready", system.ready, "Whether requests can be served.", schema_signals.Alive, strict=False),
    Endpoint(
        "GET",
        "/metrics",
        prometheus.metrics,
        "The collector's own figures for Prometheus.",
        media_type=prometheus.MEDIA_TYPE,
        strict=False,
    ),
    Endpoint("GET", "/openapi.json", openapi, "This document.", schema_signals.OpenApi, strict=False),
)


class _Anything(Convertor[str]):
    """The rest of a URL, with slashes, and with line feeds, which a file may have in its name."""

    regex = "(?s:.*)"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("anything", _Anything())
# Paths of files and names of sessions hold any character.
_ANYTHING = re.compile(r"\{(path|session_id)\}")


def routes(services: Services) -> list[BaseRoute]:
    """The routes of the REST interface, under ``/api`` and without it, and the index page.

    Errors inside an endpoint become responses here; give ``responses.EXCEPTION_HANDLERS`` to the application for
    unknown paths and wrong methods.
    """
    limiter = anyio.CapacityLimiter(READ_THREADS)
    by_path: dict[str, dict[str, Endpoint]] = {}
    for endpoint in ENDPOINTS:
        by_path.setdefault(endpoint.path, {})[endpoint.method] = endpoint
    # The first level is twice as quick as the fourth and leaves 6 % more, and the event loop waits for it.
    compressed = [Middleware(GZipMiddleware, minimum_size=1024, compresslevel=1)]
    operations = [
        Route(
            prefix + _ANYTHING.sub(r"{\1:anything}", path),
            _answer(methods, services, limiter),
            methods=list(methods),
            middleware=compressed if all(each.compressed for each in methods.values()) else (),
        )
        for path, methods in by_path.items()
        for prefix in (PREFIX, "")
    ]
    return [*page_routes(), *operations]


# One route per path, whatever its methods: so a 405 names all of them in its Allow header.
def _answer(
    methods: dict[str, Endpoint], services: Services, limiter: anyio.CapacityLimiter
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await respond(methods[method], services, limiter, request)

    return answer

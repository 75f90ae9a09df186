"""One trace as OTLP JSON, streamed page by page when it is big."""

from __future__ import annotations

from collections.abc import AsyncIterator

from starlette.responses import Response, StreamingResponse

from ..model import StoredSpan
from ..store import PageOf
from .endpoint import Call
from .responses import HEADERS
from .traces import unknown_trace
from .wire import otlp

PAGE_SPANS = 2000


async def get_trace_otlp(call: Call) -> Response:
    """``TracesData``, oldest span first. What is equal in resource and scope is grouped, within 2,000 spans."""
    trace_id: str = call.values["path_trace_id"]
    first = await call.run(call.services.store.trace_spans, trace_id, skeleton=False, limit=PAGE_SPANS)
    if not first.items:
        raise unknown_trace(trace_id)
    if first.next is None:
        body = otlp.HEAD + await call.run(_page_json, first) + otlp.TAIL
        return Response(body, headers=HEADERS, media_type="application/json")
    return StreamingResponse(_stream(call, trace_id, first), headers=HEADERS, media_type="application/json")


async def _stream(call: Call, trace_id: str, page: PageOf[StoredSpan]) -> AsyncIterator[bytes]:
    store = call.services.store
    yield otlp.HEAD + await call.run(_page_json, page)
    while page.next is not None:
        page = await call.run(store.trace_spans, trace_id, skeleton=False, limit=PAGE_SPANS, after=page.next)
        if page.items:
            yield b"," + await call.run(_page_json, page)
    yield otlp.TAIL


def _page_json(page: PageOf[StoredSpan]) -> bytes:
    return otlp.trace_json(otlp.resource_spans(page.items))

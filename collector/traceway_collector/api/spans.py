"""Spans: the list and one span."""

from __future__ import annotations

from starlette.responses import Response

from ..errors import BadInput, NotFound
from ..model import StoredSpan
from ..query import cursor as cursors
from ..query.filters import SpanSort
from .content import contents
from .endpoint import Call
from .responses import JSON
from .traces import asked
from .wire.spans import span
from .wire.traces import envelope

DEFAULT_SPANS = 50


async def list_spans(call: Call) -> Response:
    wanted = asked(call.values, call.now_ns)
    where = wanted.where
    sort: SpanSort = call.values.get("sort", wanted.sort or "started_at")
    descending: bool = call.values.get("descending", wanted.descending is not False)
    skeleton: bool = call.values.get("skeleton", False)
    question = cursors.digest("spans", where, sort, descending)
    page, as_of_ns = call.page(question, DEFAULT_SPANS, sort)
    store = call.services.store

    # Reading and writing JSON in one worker thread: whole spans can be long.
    def answer() -> Response:
        found = store.spans(where, page, as_of_ns, sort=sort, descending=descending, skeleton=skeleton)
        rows = [span(stored, content) for stored, content in contents(store, found.items)]
        return JSON(envelope("spans", rows, call.next_cursor(question, found.next)))

    return await call.run(answer)


async def find_span(call: Call) -> StoredSpan:
    """The span that the path names. Raises ``NotFound``, and ``BadInput`` where several traces have one of that id."""
    span_id: str = call.values["path_span_id"]
    trace_id: str | None = call.values.get("trace_id")
    found = await call.run(call.services.store.span, span_id, trace_id)
    if not found:
        where = f"in trace {trace_id}" if trace_id else "in any trace"
        raise NotFound(
            f"There is no span {span_id} {where}; it may not have arrived yet, or was deleted.", field="span_id"
        )
    if len(found) > 1:
        shown = ", ".join(sorted(stored.trace_id for stored in found)[:20])
        raise BadInput(
            f"{len(found)} traces have a span {span_id}; expected trace_id to be one of: {shown}", field="trace_id"
        )
    return found[0]


async def get_span(call: Call) -> Response:
    found = await find_span(call)

    def answer() -> Response:
        ((stored, content),) = contents(call.services.store, [found])
        return JSON(span(stored, content))

    return await call.run(answer)

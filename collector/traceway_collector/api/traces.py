"""Traces: the list, one trace, one trace as OTLP, deletion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from starlette.responses import Response

from ..errors import NotFound
from ..query import cursor as cursors
from ..query import parameters as query
from ..query.filters import SpanFilter
from ..query.keys import Asked, read_query
from ..query.language import BadQuery
from ..store.events import Deletion
from .content import contents
from .endpoint import Call
from .responses import JSON
from .wire.spans import span
from .wire.traces import envelope, trace

DEFAULT_TRACES = 50
DEFAULT_SPANS = 1000
MOST_SPANS = 10_000
"""Spans of one trace in one answer."""

FILTER_FIELDS = tuple(spec.name for spec in fields(SpanFilter))


def span_filter(call: Call) -> SpanFilter:
    """The filter that the call's parameters spell out, ``q`` among them."""
    return asked(call.values, call.now_ns).where


def asked(values: Mapping[str, Any], now_ns: int) -> Asked:
    """What the values of ``query.SPAN_FILTER`` ask, ``q`` among them: all of it must hold. Raises ``BadQuery``."""
    where = SpanFilter(**{name: values[name] for name in FILTER_FIELDS if name in values})
    text: str = values.get(query.Q.field, "")
    found = read_query(text, now_ns)
    since, until, trace_id = found.where.since_ns, found.where.until_ns, found.where.trace_id
    if where.trace_id and trace_id and where.trace_id != trace_id:
        raise BadQuery(f"q names another trace than trace={where.trace_id}, so nothing can match", 0, len(text))
    return replace(
        found,
        where=replace(
            where,
            since_ns=max((bound for bound in (since, where.since_ns) if bound is not None), default=None),
            until_ns=min((bound for bound in (until, where.until_ns) if bound is not None), default=None),
            trace_id=trace_id or where.trace_id,
            conditions=found.where.conditions,
        ),
    )


def newest_first(call: Call, what: str) -> SpanFilter:
    """``span_filter`` for a list that has this order alone. Raises ``BadQuery`` where ``q`` asks for another one."""
    wanted = asked(call.values, call.now_ns)
    if wanted.sort not in (None, "started_at") or wanted.descending is False:
        raise BadQuery(f"{what} come newest first; sort and order are for the list of spans", *wanted.sort_at)
    return wanted.where


async def list_traces(call: Call) -> Response:
    where = newest_first(call, "traces")
    question = cursors.digest("traces", where)
    page, as_of_ns = call.page(question, DEFAULT_TRACES)
    found = await call.run(call.services.store.traces, where, page, as_of_ns)
    rows = [trace(summary) for summary in found.items]
    return JSON(envelope("traces", rows, call.next_cursor(question, found.next)))


async def get_trace(call: Call) -> Response:
    trace_id: str = call.values["path_trace_id"]
    skeleton: bool = call.values.get("skeleton", False)
    question = cursors.digest("trace", trace_id)
    page, _ = call.page(question, DEFAULT_SPANS)
    store = call.services.store

    # All of it in one worker thread: a thousand whole spans take longer to put into JSON than to read.
    def answer() -> Response:
        summary = store.trace_summary(trace_id)
        if summary is None:
            raise unknown_trace(trace_id)
        found = store.trace_spans(trace_id, skeleton=skeleton, limit=page.limit, after=page.after)
        rows = [span(stored, content) for stored, content in contents(store, found.items)]
        next_cursor = call.next_cursor(question, found.next)
        return JSON({"trace": trace(summary), "spans": rows, "count": len(rows), "next_cursor": next_cursor})

    return await call.run(answer)


async def delete_trace(call: Call) -> Response:
    trace_id: str = call.values["path_trace_id"]
    deleted = await call.run(call.services.store.delete_trace, trace_id)
    if not deleted:
        raise unknown_trace(trace_id)
    await call.services.ingest.forgotten(Deletion(deleted, trace_id=trace_id))
    return JSON({"deleted": deleted})


def unknown_trace(trace_id: str) -> NotFound:
    return NotFound(f"There is no trace {trace_id}; it may not have arrived yet, or was deleted.", field="trace_id")

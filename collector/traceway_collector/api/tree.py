"""The tree of one trace, all of it in one answer."""

from __future__ import annotations

import asyncio

from starlette.responses import Response

from ..query.tree import grow
from .endpoint import Call
from .responses import JSON
from .traces import unknown_trace
from .wire.traces import trace
from .wire.tree import tree_shape

MOST_SPANS = 100_000
"""Spans in one answer: the first ones, if a trace has more."""


async def get_trace_tree(call: Call) -> Response:
    """The summary, and a row for each span and each parent that has not arrived."""
    trace_id: str = call.values["path_trace_id"]
    limit: int = call.values.get("limit", MOST_SPANS)
    store = call.services.store

    summary, spans = await asyncio.gather(
        call.run(store.trace_summary, trace_id), call.run(store.trace_columns, trace_id, limit)
    )
    if summary is None or spans is None:
        raise unknown_trace(trace_id)

    def answer() -> Response:
        truncated = summary.span_count > len(spans.span_id)
        return JSON({"trace": trace(summary), **tree_shape(grow(spans), spans, truncated=truncated)})

    return await call.run(answer)

"""Two traces side by side."""

from __future__ import annotations

from itertools import chain

from starlette.responses import Response

from ..errors import NotFound
from ..model import TraceSummary
from ..query.compare import Side, compare, digest
from ..query.tree import grow
from ..store import Reader
from .content import content, content_events
from .endpoint import Call
from .responses import JSON
from .wire.compare import comparison

MOST_SPANS = 5_000
"""Spans of each trace that are held against the other's. Reading their contents takes some 0.3 ms a span."""


async def get_comparison(call: Call) -> Response:
    """The steps of both traces, aligned. What is compared of a step is its content, whatever dialect it was in."""
    store = call.services.store

    def answer() -> Response:
        summary_a, a = _side(store, call.values["a"], "a")
        summary_b, b = _side(store, call.values["b"], "b")
        truncated = max(summary_a.span_count, summary_b.span_count) > MOST_SPANS
        return JSON(comparison((summary_a, a), (summary_b, b), compare(a, b), truncated=truncated))

    return await call.run(answer)


def _side(store: Reader, trace_id: str, field: str) -> tuple[TraceSummary, Side]:
    summary = store.trace_summary(trace_id)
    spans = store.trace_columns(trace_id, MOST_SPANS)
    if summary is None or spans is None:
        raise NotFound(f"{field} is {trace_id}, and there is no such trace; it may have been deleted.", field=field)
    digests: dict[str, tuple[bytes | None, bytes | None]] = {}
    events = content_events(store, [trace_id])
    for stored in chain.from_iterable(store.trace_pages([trace_id], frozenset(spans.span_id))):
        found = content(stored, events)
        if found is not None and (found.input is not None or found.output is not None):
            digests[stored.span_id] = (digest(found.input), digest(found.output))
    return summary, Side(grow(spans), spans, digests)

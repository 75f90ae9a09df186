"""What the suite writes and how it reads all of it back. Builders of single spans: ``tests/api/telemetry.py``."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable, Sequence

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.api.telemetry import spans_request
from traceway_collector.model import StoredSpan, TraceSummary
from traceway_collector.query.filters import Page, Position, SpanFilter, SpanSort
from traceway_collector.store import Store


def new_trace_id() -> str:
    return uuid.uuid4().hex


def request(*spans: Span, service: str = "shop") -> ExportTraceServiceRequest:
    return spans_request(spans, service=service)


def put_in_trace(span: Span, trace_id: str) -> Span:
    """The same span, in this trace."""
    copy = Span()
    copy.CopyFrom(span)
    copy.trace_id = bytes.fromhex(trace_id)
    return copy


def all_traces(store: Store, where: SpanFilter, as_of_ns: int, limit: int = 1000) -> list[TraceSummary]:
    """A whole list of traces, page by page."""
    found: list[TraceSummary] = []
    after: Position | None = None
    while True:
        page = store.traces(where, Page(limit, after), as_of_ns)
        assert len(page.items) <= limit
        found += page.items
        if page.next is None:
            return found
        assert len(page.items) == limit
        after = page.next


def all_spans(
    store: Store,
    where: SpanFilter,
    as_of_ns: int,
    limit: int = 1000,
    sort: SpanSort = "started_at",
    descending: bool = True,
) -> list[StoredSpan]:
    """A whole list of spans, page by page."""
    found: list[StoredSpan] = []
    after: Position | None = None
    while True:
        page = store.spans(where, Page(limit, after), as_of_ns, sort=sort, descending=descending)
        assert len(page.items) <= limit
        found += page.items
        if page.next is None:
            return found
        assert len(page.items) == limit
        after = page.next


def whole_trace(store: Store, trace_id: str, limit: int = 1000) -> list[StoredSpan]:
    """Every span of a trace with its message, page by page."""
    found: list[StoredSpan] = []
    after: Position | None = None
    while True:
        page = store.trace_spans(trace_id, skeleton=False, limit=limit, after=after)
        found += page.items
        if page.next is None:
            return found
        after = page.next


def canonical(span: Span) -> bytes:
    """Bytes that are equal for spans that mean the same: a status or a value that is there but empty is as good as one
    that is not, a parent of zeros as good as none, and one NaN as good as another."""
    same = Span()
    same.CopyFrom(span)
    if not same.status.code and not same.status.message:
        same.ClearField("status")
    if not any(same.parent_span_id):
        same.parent_span_id = b""
    for attribute in same.attributes:
        _canonical_value(attribute)
    for event in same.events:
        for attribute in event.attributes:
            _canonical_value(attribute)
    same.DiscardUnknownFields()
    return same.SerializeToString(deterministic=True)


def _canonical_value(attribute: KeyValue) -> None:
    attribute.value.SetInParent()
    if attribute.value.WhichOneof("value") == "double_value" and math.isnan(attribute.value.double_value):
        attribute.value.double_value = math.nan


def keys(spans: Iterable[StoredSpan]) -> list[tuple[str, str]]:
    return [(span.trace_id, span.span_id) for span in spans]


def ids(traces: Sequence[TraceSummary]) -> list[str]:
    return [trace.trace_id for trace in traces]

"""The benchmark's spans are what it says they are; everything it measures rests on that."""

from __future__ import annotations

import time

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from benchmarks.spans import SPANS_PER_TRACE, Maker, Template


def spans_of(template: Template) -> list[Span]:
    requests = [ExportTraceServiceRequest.FromString(bytes(body)) for body in template.requests]
    return [
        span
        for request in requests
        for resource_spans in request.resource_spans
        for scope_spans in resource_spans.scope_spans
        for span in scope_spans.spans
    ]


@pytest.mark.parametrize(("batch", "requests", "spans"), [(512, 1, 512), (64, 1, 64), (1, 32, 32)])
def test_requests_hold_whole_traces_with_sound_trees_and_times(batch, requests, spans):
    template = Maker(1).template(batch, traces=4)
    template.refresh(now := time.time_ns())
    found = spans_of(template)
    assert (len(template.requests), len(found), template.spans) == (requests, spans, spans)
    by_id = {span.span_id: span for span in found}
    assert len(by_id) == spans
    assert len({span.trace_id for span in found}) == spans // SPANS_PER_TRACE
    for span in found:
        assert now - 60e9 < span.start_time_unix_nano <= span.end_time_unix_nano <= now
        if span.parent_span_id:
            parent = by_id[span.parent_span_id]
            assert parent.trace_id == span.trace_id
            assert parent.start_time_unix_nano <= span.start_time_unix_nano
            assert span.end_time_unix_nano <= parent.end_time_unix_nano


def test_refresh_makes_everything_new_and_keeps_the_size():
    template = Maker(1).template(64)
    template.refresh(time.time_ns())
    before = spans_of(template)
    size = len(template.requests[0])
    template.refresh(time.time_ns())
    after = spans_of(template)
    assert len(template.requests[0]) == size
    assert {span.span_id for span in before} & {span.span_id for span in after} == set()
    assert {span.trace_id for span in before} & {span.trace_id for span in after} == set()
    assert [span.name for span in before] == [span.name for span in after]


def test_spans_are_as_large_as_the_targets_assume():
    maker = Maker(3)
    templates = [maker.template(512) for _ in range(8)]
    mean_bytes = sum(len(template.requests[0]) for template in templates) / (8 * 512)
    assert 1700 < mean_bytes < 2000


def test_first_ids_name_a_root_that_is_sent():
    template = Maker(1).template(64)
    template.refresh(time.time_ns())
    trace_id, span_id = template.first_ids()
    root = next(span for span in spans_of(template) if span.span_id.hex() == span_id)
    assert (root.trace_id.hex(), root.parent_span_id) == (trace_id, b"")


def test_a_long_trace_is_one_trace():
    template = Maker(1).long_trace(1000)
    template.refresh(time.time_ns())
    found = spans_of(template)
    assert (len(found), len({span.trace_id for span in found})) == (1000, 1)
    assert len(template.requests[0]) < 8 * 2**20

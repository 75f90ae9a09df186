"""Admission: what may come in, what is left out and why, and that no bytes do more harm than a ``BadInput``."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.metrics.v1 import metrics_pb2 as metrics
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span

from tests.otlp.strategies import requests
from traceway_collector.errors import BadInput
from traceway_collector.ingest.admission import Admitted, admit, request_id
from traceway_collector.model import Signal

from .recording import log_request, request_of, trace_request

TRACE, SPAN = bytes(range(16)), bytes(range(1, 9))


def take(signal: Signal, body: bytes) -> Admitted:
    return admit(signal, request_id(signal, body), body)


def spans_of(admitted: Admitted) -> list[Span]:
    message = ExportTraceServiceRequest.FromString(admitted.request.body)
    return [span for resource in message.resource_spans for scope in resource.scope_spans for span in scope.spans]


def test_a_sound_request_keeps_its_bytes():
    body = trace_request(1, spans=5)
    admitted = take(Signal.TRACES, body)
    assert admitted.request.body is body
    assert (admitted.request.items, admitted.rejected, admitted.duplicates, admitted.message) == (5, 0, 0, "")


@pytest.mark.parametrize(
    ("ids", "reason"),
    [
        ({"trace_id": b""}, "trace_id has 0 bytes, expected 16"),
        ({"trace_id": bytes(8)}, "trace_id has 8 bytes, expected 16"),
        ({"trace_id": TRACE.hex().encode()}, "trace_id has 32 bytes, expected 16"),
        ({"trace_id": bytes(16)}, "trace_id is all zeroes"),
        ({"span_id": b""}, "span_id has 0 bytes, expected 8"),
        ({"span_id": SPAN + b"x"}, "span_id has 9 bytes, expected 8"),
        ({"span_id": bytes(8)}, "span_id is all zeroes"),
        ({"parent_span_id": b"x"}, "parent_span_id has 1 bytes, expected 8 or none"),
        ({"parent_span_id": TRACE}, "parent_span_id has 16 bytes, expected 8 or none"),
    ],
)
def test_a_span_with_a_bad_id_is_left_out_alone(ids, reason):
    good = Span(trace_id=TRACE, span_id=SPAN, parent_span_id=b"parent!!", name="good")
    bad = Span(**{"trace_id": TRACE, "span_id": b"another!", "name": "bad", **ids})
    admitted = take(Signal.TRACES, request_of([bad, good]))
    assert spans_of(admitted) == [good]
    assert (admitted.request.items, admitted.rejected, admitted.sent) == (1, 1, 2)
    assert admitted.message == f"1 span rejected: {reason}"


def test_reasons_are_counted_and_the_commonest_come_first():
    spans = [Span(trace_id=TRACE, span_id=b"x" * size) for size in (3, 1, 3, 9, 10, 11, 12, 13, 3, 1)]
    admitted = take(Signal.TRACES, request_of(spans))
    assert (admitted.request.items, admitted.rejected) == (0, 10)
    assert admitted.message == (
        "3 spans rejected: span_id has 3 bytes, expected 8; 2 spans rejected: span_id has 1 bytes, expected 8; "
        "1 span rejected: span_id has 10 bytes, expected 8; 1 span rejected: span_id has 11 bytes, expected 8; "
        "1 span rejected: span_id has 12 bytes, expected 8; 2 spans rejected: other faults of this kind"
    )


def test_of_a_span_that_comes_twice_the_last_copy_stays():
    def copy(name: str, span_id: bytes = SPAN) -> Span:
        return Span(trace_id=TRACE, span_id=span_id, name=name)

    first = ResourceSpans(scope_spans=[ScopeSpans(spans=[copy("a1"), copy("b", b"another!"), copy("a2")])])
    second = ResourceSpans(scope_spans=[ScopeSpans(spans=[copy("a3")]), ScopeSpans(spans=[copy("c", b"the-next")])])
    body = ExportTraceServiceRequest(resource_spans=[first, second]).SerializeToString()
    admitted = take(Signal.TRACES, body)
    assert [span.name for span in spans_of(admitted)] == ["b", "a3", "c"]
    assert (admitted.request.items, admitted.rejected, admitted.duplicates) == (3, 0, 2)
    assert admitted.message == ""


def test_a_cleared_request_is_known_by_the_bytes_that_came_in():
    body = request_of([Span(trace_id=TRACE, span_id=SPAN), Span(trace_id=TRACE, span_id=SPAN)])
    assert take(Signal.TRACES, body).request.request_id == request_id(Signal.TRACES, body)
    assert request_id(Signal.TRACES, body) != request_id(Signal.LOGS, body)


def test_log_records_and_points_of_every_metric_type_are_counted():
    assert take(Signal.LOGS, log_request("INFO")).request.items == 1
    point, histogram = metrics.NumberDataPoint(as_int=1), metrics.HistogramDataPoint(count=1)
    sent = [
        metrics.Metric(name="a", gauge=metrics.Gauge(data_points=[point, point])),
        metrics.Metric(name="b", sum=metrics.Sum(data_points=[point])),
        metrics.Metric(name="c", histogram=metrics.Histogram(data_points=[histogram])),
        metrics.Metric(
            name="d",
            exponential_histogram=metrics.ExponentialHistogram(data_points=[metrics.ExponentialHistogramDataPoint()]),
        ),
        metrics.Metric(name="e", summary=metrics.Summary(data_points=[metrics.SummaryDataPoint()])),
        metrics.Metric(name="nothing"),
    ]
    resource = metrics.ResourceMetrics(scope_metrics=[metrics.ScopeMetrics(metrics=sent)])
    body = ExportMetricsServiceRequest(resource_metrics=[resource]).SerializeToString()
    assert take(Signal.METRICS, body).request.items == 6


_IDS = st.sampled_from([b"", bytes(8), bytes(16), SPAN, b"another!", TRACE, TRACE[::-1], b"x", b"x" * 17])
_SPANS = st.builds(Span, trace_id=_IDS, span_id=_IDS, parent_span_id=_IDS, name=st.text(max_size=3))
_SCOPES = st.builds(ScopeSpans, spans=st.lists(_SPANS, max_size=6))
_REQUESTS = st.builds(
    ExportTraceServiceRequest,
    resource_spans=st.lists(st.builds(ResourceSpans, scope_spans=st.lists(_SCOPES, max_size=3)), max_size=3),
)


@given(_REQUESTS)
@settings(deadline=None)
def test_every_span_is_admitted_rejected_or_a_duplicate(message):
    sent = [span for resource in message.resource_spans for scope in resource.scope_spans for span in scope.spans]
    last = {(span.trace_id, span.span_id): span.name for span in sent if _sound(span)}
    admitted = take(Signal.TRACES, message.SerializeToString())
    kept = spans_of(admitted)
    assert admitted.request.items == len(kept)
    assert len(kept) + admitted.rejected + admitted.duplicates == len(sent) == admitted.sent
    assert admitted.rejected == sum(not _sound(span) for span in sent) == sum(count for _, count in admitted.reasons)
    assert {(span.trace_id, span.span_id): span.name for span in kept} == last


def _sound(span: Span) -> bool:
    ids = len(span.trace_id) == 16 and any(span.trace_id) and len(span.span_id) == 8 and any(span.span_id)
    return ids and len(span.parent_span_id) in (0, 8)


@given(st.sampled_from(Signal), st.binary(max_size=200))
@settings(deadline=None)
def test_no_bytes_do_more_than_bad_input(signal, body):
    try:
        admitted = take(signal, body)
    except BadInput:
        return
    assert admitted.request.items >= 0


def test_what_is_not_protobuf_gets_a_clear_error():
    with pytest.raises(BadInput, match="the body is not an OTLP ExportLogsServiceRequest in protobuf: ") as raised:
        take(Signal.LOGS, b"{}")
    assert raised.value.field == "body"


@given(st.sampled_from(Signal).flatmap(lambda signal: st.tuples(st.just(signal), requests(signal), st.data())))
@settings(deadline=None, max_examples=60)
def test_a_broken_message_is_bad_input_or_still_one(case):
    signal, message, data = case
    body = bytearray(message.SerializeToString())
    for _ in range(data.draw(st.integers(0, 4))):
        if body:
            body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    try:
        admitted = take(signal, bytes(body))
    except BadInput:
        return
    assert admitted.rejected + admitted.duplicates + admitted.request.items == admitted.sent

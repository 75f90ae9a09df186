"""``/api/traces/{id}/otlp`` gives back what was sent."""

from __future__ import annotations

import itertools
import math

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status

from traceway_collector.api import otlp
from traceway_collector.model import Signal
from traceway_collector.otlp.json_codec import decode

from .telemetry import SECOND_NS, START_NS, pairs, span, spans_request, trace_id


def returned(api, trace: int) -> ExportTraceServiceRequest:
    """The OTLP JSON of a trace, read by the receiver's own decoder (TracesData has the request's shape)."""
    response = api.client.get(f"/api/traces/{trace_id(trace)}/otlp")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    return decode(Signal.TRACES, response.content)


def rich_request() -> ExportTraceServiceRequest:
    """Two resources, three scopes, every field of a span."""
    attributes = {
        "text": "naïve",
        "empty": "",
        "no": False,
        "least": -(2**63),
        "most": 2**63 - 1,
        "nan": math.nan,
        "endless": math.inf,
        "bytes": b"\x00\x80\xff",
        "nothing": None,
        "list": [1, "a", [b"x", None], {"k": -0.0}],
        "map": {"deep": {"er": [True]}},
    }
    event = Span.Event(name="e", time_unix_nano=START_NS, attributes=pairs(attributes), dropped_attributes_count=4)
    link = Span.Link(trace_id=b"\x01" * 16, span_id=b"\x02" * 8, trace_state="c=d", flags=1, attributes=pairs({"n": 1}))
    full = span(
        1,
        2,
        parent=1,
        name="full",
        after_ns=1,
        attributes=attributes,
        trace_state="a=b",
        flags=769,
        kind=Span.SPAN_KIND_PRODUCER,
        status=Status(code=Status.STATUS_CODE_ERROR, message="broken"),
        dropped_attributes_count=1,
        dropped_events_count=2,
        dropped_links_count=3,
        events=[event],
        links=[link],
    )
    full.attributes.extend(pairs({"text": "sent twice"}))
    first = ResourceSpans(schema_url="https://example.com/resource")
    first.resource.attributes.extend(pairs({"service.name": "shop", "pod": 7}))
    first.resource.dropped_attributes_count = 5
    library = first.scope_spans.add(schema_url="https://example.com/scope", spans=[span(1, 1, name="root"), full])
    library.scope.name, library.scope.version = "lib", "1.2"
    library.scope.attributes.extend(pairs({"lang": "py"}))
    other = first.scope_spans.add(spans=[span(1, 3, parent=1, after_ns=2)])
    other.scope.name = "other"
    second = ResourceSpans(scope_spans=[ScopeSpans(spans=[span(1, 4, parent=1, after_ns=3)])])
    return ExportTraceServiceRequest(resource_spans=[first, second])


def test_everything_comes_back_as_it_was_sent(api):
    sent = rich_request()
    api.send(sent)
    # NaN is not equal to itself, so the bytes are compared.
    assert returned(api, 1).SerializeToString(deterministic=True) == sent.SerializeToString(deterministic=True)


def test_equal_resources_and_scopes_are_joined_in_order(api):
    for number, service in ((1, "a"), (2, "b"), (3, "a"), (4, "b")):
        api.send(spans_request([span(1, number, after_ns=number)], service=service))
    groups = returned(api, 1).resource_spans
    assert [[s.span_id[-1] for s in group.scope_spans[0].spans] for group in groups] == [[1, 3], [2, 4]]


def test_a_big_trace_is_streamed_whole_and_compressed(api):
    many = otlp.PAGE_SPANS * 2 + 10
    api.send(spans_request([span(1, n, after_ns=n, took_ns=SECOND_NS) for n in range(1, many + 1)]))
    response = api.client.get(f"/api/traces/{trace_id(1)}/otlp", headers={"accept-encoding": "gzip"})
    assert response.headers["content-encoding"] == "gzip"
    spans = [s for r in decode(Signal.TRACES, response.content).resource_spans for g in r.scope_spans for s in g.spans]
    assert [int.from_bytes(s.span_id, "big") for s in spans] == list(range(1, many + 1))


def test_an_unknown_trace(api):
    assert api.get(f"/api/traces/{trace_id(1)}/otlp", 404)["error"]["field"] == "trace_id"


TRACE_IDS = itertools.count(0xABC0)

scalars = (
    st.none()
    | st.booleans()
    | st.text(max_size=10)
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats().map(lambda number: math.nan if math.isnan(number) else number)  # JSON has one NaN, without a sign
    | st.binary(max_size=10)
)
values = st.recursive(scalars, lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=4), v, max_size=3))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.text(max_size=8), values, max_size=4),
    st.integers(0, 2**63 - 1),
    st.text(max_size=10),
    st.integers(0, 2**31 - 1),
)
def test_any_span_is_shown_and_comes_back(api, attributes, start_ns, name, kind):
    sent = Span(
        trace_id=next(TRACE_IDS).to_bytes(16, "big"),
        span_id=b"\x01" * 8,
        name=name,
        kind=kind,
        start_time_unix_nano=start_ns,
        attributes=pairs(attributes),
    )
    request = spans_request([sent])
    api.send(request)
    trace = sent.trace_id.hex()
    answer = api.client.get(f"/api/traces/{trace}/otlp")
    expected = request.SerializeToString(deterministic=True)
    assert decode(Signal.TRACES, answer.content).SerializeToString(deterministic=True) == expected
    (shown,) = api.get(f"/api/traces/{trace}")["spans"]
    assert set(shown["otel"]["attributes"]) == set(attributes)

"""What comes back from ``/api/traces/{id}/otlp`` equals what was sent, by every way in."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import HealthCheck, given, settings
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import InstrumentationScope
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status

from tests.api.telemetry import START_NS, pairs
from tests.otlp.strategies import requests
from traceway_collector.model import Signal
from traceway_collector.store.clickhouse import frames

from . import otlp_form
from .serving import JSON, PROTOBUF, Served

VALUES = {
    "string": "Grüße, 世界 👋",
    "string.empty": "",
    "string.nul": "a\x00b",
    "string.long": "x" * 100_000,
    "bool.true": True,
    "bool.false": False,
    "int.zero": 0,
    "int.least": -(2**63),
    "int.most": 2**63 - 1,
    "double": 0.1,
    "double.minus_zero": -0.0,
    "double.tiny": 5e-324,
    "double.nan": float("nan"),
    "double.inf": float("inf"),
    "double.minus_inf": float("-inf"),
    "bytes": bytes(range(256)),
    "bytes.empty": b"",
    "nothing": None,
    "array": ["a", 1, 2.5, True, None, b"\x00", ["deep", {"er": [-1]}]],
    "array.empty": [],
    "map": {"a": {"b": {"c": [1, {"d": 2**62}]}}, "": None},
    "map.empty": {},
    "": "an empty key",
}
_traces = itertools.count(1)


def everything() -> ExportTraceServiceRequest:
    """One trace with everything OTLP has, in two resources and three scopes."""
    trace_id = (next(_traces) << 64 | 0xE2E).to_bytes(16, "big")

    def a_span(number: int, **fields) -> Span:
        return Span(trace_id=trace_id, span_id=number.to_bytes(8, "big"), start_time_unix_nano=START_NS, **fields)

    full = a_span(
        1,
        name="everything",
        parent_span_id=b"\xff" * 8,
        trace_state="vendor=value,other=1",
        flags=0x301,
        kind=Span.SPAN_KIND_CONSUMER,
        end_time_unix_nano=START_NS + 1,
        attributes=[*pairs(VALUES), *pairs({"twice": 1}), *pairs({"twice": "two"})],
        dropped_attributes_count=3,
        events=[
            Span.Event(time_unix_nano=START_NS + 5, name="event", attributes=pairs(VALUES), dropped_attributes_count=4),
            Span.Event(name=""),
        ],
        dropped_events_count=2**32 - 1,
        links=[
            Span.Link(
                trace_id=b"t" * 16,
                span_id=b"s" * 8,
                trace_state="a=b",
                attributes=pairs(VALUES),
                dropped_attributes_count=5,
                flags=0x100,
            ),
            Span.Link(),
        ],
        dropped_links_count=7,
        status=Status(code=Status.STATUS_CODE_ERROR, message="went wrong"),
    )
    backwards = a_span(2, name="ends before it starts", end_time_unix_nano=START_NS - 10**9)
    endless = a_span(3, end_time_unix_nano=2**64 - 1, status=Status(code=Status.STATUS_CODE_OK))
    bare = Span(trace_id=trace_id, span_id=b"\x04" * 8)
    strange = a_span(5, kind=17, flags=2**32 - 1, status=Status(code=9, message="\n"))
    scope = InstrumentationScope(name="lib", version="1.2", attributes=pairs(VALUES), dropped_attributes_count=6)
    resource = Resource(attributes=pairs({"service.name": "all", **VALUES}), dropped_attributes_count=8)
    return ExportTraceServiceRequest(
        resource_spans=[
            ResourceSpans(
                resource=resource,
                schema_url="https://opentelemetry.io/schemas/1.37.0",
                scope_spans=[
                    ScopeSpans(scope=scope, schema_url="https://opentelemetry.io/schemas/1.36.0", spans=[full]),
                    ScopeSpans(scope=InstrumentationScope(name="lib"), spans=[backwards, endless]),
                ],
            ),
            ResourceSpans(scope_spans=[ScopeSpans(spans=[bare, strange])]),
        ]
    )


def stored(server: Served, message: ExportTraceServiceRequest) -> ExportTraceServiceRequest:
    trace_id = message.resource_spans[0].scope_spans[0].spans[0].trace_id.hex()
    return otlp_form.from_json(server.get(f"/api/traces/{trace_id}/otlp"))


def test_everything_comes_back_over_protobuf(server):
    message = everything()
    server.send(message)
    assert otlp_form.spans(stored(server, message)) == otlp_form.spans(message)


def test_everything_comes_back_over_json(server):
    message = everything()
    status, reply = server.post(json.dumps(otlp_form.to_json(message)).encode(), media=JSON)
    assert (status, json.loads(reply)) == (200, {})
    assert otlp_form.spans(stored(server, message)) == otlp_form.spans(message)


@pytest.mark.parametrize("media", [PROTOBUF, JSON])
def test_nesting_as_deep_as_protobuf_takes_it_comes_back_and_deeper_is_refused(server, media):
    answers = []
    for depth in (10, 30, 40, 44, 45, 46, 47, 48, 49, 50, 51, 60, 200, 2000):
        trace_id = next(_traces).to_bytes(16, "big")
        status, reply = server.post(
            nested_json(trace_id, depth) if media == JSON else nested(trace_id, depth), media=media
        )
        assert status in (200, 400), (depth, reply)
        answers.append(status)
        if status == 200:
            expected = ExportTraceServiceRequest.FromString(nested(trace_id, depth))
            assert otlp_form.spans(stored_as(server, trace_id)) == otlp_form.spans(expected)
            server.get(f"/api/traces/{trace_id.hex()}")
    assert answers == sorted(answers)
    assert set(answers) == {200, 400}


def nested(trace_id: bytes, depth: int) -> bytes:
    """A request whose attribute is ``depth`` arrays in one another, made by hand: the official classes have a limit."""

    def field(number: int, value: bytes) -> bytes:
        return frames.varint(number << 3 | 2) + frames.varint(len(value)) + value

    value = b"\x18\x01"
    for _ in range(depth):
        value = field(5, field(1, value))
    span = field(1, trace_id) + field(2, b"12345678") + field(9, field(1, b"deep") + field(2, value))
    return field(1, field(2, field(2, span)))


def nested_json(trace_id: bytes, depth: int) -> bytes:
    value = '{"arrayValue":{"values":[' * depth + '{"intValue":"1"}' + "]}}" * depth
    return (
        f'{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"traceId":"{trace_id.hex()}","spanId":"{b"12345678".hex()}",'
        f'"attributes":[{{"key":"deep","value":{value}}}]}}]}}]}}]}}'
    ).encode()


@given(requests(Signal.TRACES))
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_anything_comes_back(server, message):
    trace_id = (next(_traces) << 64 | 0xA11).to_bytes(16, "big")
    sent = 0
    for resource in message.resource_spans:
        for scope in resource.scope_spans:
            for span in scope.spans:
                sent += 1
                span.trace_id, span.span_id = trace_id, sent.to_bytes(8, "big")
    server.send(message)
    if sent:
        assert otlp_form.spans(stored_as(server, trace_id)) == otlp_form.spans(message)
        assert server.get(f"/api/traces/{trace_id.hex()}")["count"] == sent
        server.get("/api/traces", limit=3)


def stored_as(server: Served, trace_id: bytes) -> ExportTraceServiceRequest:
    return otlp_form.from_json(server.get(f"/api/traces/{trace_id.hex()}/otlp"))


@pytest.mark.parametrize(
    "body",
    [b"{}", b"[]", b'{"resourceSpans":{}}', b'{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"zz"}]}]}]}'],
)
def test_wrong_json_is_the_clients_mistake(server, body):
    status, reply = server.post(body, media=JSON)
    assert status == (200 if body == b"{}" else 400)
    assert isinstance(json.loads(reply), dict)

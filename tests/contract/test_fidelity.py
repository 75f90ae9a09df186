"""What is read is what was written."""

from __future__ import annotations

from itertools import count

from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.api.telemetry import START_NS, any_value, pairs, span
from tests.otlp.strategies import requests
from traceway_collector.model import Origin, Signal, StoredSpan

from .conftest import Feed
from .telemetry import canonical, new_trace_id, put_in_trace, request, whole_trace

_properties = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
_numbers = count(1)


def _without_indices(message: Message) -> None:
    """Take out what only profiles use; OTLP tells receivers of other signals to ignore it."""
    for field, value in message.ListFields():
        if field.name.endswith("_strindex"):
            message.ClearField(field.name)
        elif field.type == field.TYPE_MESSAGE:
            for each in value if field.is_repeated else (value,):
                _without_indices(each)


def _in_trace(message: ExportTraceServiceRequest, trace_id: bytes) -> ExportTraceServiceRequest:
    """The request with all its spans in one trace and with ids of their own."""
    _without_indices(message)
    for resource in message.resource_spans:
        for scope in resource.scope_spans:
            for each in scope.spans:
                each.trace_id = trace_id
                each.span_id = next(_numbers).to_bytes(8, "big")
    return message


def _expected(message: ExportTraceServiceRequest) -> dict[str, tuple[Span, Origin]]:
    return {
        each.span_id.hex(): (
            each,
            Origin(resource.resource, resource.schema_url, scope.scope, scope.schema_url),
        )
        for resource in message.resource_spans
        for scope in resource.scope_spans
        for each in scope.spans
    }


def assert_same(stored: StoredSpan, sent: Span, origin: Origin) -> None:
    assert stored.message is not None
    assert stored.origin is not None
    assert canonical(stored.message) == canonical(sent)
    for part in ("resource", "scope"):
        read, written = getattr(stored.origin, part), getattr(origin, part)
        written.DiscardUnknownFields()
        assert read.SerializeToString(deterministic=True) == written.SerializeToString(deterministic=True), part
    assert stored.origin.resource_schema_url == origin.resource_schema_url
    assert stored.origin.scope_schema_url == origin.scope_schema_url
    assert (stored.start_ns, stored.end_ns) == (sent.start_time_unix_nano, sent.end_time_unix_nano)
    assert (stored.name, stored.status_code, stored.span_kind) == (sent.name, sent.status.code, sent.kind)
    assert stored.parent_id == (sent.parent_span_id.hex() if any(sent.parent_span_id) else None)


@_properties
@given(st.lists(requests(Signal.TRACES), min_size=1, max_size=4))
def test_any_span_comes_back_equal(feed: Feed, messages: list[ExportTraceServiceRequest]):
    trace_id = new_trace_id()
    sent = {}
    for message in messages:
        sent.update(_expected(_in_trace(message, bytes.fromhex(trace_id))))
    feed.write(*messages)
    found = whole_trace(feed.store, trace_id, limit=3)
    assert sorted(stored.span_id for stored in found) == sorted(sent)
    assert [(each.start_ns, each.span_id) for each in found] == sorted((each.start_ns, each.span_id) for each in found)
    for stored in found:
        assert_same(stored, *sent[stored.span_id])
        [alone] = feed.store.span(stored.span_id, trace_id)
        assert canonical(alone.message or Span()) == canonical(sent[stored.span_id][0])


def test_the_ends_of_every_type(feed: Feed):
    values = {
        "int.min": -(2**63),
        "int.max": 2**63 - 1,
        "int.exact": 2**53 + 1,
        "double.nan": float("nan"),
        "double.inf": float("inf"),
        "double.-inf": float("-inf"),
        "double.-0": -0.0,
        "double.tiny": 5e-324,
        "double.whole": 1.0,
        "text.empty": "",
        "text.nul": "a\0b",
        "text.wide": "naïve 漢字 🦊 \u202e",
        "text.number": "1",
        "bytes": b"\xff\x00\xfe",
        "bytes.empty": b"",
        "false": False,
        "none": None,
        "list": [1, "1", 1.0, True, None, b"\x00", [[]], {"k": []}],
        "list.empty": [],
        "map": {"a": {"b": [None, 2**63 - 1]}, "": ""},
        "map.empty": {},
        "": "a key without letters",
    }
    sent = span(1, 1, attributes=values, flags=0x1FF, trace_state="a=1,b=2", dropped_attributes_count=2**32 - 1)
    sent.attributes.extend([*pairs({"twice": "first"}), *pairs({"twice": 2})])
    sent.status.code, sent.status.message = Span().status.code, "a message without a code"
    sent.dropped_events_count = sent.dropped_links_count = 7
    event = sent.events.add(time_unix_nano=2**64 - 1, name="", dropped_attributes_count=3)
    event.attributes.extend(pairs(values))
    sent.events.add(time_unix_nano=0, name="second")
    link = sent.links.add(trace_id=bytes(range(16)), span_id=bytes(range(8)), trace_state="x=y", flags=2**32 - 1)
    link.attributes.extend(pairs(values))
    trace_id = new_trace_id()
    message = request(put_in_trace(sent, trace_id))
    resource, scope = message.resource_spans[0], message.resource_spans[0].scope_spans[0]
    resource.schema_url, scope.schema_url = "https://example.com/1.2.3", "https://example.com/4.5.6"
    resource.resource.attributes.extend(pairs(values))
    resource.resource.dropped_attributes_count = 9
    scope.scope.version = "1.0"
    scope.scope.attributes.extend(pairs(values))
    scope.scope.dropped_attributes_count = 11
    expected = _expected(message)
    feed.write(message)
    [stored] = whole_trace(feed.store, trace_id)
    assert_same(stored, *expected[stored.span_id])
    assert stored.message is not None
    assert list(stored.message.attributes) != []
    assert [each.value for each in stored.message.attributes if each.key == "twice"] == [
        any_value("first"),
        any_value(2),
    ]


def test_a_skeleton_has_no_message_and_the_same_facts(feed: Feed):
    trace_id = new_trace_id()
    feed.write(request(put_in_trace(span(1, 1, attributes={"gen_ai.operation.name": "chat"}), trace_id)))
    [bare] = feed.store.trace_spans(trace_id, skeleton=True, limit=10).items
    [full] = feed.store.trace_spans(trace_id, skeleton=False, limit=10).items
    assert bare.message is None
    assert bare.origin is None
    assert full.message is not None
    assert bare.facts == full.facts
    assert bare.facts.kind == "llm_call"


def test_hostile_times_are_kept_and_listed(feed: Feed):
    trace_id = new_trace_id()
    ends = {1: (0, 0), 2: (0, 2**64 - 1), 3: (2**64 - 1, 2**64 - 1), 4: (START_NS, START_NS - 5), 5: (2**63, 0)}
    spans = []
    for number, (start_ns, end_ns) in ends.items():
        spans.append(span(1, number))
        spans[-1].start_time_unix_nano, spans[-1].end_time_unix_nano = start_ns, end_ns
    feed.write(request(*(put_in_trace(each, trace_id) for each in spans)))
    found = whole_trace(feed.store, trace_id, limit=1)
    assert [(each.start_ns, each.end_ns) for each in found] == sorted(ends.values())
    summary = feed.store.trace_summary(trace_id)
    assert summary is not None
    assert (summary.span_count, summary.start_ns, summary.end_ns) == (5, 0, 2**64 - 1)


def test_two_traces_may_share_a_span_id(feed: Feed):
    first, second = sorted((new_trace_id(), new_trace_id()))
    feed.write(*(request(put_in_trace(span(1, 77), each)) for each in (first, second)))
    shared = span(1, 77).span_id.hex()
    assert [each.trace_id for each in feed.store.span(shared)] == [first, second]
    assert [each.trace_id for each in feed.store.span(shared, second)] == [second]
    assert not feed.store.span(shared, new_trace_id())
    assert not feed.store.span("00000000000000ff")


def test_what_is_unknown_is_empty(feed: Feed):
    trace_id = new_trace_id()
    assert feed.store.trace_summary(trace_id) is None
    assert not feed.store.trace_spans(trace_id, skeleton=False, limit=10).items
    assert not feed.store.trace_logs([trace_id])
    assert feed.store.delete_trace(trace_id) == 0


def test_a_trace_of_many_spans_is_paged_without_gaps(feed: Feed):
    trace_id = new_trace_id()
    spans = [put_in_trace(span(1, n, after_ns=n // 7), trace_id) for n in range(1, 2501)]
    feed.write(*(request(*spans[at : at + 500]) for at in range(0, len(spans), 500)))
    found = whole_trace(feed.store, trace_id, limit=333)
    assert [each.span_id for each in found] == [each.span_id.hex() for each in spans]
    summary = feed.store.trace_summary(trace_id)
    assert summary is not None
    assert summary.span_count == 2500

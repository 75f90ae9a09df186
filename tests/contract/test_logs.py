"""Log records: what is read is what was written, in an order that holds while more arrive."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.resource.v1.resource_pb2 import Resource

from tests.api.telemetry import SECOND_NS, START_NS, any_value, logs_request, pairs, span
from tests.otlp.strategies import requests
from traceway_collector.errors import BadInput
from traceway_collector.model import Signal, StoredLog
from traceway_collector.query.filters import LogFilter, Page, Position
from traceway_collector.store import Request

from .conftest import Feed, as_request
from .telemetry import new_trace_id, put_in_trace, request

_properties = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
TRACE, SPAN = bytes(range(16)), bytes(range(8))


def record(text: object = "hello", after_ns: int = 0, **more) -> LogRecord:
    return LogRecord(body=any_value(text), time_unix_nano=START_NS + after_ns, **more)


def write(feed: Feed, *records: LogRecord, service: str = "shop") -> int:
    return feed.write(logs_request(records, service=service), signal=Signal.LOGS)


def all_logs(feed: Feed, where: LogFilter | None = None, limit: int = 1000) -> list[StoredLog]:
    """A whole list, page by page."""
    found: list[StoredLog] = []
    after: Position | None = None
    while True:
        page = feed.store.logs(where or LogFilter(), Page(limit, after), feed.now_ns)
        assert len(page.items) <= limit
        found += page.items
        if page.next is None:
            return found
        after = page.next


def texts(logs: list[StoredLog]) -> list[str]:
    return [log.record.body.string_value for log in logs]


def moment_ns(sent: LogRecord) -> int:
    return sent.time_unix_nano or sent.observed_time_unix_nano


def without_indices(message: Message) -> None:
    """Take out what only profiles use; OTLP tells receivers of other signals to ignore it."""
    for field, value in message.ListFields():
        if field.name.endswith("_strindex"):
            message.ClearField(field.name)
        elif field.type == field.TYPE_MESSAGE:
            for each in value if field.is_repeated else (value,):
                without_indices(each)


def canonical(sent: LogRecord) -> bytes:
    """Bytes that are equal for records that mean the same: an empty body or value is as good as none, and one NaN as
    good as another."""
    same = LogRecord()
    same.CopyFrom(sent)
    values: list[AnyValue] = [attribute.value for attribute in same.attributes]
    for attribute in same.attributes:
        attribute.value.SetInParent()
    if same.body.WhichOneof("value") is None:
        same.ClearField("body")
    else:
        values.append(same.body)
    for value in values:
        if value.WhichOneof("value") == "double_value" and math.isnan(value.double_value):
            value.double_value = math.nan
    return same.SerializeToString(deterministic=True)


def described(sent: LogRecord, resource: Resource, resource_url: str, scope: InstrumentationScope, scope_url: str):
    return (
        canonical(sent),
        resource.SerializeToString(deterministic=True),
        resource_url,
        scope.SerializeToString(deterministic=True),
        scope_url,
    )


@_properties
@given(st.lists(requests(Signal.LOGS), min_size=1, max_size=4))
def test_any_record_comes_back_equal(feed: Feed, messages: list[ExportLogsServiceRequest]):
    feed.store.delete_before(2**63 - 1)
    sent = Counter()
    for message in messages:
        without_indices(message)
        for resource in message.resource_logs:
            for scope in resource.scope_logs:
                origin = (resource.resource, resource.schema_url, scope.scope, scope.schema_url)
                sent.update(described(each, *origin) for each in scope.log_records)
    feed.write(*messages, signal=Signal.LOGS)
    found = all_logs(feed, limit=3)
    assert sent == Counter(
        described(
            log.record,
            log.origin.resource,
            log.origin.resource_schema_url,
            log.origin.scope,
            log.origin.scope_schema_url,
        )
        for log in found
    )
    moments = [moment_ns(log.record) for log in found]
    assert moments == sorted(moments, reverse=True)
    assert len({log.log_id for log in found}) == len(found)


BODIES = [
    "",
    "naïve 漢字 🦊 \0",
    False,
    True,
    0,
    -(2**63),
    2**63 - 1,
    0.0,
    -0.0,
    math.inf,
    5e-324,
    b"",
    b"\x00\xff",
    b"\xfe" * 1_000_000,
    [],
    {},
    [1, "1", None, [b"\x00"], {"": []}],
    {"role": "user", "content": "hi", "tool_calls": [{"id": "1", "function": {"name": "f", "arguments": {}}}]},
    None,
]


def test_every_kind_of_body(feed: Feed):
    sent = [
        record(body, -n, attributes=[*pairs({"twice": 1, "body": body}), *pairs({"twice": "2"})])
        for n, body in enumerate(BODIES)
    ]
    write(feed, *sent)
    found = all_logs(feed)
    assert [canonical(log.record) for log in found] == [canonical(each) for each in sent]
    assert {tuple(each.key for each in log.record.attributes) for log in found} == {("twice", "body", "twice")}
    assert {log.service for log in found} == {"shop"}


def test_everything_a_record_has(feed: Feed):
    sent = LogRecord(
        time_unix_nano=2**64 - 1,
        observed_time_unix_nano=1,
        severity_number=24,
        severity_text="FATAL4",
        dropped_attributes_count=2**32 - 1,
        flags=2**32 - 1,
        trace_id=TRACE,
        span_id=SPAN,
        event_name="gen_ai.choice",
    )
    odd = LogRecord(trace_id=b"short", span_id=b"far too long for a span", severity_number=-1)
    write(feed, sent, odd)
    assert [log.record for log in all_logs(feed)] == [sent, odd]


def test_a_record_without_a_time_stands_where_it_was_observed(feed: Feed):
    timeless = LogRecord(observed_time_unix_nano=START_NS + 1, body=any_value("between"))
    write(feed, record("first"), timeless, record("last", after_ns=2))
    found = all_logs(feed, LogFilter(since_ns=START_NS, until_ns=START_NS + 2))
    assert texts(found) == ["last", "between", "first"]
    assert found[1].record == timeless


FILTERS = [
    (LogFilter(), ["c", "b", "a"]),
    (LogFilter(services=("bakery", "unknown")), ["c"]),
    (LogFilter(event_names=("app.start", "app.stop")), ["b", "a"]),
    (LogFilter(min_severity=13), ["c", "b"]),
    (LogFilter(trace_id=TRACE.hex()), ["b"]),
    (LogFilter(trace_id=TRACE.hex(), span_id=SPAN.hex()), ["b"]),
    (LogFilter(trace_id=TRACE.hex(), span_id="00" * 8), []),
    (LogFilter(since_ns=START_NS + SECOND_NS), ["c", "b"]),
    (LogFilter(until_ns=START_NS + SECOND_NS), ["b", "a"]),
    (LogFilter(min_severity=13, event_names=("app.stop",)), ["b"]),
]


def test_filters(feed: Feed):
    # Before log records had names, an attribute named the event.
    write(feed, record("a", severity_number=9, attributes=pairs({"event.name": "app.start"})))
    write(feed, record("b", SECOND_NS, severity_number=13, event_name="app.stop", trace_id=TRACE, span_id=SPAN))
    write(feed, record("c", 2 * SECOND_NS, severity_number=17), service="bakery")
    for where, expected in FILTERS:
        assert texts(all_logs(feed, where)) == expected, where


SEARCHES = [
    ("DISK", ["text", "map"]),
    ("disk is", ["text", "map"]),
    ("ÜBER", ["text"]),
    ("100%_'\\", ["text"]),
    ("absent", []),
]


def test_text_is_found_in_bodies(feed: Feed):
    write(
        feed,
        record("the Disk is full: über 100%_'\\ now", event_name="text"),
        record({"why": ["disk is full"]}, -1, event_name="map"),
        record(b"disk is full", -2, event_name="bytes"),
        record(None, -3, event_name="none"),
    )
    for text, expected in SEARCHES:
        assert [log.record.event_name for log in all_logs(feed, LogFilter(text=text))] == expected, text


def test_pages_neither_skip_nor_repeat_while_records_arrive(feed: Feed):
    """Many records of one instant, in several requests and groups; more of them arrive after the first page."""
    for group in range(3):
        feed.commit(
            [
                as_request(logs_request([record(f"{group}.{number}.{n}") for n in range(5)]), Signal.LOGS)
                for number in range(2)
            ],
            Signal.LOGS,
        )
    expected = texts(all_logs(feed))
    assert len(set(expected)) == 30
    as_of_ns = feed.now_ns
    found: list[StoredLog] = []
    after = None
    while True:
        page = feed.store.logs(LogFilter(), Page(4, after), as_of_ns)
        found += page.items
        if page.next is None:
            break
        after = page.next
        write(feed, record("late", 1), record("late"), record("late", -1))
    assert texts(found) == expected
    ids = [log.log_id for log in found]
    assert ids == sorted(ids, reverse=True)


def test_the_last_page_knows_that_it_is(feed: Feed):
    write(feed, record("a"), record("b"))
    assert feed.store.logs(LogFilter(), Page(2), feed.now_ns).next is None
    assert feed.store.logs(LogFilter(), Page(1), feed.now_ns).next is not None
    assert not feed.store.logs(LogFilter(), Page(10), feed.now_ns - 1).items


def test_a_forged_position_is_bad_input(feed: Feed):
    for position in (Position(1, 1, "", "no id"), Position(1, None, "", "0" * 40), Position(1, 0.5, "", "0" * 40)):
        with pytest.raises(BadInput) as error:
            feed.store.logs(LogFilter(), Page(10, position), feed.now_ns)
        assert error.value.field == "cursor"


def test_records_of_a_trace_oldest_first(feed: Feed):
    ids = {"trace_id": TRACE, "span_id": SPAN}
    other = SPAN * 2
    write(feed, record("2", 2, event_name="gen_ai.choice", **ids), record("other trace", 1, trace_id=other))
    write(feed, record("1", 1, **ids), record("0", attributes=pairs({"event.name": "gen_ai.user.message"}), **ids))
    store = feed.store
    write(feed, record("no trace", 1))
    assert texts(list(store.trace_logs([TRACE.hex()]))) == ["0", "1", "2"]
    named = store.trace_logs([TRACE.hex()], event_names=["gen_ai.choice", "gen_ai.user.message"])
    assert texts(list(named)) == ["0", "2"]
    assert not store.trace_logs([new_trace_id()])
    assert not store.trace_logs([])


def test_records_of_several_traces_in_one_order(feed: Feed):
    traces = [TRACE, SPAN * 2, bytes.fromhex(new_trace_id())]
    write(feed, *(record(f"{at}", at, trace_id=traces[at % 3], event_name=f"e{at % 2}") for at in range(6, 0, -1)))
    asked = [traces[1].hex(), traces[0].hex(), new_trace_id()]
    assert texts(list(feed.store.trace_logs(asked))) == ["1", "3", "4", "6"]
    assert texts(list(feed.store.trace_logs(asked, event_names=["e1"]))) == ["1", "3"]
    many = [*asked, *(new_trace_id() for _ in range(2000))]
    assert texts(list(feed.store.trace_logs(many))) == ["1", "3", "4", "6"]


def test_a_deleted_trace_takes_its_records_along(feed: Feed):
    trace_id = new_trace_id()
    feed.write(request(put_in_trace(span(1, 1), trace_id)))
    write(feed, record("gone", trace_id=bytes.fromhex(trace_id)), record("stays", trace_id=TRACE), record("stays too"))
    assert feed.store.delete_trace(trace_id) == 1
    assert sorted(texts(all_logs(feed))) == ["stays", "stays too"]
    assert feed.store.delete_before(feed.now_ns + 1) == 2
    assert not all_logs(feed)


def test_requests_are_remembered_oldest_first(feed: Feed):
    bodies = [logs_request([record(str(n))]).SerializeToString() for n in range(3)]
    for number, body in enumerate(bodies, start=1):
        feed.commit([Request(Signal.LOGS, number, body, 1)], Signal.LOGS)
    assert list(feed.store.recent_request_ids(Signal.LOGS, 2)) == [2, 3]
    assert not feed.store.recent_request_ids(Signal.METRICS, 2)


def test_statistics(feed: Feed):
    before = feed.store.stats()
    write(feed, *(record(str(n)) for n in range(7)))
    after = feed.store.stats()
    assert after["logs"] - before["logs"] == 7
    assert after["metric_points"] == before["metric_points"]
    assert after["disk_bytes"] > 0

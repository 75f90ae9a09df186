"""Spans over REST: the shape of each kind, the content, the order, the one that two traces share."""

from __future__ import annotations

import math

import pytest
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from traceway_collector.api import schema

from .telemetry import SECOND_NS, START_NS, any_value, chat, logs_request, pairs, span, span_id, spans_request, trace_id


def one_span(api, sent, **params):
    api.send(spans_request([sent]))
    found = api.get(f"/api/spans/{sent.span_id.hex()}", **params)
    schema.Span.model_validate(found)
    return found


def test_an_llm_call(api):
    found = one_span(api, chat(1, 2, parent=1, attributes={"session.id": "s-1", "user.id": "u-1"}))
    assert found["parent_id"] == span_id(1)
    assert found["status"] == "completed"
    assert found["started_at"] == "2026-11-21T07:05:06.123456789Z"
    assert (found["start_ns"], found["duration_ns"]) == (str(START_NS), str(SECOND_NS))
    kind = found["kind"]
    assert kind["type"] == "llm_call"
    assert (kind["model"], kind["request_model"]) == ("gpt-4o-2024-08-06", "gpt-4o")
    assert (kind["provider"], kind["operation"]) == ("openai", "chat")
    assert (kind["input_tokens"], kind["output_tokens"]) == (100, 20)
    assert (found["session_id"], found["user_id"]) == ("s-1", "u-1")
    assert found["otel"]["kind"] == "CLIENT"
    assert found["otel"]["scope"]["name"] == "tests"
    assert found["otel"]["resource"] == {"service.name": "shop"}


def test_what_is_not_known_is_null(api):
    usage = {"gen_ai.usage.input_tokens": None, "gen_ai.usage.output_tokens": None, "gen_ai.response.model": None}
    found = one_span(api, chat(1, 2, attributes={**usage, "gen_ai.request.model": None, "gen_ai.provider.name": None}))
    known = {name for name, value in found["kind"].items() if value is not None}
    assert known == {"type", "operation"}
    for name in ("parent_id", "session_id", "user_id", "input", "output", "error", "input_preview"):
        assert found[name] is None


def test_an_unknown_kind_is_custom_with_its_attributes(api):
    found = one_span(api, span(1, 2, attributes={"traceway.span.kind": "guardrail", "verdict": "pass"}))
    assert found["kind"]["type"] == "custom"
    assert found["kind"]["kind"] == "guardrail"
    assert found["kind"]["attributes"]["verdict"] == "pass"


def test_a_tool_with_arguments_and_result(api):
    sent = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "weather",
        "gen_ai.tool.call.id": "call-7",
        "gen_ai.tool.call.arguments": '{"city": "Oslo"}',
        "gen_ai.tool.call.result": "rain",
    }
    kind = one_span(api, span(1, 2, attributes=sent))["kind"]
    assert kind == {
        "type": "tool",
        "name": "weather",
        "call_id": "call-7",
        "arguments": {"city": "Oslo"},
        "result": "rain",
    }


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status(code=Status.STATUS_CODE_OK), "completed"),
        (Status(code=Status.STATUS_CODE_ERROR, message="no quota"), {"failed": {"error": "no quota"}}),
        (Status(code=Status.STATUS_CODE_ERROR), {"failed": {"error": "unknown error"}}),
    ],
)
def test_status(api, status, expected):
    found = one_span(api, span(1, 2, status=status))
    assert found["status"] == expected


def test_an_error_says_its_type_and_message(api):
    failed = Status(code=Status.STATUS_CODE_ERROR, message="slow down")
    found = one_span(api, chat(1, 2, status=failed, attributes={"error.type": "RateLimitError"}))
    assert found["error"] == {"type": "RateLimitError", "message": "slow down"}


def test_times_that_are_unknown_or_absurd(api):
    unknown = Span(trace_id=b"\x01" * 16, span_id=b"\x01" * 8, name="when?")
    found = one_span(api, unknown)
    assert (found["started_at"], found["ended_at"], found["start_ns"]) == (None, None, None)
    assert found["status"] == "completed"
    assert found["duration_ns"] is None
    ended = Span(trace_id=b"\x01" * 16, span_id=b"\x03" * 8, end_time_unix_nano=START_NS)
    found = one_span(api, ended)
    assert (found["started_at"], found["start_ns"], found["duration_ns"]) == (None, None, None)
    assert found["ended_at"] == "2026-11-21T07:05:06.123456789Z"
    trace = api.get(f"/api/traces/{ended.trace_id.hex()}")["trace"]
    schema.Trace.model_validate(trace)
    assert (trace["started_at"], trace["start_ns"], trace["duration_ns"]) == (None, None, None)
    far = Span(trace_id=b"\x02" * 16, span_id=b"\x02" * 8, start_time_unix_nano=2**63 - 1, end_time_unix_nano=1)
    found = one_span(api, far)
    assert found["started_at"] == "2262-04-11T23:47:16.854775807Z"
    assert found["duration_ns"] == "0"


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_a_span_of_unknown_duration_is_neither_long_nor_short(api, order):
    unended = span(1, 3)
    unended.end_time_unix_nano = 0
    unstarted = span(1, 4)
    unstarted.start_time_unix_nano = 0
    api.send(spans_request([span(1, 1), unstarted, unended, span(1, 2, took_ns=2 * SECOND_NS)]))
    known = [span_id(1), span_id(2)][:: 1 if order == "asc" else -1]
    rows, cursor = [], None
    while cursor != "":
        page = {"cursor": cursor} if cursor else {}
        found = api.get("/api/spans", sort_by="duration", sort_order=order, limit=1, **page)
        rows += [row["id"] for row in found["items"]]
        cursor = found["next_cursor"] or ""
    assert rows[:2] == known
    assert sorted(rows[2:]) == [span_id(3), span_id(4)]
    for bound in ("min_duration", "max_duration"):
        listed = api.get("/api/spans", **{bound: "1s" if bound == "min_duration" else "1h"})["items"]
        assert sorted(row["id"] for row in listed) == sorted(known)


def test_attributes_keep_their_types(api):
    sent = {
        "text": "é",
        "empty text": "",
        "no": False,
        "least": -(2**63),
        "most": 2**63 - 1,
        "zero": 0,
        "half": 0.5,
        "whole": 2.0,
        "nan": math.nan,
        "endless": -math.inf,
        "bytes": b"\x00\xff",
        "nothing": None,
        "list": ["a", 1, [True, None]],
        "map": {"a": {"b": b"c"}},
    }
    found = one_span(api, span(1, 2, attributes=sent))["otel"]["attributes"]
    assert found == {
        **sent,
        "nan": "NaN",
        "endless": "-Infinity",
        "bytes": {"bytes": "AP8="},
        "map": {"a": {"b": {"bytes": "Yw=="}}},
    }
    assert isinstance(found["whole"], float)
    assert isinstance(found["zero"], int)


def test_events_links_and_the_rest_of_otel(api):
    event = Span.Event(name="chunk", time_unix_nano=START_NS, attributes=pairs({"n": 1}), dropped_attributes_count=2)
    link = Span.Link(trace_id=b"\xaa" * 16, span_id=b"\xbb" * 8, trace_state="a=b", flags=1, attributes=pairs({"n": 2}))
    more = {"trace_state": "x=y", "flags": 257, "dropped_events_count": 3}
    otel = one_span(api, span(1, 2, events=[event], links=[link], **more))["otel"]
    assert (otel["trace_state"], otel["flags"], otel["dropped_events_count"]) == ("x=y", 257, 3)
    assert otel["events"] == [
        {
            "name": "chunk",
            "occurred_at": "2026-11-21T07:05:06.123456789Z",
            "time_ns": str(START_NS),
            "attributes": {"n": 1},
            "dropped_attributes_count": 2,
        }
    ]
    assert otel["links"][0]["trace_id"] == "aa" * 16
    assert otel["links"][0]["attributes"] == {"n": 2}


def test_content_on_the_span(api):
    messages = [{"role": "user", "parts": [{"type": "text", "content": "hi"}]}]
    found = one_span(api, chat(1, 2, attributes={"gen_ai.input.messages": messages}))
    assert found["input"] == messages
    assert found["output"] is None


def test_content_that_arrived_as_a_log_event_is_joined_in(api):
    answer = [{"role": "assistant", "parts": [{"type": "text", "content": "hello"}], "finish_reason": "stop"}]
    api.send(spans_request([chat(1, 2), chat(1, 3)]))
    event = LogRecord(
        trace_id=bytes.fromhex(trace_id(1)),
        span_id=bytes.fromhex(span_id(2)),
        event_name="gen_ai.client.inference.operation.details",
        attributes=pairs({"gen_ai.output.messages": answer}),
    )
    api.send(logs_request([event]))
    assert api.get(f"/api/spans/{span_id(2)}")["output"] == answer
    assert api.get(f"/api/spans/{span_id(3)}")["output"] is None
    rows = {row["id"]: row for row in api.get(f"/api/traces/{trace_id(1)}")["spans"]}
    assert rows[span_id(2)]["output"] == answer


def test_log_events_of_several_traces_go_to_the_span_of_their_own(api):
    # The traces share their span ids.
    sent = [(trace, number) for trace in (1, 2, 3) for number in (4, 5)]
    api.send(spans_request([chat(trace, number) for trace, number in sent]))
    events = [
        LogRecord(
            trace_id=bytes.fromhex(trace_id(trace)),
            span_id=bytes.fromhex(span_id(number)),
            event_name="gen_ai.user.message",
            body=any_value({"content": f"{trace} {number}"}),
        )
        for trace, number in sent[:-1]
    ]
    api.send(logs_request(events))
    rows = {(row["trace_id"], row["id"]): row["input"] for row in api.get("/api/spans")["spans"]}
    assert rows.pop((trace_id(3), span_id(5))) is None
    assert {key: message["parts"][0]["content"] for key, (message,) in rows.items()} == {
        (trace_id(trace), span_id(number)): f"{trace} {number}" for trace, number in sent[:-1]
    }


def test_legacy_events_carry_their_message_in_the_body(api):
    api.send(spans_request([chat(1, 2)]))
    ids = {"trace_id": bytes.fromhex(trace_id(1)), "span_id": bytes.fromhex(span_id(2))}
    api.send(logs_request([LogRecord(event_name="gen_ai.user.message", body=any_value({"content": "hi"}), **ids)]))
    (message,) = api.get(f"/api/spans/{span_id(2)}")["input"]
    assert message["role"] == "user"
    assert message["parts"] == [{"type": "text", "content": "hi"}]


def test_a_span_id_in_two_traces(api):
    api.send(spans_request([span(1, 7, name="one"), span(2, 7, name="two")]))
    error = api.get(f"/api/spans/{span_id(7)}", 400)["error"]
    assert error["field"] == "trace_id"
    assert trace_id(1) in error["message"]
    assert trace_id(2) in error["message"]
    assert api.get(f"/api/spans/{span_id(7)}", trace_id=trace_id(2))["name"] == "two"
    assert api.get(f"/api/spans/{span_id(7)}", 404, trace_id=trace_id(3))["error"]["field"] == "span_id"
    assert api.get(f"/api/spans/{span_id(8)}", 404)["error"]["code"] == "not_found"
    assert api.get("/api/spans/7", 400)["error"]["field"] == "span_id"


def test_a_list_has_whole_spans_of_several_traces(api):
    api.send(spans_request([chat(1, 2), chat(2, 2), span(3, 4)]))
    listed = api.get("/api/spans")
    schema.SpanList.model_validate(listed)
    for row in listed["spans"]:
        assert row == api.get(f"/api/spans/{row['id']}", trace_id=row["trace_id"])


def test_a_skeleton_leaves_out_what_is_heavy(api):
    api.send(spans_request([chat(1, 2, attributes={"gen_ai.input.messages": "[]"})]))
    listed = api.get("/api/spans", view="skeleton")
    schema.SpanList.model_validate(listed)
    (row,) = listed["spans"]
    assert api.get(f"/api/traces/{trace_id(1)}", view="skeleton")["spans"] == [row]
    assert "input" not in row
    assert set(row["otel"]) == {"kind", "status_code", "status_message"}
    assert row["kind"]["input_tokens"] == 100


@pytest.mark.parametrize(
    ("sort_by", "expected"),
    [("started_at", "321"), ("duration", "231"), ("tokens", "132"), ("cost", "213")],
)
def test_sorting_puts_the_unknown_last(api, sort_by, expected):
    def row(number, took_s, tokens, cost):
        usage = {"gen_ai.usage.input_tokens": tokens, "gen_ai.usage.output_tokens": None, "gen_ai.usage.cost": cost}
        model = {"gen_ai.request.model": "unpriced", "gen_ai.response.model": "unpriced"}
        times = {"after_ns": number, "took_ns": took_s * SECOND_NS}
        return chat(1, number, name=str(number), attributes=usage | model, **times)

    api.send(spans_request([row(1, 1, 30, 0.1), row(2, 3, None, 0.5), row(3, 2, 10, None)]))

    def names(order):
        listed = api.get("/api/spans", sort_by=sort_by, sort_order=order, view="skeleton")
        return "".join(row["name"] for row in listed["items"])

    assert names("desc") == expected
    unknown = {"tokens": "2", "cost": "3"}.get(sort_by, "")
    known = expected.replace(unknown, "")
    assert names("asc") == known[::-1] + unknown

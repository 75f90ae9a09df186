"""Spans that come late, in any order, twice, or while somebody reads: right at every moment."""

from __future__ import annotations

import itertools

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Status

from tests.api.telemetry import SECOND_NS, chat, span, span_id, spans_request, trace_id

from .load import Load, a_request

_numbers = itertools.count(1000)
FAILED = Status(code=Status.STATUS_CODE_ERROR, message="no luck")


def summary(server, trace: int) -> dict:
    found = server.get(f"/api/traces/{trace_id(trace)}", view="skeleton")["trace"]
    (listed,) = server.get("/api/traces", trace=trace_id(trace))["items"]
    assert listed == found
    return found


def test_a_trace_grows_from_its_leaves_to_its_root(server):
    trace = next(_numbers)
    leaf = chat(trace, 3, parent=2, after_ns=5 * SECOND_NS)
    server.send(spans_request([leaf]))
    first = summary(server, trace)
    assert (first["status"], first["span_count"], first["input_tokens"]) == ("running", 1, 100)
    server.send(spans_request([span(trace, 1, name="root", took_ns=20 * SECOND_NS)]))
    second = summary(server, trace)
    assert (second["status"], second["span_count"], second["name"]) == ("running", 2, "root")
    server.send(spans_request([span(trace, 2, parent=1, name="middle", after_ns=SECOND_NS)]))
    third = summary(server, trace)
    assert (third["status"], third["span_count"], third["total_tokens"]) == ("completed", 3, 120)
    assert third["duration_ns"] == str(20 * SECOND_NS)
    spans = server.get(f"/api/traces/{trace_id(trace)}")["spans"]
    assert [(row["id"], row["parent_id"]) for row in spans] == [
        (span_id(1), None),
        (span_id(2), span_id(1)),
        (span_id(3), span_id(2)),
    ]


def test_a_failure_below_a_missing_root_shows_and_the_root_decides(server):
    trace = next(_numbers)
    server.send(spans_request([span(trace, 2, parent=1, status=FAILED)]))
    assert summary(server, trace)["error_count"] == 1
    server.send(spans_request([span(trace, 1, status=Status(code=Status.STATUS_CODE_OK))]))
    done = summary(server, trace)
    assert (done["status"], done["error_count"]) == ("completed", 1)
    other = next(_numbers)
    server.send(spans_request([span(other, 1, status=FAILED)]))
    assert summary(server, other)["status"] == {"failed": {"error": "no luck"}}


def test_spans_of_one_trace_days_apart_and_in_any_order(server):
    trace, day_ns = next(_numbers), 86_400 * SECOND_NS
    for number, days in enumerate((3, -2, 0, 9, -40), 2):
        server.send(spans_request([span(trace, number, parent=1, after_ns=days * day_ns)]))
        assert summary(server, trace)["span_count"] == number - 1
    server.send(spans_request([span(trace, 1, after_ns=-41 * day_ns)]))
    found = summary(server, trace)
    assert (found["status"], found["span_count"]) == ("completed", 6)
    assert found["duration_ns"] == str(50 * day_ns + SECOND_NS)


def test_a_span_sent_again_with_more_is_one_span_the_later_one(server):
    trace = next(_numbers)
    number = trace * 10
    server.send(spans_request([chat(trace, number, name="early", after_ns=0)]))
    server.send(spans_request([chat(trace, number, name="late", after_ns=60 * SECOND_NS)]))
    found = summary(server, trace)
    assert (found["span_count"], found["name"], found["total_tokens"]) == (1, "late", 120)
    assert server.get(f"/api/spans/{span_id(number)}")["name"] == "late"
    assert [row["name"] for row in server.get("/api/spans", trace=trace_id(trace))["items"]] == ["late"]
    (resource,) = server.get(f"/api/traces/{trace_id(trace)}/otlp")["resourceSpans"]
    assert [row["name"] for row in resource["scopeSpans"][0]["spans"]] == ["late"]


def test_a_span_twice_in_one_request_counts_once(server):
    trace = next(_numbers)
    number = trace * 10
    status, reply = server.post(
        spans_request([chat(trace, number, name="first"), chat(trace, number, name="last")]).SerializeToString()
    )
    assert (status, reply) == (200, b"")
    assert (summary(server, trace)["span_count"], summary(server, trace)["name"]) == (1, "last")


def test_traces_that_share_a_span_id_stay_apart(server):
    one, two, number = next(_numbers), next(_numbers), next(_numbers) * 10
    server.send(spans_request([span(one, number), span(two, number)]))
    error = server.get(f"/api/spans/{span_id(number)}", status=400)["error"]
    assert error["field"] == "trace_id"
    assert server.get(f"/api/spans/{span_id(number)}", trace_id=trace_id(two))["trace_id"] == trace_id(two)


@pytest.mark.parametrize("path", ["/api/traces", "/api/spans"])
def test_pages_neither_skip_nor_repeat_while_spans_arrive(server, path):
    there = [a_request(5) for _ in range(60)]
    for sent in there:
        assert server.post(sent.body)[0] == 200
    expected = {sent.trace_id for sent in there}
    if path == "/api/spans":
        expected = {span_id for sent in there for span_id in sent.span_ids}
    with Load(server, threads=2) as sending:
        sending.wait_for(2)
        first = server.get(path, limit=25, service="load")
        rows, page = first["items"], first
        while page["has_more"]:
            sending.wait_for(len(sending.acknowledged) + 1)
            page = server.get(path, limit=25, service="load", cursor=page["next_cursor"])
            rows += page["items"]
    ids = [row["id"] for row in rows]
    assert len(ids) == len(set(ids))
    assert set(ids) >= expected
    starts = [row["started_at"] for row in rows]
    assert starts == sorted(starts, reverse=True)

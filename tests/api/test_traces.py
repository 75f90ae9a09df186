"""Traces over REST."""

from __future__ import annotations

from .telemetry import START_NS, chat, span, spans_request, trace_id


def test_a_trace_in_the_list_and_alone(api):
    api.send(spans_request([span(1, 1, name="agent"), chat(1, 2, parent=1, after_ns=5)]))
    listed = api.get("/api/traces")
    assert listed["items"] == listed["traces"]
    assert (listed["count"], listed["has_more"], listed["next_cursor"]) == (1, False, None)
    (summary,) = listed["traces"]
    assert summary["id"] == trace_id(1)
    assert summary["started_at"] == "2026-11-21T07:05:06.123456789Z"
    assert summary["duration_ns"] == str(10**9 + 5)
    alone = api.get(f"/api/traces/{trace_id(1)}")
    assert alone["trace"] == summary
    assert [row["name"] for row in alone["spans"]] == ["agent", "chat gpt-4o"]
    assert alone["spans"][0]["start_ns"] == str(START_NS)


def test_every_path_answers_without_the_prefix_too(api):
    api.send(spans_request([span(1, 1)]))
    assert api.get("/traces") == api.get("/api/traces")
    assert api.get(f"/traces/{trace_id(1)}") == api.get(f"/api/traces/{trace_id(1)}")


def test_an_unknown_trace_and_a_wrong_id(api):
    assert api.get(f"/api/traces/{trace_id(9)}", 404)["error"]["code"] == "not_found"
    error = api.get("/api/traces/xyz", 400)["error"]
    assert error["field"] == "trace_id"
    assert "32 hexadecimal digits" in error["message"]

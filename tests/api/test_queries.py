"""Filters and pages: what is asked for comes back, bad input says what is wrong, paging neither skips nor repeats."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.trace.v1.trace_pb2 import Status

from traceway_collector.api.wire.values import time_at
from traceway_collector.errors import BadInput
from traceway_collector.query import cursor as cursors
from traceway_collector.query.filters import Position
from traceway_collector.query.parameters import LOG_FILTER, SPAN_FILTER, SPAN_SORT, read
from traceway_collector.query.values import MAX_TIME_NS, time_ns

from .telemetry import SECOND_NS, START_NS, chat, span, spans_request, trace_id

ERROR = Status(code=Status.STATUS_CODE_ERROR, message="broken")


@pytest.fixture
def shop(api):
    """Three traces: 1 is a cheap chat, 2 an expensive one of another service, 3 a failed step without a model."""
    cheap = {"gen_ai.usage.cost": 0.001, "session.id": "s-1", "user.id": "ann"}
    dear = {
        "gen_ai.usage.cost": 2.5,
        "gen_ai.response.model": "claude",
        "gen_ai.provider.name": "anthropic",
        "gen_ai.usage.input_tokens": 5000,
        "session.id": "s-2",
        "user.id": "bob",
    }
    api.send(spans_request([chat(1, 1, attributes=cheap)]))
    api.send(spans_request([chat(2, 2, name="ask", after_ns=60 * SECOND_NS, attributes=dear)], service="desk"))
    failed = span(3, 3, name="pay", after_ns=120 * SECOND_NS, took_ns=SECOND_NS // 10, status=ERROR)
    api.send(spans_request([failed], service="till"))
    return api


FILTERS = (
    ("kind=llm_call", "12"),
    ("kind=span&kind=tool", "3"),
    ("model=claude", "2"),
    ("model=claude&model=gpt-4o-2024-08-06", "12"),
    ("provider=openai", "1"),
    ("service=desk&service=till", "23"),
    ("name=pay", "3"),
    ("session=s-1", "1"),
    ("session_id=s-2", "2"),
    ("user=bob", "2"),
    ("user_id=ann", "1"),
    ("status=error", "3"),
    ("status=failed", "3"),
    ("status=ok", "12"),
    ("status=completed&status=ERROR", "123"),
    ("status=running", ""),
    (f"trace={trace_id(2)}", "2"),
    (f"trace_id={trace_id(2).upper()}", "2"),
    ("since=2026-11-21T07:06:06Z", "23"),
    ("since=2026-11-21T09:06:06%2B02:00", "23"),
    ("since=2026-11-21T09:06:06+02:00", "23"),
    (f"until={START_NS // SECOND_NS + 1}", "1"),
    (f"since={START_NS + 60 * SECOND_NS}&until={START_NS + 60 * SECOND_NS}", "2"),
    ("max_duration=150ms", "3"),
    ("max_duration=150", "3"),
    ("min_duration=0.5s", "12"),
    ("min_tokens=121", "2"),
    ("max_tokens=120", "1"),
    ("min_cost=0.01", "2"),
    ("max_cost=1e-2", "1"),
    ("kind=llm_call&service=till", ""),
)


def test_filters_of_traces_and_spans(shop):
    wrong = {}
    for query, expected in FILTERS:
        wanted = {trace_id(int(digit)) for digit in expected}
        traces = {row["id"] for row in shop.get(f"/api/traces?{query}")["items"]}
        spans = {row["trace_id"] for row in shop.get(f"/api/spans?{query}&view=skeleton")["items"]}
        if not traces == spans == wanted:
            wrong[query] = (expected, traces, spans)
    assert wrong == {}


def test_a_relative_time(api):
    now_s = time.time_ns() // SECOND_NS
    old = span(1, 1, after_ns=now_s * SECOND_NS - 7200 * SECOND_NS - START_NS)
    new = span(2, 2, after_ns=now_s * SECOND_NS - 60 * SECOND_NS - START_NS)
    api.send(spans_request([old, new]))
    assert [row["id"] for row in api.get("/api/traces", since="15m")["items"]] == [trace_id(2)]
    assert [row["id"] for row in api.get("/api/traces", until="1h")["items"]] == [trace_id(1)]
    assert api.get("/api/traces", since="2d")["count"] == 2


@pytest.mark.parametrize(
    ("query", "field", "says"),
    [
        ("modle=gpt", "modle", "did you mean model"),
        ("MODEL=gpt", "MODEL", "did you mean model"),
        ("zzz=1", "zzz", "expected one of: q, kind"),
        ("kind=LLM%20Call", "kind", "llm_call"),
        ("status=done", "status", "ok, error, running"),
        ("limit=0", "limit", "from 1 to 1000"),
        ("limit=1001", "limit", "from 1 to 1000"),
        ("limit=ten", "limit", "'ten'"),
        ("limit=5&limit=6", "limit", "once"),
        ("since=yesterday", "since", "RFC 3339"),
        ("since=2026-11-21T07:06:06", "since", "RFC 3339"),
        ("since=2026-13-01", "since", "RFC 3339"),
        ("until=" + "9" * 30, "until", "RFC 3339"),
        ("until=9999-01-01", "until", "RFC 3339"),
        ("since=2026-01-02&until=2026-01-01", "since", "above until"),
        ("min_duration=fast", "min_duration", "150ms"),
        ("min_duration=2s&max_duration=1s", "min_duration", "above"),
        ("min_tokens=-1", "min_tokens", "0 or more"),
        ("min_tokens=" + "9" * 5000, "min_tokens", "whole number"),
        ("min_cost=free", "min_cost", "US dollars"),
        ("max_cost=nan", "max_cost", "US dollars"),
        ("trace=abc", "trace", "32 hexadecimal digits"),
        ("model=", "model", "1 to 1000 characters"),
        ("cursor=garbage", "cursor", "next_cursor"),
        ("cursor=", "cursor", "next_cursor"),
    ],
)
@pytest.mark.parametrize("path", ["/api/traces", "/api/spans"])
def test_bad_parameters_name_field_value_and_what_would_be_right(api, path, query, field, says):
    error = api.get(f"{path}?{query}", 400)["error"]
    assert error["code"] == "bad_input"
    assert error["field"] == field
    assert says in error["message"]


def test_parameters_that_belong_to_another_list(api):
    assert api.get("/api/traces?sort_by=cost", 400)["error"]["field"] == "sort_by"
    assert "started_at" in api.get("/api/spans?sort_by=size", 400)["error"]["message"]
    assert api.get(f"/api/traces/{trace_id(1)}?view=thin", 400)["error"]["field"] == "view"
    assert api.get(f"/api/traces/{trace_id(1)}?kind=tool", 400)["error"]["field"] == "kind"
    assert "missing" in api.get("/api/metric-points", 400)["error"]["message"]
    assert api.get("/api/logs?severity=loud", 400)["error"]["field"] == "severity"


def pages(api, path, alias, **params):
    """All ids of a list, page by page, with what happens between pages."""
    found, cursor = [], None
    while True:
        page = api.get(path, **params, **({"cursor": cursor} if cursor else {}))
        found += [row["id"] for row in page[alias]]
        assert page["has_more"] == (page["next_cursor"] is not None)
        cursor = page["next_cursor"]
        if cursor is None:
            return found
        let_spans_arrive(api, len(found))


def let_spans_arrive(api, number):
    """Telemetry that arrives while someone pages: newer traces, and older ones that come late."""
    api.send(spans_request([chat(1000 + number, 1000 + number, after_ns=number * SECOND_NS)]))
    api.send(spans_request([chat(2000 + number, 2000 + number, after_ns=-number * SECOND_NS)]))


@pytest.mark.parametrize(
    ("path", "alias", "params"),
    [
        ("/api/traces", "traces", {}),
        ("/api/spans", "spans", {}),
        ("/api/spans", "spans", {"sort_by": "duration", "sort_order": "asc"}),
        ("/api/spans", "spans", {"sort_by": "cost"}),
    ],
)
def test_paging_neither_skips_nor_repeats_while_spans_arrive(api, path, alias, params):
    # Several share a start, a duration and a cost; a third has no cost at all.
    sent = [
        chat(
            n,
            n,
            after_ns=n // 3,
            took_ns=n % 4,
            attributes={"gen_ai.usage.cost": None if n % 3 == 0 else float(n % 5)},
        )
        for n in range(1, 24)
    ]
    api.send(spans_request(sent))
    whole = [row["id"] for row in api.get(path, limit=1000, **params)["items"]]
    assert len(whole) == 23
    assert pages(api, path, alias, limit=4, **params) == whole


def test_the_spans_of_one_trace_page_by_page(api):
    api.send(spans_request([span(1, n, after_ns=n // 2) for n in range(1, 12)]))
    path = f"/api/traces/{trace_id(1)}"
    whole = [row["id"] for row in api.get(path)["spans"]]
    found, cursor = [], {}
    while cursor is not None:
        page = api.get(path, limit=3, view="skeleton", **cursor)
        assert page["count"] == len(page["spans"])
        assert page["trace"]["span_count"] == 11
        found += [row["id"] for row in page["spans"]]
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None
    assert found == whole


def test_a_cursor_belongs_to_its_question(api):
    api.send(spans_request([span(n, n) for n in range(1, 4)]))
    cursor = api.get("/api/traces", limit=1, since="7d")["next_cursor"]
    assert api.get("/api/traces", limit=2, since="7d", cursor=cursor)["count"] == 2
    for path, params in (("/api/traces", {}), ("/api/traces", {"since": "8d"}), ("/api/spans", {"since": "7d"})):
        error = api.get(path, 400, cursor=cursor, **params)["error"]
        assert error["field"] == "cursor"
        assert "other filters" in error["message"]


keys = st.none() | st.integers(0, 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
positions = st.builds(Position, st.integers(0, 2**64 - 1), keys, st.text(max_size=40), st.text(max_size=40))


@given(positions, st.integers(0, 2**64 - 1))
def test_a_cursor_comes_back_as_it_was(position, now_ns):
    sent = cursors.Cursor(position, now_ns, cursors.digest("traces"))
    text = cursors.encode(sent)
    assert cursors.decode(text) == sent
    assert text.replace("-", "").replace("_", "").isalnum()


@given(st.text(max_size=200) | st.binary(max_size=100).map(lambda raw: raw.decode("latin-1")))
def test_garbage_is_no_cursor(text):
    with pytest.raises(BadInput):
        cursors.decode(text)


@given(positions, st.data())
def test_a_damaged_cursor_is_found_out(position, data):
    sent = cursors.Cursor(position, 1, "q")
    text = cursors.encode(sent)
    at = data.draw(st.integers(0, len(text) - 1))
    damaged = text[:at] + data.draw(st.characters()) + text[at + 1 :]
    try:
        read_back = cursors.decode(damaged)
    except BadInput:
        return
    # The last character has bits to spare, which say nothing.
    assert read_back == sent


names = st.sampled_from([name for p in (*SPAN_FILTER, *SPAN_SORT, *LOG_FILTER) for name in (p.name, *p.aliases)])
texts = st.text(max_size=30) | st.from_regex(r"[0-9.eE+:TZ-]{0,25}(ns|us|ms|s|m|h|d|w)?", fullmatch=True)


@given(st.lists(st.tuples(names | st.text(max_size=10), texts), max_size=4), st.sampled_from([SPAN_FILTER, LOG_FILTER]))
def test_any_query_is_read_or_is_bad_input(items, parameters):
    with contextlib.suppress(BadInput):
        assert isinstance(read(parameters, items, START_NS), dict)


@given(st.integers(-(2**70), 2**70))
def test_any_number_is_a_time_or_none(ns):
    shown = time_at(ns)
    assert shown is None or shown.endswith(f"{ns % SECOND_NS:09d}Z")


@given(st.integers(0, MAX_TIME_NS))
def test_a_time_that_was_given_out_is_read_back_exactly(ns):
    assert (time_at(ns) is None) == (ns == 0)
    if ns:
        assert time_ns(time_at(ns), 0) == ns


@pytest.mark.parametrize("unit_ns", [1, 10**3, 10**6, 10**9])
def test_a_unix_time_tells_its_unit_by_its_size(unit_ns):
    assert time_ns(str(START_NS // unit_ns), 0) == START_NS // unit_ns * unit_ns


@pytest.mark.parametrize("sort_by", ["started_at", "duration", "tokens", "cost"])
@pytest.mark.parametrize("key", [-5, 1.5, 2**63, 1e308])
def test_a_forged_cursor_is_bad_input_at_worst(api, sort_by, key):
    api.send(spans_request([chat(1, number) for number in (1, 2)]))
    told = cursors.decode(api.get("/api/spans", limit=1, sort_by=sort_by)["next_cursor"])
    forged = cursors.encode(replace(told, position=replace(told.position, key=key)))
    response = api.client.get("/api/spans", params={"limit": 1, "sort_by": sort_by, "cursor": forged})
    assert response.status_code in (200, 400), response.text
    assert response.status_code == 200 or response.json()["error"]["field"] == "cursor"


def test_an_operation_without_parameters_says_so(api):
    assert "expected none at all" in api.get("/api/ingest?limit=5", 400)["error"]["message"]

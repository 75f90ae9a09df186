"""Analytics, sessions and prices over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from traceway_collector.api import schema_analytics as schema
from traceway_collector.query.metrics import GROUPS, METRICS
from traceway_collector.store.clickhouse import ClickHouseStore, sessions

from .conftest import Api, api_over
from .telemetry import SECOND_NS, chat, span, span_id, spans_request, trace_id

SINCE, UNTIL = "2026-11-21T07:00:00Z", "2026-11-21T07:10:00Z"


@pytest.fixture
def real(embedded: ClickHouseStore) -> Iterator[Api]:
    """The API over the embedded engine, with nothing in it."""
    yield api_over(embedded)
    embedded.delete_before(2**63 - 1)


@pytest.fixture
def shop(real: Api) -> Api:
    """Two traces of two sessions; one call was recorded by two instrumentations."""
    twice = {"gen_ai.response.id": "r-1"}
    real.send(
        spans_request(
            [
                span(1, 1, name="run", attributes={"session.id": "a/b ç", "user.id": "u"}, took_ns=3 * SECOND_NS),
                chat(1, 2, parent=1, attributes=twice),
                chat(1, 3, parent=1, name="ChatModel", attributes=twice),
                chat(2, 4, after_ns=60 * SECOND_NS, attributes={"session.id": "s-2", "gen_ai.provider.name": "ollama"}),
            ]
        )
    )
    return real


def ask(api: Api, status: int = 200, **question: Any) -> Any:
    response = api.client.post("/api/analytics", json=question)
    assert response.status_code == status, response.text
    if status == 200:
        schema.AnalyticsAnswer.model_validate(response.json())
    return response.json()


def test_a_question_and_its_answer(shop: Api):
    found = ask(
        shop,
        metrics=["span_count", "total_tokens", "total_cost", "uncosted_calls"],
        group_by=["provider", "time"],
        bucket="5m",
        filter={"since": SINCE, "until": UNTIL},
    )
    at = "2026-11-21T07:05:00.000000000Z"
    assert sorted(found.pop("groups"), key=lambda group: str(group["key"]["provider"])) == [
        {
            "key": {"provider": None, "time": at},
            "metrics": {"span_count": 1, "total_tokens": None, "total_cost": None, "uncosted_calls": 0},
        },
        {
            "key": {"provider": "ollama", "time": at},
            "metrics": {"span_count": 1, "total_tokens": 120, "total_cost": None, "uncosted_calls": 1},
        },
        {
            "key": {"provider": "openai", "time": at},
            "metrics": {"span_count": 2, "total_tokens": 120, "total_cost": 0.00045, "uncosted_calls": 0},
        },
    ]
    assert found == {
        "totals": {"span_count": 4, "total_tokens": 240, "total_cost": 0.00045, "uncosted_calls": 1},
        "bucket_ns": str(300 * SECOND_NS),
        "since": "2026-11-21T07:00:00.000000000Z",
        "until": "2026-11-21T07:10:00.000000000Z",
        "truncated": False,
    }


def test_the_period_before_is_counted_with_the_same_series(shop: Api):
    found = ask(
        shop,
        metrics=["call_count"],
        group_by=["model"],
        filter={"since": "2026-11-21T07:06:00Z", "until": UNTIL},
        previous_period=True,
        top=1,
    )
    assert found["totals"] == {"call_count": 1}
    assert found["previous"]["totals"] == {"call_count": 1}
    assert [group["key"]["model"] for group in found["previous"]["groups"] if "other" not in group] == [
        found["groups"][0]["key"]["model"]
    ]
    assert "previous" not in ask(shop, metrics=["call_count"])


def test_a_filter_takes_what_the_parameters_of_a_list_take(shop: Api):
    def count(**given: Any) -> int:
        return ask(shop, metrics=["span_count"], filter=given)["totals"]["span_count"]

    assert count(kind="llm_call") == count(kind=["llm_call", "agent"]) == count(q="kind:llm_call") == 3
    assert count(min_tokens=1, provider="ollama") == 1
    assert count(trace_id=trace_id(1), q="-kind:llm_call") == 1
    assert count(q="ChatModel") == 1
    assert count(max_cost=0.0003) == 0


def test_times_of_a_zone_and_automatic_buckets(shop: Api):
    found = ask(
        shop,
        metrics=["span_count"],
        group_by=["day"],
        time_zone="Europe/Berlin",
        fill="zero",
        filter={"since": "2026-11-20T12:00:00Z", "until": "2026-11-22T12:00:00Z"},
    )
    assert [(group["key"]["day"][:16], group["metrics"]["span_count"]) for group in found["groups"]] == [
        ("2026-11-19T23:00", 0),
        ("2026-11-20T23:00", 4),
        ("2026-11-21T23:00", 0),
    ]
    found = ask(shop, metrics=["span_count"], group_by=["time"], fill="null")
    assert found["bucket_ns"] == str(SECOND_NS)
    assert len(found["groups"]) == 61
    assert found["groups"][1]["metrics"] == {"span_count": None}


@pytest.mark.parametrize(
    ("question", "field", "says"),
    [
        ({}, "metrics", "missing"),
        ({"metrics": "span_count"}, "metrics", "list"),
        ({"metrics": [7]}, "metrics.0", "expected a text"),
        ({"metrics": ["nope"]}, "metrics", "expected one of"),
        ({"metrics": ["span_count"], "colour": 1}, "colour", "not a field"),
        ({"metrics": ["span_count"], "fill": "some"}, "fill", "'none', 'zero' or 'null'"),
        ({"metrics": ["span_count"], "top": "3"}, "top", "expected a whole number"),
        ({"metrics": ["span_count"], "other": None}, "other", "other is null; expected true or false"),
        ({"metrics": ["span_count"], "limit": 10**6}, "limit", "1 to 10000"),
        ({"metrics": ["span_count"], "filter": {"min_tokens": "x"}}, "filter.min_tokens", "whole number"),
        ({"metrics": ["span_count"], "filter": {"modle": "x"}}, "filter.modle", "did you mean model"),
        ({"metrics": ["span_count"], "filter": {"limit": 3}}, "filter.limit", "not a parameter"),
        ({"metrics": ["span_count"], "filter": {"model": [None]}}, "filter.model", "a text or a number"),
        ({"metrics": ["span_count"], "filter": {"since": UNTIL, "until": SINCE}}, "filter.since", "nothing can match"),
        ({"metrics": ["span_count"], "group_by": ["time"], "time_zone": "localtime"}, "time_zone", "does not know"),
    ],
)
def test_bad_questions(shop: Api, question: dict[str, Any], field: str, says: str):
    if "time_zone" in question:
        question = {**question, "bucket": "1d"}
    error = ask(shop, 400, **question)["error"]
    if "time_zone" in question and error["message"].startswith("time_zone is 'localtime';"):
        says = "time_zone"  # a machine without that file
    assert error["field"] == field
    assert says in error["message"]


def test_an_error_in_q_points_at_the_word(shop: Api):
    error = ask(shop, 400, metrics=["span_count"], filter={"q": "kind:llm_call cost:>abc"})["error"]
    assert (error["field"], error["start"], error["end"]) == ("q", 14, 23)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"null"])
def test_bodies_that_are_no_question(shop: Api, body: bytes):
    response = shop.client.post("/api/analytics", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 400
    assert response.json()["error"]["field"] == "body"


def test_everything_that_can_be_asked_is_listed_and_can_be_asked(shop: Api):
    listed = shop.get("/api/analytics/schema")
    schema.AnalyticsSchema.model_validate(listed)
    metrics = [each["name"] for each in listed["metrics"]]
    assert metrics == list(METRICS)
    groups = [each["name"] for each in listed["group_by"]]
    assert groups[: len(GROUPS)] == list(GROUPS)
    for name in (*GROUPS, "attr.x", "resource.service.name"):
        assert ask(shop, metrics=metrics, group_by=[name])["totals"]["span_count"] == 4


def test_summary(shop: Api):
    found = shop.get("/api/analytics/summary")
    schema.AnalyticsSummary.model_validate(found)
    assert found == {
        "total_traces": 2,
        "total_spans": 4,
        "total_llm_calls": 2,
        "total_cost": 0.00045,
        "total_tokens": 240,
        "avg_latency_ms": 1500.0,
        "error_count": 0,
        "models_used": ["gpt-4o-2024-08-06"],
        "providers_used": ["ollama", "openai"],
        "cost_by_model": {"gpt-4o-2024-08-06": 0.00045},
        "tokens_by_model": {"gpt-4o-2024-08-06": 240},
        "uncosted_calls": 1,
        "uncosted_share": 0.5,
    }
    assert shop.get("/api/analytics/summary", provider="ollama")["total_cost"] is None
    assert shop.get("/api/analytics/summary", q="session:none")["total_spans"] == 0


def test_sessions_last_active_first(shop: Api):
    found = shop.get("/api/sessions")
    schema.SessionList.model_validate(found)
    assert [each["id"] for each in found["sessions"]] == ["s-2", "a/b ç"]
    other = found["sessions"][1]
    assert (other["trace_count"], other["span_count"], other["total_tokens"]) == (1, 3, 120)
    assert (other["cost_usd"], other["cost_complete"], other["users"]) == (0.00045, True, ["u"])
    assert found["sessions"][0]["cost_complete"] is False


def test_sessions_in_pages_stay_as_they_were(shop: Api):
    first = shop.get("/api/sessions", limit=1)
    shop.send(spans_request([span(5, 9, after_ns=300 * SECOND_NS, attributes={"session.id": "a/b ç"})]))
    second = shop.get("/api/sessions", limit=1, cursor=first["next_cursor"])
    assert [first["sessions"][0]["id"], second["sessions"][0]["id"]] == ["s-2", "a/b ç"]
    assert second["next_cursor"] is None
    assert [each["id"] for each in shop.get("/api/sessions")["sessions"]] == ["a/b ç", "s-2"]
    error = shop.get("/api/sessions", 400, cursor=first["next_cursor"], user="u")["error"]
    assert error["field"] == "cursor"


def test_sessions_filtered(shop: Api):
    def names(**given: Any) -> list[str]:
        return [each["id"] for each in shop.get("/api/sessions", **given)["sessions"]]

    assert names(provider="openai") == names(user="u") == names(q="ChatModel") == ["a/b ç"]
    assert names(q="provider:ollama") == names(since="2026-11-21T07:06:00Z") == ["s-2"]
    assert names(min_cost=0.0001) == ["a/b ç"]
    assert names(min_duration="3s") == ["a/b ç"]
    assert names(until="2026-11-21T07:05:30Z") == ["a/b ç"]
    assert names(q="-user:u") == ["s-2"]
    assert names(model="none") == []
    assert shop.get("/api/sessions", 400, q="sort:cost")["error"]["field"] == "q"


def test_a_session_begins_with_its_first_input_and_ends_with_its_last_output(
    shop: Api, monkeypatch: pytest.MonkeyPatch
):
    def texts() -> list[tuple[str | None, str | None]]:
        return [(each["input_preview"], each["output_preview"]) for each in shop.get("/api/sessions")["sessions"]]

    assert texts() == [(None, None), (None, None)]
    for number, after_s, said in ((10, 70, "first"), (11, 80, "second"), (12, 90, None)):
        about = {"session.id": "s-2", **({"input.value": f"{said} in", "output.value": f"{said} out"} if said else {})}
        shop.send(spans_request([span(number, number, after_ns=after_s * SECOND_NS, attributes=about)]))
    assert texts() == [("first in", "second out"), (None, None)]
    told = shop.get("/api/sessions")
    monkeypatch.setattr(sessions, "_MOST_TOLD", 1)  # the traces are more than can be told
    assert shop.get("/api/sessions") == told


def test_a_session_with_its_traces(shop: Api):
    shop.send(spans_request([span(3, 7, after_ns=30 * SECOND_NS, attributes={"session.id": "a/b ç"})]))
    found = shop.get("/api/sessions/a%2Fb%20%C3%A7", limit=1)
    schema.SessionDetail.model_validate(found)
    assert found["session"]["trace_count"] == 2
    assert [each["id"] for each in found["traces"]] == [trace_id(1)]
    more = shop.get("/api/sessions/a/b ç", limit=1, cursor=found["next_cursor"])
    assert [each["id"] for each in more["traces"]] == [trace_id(3)]
    assert more["next_cursor"] is None
    assert shop.get("/api/sessions/none", 404)["error"]["field"] == "session_id"


def price(api: Api, number: int, **attributes: Any) -> Any:
    api.send(spans_request([chat(7, number, attributes=attributes)]))
    found = api.get(f"/api/spans/{span_id(number)}/price", trace_id=trace_id(7))
    schema.SpanPrice.model_validate(found)
    return found


def test_the_price_of_each_class_of_tokens(real: Api):
    found = price(real, 1, **{"gen_ai.usage.cache_read.input_tokens": 40})
    assert found["classes"] == [
        {"class": "input", "tokens": 60, "usd_per_million": 2.5, "usd": pytest.approx(0.00015)},
        {"class": "cached_input", "tokens": 40, "usd_per_million": 1.25, "usd": pytest.approx(0.00005)},
        {"class": "output", "tokens": 20, "usd_per_million": 10.0, "usd": pytest.approx(0.0002)},
    ]
    assert found["total_usd"] == pytest.approx(sum(each["usd"] for each in found["classes"]))
    assert found["source"].startswith("genai-prices")
    assert found["date"] is not None
    assert found["why_unknown"] is None


@pytest.mark.parametrize(
    ("attributes", "why"),
    [
        ({"gen_ai.provider.name": "ollama"}, "one's own machine"),
        ({"gen_ai.response.model": None, "gen_ai.request.model": None}, "names no model"),
        ({"gen_ai.response.model": "nobody-knows-1", "gen_ai.request.model": "nobody-knows-1"}, "no price is known"),
        ({"gen_ai.usage.input_tokens": None, "gen_ai.usage.output_tokens": None}, "neither input nor output"),
        ({"gen_ai.operation.name": "invoke_agent"}, "of the kind agent"),
    ],
)
def test_why_a_price_is_not_known(real: Api, attributes: dict[str, Any], why: str):
    found = price(real, 2, **attributes)
    assert found["source"] is None
    assert found["total_usd"] is None
    assert why in found["why_unknown"]
    assert all(each["usd"] is None for each in found["classes"])


def test_a_cost_that_was_reported_has_no_prices(real: Api):
    found = price(real, 3, **{"gen_ai.usage.cost": 0.5})
    assert (found["source"], found["total_usd"]) == ("reported", 0.5)
    assert "reported" in found["why_unknown"]
    assert [each["usd"] for each in found["classes"]] == [None, None]


def test_the_price_of_no_span(real: Api):
    assert real.get(f"/api/spans/{span_id(99)}/price", 404)["error"]["field"] == "span_id"


def test_globs_that_are_too_long_together_are_told(shop: Api):
    globs = [f"{number}" + "?" * 990 for number in range(90)]
    error = ask(shop, 422, metrics=["span_count"], filter={"path": globs})["error"]
    assert error["code"] == "query_too_large"
    assert "ask for fewer" in error["message"]

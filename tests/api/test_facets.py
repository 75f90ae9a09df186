"""Searching over HTTP: facets, the keys there are, how a query was read, and what is said of one that cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

from traceway_collector.api import schema_search as schema
from traceway_collector.errors import QueryTooLarge
from traceway_collector.query.keys import KEYS, read_query
from traceway_collector.store.clickhouse import ClickHouseStore, engine

from .conftest import Api, api_over
from .telemetry import SECOND_NS, START_NS, chat, logs_request, span, spans_request


@pytest.fixture
def real(embedded: ClickHouseStore) -> Iterator[Api]:
    """The API over the embedded engine, with nothing in it."""
    yield api_over(embedded)
    embedded.delete_before(2**63 - 1)


@pytest.fixture
def shop(real: Api) -> Api:
    """Two calls of one model, one of another, and a tool."""
    claude = {"gen_ai.response.model": "claude-x", "gen_ai.request.model": "claude-x", "shop.area": "North"}
    tool = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "refund", "shop.area": "south"}
    real.send(spans_request([chat(1, 1), chat(1, 2, parent=1), chat(2, 3, attributes=claude)]))
    real.send(spans_request([span(2, 4, parent=3, name="tool", attributes=tool)], service="till"))
    return real


def values(api: Api, **asked: Any) -> dict[str, list[tuple[str, int]]]:
    found = schema.FacetList.model_validate(api.get("/api/facets", **asked))
    return {facet.key: [(each.value, each.count) for each in facet.values] for facet in found.facets}


def test_values_with_their_counts_the_most_frequent_first(shop: Api):
    found = schema.FacetList.model_validate(shop.get("/api/facets", keys="kind,model,service,tag"))
    assert [facet.key for facet in found.facets] == ["kind", "model", "service", "tag"]
    assert (found.counted_spans, found.sampled) == (4, False)
    assert values(shop, keys="kind,service") == {
        "kind": [("llm_call", 3), ("tool", 1)],
        "service": [("shop", 3), ("till", 1)],
    }
    assert values(shop, keys="model") == {"model": [("gpt-4o-2024-08-06", 2), ("claude-x", 1)]}
    assert [facet.key for facet in schema.FacetList.model_validate(shop.get("/api/facets")).facets] == [
        "kind", "status", "model", "provider", "service", "tool", "agent",
    ]  # fmt: skip


def test_facets_of_what_a_filter_leaves(shop: Api):
    assert values(shop, keys="model", q="model:claude*") == {"model": [("claude-x", 1)]}
    assert values(shop, keys="kind", service="till") == {"kind": [("tool", 1)]}
    found = schema.FacetList.model_validate(shop.get("/api/facets", keys="tool", q="refund"))
    assert found.counted_spans == 1


def test_completion_of_a_value_in_any_case_and_its_limit(shop: Api):
    assert values(shop, keys="model", prefix="GP") == {"model": [("gpt-4o-2024-08-06", 2)]}
    assert values(shop, keys="model", prefix="-x") == {"model": [("claude-x", 1)]}
    assert values(shop, keys="attr.shop.area,shop.area", prefix="nor") == {"attr.shop.area": [("North", 1)]}
    (facet,) = schema.FacetList.model_validate(shop.get("/api/facets", keys="model", limit=1)).facets
    assert (len(facet.values), facet.more) == (1, True)


def test_the_keys_and_the_names_of_attributes(shop: Api):
    found = schema.KeyList.model_validate(shop.get("/api/facets/keys"))
    assert [key.key for key in found.keys] == [key.name for key in KEYS]
    assert {"shop.area", "gen_ai.request.model"} <= set(found.attributes)
    for key in found.keys:
        example = read_query(key.example, 10**18)
        assert example.where.conditions or example.where.trace_id or example.where.since_ns or example.where.until_ns \
            or example.sort or example.descending is not None  # fmt: skip


def test_how_a_query_was_read(shop: Api):
    text = '-model:gpt-4o*,"a b"  "late refund" duration:>2s'
    found = schema.ParsedQuery.model_validate(shop.get("/api/query", q=text))
    assert [(text[each.start : each.end], each.key, each.operator, each.negated) for each in found.clauses] == [
        ('-model:gpt-4o*,"a b"', "model", "any", True),
        ('"late refund"', "", "text", False),
        ("duration:>2s", "duration", ">", False),
    ]
    assert [(each.text, each.quoted) for each in found.clauses[0].values] == [("gpt-4o*", False), ("a b", True)]
    assert found.q == '-model:gpt-4o*,"a b" "late refund" duration:>2s'
    assert schema.ParsedQuery.model_validate(shop.get("/api/query")).clauses == []


@pytest.mark.parametrize(
    ("q", "wrong"),
    [
        ("kind:tool duration:>soon", "soon"),
        ("nokey:1", "nokey"),
        ('name:"open', '"open'),
        ("sort:beauty", "beauty"),
        ("𝒳 cost:>much", "much"),
    ],
)
@pytest.mark.parametrize("path", ["/api/query", "/api/facets", "/api/spans", "/api/traces"])
def test_what_is_wrong_with_a_query_and_where(shop: Api, path: str, q: str, wrong: str):
    error = shop.get(path, 400, q=q)["error"]
    assert error["field"] == "q"
    assert wrong in q[error["start"] : error["end"]]
    assert len(error["message"]) > len(error["code"]) > 0


def test_traces_have_one_order(shop: Api):
    error = shop.get("/api/traces", 400, q="kind:tool sort:cost")["error"]
    assert "newest first" in error["message"]
    assert "kind:tool sort:cost"[error["start"] : error["end"]] == "sort:cost"
    assert shop.get("/api/traces", q="sort:started_at")["count"] == 2
    assert shop.get("/api/spans", q="sort:duration order:asc")["count"] == 4


def test_keys_that_cannot_be_counted(shop: Api):
    error = shop.get("/api/facets", 400, keys="kind,duration")["error"]
    assert error["field"] == "keys"
    assert "'duration'" in error["message"]
    many = ",".join(f"attr.a{number}" for number in range(21))
    assert "at most 20" in shop.get("/api/facets", 400, keys=many)["error"]["message"]


@pytest.mark.parametrize("path", ["facets", "spans", "traces", "sessions", "logs", "files"])
def test_a_question_that_takes_too_much_says_how_to_ask_for_less(shop: Api, monkeypatch: pytest.MonkeyPatch, path: str):
    monkeypatch.setattr(engine, "_BOUNDS", "\nSETTINGS max_rows_to_read = 1, read_overflow_mode = 'throw'")
    shop.send(logs_request([LogRecord(time_unix_nano=START_NS + number) for number in range(3)]))
    shop.send(spans_request([span(9, 90 + number, after_ns=number * SECOND_NS) for number in range(3)]))
    error = shop.get(f"/api/{path}", QueryTooLarge.http_status)["error"]
    assert error["code"] == "query_too_large"
    assert "since:" in error["message"]

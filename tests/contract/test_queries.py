"""The query language against the engine: every key, negation, ranges, wildcards, attributes, text, hostile text."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.api.telemetry import SECOND_NS, chat, span
from traceway_collector.query.filters import Page
from traceway_collector.query.keys import KEYS, read_query
from traceway_collector.store import Store
from traceway_collector.store.clickhouse import words
from traceway_collector.store.clickhouse.fulltext import Words
from traceway_collector.store.clickhouse.words import known_words

from .backends import Backend
from .conftest import Feed
from .telemetry import request

_PROMPT = json.dumps(
    [{"role": "user", "parts": [{"type": "text", "content": "Hello\nplease REFUND order-77 “退款请求” طلبي"}]}]
)
_PLAIN = json.dumps(
    [{"role": "assistant", "parts": [{"content": 'Возврат оформлен, ÉCOLE «东京塔», a "late refund"'}]}],
    ensure_ascii=False,
)
_CODE = json.dumps({"code": "\tnested"})
_TABLE = json.dumps([{"parts": [{"content": "\n\t\tcolumn one\trow two", "arguments": _CODE}]}])
_PATH = r"C:\new\temp under_score don't example.com"


_UNKNOWN = {
    "gen_ai.provider.name": None, "gen_ai.request.model": "nobody-knows-1", "gen_ai.response.model": None,
    "gen_ai.usage.input_tokens": None, "gen_ai.usage.output_tokens": None,
}  # fmt: skip


def _spans() -> list:
    """Trace 1: a root, a model call, a tool and a file; trace 2: a failed one; trace 3: a model call alone."""
    tagged = {"tag.tags": ["beta", "blue"], "session.id": "s-1", "user.id": "12-34"}
    call = {
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o",
        "gen_ai.response.model": "gpt-4o-2024-08-06", "gen_ai.usage.input_tokens": 1000,
        "gen_ai.usage.output_tokens": 50,
        "gen_ai.response.finish_reasons": ["stop", "length"], "gen_ai.input.messages": _PROMPT,
        "gen_ai.output.messages": _PLAIN, "gen_ai.response.time_to_first_chunk": 0.5,
    }  # fmt: skip
    tool = {
        "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search_orders",
        "gen_ai.tool.call.arguments": '{"query": "zyzzyva"}', "gen_ai.tool.call.result": _PATH,
        "shop.count": 7, "shop.share": 0.7, "shop.vip": True, "shop.note": "late gift", "shop.ids": ["a1", "b2"],
    }  # fmt: skip
    table = {
        "error.type": "TimeoutError", "gen_ai.input.messages": _TABLE, "shop.page": "<b>fish &amp; chips&#33;</b>",
        "shop.folder": r"C:\new\u0041\tall",
    }  # fmt: skip
    failed = span(2, 20, name="plan 2", took_ns=5 * SECOND_NS, attributes=table)
    failed.status.code, failed.status.message = 2, "upstream timeout after 30s"
    return [
        span(1, 10, name="run", took_ns=9 * SECOND_NS, attributes={"gen_ai.agent.name": "planner", **tagged}),
        chat(1, 11, parent=10, name="chat gpt-4o", took_ns=2 * SECOND_NS, attributes=call),
        span(1, 12, parent=10, name="tool", took_ns=SECOND_NS, attributes=tool),
        span(
            1, 13, parent=10, name="read", attributes={"traceway.span.kind": "fs_read", "file.path": "/srv/a/notes.md"}
        ),
        failed,
        chat(3, 30, name="alone", after_ns=60 * SECOND_NS, attributes=_UNKNOWN),
    ]


@pytest.fixture(scope="module", params=["fresh", "merged"])
def asked(backend: Backend, request: pytest.FixtureRequest) -> Iterator[Feed]:
    """The spans, in parts without the text index and in one with it."""
    feed = Feed(backend)
    for each in _spans():
        feed.write(_as_request(each))
    if request.param == "merged":
        backend.store._engine.command("OPTIMIZE TABLE spans FINAL")
    yield feed
    backend.store.delete_before(2**63 - 1)


def _as_request(each):
    return request(each, service="shop")


def _found(store: Store, text: str, now_ns: int) -> tuple[set[int], set[int]]:
    """Numbers of the spans and of the traces that a query finds."""
    where = read_query(text, now_ns).where
    spans = store.spans(where, Page(100), now_ns).items
    traces = store.traces(where, Page(100), now_ns).items
    return {int(each.span_id, 16) for each in spans}, {int(each.trace_id, 16) for each in traces}


ALL = {10, 11, 12, 13, 20, 30}
_CASES: list[tuple[str, set[int], set[int]]] = [
    ("kind:llm_call", {11, 30}, {1, 3}),
    ("kind:TOOL,fs_*", {12, 13}, {1}),
    ("kind:custom", {20}, {2}),
    ("-kind:llm_call", {10, 12, 13, 20}, {2}),
    ("status:error", {20}, {2}),
    ("-status:error", ALL - {20}, {1, 3}),
    ("model:gpt-4o", {11}, {1}),
    ("model:*2024-08*", {11}, {1}),
    ("-model:gpt*", ALL - {11}, {2, 3}),
    ("provider:openai", {11}, {1}),
    ('name:"plan 2",run', {10, 20}, {1, 2}),
    ("name:PLAN*", {20}, {2}),
    ("name:plan", set(), set()),
    ("service:shop", ALL, {1, 2, 3}),
    ("session:s-1 user:12-34", {10}, {1}),
    ("tag:blue", {10}, {1}),
    ("-tag:bl*", ALL - {10}, {2, 3}),
    ("agent:planner", {10}, {1}),
    ("tool:search*", {12}, {1}),
    ("operation:chat kind:llm_call model:gpt-4o", {11}, {1}),
    ("finish:length", {11}, {1}),
    ("file:/srv", {13}, {1}),
    ("path:/srv/*/notes.md", {13}, {1}),
    ('file:"/srv/*"', set(), set()),
    ("duration:>=9s", {10}, {1}),
    ("duration:4s..6s", {20}, {2}),
    ("-duration:>1s", {12, 13, 30}, {3}),
    ("ttft:>400ms", {11}, {1}),
    ("tokens:1050", {11}, {1}),
    ("input_tokens:>=1k", {11}, {1}),
    ("output_tokens:<51", {11}, {1}),
    ("cost:>0", {11}, {1}),
    ("-cost:>0", ALL - {11}, {2, 3}),
    ("has:cost", {11}, {1}),
    ("has:error,file", {13, 20}, {1, 2}),
    ("-has:parent", {10, 20, 30}, {2, 3}),
    ("has:input has:output", {11, 12}, {1}),
    ("attr.shop.count:7", {12}, {1}),
    ("attr.shop.count:>6", {12}, {1}),
    ("attr.shop.count:8..9", set(), set()),
    ("attr.shop.share:0.70", {12}, {1}),
    ("attr.shop.vip:true", {12}, {1}),
    ('attr.shop.note:"late gift"', {12}, {1}),
    ("attr.shop.note:late", set(), set()),
    ("attr.shop.note:LATE*", {12}, {1}),
    ("attr.shop.ids:b2", {12}, {1}),
    ("shop.ids:b", set(), set()),
    ("-attr.shop.count:7", ALL - {12}, {2, 3}),
    ("resource.telemetry.sdk.language:nothing", set(), set()),
    (f"span:{12:016x}", {12}, {1}),
    (f"trace:{3:032x}", {30}, {3}),
    ("error:TIMEOUT", {20}, {2}),
    ('error:"after 30s"', {20}, {2}),
    ("refund", {11}, {1}),
    ("Refund order", {11}, {1}),
    ("please", {11}, {1}),
    ("refunds", set(), set()),
    ("refun*", {11}, {1}),
    ("*fund", {11}, {1}),
    ("re*nd", {11}, {1}),
    ("efund*", set(), set()),
    ('"late refund"', {11}, {1}),
    ('"refund late"', set(), set()),
    ("order-77", {11}, {1}),
    ("退款", {11}, {1}),
    ("款退", set(), set()),
    ("退款请求", {11}, {1}),
    ("东京", {11}, {1}),
    ("طلبي", {11}, {1}),
    ("طلب*", {11}, {1}),
    ("возврат", {11}, {1}),
    ("école", {11}, {1}),
    ("zyzzyva", {12}, {1}),
    ("input:zyzzyva", {12}, {1}),
    ("output:zyzzyva", set(), set()),
    ("output:late input:refund", {11}, {1}),
    ("under_score", {12}, {1}),
    ("score", {12}, {1}),
    ("don't", {12}, {1}),
    ("example", {12}, {1}),
    ("timeout", {20}, {2}),
    ("run", {10}, {1}),
    (r'shop.folder:"C:\\new\\u0041\\tall"', {20}, {2}),
    ('shop.page:"<b>fish &amp; chips&#33;</b>"', {20}, {2}),
    ("shop.page:*chips&*", {20}, {2}),
    ("column row", {20}, {2}),
    ('input:"column one"', {20}, {2}),
    ("input:nested", {20}, {2}),
    ("temp", {12}, {1}),
    (r'"\\temp"', {12}, {1}),
    ('"fish &amp; chips"', {20}, {2}),
    ('"<b>fish & chips!</b>"', {20}, {2}),
    ("zyzzyva refund", set(), set()),
    ("refund -zyzzyva", {11}, set()),
    ("-refund", ALL - {11}, {2, 3}),
    ("until:1970-01-02", set(), set()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "spans", "traces"), _CASES, ids=lambda value: value if isinstance(value, str) else "")
def test_what_a_query_finds(asked: Feed, text: str, spans: set[int], traces: set[int]):
    assert _found(asked.store, text, asked.now_ns) == (spans, traces)


_GAPS: list[tuple[str, set[int]]] = [
    ("refun*", {11}),
    ("REFUND*", {11}),
    ("*fund", {11}),
    ("re*nd", {11}),
    ("re*x", set()),
    ("ex*com", set()),
    ("*efun*", {11}),
    ("efund*", set()),
    ("*unde*", {12}),
    ("zyz*,tim*", {12, 20}),
    ("input:zyz*", {12}),
    ("output:zyz*", set()),
    ("output:*chool,*cole", {11}),
    ("-refun*", ALL - {11}),
]


@pytest.mark.parametrize(("text", "spans"), _GAPS)
def test_words_with_gaps_by_the_words_there_are(asked: Feed, text: str, spans: set[int]):
    if "," in text and ":" not in text:
        text = f"text:{text}"
    where = read_query(text, asked.now_ns).where
    known = known_words(asked.store._engine, where)
    assert all(isinstance(value, Words) for each in known.conditions for value in each.values)
    for each in (where, known):
        assert {int(span.span_id, 16) for span in asked.store.spans(each, Page(100), asked.now_ns).items} == spans
    # In another order all is looked at in one step, by the words.
    by_duration = asked.store.spans(where, Page(100), asked.now_ns, sort="duration").items
    assert {int(span.span_id, 16) for span in by_duration} == spans


def test_words_that_are_too_many_or_no_words_stay_as_they_are(asked: Feed, monkeypatch: pytest.MonkeyPatch):
    store = asked.store
    for text in ("طلب*", "name:ref*", "order-7*"):
        where = read_query(text, asked.now_ns).where
        assert known_words(store._engine, where) == where, text
    monkeypatch.setattr(words, "MOST_WORDS", 0)
    where = read_query("refun*", asked.now_ns).where
    assert known_words(store._engine, where) == where
    assert known_words(store._engine, read_query("nosuch*", asked.now_ns).where) != where


def test_every_example_is_valid_sql(asked: Feed):
    for key in KEYS:
        _found(asked.store, key.example, asked.now_ns)


_HOSTILE = (
    "'",
    "\\",
    "'; DROP TABLE spans; --",
    "{c0:String}",
    "%",
    "_",
    "%s",
    "\0",
    "a\nb\tc",
    "$where",
    "(",
    "[a-",
    "\\Q",
    "&lt;",
    "🙂",
)


@pytest.mark.parametrize("key", ["", "name", "kind", "file", "input", "error", "tag", "attr.shop.note", "resource.x"])
def test_hostile_text_finds_nothing_and_breaks_nothing(asked: Feed, key: str):
    for text in _HOSTILE:
        value = text.replace("\\", "\\\\").replace('"', '\\"')
        query = f'{key}:"{value}qq"' if key else f'"{value}qq"'
        if key != "kind":
            assert _found(asked.store, query, asked.now_ns) == (set(), set()), query
    assert asked.store.stats()["spans"] == len(ALL)


def test_facets(asked: Feed):
    keys = [
        ("kind", ""),
        ("status", ""),
        ("tag", ""),
        ("tool", ""),
        ("attribute", "shop.count"),
        ("resource", "service.name"),
    ]
    found = asked.store.facets(read_query("", 0).where, keys, limit=2)
    values = {facet.key: dict(facet.values) for facet in found.facets}
    assert values["status"] == {"ok": 5, "error": 1}
    assert values["tag"] == {"beta": 1, "blue": 1}
    assert values["tool"] == {"search_orders": 1}
    assert values["attr.shop.count"] == {"7": 1}
    assert found.facets[0].more
    assert (found.counted_spans, found.sampled) == (6, False)
    filtered = asked.store.facets(read_query("kind:llm_call", 0).where, [("model", "")], limit=1, prefix="GPT")
    assert filtered.facets[0].values == (("gpt-4o-2024-08-06", 1),)
    assert filtered.counted_spans == 2
    assert "shop.count" in asked.store.attribute_names(100)

"""Tree, comparison and export over a real store: shapes, errors, and what a client sees when a file breaks off."""

from __future__ import annotations

import http.client
import itertools
import socket
import sys
import threading
import time
from collections.abc import Iterator, Sequence

import anyio
import pytest
import uvicorn

from traceway_collector.api import compare, export
from traceway_collector.api import schema_trace_tools as schema
from traceway_collector.errors import Unavailable
from traceway_collector.model import StoredLog, StoredSpan
from traceway_collector.store.clickhouse import ClickHouseStore

from .conftest import Api, api_over
from .telemetry import SECOND_NS, START_NS, chat, span, span_id, spans_request, trace_id


@pytest.fixture
def tools(embedded: ClickHouseStore) -> Iterator[Api]:
    api = api_over(embedded)
    yield api
    if api.ingest.watermark_ns():
        embedded.delete_before(2**63 - 1)


def a_run(trace: int, *, question: str = "Where is it?", model: str = "gpt-4o-2024-08-06", call_id: str = "c1") -> list:
    """An agent, a call of a model, a tool, a call that has the tool's answer."""
    asked = f'[{{"role":"user","parts":[{{"type":"text","content":"{question}"}}]}}]'
    told = (
        f'[{{"role":"assistant","parts":[{{"type":"tool_call","id":"{call_id}","name":"find","arguments":{{}}}}]}},'
        f'{{"role":"tool","parts":[{{"type":"tool_call_response","id":"{call_id}","response":"here"}}]}}]'
    )
    tool = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "find", "gen_ai.tool.call.id": call_id}
    return [
        span(trace, 1, name="agent", took_ns=10 * SECOND_NS, attributes={"gen_ai.operation.name": "invoke_agent"}),
        chat(
            trace, 2, parent=1, after_ns=1, attributes={"gen_ai.input.messages": asked, "gen_ai.response.model": model}
        ),
        span(trace, 3, parent=1, after_ns=2 * SECOND_NS, name="find", attributes=tool),
        chat(trace, 4, parent=1, after_ns=4 * SECOND_NS, attributes={"gen_ai.input.messages": told}),
    ]


def test_a_tree(tools: Api):
    tools.send(spans_request([*a_run(1), span(1, 6, parent=5, name="orphan", after_ns=SECOND_NS)]))
    answer = tools.get(f"/api/traces/{trace_id(1)}/tree")
    schema.TraceTree.model_validate(answer)
    columns = answer["columns"]
    assert {len(column) for column in columns.values()} == {answer["count"]} == {6}
    assert columns["id"] == [span_id(number) for number in (1, 2, 3, 4, 5, 6)]
    assert columns["parent"] == [-1, 0, 0, 0, -1, 4]
    assert columns["depth"] == [0, 1, 1, 1, 0, 1]
    assert columns["kind"][:4] == ["agent", "llm_call", "tool", "llm_call"]
    assert columns["placeholder"] == [False] * 4 + [True, False]
    assert (columns["name"][4], columns["kind"][4], columns["status"][4]) == (None, None, "unset")
    assert (columns["offset_ns"][4], columns["duration_ns"][4]) == (SECOND_NS, SECOND_NS)
    assert columns["subtree_tokens"] == [240, 120, None, 120, None, None]
    assert columns["critical"] == [True, True, True, True, False, False]
    assert sum(own_ns or 0 for own_ns in columns["critical_ns"]) == 10 * SECOND_NS
    assert (answer["start_ns"], answer["duration_ns"], answer["truncated"]) == (
        str(START_NS),
        str(10 * SECOND_NS),
        False,
    )
    assert answer["trace"] == tools.get(f"/api/traces/{trace_id(1)}")["trace"]
    cut = tools.get(f"/api/traces/{trace_id(1)}/tree", limit=2)
    assert (cut["count"], cut["truncated"]) == (2, True)
    assert tools.get(f"/api/traces/{trace_id(9)}/tree", 404)["error"]["field"] == "trace_id"


def test_two_runs_compared(tools: Api):
    tools.send(spans_request(a_run(1)))
    again = a_run(2, question="Where was it?", model="gpt-4.1", call_id="c2")
    again[2].attributes.extend(span(2, 9, attributes={"gen_ai.tool.call.result": "there"}).attributes)
    tools.send(spans_request([*again, span(2, 5, parent=1, after_ns=9 * SECOND_NS, name="extra")]))
    answer = tools.get("/api/compare", a=trace_id(1), b=trace_id(2))
    schema.Comparison.model_validate(answer)
    assert [(step["change"], step["differs"]) for step in answer["steps"]] == [
        ("same", []),
        ("changed", ["input", "model"]),
        ("changed", ["result"]),
        ("same", []),  # the ids of tool calls are new in every run
        ("added", []),
    ]
    assert answer["steps"][-1]["a"] is None
    assert answer["steps"][-1]["b"]["name"] == "extra"
    assert answer["totals"]["span_count"] == [4, 5]
    assert answer["totals"]["total_tokens"] == [240, 240]
    assert (answer["a"]["id"], answer["b"]["id"]) == (trace_id(1), trace_id(2))
    assert tools.get("/api/compare", 404, a=trace_id(1), b=trace_id(7))["error"]["field"] == "b"
    assert tools.get("/api/compare", 400, a=trace_id(1))["error"]["field"] == "b"


def test_no_more_is_read_than_is_compared(tools: Api, monkeypatch: pytest.MonkeyPatch):
    tools.send(spans_request([*a_run(1), *a_run(2)]))
    monkeypatch.setattr(compare, "MOST_SPANS", 2)
    pages, logs = tools.store.trace_pages, tools.store.trace_logs
    read, asked = [], []

    def one_by_one(trace_ids: list[str], among: frozenset[bytes]) -> Iterator[list[StoredSpan]]:
        for each in itertools.chain.from_iterable(pages(trace_ids, among)):
            read.append(each.span_id)
            yield [each]

    def counted(trace_ids: list[str], **given: list[str]) -> Sequence[StoredLog]:
        asked.append(trace_ids)
        return logs(trace_ids, **given)

    monkeypatch.setattr(tools.store, "trace_pages", one_by_one)
    monkeypatch.setattr(tools.store, "trace_logs", counted)
    answer = tools.get("/api/compare", a=trace_id(1), b=trace_id(2))
    assert [step["change"] for step in answer["steps"]] == ["same", "same"]
    assert answer["truncated"]
    assert read == [span_id(1), span_id(2)] * 2
    assert asked == [[trace_id(1)], [trace_id(2)]]


@pytest.mark.parametrize("format_", export.FORMATS)
def test_a_file_keeps_nothing_of_the_pages_that_were_written(tools: Api, format_: str):
    tools.send(spans_request(a_run(1)))
    (page,) = tools.store.trace_pages([trace_id(1)])
    origin = page[0].origin
    before = sys.getrefcount(origin)
    table = export.FORMATS[format_].table("spans")
    table.head()
    table.rows(page)
    assert sys.getrefcount(origin) == before


def test_an_export_says_what_it_is(tools: Api):
    tools.send(spans_request(a_run(1)))
    for format_, media in (
        ("otlp", "application/json"),
        ("jsonl", "application/x-ndjson"),
        ("csv", "text/csv; charset=utf-8"),
        ("parquet", "application/vnd.apache.parquet"),
    ):
        for path in (f"/api/traces/{trace_id(1)}/export", "/api/export"):
            response = tools.client.get(path, params={"format": format_})
            assert response.status_code == 200
            assert response.headers["content-type"] == media
            assert response.headers["cache-control"] == "no-store"
            name = response.headers["content-disposition"].partition("filename=")[2]
            assert name.endswith(f'.{"json" if format_ == "otlp" else format_}"')
    for of in ("traces", "spans"):
        error = tools.get("/api/export", 400, q="kind:tool sort:cost", of=of)["error"]
        assert (error["field"], error["start"], error["end"]) == ("q", 10, 19)
    head = tools.client.head("/api/export")
    assert (head.status_code, head.content) == (200, b"")


def test_a_file_is_sent_in_pieces_that_let_others_have_their_turn(tools: Api):
    text = "x" * (2 * export.PIECE_BYTES)
    tools.send(spans_request([span(1, 1, attributes={"long": text})]))
    sent: list[bytes] = []

    async def send(message: dict) -> None:
        sent.append(message.get("body", b""))

    async def receive() -> dict:
        await anyio.sleep_forever()
        raise AssertionError

    path = f"/api/traces/{trace_id(1)}/export"
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": b"", "query_string": b"", "headers": []}
    anyio.run(tools.app, scope, receive, send)
    assert text.encode() in b"".join(sent)
    assert max(map(len, sent)) == export.PIECE_BYTES


def test_an_error_before_the_first_byte_is_an_answer(tools: Api, monkeypatch: pytest.MonkeyPatch):
    tools.send(spans_request(a_run(1)))

    def broken(*_: object) -> Iterator[list]:
        raise Unavailable("the store cannot do this now", retry_after_s=3)
        yield []

    monkeypatch.setattr(tools.store, "trace_pages", broken)
    for path in (f"/api/traces/{trace_id(1)}/export", "/api/export"):
        assert tools.get(path, 503)["error"]["code"] == "unavailable"


@pytest.fixture
def port(tools: Api) -> Iterator[int]:
    """The same application behind a socket."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(tools.app, http="httptools", lifespan="off", log_level="critical"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join()


@pytest.mark.parametrize("format_", ["otlp", "jsonl", "csv", "parquet"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_file_that_breaks_off_is_no_whole_file(
    tools: Api, port: int, monkeypatch: pytest.MonkeyPatch, format_: str, encoding: str
):
    tools.send(spans_request(a_run(1)))
    (page,) = tools.store.trace_pages([trace_id(1)])

    def broken(*_: object) -> Iterator[object]:
        yield page
        raise Unavailable("the store is gone")

    monkeypatch.setattr(tools.store, "trace_pages", broken)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(
            "GET", f"/api/traces/{trace_id(1)}/export?format={format_}", headers={"accept-encoding": encoding}
        )
        response = connection.getresponse()
        assert response.status == 200
        assert response.getheader("content-length") is None
        with pytest.raises(http.client.IncompleteRead):
            response.read()
    finally:
        connection.close()

"""Files: what one server exports, an empty one imports, and gives back the same OTLP."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.api.telemetry import START_NS, chat, span, spans_request
from tests.otlp.strategies import messages
from traceway_collector.api.services import MOST_IMPORTS

from . import otlp_form
from .serving import Served, request
from .test_fidelity import everything

FORMATS = ("otlp", "jsonl", "csv", "parquet")
csv.field_size_limit(1 << 30)
_traces = itertools.count(1)


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Where files are imported."""
    with Served(tmp_path_factory.mktemp("other")) as running:
        yield running


def exported(server: Served, path: str, format_: str) -> bytes:
    status, headers, body = request(server.urls["api"], "GET", f"{path}{'&' if '?' in path else '?'}format={format_}")
    assert status == 200, body
    assert headers["content-disposition"].startswith("attachment; filename=")
    return body


def imported(server: Served, body: bytes, path: str = "/api/import", **headers: str) -> dict:
    status, _, reply = request(server.urls["api"], "POST", path, body, headers)
    assert status == 200, reply
    return json.loads(reply)


def trace_of(server: Served, trace_id: str) -> list[otlp_form.Item]:
    return otlp_form.spans(otlp_form.from_json(server.get(f"/api/traces/{trace_id}/otlp")))


def id_of(message: ExportTraceServiceRequest) -> str:
    return message.resource_spans[0].scope_spans[0].spans[0].trace_id.hex()


@pytest.mark.parametrize("format_", FORMATS)
def test_a_trace_with_everything_is_the_same_in_an_empty_server(server, other, format_):
    message = everything()
    trace_id = id_of(message)
    server.send(message)
    file = exported(server, f"/api/traces/{trace_id}/export", format_)
    told = imported(other, file)
    assert told == {"accepted": 5, "rejected": 0, "duplicates": 0, "errors": []}
    assert trace_of(other, trace_id) == otlp_form.spans(message)
    assert imported(other, file) == {"accepted": 0, "rejected": 0, "duplicates": 5, "errors": []}
    assert other.get(f"/api/traces/{trace_id}")["trace"]["span_count"] == 5


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(messages(Span), min_size=1, max_size=4), st.sampled_from(FORMATS))
def test_any_trace_survives_any_file(server, other, spans, format_):
    trace_id = (next(_traces) << 64 | 0xF11E).to_bytes(16, "big")
    for number, each in enumerate(spans, 1):
        each.trace_id, each.span_id = trace_id, number.to_bytes(8, "big")
    message = spans_request(spans)
    server.send(message)
    file = exported(server, f"/api/traces/{trace_id.hex()}/export", format_)
    told = imported(other, file, f"/api/import?format={format_}")
    assert told == {"accepted": len(spans), "rejected": 0, "duplicates": 0, "errors": []}
    assert trace_of(other, trace_id.hex()) == trace_of(server, trace_id.hex())


@pytest.mark.parametrize("format_", FORMATS)
def test_many_traces_as_one_file(server, tmp_path, format_):
    for trace in range(0xF000, 0xF007):
        root = span(trace, 1, name="root", attributes={"session.id": "many"}, took_ns=10**10)
        server.send(spans_request([root, *(chat(trace, number, parent=1) for number in range(2, 30))]))
    with Served(tmp_path) as empty:
        told = imported(empty, exported(server, "/api/export?session=many&limit=5", format_))
        assert (told["accepted"], told["errors"]) == (5 * 29, [])
        # The newest five, whole: although only their roots name the session.
        kept = {trace["id"] for trace in empty.get("/api/traces")["items"]}
        listed = server.get("/api/traces", session="many", limit=5)["items"]
        assert kept == {trace["id"] for trace in listed}
        for trace_id in kept:
            assert trace_of(empty, trace_id) == trace_of(server, trace_id)


def test_spans_alone(server):
    server.send(spans_request([span(0xE001, 1, name="no"), chat(0xE001, 2, parent=1, name="the call")]))
    lines = exported(server, "/api/export?of=spans&name=the+call", "jsonl").splitlines()
    (found,) = (otlp_form.from_json(json.loads(line)) for line in lines)
    assert [each.name for scope in found.resource_spans[0].scope_spans for each in scope.spans] == ["the call"]


def test_tables_are_read_by_other_programs(server):
    message = everything()
    trace_id = id_of(message)
    server.send(message)
    rows = list(
        csv.DictReader(io.StringIO(exported(server, f"/api/traces/{trace_id}/export", "csv").decode(), newline=""))
    )
    table = pyarrow.parquet.read_table(io.BytesIO(exported(server, f"/api/traces/{trace_id}/export", "parquet")))
    assert [row["name"] for row in rows] == table.column("name").to_pylist()
    assert [row["otlp"] for row in rows] == table.column("otlp").to_pylist()
    assert str(table.schema.field("started_at").type) == "timestamp[ns, tz=UTC]"
    by_id = {row["span_id"]: row for row in table.select(["span_id", "started_at", "parent_id"]).to_pylist()}
    assert by_id["0000000000000001"]["started_at"].value == START_NS
    assert by_id["04" * 8] == {"span_id": "04" * 8, "started_at": None, "parent_id": None}


def test_a_cell_is_no_formula(server):
    formulas = ["=1+2", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\n=1", "\uff1d1"]
    names = [*formulas, "plain", 'a,b\n"c"']
    server.send(spans_request([span(0xE002, number, name=name) for number, name in enumerate(names, 1)]))
    text = exported(server, f"/api/traces/{0xE002:032x}/export", "csv").decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    shown = {row["span_id"]: row["name"] for row in rows}
    assert [shown[f"{number:016x}"] for number in range(1, 11)] == [*("'" + name for name in formulas), *names[8:]]
    assert all(not cell.startswith(tuple("=+-@\t\r\n\uff1d")) for row in rows for cell in row.values())


def test_what_is_wrong_is_told_by_line_and_the_rest_is_kept(server):
    def line(number: int, **wrong: str) -> bytes:
        ids = {"traceId": f"{0xE100 + number:032x}", "spanId": f"{number:016x}", **wrong}
        return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [{"name": "x", **ids}]}]}]}).encode()

    bad = [line(1), b"{not json", line(2, traceId="abcd"), b"", line(3, startTimeUnixNano="soon"), line(4)]
    told = imported(server, b"\n".join(bad))
    assert (told["accepted"], told["rejected"], told["duplicates"]) == (2, 3, 0)
    assert [error["line"] for error in told["errors"]] == [2, 3, 5]
    assert "not valid JSON" in told["errors"][0]["message"]
    assert "trace_id has 2 bytes, expected 16" in told["errors"][1]["message"]
    assert 'startTimeUnixNano is "soon"' in told["errors"][2]["message"]
    for number in (1, 4):
        assert server.get(f"/api/traces/{0xE100 + number:032x}")["count"] == 1


def test_rows_are_told_and_a_spreadsheets_semicolons_are_read(server):
    ids = {"traceId": f"{0xE200:032x}", "spanId": f"{1:016x}"}
    good = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [{"name": 'a;"b"\nc', **ids}]}]}]})
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerows([["name", "otlp"], ["cut", '{"resourceSpans":[{"sco'], ["x\ny", good], ["none", ""]])
    told = imported(server, b"\xef\xbb\xbf" + text.getvalue().encode(), **{"Content-Type": "text/csv"})
    assert (told["accepted"], told["rejected"]) == (1, 2)
    assert [error["row"] for error in told["errors"]] == [1, 3]


def test_files_may_come_compressed_and_bad_ones_are_the_clients_mistake(server):
    message = everything()
    server.send(message)
    file = exported(server, f"/api/traces/{id_of(message)}/export", "csv")
    told = imported(server, gzip.compress(file), **{"Content-Encoding": "gzip"})
    assert told["accepted"] == 5
    cases = [
        (b"PAR1 but no more", {}, 400),
        (b"name,kind\r\nx,y\r\n", {}, 400),
        (b'{"resourceSpans":[{"scopeSpans":7}]}', {}, 400),
        (b"", {"Content-Type": "text/csv"}, 400),
        (gzip.compress(file)[:-20], {"Content-Encoding": "gzip"}, 400),
        (file, {"Content-Encoding": "br"}, 415),
    ]
    for body, headers, expected in cases:
        status, _, reply = request(server.urls["api"], "POST", "/api/import", body, headers)
        assert (status, "message" in json.loads(reply)["error"]) == (expected, True), (body[:40], reply)


def test_more_imports_than_there_is_room_for_are_asked_to_come_back(server):
    def status() -> int:
        return request(server.urls["api"], "POST", "/api/import", b"", {"Content-Type": "application/x-ndjson"})[0]

    address = urlsplit(server.urls["api"])
    unfinished = [socket.create_connection((address.hostname, address.port)) for _ in range(MOST_IMPORTS)]
    for each in unfinished:
        each.sendall(b"POST /api/import HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{")
    assert 503 in itertools.islice(iter(status, None), 1000)
    for each in unfinished:
        each.close()
    assert 200 in itertools.islice(iter(status, None), 1000)


def test_an_unknown_trace_and_an_unknown_format(server):
    assert server.get(f"/api/traces/{'a' * 32}/export", 404)["error"]["field"] == "trace_id"
    assert server.get("/api/export", 400, format="xml")["error"]["field"] == "format"
    assert json.loads(exported(server, "/api/export?name=nothing+is+called+so", "otlp")) == {"resourceSpans": []}


@pytest.mark.parametrize("query", ["", "?format=jsonl", "?format=parquet"])
def test_what_is_no_file_is_named(server, query):
    for body, field, says in (
        (gzip.compress(b'{"resourceSpans": []}'), "Content-Encoding", "compressed with gzip"),
        (b" \n", "body", "the body is empty") if not query else (b"\x1f\x8b", "Content-Encoding", "gzip"),
    ):
        status, _, reply = request(server.urls["api"], "POST", f"/api/import{query}", body, {})
        error = json.loads(reply)["error"]
        assert (status, error["field"]) == (400, field)
        assert says in error["message"]


def test_lines_and_rows_may_be_more_than_a_request_may_hold(server, tmp_path):
    trace = 0xE300
    for start in range(1, 3001, 1000):
        spans = [span(trace, number, attributes={"text": "x" * 1000}) for number in range(start, start + 1000)]
        server.send(spans_request(spans))
    path = f"/api/traces/{trace:032x}/export"
    with Served(tmp_path, "--max-request-mib", "1", "--max-pending-mib", "8") as small:
        body = exported(server, path, "otlp")
        status, _, reply = request(small.urls["api"], "POST", "/api/import?format=otlp", body, {})
        assert (status, json.loads(reply)["error"]["code"]) == (413, "too_large")
        for format_ in ("csv", "jsonl"):
            told = imported(small, exported(server, f"/api/export?of=spans&limit=5000&trace={trace:032x}", format_))
            assert (told["accepted"] + told["duplicates"], told["errors"]) == (3000, [])
        assert trace_of(small, f"{trace:032x}") == trace_of(server, f"{trace:032x}")

"""Contents of files, the whole way: what was sent comes back by its hash, and nothing else ever does."""

from __future__ import annotations

import itertools
import random

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

from tests.api.file_telemetry import content_id, content_records, contents_request, fs_span
from tests.api.telemetry import logs_request, spans_request, trace_id

from .serving import Served, request

_numbers = itertools.count(1)


def content(server: Served, data: bytes, status: int = 200) -> bytes:
    got, _, body = request(server.urls["api"], "GET", f"/api/files/content/{content_id(data)}")
    assert got == status, (got, body[:300], server.log())
    return body


def refused(server: Served, message) -> ExportLogsServiceResponse:
    status, reply = server.post(message.SerializeToString(), "/v1/logs")
    assert status == 200, reply
    return ExportLogsServiceResponse.FromString(reply)


def test_a_file_comes_back_by_its_hash_and_by_its_path(server: Served):
    trace, data = next(_numbers), random.randbytes(2_500_000)
    server.send(spans_request([fs_span(trace, 1, f"/srv/{trace}/data.bin", data=data)]))
    (before,) = server.get(f"/api/files//srv/{trace}/data.bin")["accesses"]
    assert (before["state"], before["available"]) == ("missing", False)
    records = content_records(data, trace=trace)
    server.send(contents_request([*records, LogRecord(severity_text=f"beside {trace}")]))
    assert content(server, data) == data
    (after,) = server.get(f"/api/files/srv/{trace}/data.bin")["accesses"]
    assert (after["state"], after["hash"], after["trace_id"]) == ("available", content_id(data), trace_id(trace))
    # The contents are no log records any more; their neighbours are.
    texts = [row["severity_text"] for row in server.get("/api/logs", limit=1000)["items"]]
    assert texts.count(f"beside {trace}") == 1
    assert not server.get("/api/logs", event_name="traceway.fs.content")["items"]


def test_every_encoding_and_the_empty_file(server: Served):
    for encoding in ("identity", "gzip", "zstd"):
        data = random.randbytes(1000) * 3000
        server.send(contents_request(content_records(data, encoding=encoding)))
        assert content(server, data) == data
        server.send(contents_request(content_records(b"", encoding=encoding)))
    assert content(server, b"") == b""


def test_bytes_that_are_not_those_of_their_hash_are_refused_and_counted(server: Served):
    data = b"what was read"
    wrong = content_records(b"something else", CONTENT_ID=content_id(data))
    good = content_records(b"a neighbour")
    before = server.get("/api/ingest")
    reply = refused(server, contents_request([*wrong, *good]))
    assert reply.partial_success.rejected_log_records == 1
    assert content_id(data) in reply.partial_success.error_message
    after = server.get("/api/ingest")
    assert after["signals"]["logs"]["refused"]["hash_mismatch"]["items"] >= 1
    assert after["refusals"][0]["reason"] == "hash_mismatch"
    assert after["files"]["contents"] == before["files"]["contents"] + 1
    assert content(server, b"a neighbour") == b"a neighbour"
    assert b"were not those of its hash" in content(server, data, 404)


def test_chunks_in_any_order_over_kills_and_restarts(tmp_path):
    data = random.randbytes(3_000_000)
    chunks = content_records(data, chunk_bytes=400_000)
    random.shuffle(chunks)
    server = Served(tmp_path)
    for number, chunk in enumerate([*chunks[:3], chunks[0], *chunks[3:]]):
        server.start()
        server.send(contents_request([chunk]))
        if number < len(chunks):
            assert b"not arrived yet" in content(server, data, 404)
        server.kill() if number % 2 else server.stop()
    with server:
        assert content(server, data) == data
        server.send(contents_request(chunks))
        assert content(server, data) == data
        assert server.get("/api/ingest")["files"]["duplicate_chunks"] == len(chunks)


def test_limits_of_a_file_and_of_a_run(tmp_path):
    mib = 1 << 20
    with Served(tmp_path, "--max-file-mib", "2", "--max-run-files-mib", "3") as server:
        large, first, second = (random.randbytes(size) for size in (2 * mib + 1, 2 * mib, 2 * mib))
        trace = next(_numbers)
        spans = [fs_span(trace, n, f"/f{n}", data=data) for n, data in enumerate((large, first, second), 1)]
        server.send(spans_request(spans))
        assert refused(server, contents_request(content_records(large))).partial_success.rejected_log_records == 3
        server.send(contents_request(content_records(first)))
        over = refused(server, contents_request(content_records(second)))
        assert "--max-run-files-mib" in over.partial_success.error_message
        states = {row["path"]: row["state"] for row in server.get("/api/files")["files"]}
        assert states == {"/f1": "too_large", "/f2": "available", "/f3": "run_full"}
        # Another run has room of its own, and what is there already needs none.
        server.send(contents_request(content_records(second), run="run-2"))
        server.send(contents_request(content_records(first), run="run-2"))
        assert content(server, second) == second
        counted = server.get("/api/ingest")["signals"]["logs"]["refused"]
        assert (counted["file_too_large"]["items"], counted["run_full"]["items"]) == (3, 2)


def test_a_bomb_is_refused_before_it_goes_off(server: Served):
    data = bytes(20 << 20)
    bomb = content_records(data, chunk_bytes=len(data), encoding="zstd", CONTENT_SIZE=1000)
    assert refused(server, contents_request(bomb)).partial_success.rejected_log_records == 1
    many = [
        record for n in range(10) for record in content_records(data + bytes([n]), chunk_bytes=1 << 30, encoding="zstd")
    ]
    message = contents_request(many)
    assert message.ByteSize() < 100_000
    reply = refused(server, message)
    assert 0 < reply.partial_success.rejected_log_records < 10
    assert "inflate" in reply.partial_success.error_message


def test_contents_go_with_the_trace_that_they_came_for(server: Served):
    kept, gone = next(_numbers), next(_numbers)
    shared, own = random.randbytes(1000), random.randbytes(1000)
    server.send(contents_request([*content_records(shared, trace=gone), *content_records(own, trace=gone)]))
    server.send(spans_request([fs_span(gone, 1, "/shared", data=shared), fs_span(gone, 2, "/own", data=own)]))
    server.send(spans_request([fs_span(kept, 1, "/shared", data=shared)]))
    server.ask("DELETE", f"/api/traces/{trace_id(gone)}")
    assert content(server, shared) == shared
    content(server, own, 404)
    server.send(contents_request(content_records(own, trace=kept)))
    assert content(server, own) == own


def test_a_request_without_contents_is_left_as_it_is(server: Served):
    # The name alone, somewhere in a text, makes no content of a record.
    server.send(logs_request([LogRecord(severity_text="traceway.fs.content, he said")]))
    assert server.get("/api/logs", limit=1)["items"]

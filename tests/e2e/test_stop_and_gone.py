"""SIGTERM under load, and clients that go away at every moment."""

from __future__ import annotations

import socket
import time
from urllib.parse import urlsplit

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import TraceServiceStub

from . import load
from .load import Load, Sent, a_request
from .serving import PROTOBUF, Served


def test_sigterm_under_load(tmp_path):
    acknowledged: list[Sent] = []
    unknown: list[Sent] = []
    server = Served(tmp_path)
    for _ in range(2):
        with server, Load(server, threads=6) as sending:
            sending.wait_for(20)
            server.stop()
        assert sending.statuses <= {200, 503}
        for headers, reply in sending.refusals:
            assert headers["retry-after"].isdigit()
            assert b"shutting down" in reply
        acknowledged += sending.acknowledged
        unknown += sending.unknown
    with server:
        # Nothing is there by half: a request whose answer was lost is stored whole or not at all.
        found = {row["id"]: row["span_count"] for row in load.everything(server, "/api/traces", "traces")}
        assert {sent.trace_id for sent in acknowledged} <= set(found)
        assert set(found.values()) == {load.SPANS_PER_REQUEST}
        refused = {sent.trace_id for sent in unknown} & set(found)
        for sent in unknown:
            assert server.post(sent.body)[0] == 200
        load.check_stored(server, acknowledged + unknown)
        assert server.get("/api/ingest")["signals"]["traces"]["duplicate_requests"] == len(refused)


def test_sigterm_in_the_middle_of_a_request_ends_with_0(tmp_path):
    with Served(tmp_path) as server, half_sent(server, a_request()):
        server.stop()


def test_a_client_that_goes_away_within_its_request_is_counted(server):
    with half_sent(server, a_request()):
        pass
    refused = wait_for(lambda: server.get("/api/ingest")["signals"]["traces"]["refused"].get("disconnected"))
    assert refused["requests"] == 1
    newest = server.get("/api/ingest")["refusals"][0]
    assert newest["detail"] == "the client closed the connection before the request was complete"


@pytest.mark.parametrize("transport", ["http", "grpc"])
def test_a_client_that_goes_away_while_its_request_is_committed(server, transport):
    """It may be stored or not, but whole, and a retry makes it so, once."""
    sent = [a_request(100) for _ in range(12)]
    for number, each in enumerate(sent):
        pause_s = number * 0.002
        if transport == "http":
            send_and_leave(server, each, pause_s)
        else:
            call_and_cancel(server, each, pause_s)
    before = server.get("/api/ingest")["signals"]["traces"]["accepted"]
    for each in sent:
        assert server.post(each.body)[0] == 200
    load.check_stored(server, sent, whole=False)
    after = server.get("/api/ingest")["signals"]["traces"]
    assert after["accepted"] - before <= 100 * len(sent)
    assert server.get("/api/ingest")["pending_bytes"] == 0


def test_a_client_that_goes_away_within_a_body_of_the_api_is_no_error_in_the_log(tmp_path):
    with Served(tmp_path) as server:
        parts = urlsplit(server.urls["api"])
        for path in ("/api/import?format=jsonl", "/api/analytics"):
            with socket.create_connection((parts.hostname or "", parts.port or 0)) as connection:
                asked = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n{{}}\n"
                connection.sendall(asked.encode())
                time.sleep(0.2)
        time.sleep(0.5)
        assert server.get("/api/health")["status"] == "ok"
    assert "Traceback" not in server.log()


def half_sent(server: Served, sent: Sent) -> socket.socket:
    """A connection over which half of a request has been sent."""
    connection = socket.create_connection(address(server))
    connection.sendall(head(sent) + sent.body[: len(sent.body) // 2])
    return connection


def send_and_leave(server: Served, sent: Sent, pause_s: float) -> None:
    with socket.create_connection(address(server)) as connection:
        connection.sendall(head(sent) + sent.body)
        time.sleep(pause_s)


def call_and_cancel(server: Served, sent: Sent, pause_s: float) -> None:
    with grpc.insecure_channel(urlsplit(server.urls["otlp_grpc"]).netloc) as channel:
        grpc.channel_ready_future(channel).result(30)
        call = TraceServiceStub(channel).Export.future(ExportTraceServiceRequest.FromString(sent.body))
        time.sleep(pause_s)
        call.cancel()


def head(sent: Sent) -> bytes:
    return (
        f"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: {PROTOBUF}\r\n"
        f"Content-Length: {len(sent.body)}\r\n\r\n"
    ).encode()


def address(server: Served) -> tuple[str, int]:
    parts = urlsplit(server.urls["otlp_http"])
    return parts.hostname or "", parts.port or 0


def wait_for(look):
    until = time.monotonic() + 30
    while not (found := look()):
        assert time.monotonic() < until, "it never came"
        time.sleep(0.01)
    return found

"""Exchanges that do not end well: who went away, what the other side sees, and what is recorded."""

from __future__ import annotations

import contextlib
import hashlib
import json
import socket
import struct
import threading

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Status

from tests.capture.sink import attributes

from .running import Running, exactly, head_of, rest_of, unchunked

CALL = b'{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Hi"}], "stream": true}'
HEAD = b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(CALL)
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
CHUNK = b'data: {"id": "c1", "model": "gpt-4o-mini-1", "choices": [{"index": 0, "delta": {"content": "Hel"}}]}\n\n'
FRAMED = b"%x\r\n%s\r\n" % (len(CHUNK), CHUNK)


def test_a_client_that_leaves_before_the_answer(proxy):
    client = proxy.client()
    client.sendall(HEAD + CALL)
    target = proxy.target()
    head_of(target)
    exactly(target, len(CALL))
    client.close()
    assert rest_of(target) == b""
    [span] = proxy.ingest.spans(1)
    assert attributes(span)["error.type"] == "client_disconnected"
    assert "Hi" in attributes(span)["gen_ai.input.messages"]
    assert "http.response.status_code" not in attributes(span)


@pytest.mark.parametrize("reset", [False, True])
def test_a_client_that_leaves_within_the_answer(proxy, reset):
    client = proxy.client()
    client.sendall(HEAD + CALL)
    target = proxy.target()
    target.sendall(STREAM + FRAMED)
    head_of(client)
    assert exactly(client, len(FRAMED)) == FRAMED
    if reset:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
    rest_of(target)
    [span] = proxy.ingest.spans(1)
    found = attributes(span)
    assert (found["error.type"], span.status.code) == ("client_disconnected", Status.STATUS_CODE_ERROR)
    assert (found["gen_ai.response.id"], found["http.response.status_code"]) == ("c1", 200)
    assert json.loads(found["gen_ai.output.messages"])[0]["parts"] == [{"type": "text", "content": "Hel"}]
    assert "gen_ai.usage.output_tokens" not in found


def test_a_client_that_leaves_within_its_request(proxy):
    client = proxy.client()
    client.sendall(HEAD + CALL[:60])
    target = proxy.target()
    head_of(target)
    assert exactly(target, 60) == CALL[:60]
    client.close()
    assert rest_of(target) == b""
    [span] = proxy.ingest.spans(1)
    assert attributes(span)["error.type"] == "client_disconnected"
    assert attributes(span)["gen_ai.request.model"] == "gpt-4o-mini"


def test_an_answer_that_breaks_off_is_not_taken_for_whole(proxy):
    client = proxy.client()
    client.sendall(HEAD + CALL)
    target = proxy.target()
    head_of(target)
    exactly(target, len(CALL))
    target.sendall(STREAM + FRAMED)
    head_of(client)
    exactly(client, len(FRAMED))
    target.close()
    assert rest_of(client) == b"", "the last chunk must not come"
    [span] = proxy.ingest.spans(1)
    assert attributes(span)["error.type"] == "broken_response"
    assert "Hel" in attributes(span)["gen_ai.output.messages"]


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 200", b"HTTP/1.1 2OO OK\r\n\r\n", b"\x16\x03\x01", b"HTTP/1.1 101 Sw\r\nUpgrade: x\r\n\r\n"],
)
def test_an_answer_that_is_none(proxy, answer):
    client = proxy.client()
    client.sendall(HEAD + CALL)
    target = proxy.target()
    head_of(target)
    exactly(target, len(CALL))
    target.sendall(answer)
    target.close()
    assert head_of(client).startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
    assert json.loads(rest_of(client))["error"]["type"] == "upstream_error"
    [span] = proxy.ingest.spans(1)
    assert attributes(span)["http.response.status_code"] == 502


@pytest.mark.parametrize("path", [b"/v1/chat/completions", b"/api/chat"])
def test_a_target_that_is_not_there(path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with Running(proxy_target=f"http://127.0.0.1:{port}") as proxy:
        client = proxy.client()
        client.sendall(HEAD.replace(b"/v1/chat/completions", path) + CALL)
        assert head_of(client).startswith(b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: application/json\r\n")
        error = json.loads(rest_of(client))["error"]
        message = error if path == b"/api/chat" else error["message"]
        assert message.startswith(f"traceway proxy: cannot reach http://127.0.0.1:{port}: ")
        [span] = proxy.ingest.spans(1)
        assert attributes(span)["error.type"] == "ConnectionRefusedError"
        assert span.status.code == Status.STATUS_CODE_ERROR


def test_a_slow_reader_holds_back_the_target(proxy):
    """Of 100 MB that the client does not read yet, the proxy takes no more than sockets and one buffer hold."""
    size = 100 << 20
    client = proxy.client()
    client.sendall(b"GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n")
    target = proxy.target()
    head_of(target)
    target.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
    piece = bytes(range(256)) * 4096
    target.settimeout(1)
    sent = 0
    with contextlib.suppress(TimeoutError):
        while sent < size:
            sent += target.send(piece[sent % len(piece) :])
    assert sent < 24 << 20
    target.settimeout(None)

    def send_the_rest() -> None:
        at = sent
        while at < size:
            at += target.send(piece[at % len(piece) :][: size - at])

    sender = threading.Thread(target=send_the_rest)
    sender.start()
    head_of(client)
    digest = hashlib.sha256()
    for _ in range(100):
        digest.update(exactly(client, 1 << 20))
    sender.join()
    assert digest.digest() == hashlib.sha256(piece * 100).digest()


def test_shutting_down_cuts_what_does_not_end_in_time_and_records_it(proxy):
    client = proxy.client()
    client.sendall(HEAD + CALL)
    target = proxy.target()
    target.sendall(STREAM + FRAMED)
    head_of(client)
    exactly(client, len(FRAMED))
    proxy.stop()
    assert rest_of(client) == b""
    [span] = proxy.ingest.spans(1)
    assert attributes(span)["error.type"] == "shutdown"
    assert "Hel" in attributes(span)["gen_ai.output.messages"]


def test_shutting_down_lets_an_answer_end(proxy):
    proxy.grace_s = 20.0
    client, idle = proxy.client(), proxy.client()
    client.sendall(HEAD + CALL)
    target = proxy.target()
    target.sendall(STREAM + FRAMED)
    head_of(client)
    exactly(client, len(FRAMED))
    stopping = threading.Thread(target=proxy.stop)
    stopping.start()
    assert rest_of(idle) == b"", "a connection without a request is closed at once"
    target.sendall(FRAMED + b"0\r\n\r\n")
    assert unchunked(client) == (CHUNK, b"")
    stopping.join()
    [span] = proxy.ingest.spans(1)
    assert "error.type" not in attributes(span)

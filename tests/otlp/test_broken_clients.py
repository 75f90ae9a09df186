"""Clients that misbehave on the wire: the server answers or lets go, counts it, and goes on serving others."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable, Iterator

import pytest

from .conftest import Collector, serving

HEAD = b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\n"


def answer(connection: socket.socket) -> bytes:
    """All that comes until the server closes or the answer's body is there."""
    received = b""
    while True:
        more = connection.recv(65536)
        received += more
        head, found, body = received.partition(b"\r\n\r\n")
        if not more:
            return received
        if found:
            length = next(
                int(line[16:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length: ")
            )
            if len(body) >= length:
                return received


def eventually(condition: Callable[[], bool]) -> None:
    for _ in range(500):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it did not happen within 5 s")


@pytest.fixture(scope="module")
def impatient(loop) -> Iterator[Collector]:
    """A collector that gives a body up when nothing of it arrives for 0.2 s."""
    with serving(loop, stalled_after_s=0.2) as collector:
        yield collector


@pytest.mark.parametrize("reset", [False, True])
def test_a_client_that_leaves_in_the_middle_of_its_body_is_counted(collector: Collector, reset):
    connection = collector.connect()
    connection.sendall(HEAD + b"Content-Length: 1000\r\n\r\n" + b"x" * 10)
    time.sleep(0.05)
    if reset:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    eventually(lambda: len(collector.ingest.refused) == 1)
    (refused,) = collector.ingest.refused
    assert (refused.reason, refused.bytes) == ("disconnected", 1000)
    assert collector.ingest.taken == []
    assert collector.send("/v1/traces", b"", {"Content-Type": "application/x-protobuf"}).status == 200


def test_a_body_that_stalls_is_given_up(impatient: Collector):
    with impatient.connect() as connection:
        connection.sendall(HEAD + b"Content-Length: 1000\r\n\r\n" + b"x" * 10)
        reply = answer(connection)
        assert reply.startswith(b"HTTP/1.1 408 ")
        assert b"connection: close" in reply
        assert connection.recv(1) == b""
    assert impatient.ingest.refused[-1].reason == "stalled"
    assert "nothing of the body arrived for 0.2 s after 10 bytes" in impatient.ingest.refused[-1].detail


def test_a_slow_body_that_keeps_coming_is_taken(impatient: Collector):
    impatient.ingest.taken.clear()
    with impatient.connect() as connection:
        connection.sendall(HEAD + b"Content-Length: 8\r\n\r\n")
        for byte in [b"\x0a", b"\x00"] * 4:
            time.sleep(0.05)
            connection.sendall(byte)
        assert answer(connection).startswith(b"HTTP/1.1 200 ")
    assert impatient.ingest.taken[0][1] == b"\x0a\x00" * 4


def test_an_announced_body_over_the_limit_is_refused_before_it_is_sent(collector: Collector):
    with collector.connect() as connection:
        connection.sendall(HEAD + b"Content-Length: 999999999\r\nExpect: 100-continue\r\n\r\n")
        assert answer(connection).startswith(b"HTTP/1.1 413 ")


def test_more_than_was_announced_does_not_become_part_of_the_body(collector: Collector):
    with collector.connect() as connection:
        connection.sendall(HEAD + b"Content-Length: 2\r\n\r\n\x0a\x00trailing garbage\r\n\r\n")
        # uvicorn may find the garbage, which is no HTTP, before the answer to the request in front of it is out.
        assert answer(connection)[:13] in (b"HTTP/1.1 200 ", b"HTTP/1.1 400 ")
    eventually(lambda: [body for _, body in collector.ingest.taken] == [b"\x0a\x00"])


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: many\r\n\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_broken_framing_is_a_400_or_a_closed_connection(collector: Collector, framing):
    with collector.connect() as connection:
        connection.sendall(HEAD + framing)
        reply = answer(connection)
    assert not reply or reply.startswith(b"HTTP/1.1 400 ")
    assert collector.ingest.taken == []


def test_two_requests_in_one_packet_are_two_answers(collector: Collector):
    request = HEAD + b"Content-Length: 2\r\n\r\n\x0a\x00"
    with collector.connect() as connection:
        connection.sendall(request + request.replace(b"HTTP/1.1\r\n", b"HTTP/1.1\r\nConnection: close\r\n"))
        received = b""
        while more := connection.recv(65536):
            received += more
    assert received.count(b"HTTP/1.1 200 ") == 2
    assert len(collector.ingest.taken) == 2


def test_many_bodies_at_once_are_asked_to_come_back(loop):
    with serving(loop, max_request_mib=1, max_pending_mib=1) as collector:
        held = [collector.connect() for _ in range(3)]
        for connection in held:
            connection.sendall(HEAD + b"Content-Length: 1000000\r\n\r\n" + b"x" * 500_000)
        eventually(lambda: bool(collector.ingest.refused))
        assert collector.ingest.refused[0].reason == "unavailable"
        for connection in held:
            connection.close()
        eventually(lambda: len(collector.ingest.refused) == 3)
        reply = collector.send("/v1/traces", b"\x0a\x00", {"Content-Type": "application/x-protobuf"})
        assert reply.status == 200

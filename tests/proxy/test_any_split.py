"""Any body in any framing, written in any pieces, arrives whole at both ends."""

from __future__ import annotations

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .running import Running, exactly, head_of, unchunked

BODIES = st.binary(max_size=3000)


@pytest.fixture(scope="module")
def shared():
    with Running() as proxy:
        yield proxy


def framed(draw, body: bytes) -> bytes:
    """The header that frames a body, an empty line, and the body so framed."""
    if draw(st.booleans()):
        return b"Content-Length: %d\r\n\r\n" % len(body) + body
    sizes = draw(st.lists(st.integers(1, 40), max_size=20))
    message = b"Transfer-Encoding: chunked\r\n\r\n"
    for size in sizes:
        piece, body = body[:size], body[size:]
        if piece:
            message += b"%X;x=y\r\n%s\r\n" % (len(piece), piece)
    return message + (b"%x\r\n%s\r\n" % (len(body), body) if body else b"") + b"0\r\n\r\n"


def in_pieces(draw, message: bytes) -> list[bytes]:
    cuts = sorted(draw(st.lists(st.integers(0, len(message)), max_size=12)))
    return [message[a:b] for a, b in zip([0, *cuts], [*cuts, len(message)], strict=True)]


def body_of(connection, head: bytes) -> bytes:
    if b"chunked" in head:
        return unchunked(connection)[0]
    length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
    return exactly(connection, int(length.split(b":")[1]))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BODIES, BODIES, st.data())
def test_any_split(shared, asked, answered, data):
    client = shared.client()
    request = b"POST /x HTTP/1.1\r\nHost: localhost\r\n" + framed(data.draw, asked)
    pieces = in_pieces(data.draw, request)
    answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\n" + framed(data.draw, answered)
    answers = in_pieces(data.draw, answer)
    sender = threading.Thread(target=lambda: [client.sendall(piece) for piece in pieces])
    sender.start()
    target = shared.target()
    assert body_of(target, head_of(target)) == asked
    sender.join()
    for piece in answers:
        target.sendall(piece)
    assert body_of(client, head_of(client)) == answered
    client.close()
    target.close()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_any_bytes_of_a_client_are_answered_or_closed(shared, garbage):
    """Nothing a client sends stops the proxy; a target that is asked is closed again."""
    client = shared.client()
    client.sendall(garbage + b"\r\n\r\n")
    client.close()
    again = shared.client()
    again.sendall(b"GET /x HTTP/1.1\r\nHost: elsewhere\r\n\r\n")
    assert head_of(again).startswith(b"HTTP/1.1 403 Forbidden\r\n")
    again.close()

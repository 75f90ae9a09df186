"""What goes in comes out, byte by byte, at both ends."""

from __future__ import annotations

import gzip

import pytest

from .running import Running, exactly, head_of, rest_of, unchunked

REQUEST = (
    b"POST /v1/chat/completions?b=2&a=%20 HTTP/1.1\r\nHost: localhost\r\nX-OdD-CaSe: 1\r\naccept: */*\r\n"
    b"Accept: text/plain\r\nAuthorization: Bearer sk-secret\r\nTraceparent: x\r\nConnection: keep-alive, X-Mine\r\n"
    b"X-Mine: 1\r\nKeep-Alive: 5\r\nTE: trailers\r\nProxy-Connection: x\r\nX-Traceway-Service: app\r\n"
    b"Content-Length: 11\r\n\r\n"
)
BODY = b'{"a":"\xff\x00"}'


def test_a_request_arrives_as_it_was_sent(proxy):
    client = proxy.client()
    client.sendall(REQUEST + BODY)
    target = proxy.target()
    assert head_of(target) == (
        b"POST /v1/chat/completions?b=2&a=%20 HTTP/1.1\r\nHost: 127.0.0.1:" + str(proxy.target_port).encode() + b"\r\n"
        b"X-OdD-CaSe: 1\r\naccept: */*\r\nAccept: text/plain\r\nAuthorization: Bearer sk-secret\r\nTraceparent: x\r\n"
        b"Content-Length: 11\r\n\r\n"
    )
    assert exactly(target, len(BODY)) == BODY


def test_a_response_arrives_as_it_was_sent(proxy):
    client, target = begun(proxy)
    head = (
        b"HTTP/1.1 299 Odd But So\r\nServer: uvicorn\r\nX-cAsE: A\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n"
        b"Content-Encoding: br\r\nContent-Length: 4\r\n"
    )
    target.sendall(head + b"Connection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n\r\n\x00\xff\r\n")
    assert head_of(client) == head + b"\r\n"
    assert exactly(client, 4) == b"\x00\xff\r\n"


def test_chunks_and_trailers_go_both_ways(proxy):
    client = proxy.client()
    client.sendall(
        b"POST /upload HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"3\r\nabc\r\n1;ext=1\r\nd\r\n0\r\nX-Sum: 1\r\n\r\n"
    )
    target = proxy.target()
    assert b"Transfer-Encoding: chunked" in head_of(target)
    assert unchunked(target) == (b"abcd", b"X-Sum: 1\r\n")
    target.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 2\r\n\r\n")
    assert b"content-length" not in head_of(client).lower()
    assert unchunked(client) == (b"hi", b"X-Sum: 2\r\n")


def test_the_first_chunk_arrives_before_the_second_is_sent(proxy):
    client, target = begun(proxy)
    target.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
    assert head_of(client).startswith(b"HTTP/1.1 200 OK")
    for piece in (b"data: 1\n\n", b"d", b"ata: 2\n\n"):
        target.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
        assert exactly(client, len(piece) + 5) == b"%x\r\n%s\r\n" % (len(piece), piece)
    target.sendall(b"0\r\n\r\n")
    assert exactly(client, 5) == b"0\r\n\r\n"


def test_the_first_byte_of_a_request_arrives_before_the_second_is_sent(proxy):
    client = proxy.client()
    client.sendall(b"POST /v1/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\n")
    target = proxy.target()
    head_of(target)
    for piece in (b"a", b"b", b"c"):
        client.sendall(piece)
        assert exactly(target, 1) == piece


def test_a_compressed_body_is_not_touched(proxy):
    client, target = begun(proxy)
    body = gzip.compress(b'{"id": "x"}')
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
    target.sendall(head + body)
    assert exactly(client, len(head + body)) == head + body


@pytest.mark.parametrize(
    ("method", "response"),
    [
        (b"HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n"),
        (b"DELETE", b"HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n"),
        (b"GET", b"HTTP/1.1 304 Not Modified\r\nETag: x\r\nContent-Length: 10\r\n\r\n"),
        (b"PURGE", b"HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n"),
    ],
)
def test_messages_without_a_body(proxy, method, response):
    client = proxy.client()
    request = method + b" /x HTTP/1.1\r\nHost: localhost\r\n\r\n"
    client.sendall(request)
    target = proxy.target()
    for again in (request, b""):
        assert head_of(target).startswith(method + b" /x HTTP/1.1\r\n")
        target.sendall(response)
        assert head_of(client) == response
        client.sendall(again)


def test_interim_responses_and_100_continue(proxy):
    client = proxy.client()
    client.sendall(b"POST /x HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    target = proxy.target()
    assert b"Expect: 100-continue" in head_of(target)
    target.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n")
    assert head_of(client) == b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    assert head_of(client) == b"HTTP/1.1 100 Continue\r\n\r\n"
    client.sendall(b"ok")
    assert exactly(target, 2) == b"ok"
    target.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    assert head_of(client) == b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def test_a_response_that_comes_before_the_request_has_ended(proxy):
    client = proxy.client()
    client.sendall(b"POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nabc")
    target = proxy.target()
    head_of(target)
    target.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")
    assert head_of(client).startswith(b"HTTP/1.1 413 Too Large")
    assert exactly(client, 2) == b"no"
    client.sendall(b"x" * 997 + b"GET /again HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert head_of(proxy.target()).startswith(b"GET /again ")


def test_both_connections_are_used_again(proxy):
    client, target = begun(proxy)
    for _ in range(3):
        target.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1")
        head_of(client)
        assert exactly(client, 1) == b"1"
        client.sendall(b"GET /again HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert head_of(target).startswith(b"GET /again ")


def test_a_connection_the_target_closed_is_not_used_again(proxy):
    client, target = begun(proxy)
    target.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    target.close()
    head_of(client)
    client.sendall(b"GET /again HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert head_of(proxy.target()).startswith(b"GET /again ")


def test_an_http_1_0_client_gets_no_chunks(proxy):
    client = proxy.client()
    client.sendall(b"GET /x HTTP/1.0\r\n\r\n")
    target = proxy.target()
    assert head_of(target).startswith(b"GET /x HTTP/1.1\r\nHost: 127.0.0.1")
    target.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    target.sendall(b"2\r\nhi\r\n0\r\nX-Sum: 2\r\n\r\n")
    assert rest_of(client) == b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhi"


def test_a_body_that_ends_with_its_connection(proxy):
    client, target = begun(proxy)
    target.sendall(b"HTTP/1.0 200 OK\r\n\r\nhello")
    target.close()
    assert head_of(client).startswith(b"HTTP/1.1 200 OK")
    assert unchunked(client) == (b"hello", b"")


def test_a_request_to_upgrade_to_http_2_is_relayed_as_it_is_with_its_body(proxy):
    """Java's client asks for that with every request."""
    client = proxy.client()
    client.sendall(
        b"POST /v1/x HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
        b"HTTP2-Settings: AAEAAEAA\r\nContent-Length: 2\r\n\r\nhi"
    )
    target = proxy.target()
    assert b"pgrade" not in head_of(target)
    assert exactly(target, 2) == b"hi"


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        (b"/chat", b"/base/chat"),
        (b"http://elsewhere.example/chat?x", b"/base/chat?x"),
        (b"http://elsewhere.example", b"/base/"),
        (b"*", b"*"),
    ],
)
def test_the_path_of_the_target_stands_before_every_path(asked, path):
    with Running() as plain:
        address = f"http://127.0.0.1:{plain.target_port}/base/"
        with Running(proxy_target=address) as based:
            based.client().sendall(b"OPTIONS " + asked + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert head_of(plain.target()).startswith(b"OPTIONS " + path + b" HTTP/1.1\r\n")


def begun(proxy):
    """Both ends of an exchange of which the request has arrived."""
    client = proxy.client()
    client.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}")
    target = proxy.target()
    head_of(target)
    assert exactly(target, 2) == b"{}"
    return client, target

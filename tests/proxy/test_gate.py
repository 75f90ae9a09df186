"""Who may use the proxy."""

from __future__ import annotations

import json

import pytest

from .running import Running, head_of, rest_of


def asked(proxy: Running, *headers: str, method: str = "POST", path: str = "/v1/chat/completions") -> tuple[int, bytes]:
    client = proxy.client()
    lines = [f"{method} {path} HTTP/1.1", *headers, "Content-Length: 0", "", ""]
    client.sendall("\r\n".join(lines).encode())
    return int(head_of(client).split()[1]), rest_of(client)


def passed(proxy: Running, *headers: str, method: str = "POST") -> bytes:
    """The head of the request as the target got it."""
    lines = [f"{method} /v1/x HTTP/1.1", *headers, "Content-Length: 0", "", ""]
    proxy.client().sendall("\r\n".join(lines).encode())
    return head_of(proxy.target())


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize(
    "header",
    [
        "Origin: https://evil.example",
        "Origin: null",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
    ],
)
def test_web_pages_do_not_reach_the_model_server(proxy, method, header):
    status, body = asked(proxy, "Host: localhost", header, method=method)
    assert status == 403
    assert json.loads(body)["error"]["type"] == "permission_error"


def test_a_web_page_that_is_allowed_does():
    with Running(cors_origins="https://mine.example") as proxy:
        sent = ("Host: localhost", "Origin: https://mine.example", "Sec-Fetch-Site: cross-site")
        assert b"Origin: https://mine.example" in passed(proxy, *sent)


def test_another_name_of_this_machine_is_refused(proxy):
    status, body = asked(proxy, "Host: evil.example", path="/api/chat")
    assert status == 403
    assert "DNS rebinding" in json.loads(body)["error"]


def test_the_servers_key_has_a_header_of_its_own():
    with Running(api_key="server-key") as proxy:
        for wrong in ("Authorization: Bearer server-key", "x-api-key: server-key", "x-traceway-key: other"):
            status, body = asked(proxy, "Host: localhost", wrong)
            assert (status, json.loads(body)["error"]["type"]) == (401, "authentication_error")
        head = passed(proxy, "Host: localhost", "X-Traceway-Key: server-key", "Authorization: Bearer sk-provider")
        assert b"server-key" not in head
        assert b"Authorization: Bearer sk-provider" in head


def test_a_websocket_is_refused(proxy):
    status, body = asked(proxy, "Host: localhost", "Connection: Upgrade", "Upgrade: websocket", method="GET")
    assert status == 501
    assert "WebSockets" in json.loads(body)["error"]["message"]


def test_it_is_no_forward_proxy(proxy):
    status, body = asked(proxy, "Host: localhost", method="CONNECT", path="api.openai.com:443")
    assert status == 501
    assert "base URL" in json.loads(body)["error"]["message"]


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nbad header: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 300_000 + b"\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused(proxy, request_bytes):
    client = proxy.client()
    client.sendall(request_bytes)
    assert head_of(client).split()[1] in (b"400", b"431")
    assert "HTTP/1.1" in json.loads(rest_of(client))["error"]["message"]

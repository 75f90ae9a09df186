"""TLS on both sides: a proxy that serves it is the target of one that speaks it."""

from __future__ import annotations

import json

import pytest

from tests.otlp.test_access import certificate

from .running import Running, exactly, head_of, rest_of

ASKED = b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def encrypted(tmp_path):
    """A server with a certificate that its own folder vouches for."""
    cert, key = certificate(tmp_path)
    with Running(tls_cert=cert, tls_key=key) as server:
        yield server


def test_a_target_whose_certificate_the_system_trusts(encrypted, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(encrypted.settings.tls_cert))
    with Running(proxy_target=f"https://localhost:{encrypted.port}") as proxy:
        client = proxy.client()
        client.sendall(ASKED)
        target = encrypted.target()
        assert head_of(target).startswith(b"GET /v1/models HTTP/1.1\r\n")
        target.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
        assert head_of(client).startswith(b"HTTP/1.1 200 OK")
        assert exactly(client, 2) == b"hi"


def test_a_target_whose_certificate_nobody_vouches_for(encrypted):
    with Running(proxy_target=f"https://localhost:{encrypted.port}") as proxy:
        client = proxy.client()
        client.sendall(ASKED)
        assert head_of(client).startswith(b"HTTP/1.1 502 ")
        assert "certificate" in json.loads(rest_of(client))["error"]["message"].lower()

"""--proxy-target: what is an address of a model server, and what is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from traceway_collector.errors import BadInput
from traceway_collector.proxy.upstream import Target
from traceway_collector.settings import Settings


@pytest.mark.parametrize(
    ("url", "host", "port", "authority", "base_path"),
    [
        ("http://127.0.0.1:11434", "127.0.0.1", 11434, b"127.0.0.1:11434", b""),
        ("https://api.openai.com", "api.openai.com", 443, b"api.openai.com", b""),
        ("https://gateway.example/openai/v1/", "gateway.example", 443, b"gateway.example", b"/openai/v1"),
        ("http://[::1]:8000", "::1", 8000, b"[::1]:8000", b""),
    ],
)
def test_a_target(url, host, port, authority, base_path):
    target = Target.of(replace(Settings(), proxy_target=url).validate().proxy_target)
    assert (target.host, target.port, target.authority, target.base_path) == (host, port, authority, base_path)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:11434",
        "ftp://localhost",
        "http://",
        "http://localhost:port",
        "http://localhost:99999",
        "http://[::1",
        "http://localhost/a b",
        "http://localhost/?key=x",
        "http://localhost/#x",
        "http://bücher.example",
        "http://localhost\r\nX: 1",
        "http://127.0.0.1:3001",
    ],
)
def test_what_is_no_target_is_named(url):
    with pytest.raises(BadInput, match=r"^proxy_target is .*--proxy-target, TRACEWAY_PROXY_TARGET\)$") as caught:
        replace(Settings(), proxy_target=url).validate()
    assert caught.value.field == "proxy_target"


def test_a_password_in_the_target_is_refused_and_not_repeated():
    with pytest.raises(BadInput, match="without user and password") as caught:
        replace(Settings(), proxy_target="http://user:hunter22@localhost").validate()
    assert "hunter22" not in caught.value.message

"""The API behind a real server on a real socket: what a test client in the same process cannot show."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn

from traceway_collector.api import otlp
from traceway_collector.errors import Unavailable

from .conftest import Api
from .telemetry import span, spans_request, trace_id


@pytest.fixture
def server(api: Api) -> Iterator[tuple[str, int]]:
    listening = socket.create_server(("127.0.0.1", 0))
    running = uvicorn.Server(uvicorn.Config(api.app, log_config=None, lifespan="off"))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
    thread.start()
    yield listening.getsockname()
    running.should_exit = True
    thread.join()
    listening.close()


def ask(connection: http.client.HTTPConnection, method: str, path: str, **headers: str) -> tuple[int, dict, bytes]:
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()


def test_one_connection_survives_errors_and_head(api, server):
    api.send(spans_request([span(1, 1)]))
    connection = http.client.HTTPConnection(*server, timeout=30)
    assert ask(connection, "GET", "/api/traces/zz")[0] == 400
    status, headers, body = ask(connection, "HEAD", f"/api/traces/{trace_id(1)}")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 100
    assert ask(connection, "POST", "/api/traces")[0] == 405
    # A path that is not UTF-8, a query that is not either, and bytes no URL has.
    assert ask(connection, "GET", "/api/traces/%ff%fe")[0] == 400
    assert ask(connection, "GET", "/api/traces?name=%ff%00")[0] == 200
    assert ask(connection, "GET", "/api/traces?" + "&".join(f"model={n}" for n in range(101)))[0] == 400
    assert ask(connection, "GET", "/api/health")[0] == 200
    connection.close()


def test_a_big_trace_is_sent_in_chunks(api, server):
    many = otlp.PAGE_SPANS + 500
    api.send(spans_request([span(1, n, after_ns=n) for n in range(1, many + 1)]))
    connection = http.client.HTTPConnection(*server, timeout=30)
    path = f"/api/traces/{trace_id(1)}/otlp"
    _, headers, plain = ask(connection, "GET", path)
    assert headers["transfer-encoding"] == "chunked"
    _, headers, packed = ask(connection, "GET", path, **{"accept-encoding": "gzip"})
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed) == plain
    spans = [s for r in json.loads(plain)["resourceSpans"] for g in r["scopeSpans"] for s in g["spans"]]
    assert len(spans) == many
    connection.close()


def test_a_reader_that_leaves_in_the_middle_harms_nobody(api, server):
    api.send(spans_request([span(1, n, after_ns=n, name="x" * 500) for n in range(1, otlp.PAGE_SPANS * 2)]))
    for _ in range(3):
        with socket.create_connection(server) as leaving:
            leaving.sendall(f"GET /api/traces/{trace_id(1)}/otlp HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert leaving.recv(100).startswith(b"HTTP/1.1 200")
    connection = http.client.HTTPConnection(*server, timeout=30)
    assert json.loads(ask(connection, "GET", "/api/health")[2])["status"] == "ok"
    assert ask(connection, "GET", f"/api/traces/{trace_id(1)}?limit=5")[0] == 200
    connection.close()


def test_a_stream_that_breaks_is_seen_to_be_broken(api, server, monkeypatch):
    api.send(spans_request([span(1, n, after_ns=n) for n in range(1, otlp.PAGE_SPANS * 2)]))
    read_page = api.store.trace_spans

    def first_page_only(trace_id, *, after=None, **more):
        if after is not None:
            raise Unavailable("the store went away")
        return read_page(trace_id, **more)

    monkeypatch.setattr(api.store, "trace_spans", first_page_only)
    connection = http.client.HTTPConnection(*server, timeout=30)
    with pytest.raises(http.client.IncompleteRead):
        ask(connection, "GET", f"/api/traces/{trace_id(1)}/otlp")
    connection.close()

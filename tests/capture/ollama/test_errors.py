"""Calls that fail: the application gets the exception it would get, the span says why."""

from __future__ import annotations

import json

import httpx
import ollama
import pytest
from opentelemetry.trace import StatusCode

from tests.models.ollama_server import PIXEL

from .asking import WAYS, asynchronous, sync

HI = [{"role": "user", "content": "Hi"}]
ways = pytest.mark.parametrize("ask", WAYS)


def assert_failed(recording, error_type, description=""):
    assert recording.span.status.status_code is StatusCode.ERROR
    assert recording.attributes["error.type"] == error_type
    assert description in recording.span.status.description


@ways
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("model", "status", "message"),
    [("missing", 404, "model 'missing' not found"), ("bad", 400, "invalid options"), ("crash", 500, "llama runner")],
)
def test_a_refusal_has_its_http_status(server, recording, ask, stream, model, status, message):
    with pytest.raises(ollama.ResponseError) as caught:
        ask(server.url, "chat", model, HI, stream=stream)
    assert caught.value.status_code == status
    assert_failed(recording, str(status), message)
    assert recording.attributes["gen_ai.input.messages"][0]["parts"][0]["content"] == "Hi"
    assert "gen_ai.output.messages" not in recording.attributes


@ways
def test_embeddings_can_be_refused_too(server, recording, ask):
    with pytest.raises(ollama.ResponseError):
        ask(server.url, "embed", "missing", "a")
    assert_failed(recording, "404")


@ways
@pytest.mark.parametrize(
    ("model", "error", "error_type", "said"),
    [
        ("error-stream", ollama.ResponseError, "ollama._types.ResponseError", "Hello"),
        ("broken-stream", json.JSONDecodeError, "json.decoder.JSONDecodeError", "Hel"),
        ("cut-stream", httpx.RemoteProtocolError, "httpx.RemoteProtocolError", "Hel"),
    ],
)
def test_a_stream_that_breaks_keeps_what_was_said(server, recording, ask, model, error, error_type, said):
    with pytest.raises(error):
        ask(server.url, "chat", model, HI, stream=True)
    assert_failed(recording, error_type)
    (message,) = recording.attributes["gen_ai.output.messages"]
    assert message["parts"] == [{"type": "text", "content": said}]
    assert "gen_ai.response.finish_reasons" not in recording.attributes
    assert recording.attributes["gen_ai.response.model"] == model


@ways
@pytest.mark.parametrize(
    ("model", "error", "error_type"),
    [
        ("broken-stream", json.JSONDecodeError, "json.decoder.JSONDecodeError"),
        ("cut-stream", httpx.RemoteProtocolError, "httpx.RemoteProtocolError"),
    ],
)
def test_a_whole_answer_that_breaks(server, recording, ask, model, error, error_type):
    with pytest.raises(error):
        ask(server.url, "generate", model, "Hi")
    assert_failed(recording, error_type)


@pytest.mark.parametrize(
    ("ask", "stream", "error", "error_type"),
    [
        (sync, False, ConnectionError, "ConnectionError"),
        (asynchronous, False, ConnectionError, "ConnectionError"),
        (sync, True, httpx.ConnectError, "httpx.ConnectError"),
        (asynchronous, True, httpx.ConnectError, "httpx.ConnectError"),
    ],
)
def test_nobody_listens(server, recording, ask, stream, error, error_type):
    server.close()
    with pytest.raises(error):
        ask(server.url, "chat", "llama3.2", HI, stream=stream)
    assert_failed(recording, error_type)


def test_the_application_loses_patience(server, recording):
    with ollama.Client(server.url, timeout=0.05) as client, pytest.raises(httpx.ReadTimeout):
        client.chat("held", HI)
    assert_failed(recording, "httpx.ReadTimeout")


@ways
def test_a_request_the_client_refuses_is_no_call(server, recording, ask):
    with pytest.raises(ValueError, match="at least 1 character"):
        ask(server.url, "chat", "", HI)
    assert (recording.spans, server.requests) == ((), [])


@ways
def test_an_image_that_is_none_is_left_out(server, recording, ask):
    ask(server.url, "generate", "llama3.2", "Hi", images=["ab!cd", PIXEL])
    (message,) = recording.attributes["gen_ai.input.messages"]
    assert [part["type"] for part in message["parts"]] == ["text", "blob"]

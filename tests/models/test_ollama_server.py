"""The tests' Ollama server is believed by Ollama's own client."""

from __future__ import annotations

import http.client
import json

import httpx
import ollama
import pytest

from .ollama_server import PIXEL, TOOL_CALL, Answer, OllamaServer


@pytest.fixture
def server():
    with OllamaServer() as server:
        yield server


@pytest.fixture
def client(server):
    with ollama.Client(server.url) as client:
        yield client


def test_chat_and_generate_whole_and_in_a_stream(client, server):
    assert client.chat("llama3.2", [{"role": "user", "content": "Hi"}]).message.content == "Hello."
    assert client.generate("llama3.2", "Hi").response == "Hello."
    chat = [*client.chat("thinking", [], stream=True)]
    assert "".join(each.message.thinking or "" for each in chat) == "They greet me."
    generated = [*client.generate("thinking", "Hi", stream=True)]
    assert "".join(each.response for each in generated) == "Hello."
    for last in (chat[-1], generated[-1]):
        assert (last.done, last.done_reason, last.prompt_eval_count, last.eval_count) == (True, "stop", 26, 9)
    assert [each.path for each in server.requests] == ["/api/chat", "/api/generate", "/api/chat", "/api/generate"]
    assert server.requests[0].json["messages"] == [{"role": "user", "content": "Hi"}]


def test_tool_calls_images_and_embeddings(client):
    calls = client.chat("tools", []).message.tool_calls
    assert [call.model_dump() for call in calls] == [TOOL_CALL, TOOL_CALL]
    assert client.generate("painter", "a dot").image == PIXEL
    assert [len(each) for each in client.embed("m", ["a", "bc"]).embeddings] == [4, 4]
    assert len(client.embeddings("m", "a").embedding) == 3


def test_what_is_beside_models(client):
    assert [each.model for each in client.list().models] == ["llama3.2:latest"]
    assert client.show("llama3.2").capabilities == ["completion", "tools"]
    assert [each.status for each in client.pull("llama3.2", stream=True)][-1] == "success"
    assert client.pull("llama3.2").status == "success"


@pytest.mark.parametrize(("model", "status"), [("missing", 404), ("bad", 400), ("crash", 500)])
@pytest.mark.parametrize("stream", [True, False])
def test_refusals(client, model, status, stream):
    with pytest.raises(ollama.ResponseError) as caught:
        list(client.chat(model, [], stream=stream))
    assert caught.value.status_code == status


@pytest.mark.parametrize(
    ("model", "error", "before"),
    [
        ("error-stream", ollama.ResponseError, 2),
        ("broken-stream", json.JSONDecodeError, 1),
        ("cut-stream", httpx.RemoteProtocolError, 1),
    ],
)
def test_streams_that_go_wrong(client, model, error, before):
    stream = client.chat(model, [], stream=True)
    for _ in range(before):
        next(stream)
    with pytest.raises(error):
        next(stream)


def test_an_answer_is_held_until_released(client, server):
    stream = client.chat("held", [], stream=True)
    assert next(stream).message.content == "Hel"
    server.release()
    assert [each.message.content for each in stream] == ["lo", ".", ""]


def test_streaming_is_the_default_of_the_protocol(server):
    server.script["mine"] = Answer(({"content": "ä"},))
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("POST", "/api/chat", json.dumps({"model": "mine"}))
    lines = connection.getresponse().read().splitlines()
    connection.close()
    assert [json.loads(line)["message"]["content"] for line in lines] == ["ä", ""]

"""The real ollama client through the real server to REST."""

from __future__ import annotations

import ollama
import pytest

from tests.models.ollama_server import OllamaServer

from .served import HELLO, KEY, MESSAGES, Session, serving


@pytest.fixture(scope="module")
def target():
    with OllamaServer() as server:
        yield server


@pytest.fixture(scope="module")
def server(target, tmp_path_factory):
    with serving(tmp_path_factory.mktemp("served"), target.url) as served:
        yield served


@pytest.fixture
def session(server, request):
    return Session(server, request.node.name)


@pytest.fixture
def client(server, session):
    client = ollama.Client(server.urls["proxy"], headers={**session.headers, "authorization": f"Bearer {KEY}"})
    yield client
    client._client.close()


@pytest.mark.parametrize("stream", [False, True])
def test_chat(client, session, stream):
    _ = list(client.chat("thinking", MESSAGES, stream=stream))
    [span] = session.spans()
    kind = span["kind"]
    assert (kind["provider"], kind["streaming"], kind["cost"]) == ("ollama", stream, None)
    assert (kind["input_tokens"], kind["output_tokens"], kind["finish_reasons"]) == (26, 9, ["stop"])
    assert span["output"][0]["parts"] == [
        {"type": "reasoning", "content": "They greet me."},
        {"type": "text", "content": "Hello."},
    ]


@pytest.mark.parametrize("stream", [False, True])
def test_tools_and_generate(client, session, stream):
    _ = list(client.chat("tools", MESSAGES, stream=stream))
    _ = list(client.generate("llama3.2", "Hi", system="Be brief.", stream=stream))
    tools, generated = session.spans(2)
    calls = [part for part in tools["output"][0]["parts"] if part["type"] == "tool_call"]
    assert [(call["name"], call["arguments"]) for call in calls] == [("weather", {"city": "Bern", "days": 2})] * 2
    assert generated["kind"]["operation"] == "text_completion"
    assert generated["output"][0]["parts"] == HELLO
    assert [message["role"] for message in generated["input"]] == ["system", "user"]


def test_embeddings_and_errors(client, session):
    vectors = client.embed("llama3.2", ["a", "b"])
    with pytest.raises(ollama.ResponseError):
        client.chat("missing", MESSAGES)
    client.list()
    embedded, failed = session.spans(2)
    assert embedded["kind"]["dimensions"] == len(vectors.embeddings[0])
    assert failed["error"] == {"type": "404", "message": "model 'missing' not found"}

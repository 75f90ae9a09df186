"""The real openai client through the real server to REST."""

from __future__ import annotations

import openai
import pytest

from tests.models.openai_server import OpenAIServer

from .served import COST, HELLO, KEY, MESSAGES, Session, serving


@pytest.fixture(scope="module")
def target():
    with OpenAIServer() as server:
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
    url = server.urls["proxy"] + "/v1"
    with openai.OpenAI(base_url=url, api_key=KEY, default_headers=session.headers, max_retries=0) as client:
        yield client


def test_chat(client, session):
    answer = client.chat.completions.create(model="gpt-4o-mini", messages=MESSAGES, temperature=0.5)
    assert answer.choices[0].message.content == "Hello."
    [span] = session.spans()
    kind = span["kind"]
    assert (span["service"], span["status"], span["name"]) == ("tests", "completed", "chat gpt-4o-mini")
    assert (kind["type"], kind["provider"], kind["streaming"]) == ("llm_call", "openai", False)
    assert (kind["input_tokens"], kind["output_tokens"]) == (26, 9)
    assert (kind["cache_read_tokens"], kind["reasoning_tokens"]) == (16, 4)
    assert kind["cost"] == COST
    assert [message["parts"] for message in span["output"]] == [HELLO]
    assert span["input"][0]["parts"] == [{"type": "text", "content": "Hi"}]
    assert span["otel"]["attributes"]["gen_ai.request.temperature"] == 0.5


@pytest.mark.parametrize("usage", [True, False])
def test_chat_streamed(target, client, session, usage):
    options = {"stream_options": {"include_usage": True}} if usage else {}
    stream = client.chat.completions.create(model="gpt-4o-mini", messages=MESSAGES, stream=True, **options)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices) == "Hello."
    assert ("stream_options" in target.requests[-1].json) == usage, "the proxy asks for nothing the client did not"
    [span] = session.spans()
    kind = span["kind"]
    assert kind["streaming"] is True
    assert kind["time_to_first_token_ms"] > 0
    assert (kind["input_tokens"], kind["output_tokens"]) == ((26, 9) if usage else (None, None))
    assert kind["cost"] == (COST if usage else None)
    assert [message["parts"] for message in span["output"]] == [HELLO]
    assert kind["finish_reasons"] == ["stop"]


@pytest.mark.parametrize("stream", [False, True])
def test_tools(client, session, stream):
    answer = client.chat.completions.create(model="tools", messages=MESSAGES, stream=stream)
    _ = list(answer)
    [span] = session.spans()
    [message] = span["output"]
    assert [part["type"] for part in message["parts"]] == ["tool_call", "tool_call"]
    assert [part["name"] for part in message["parts"]] == ["weather", "time"]
    assert isinstance(message["parts"][0]["arguments"], dict)
    assert span["kind"]["finish_reasons"] == ["tool_call"]


@pytest.mark.parametrize("stream", [False, True])
def test_responses(client, session, stream):
    answer = client.responses.create(model="gpt-4o-mini", input="Hi", instructions="Be brief.", stream=stream)
    _ = list(answer)
    [span] = session.spans()
    assert (span["kind"]["input_tokens"], span["kind"]["output_tokens"]) == (26, 9)
    assert span["kind"]["streaming"] is stream
    assert span["kind"]["cost"] == COST
    assert [message["role"] for message in span["input"]] == ["system", "user"]
    assert span["output"][0]["parts"] == HELLO
    assert span["kind"]["finish_reasons"] == ["stop"]


@pytest.mark.parametrize("stream", [False, True])
def test_completions(client, session, stream):
    _ = list(client.completions.create(model="gpt-4o-mini", prompt="Hi", stream=stream))
    [span] = session.spans()
    assert span["kind"]["operation"] == "text_completion"
    assert span["output"][0]["parts"] == HELLO


def test_embeddings(client, session):
    vectors = client.embeddings.create(model="text-embedding-3-small", input=["a", "b"])
    [span] = session.spans()
    assert span["kind"]["type"] == "embedding"
    assert span["kind"]["dimensions"] == len(vectors.data[0].embedding)
    assert span["kind"]["input_tokens"] == vectors.usage.prompt_tokens


@pytest.mark.parametrize(("model", "status"), [("bad", "400"), ("unauthorized", "401"), ("crash", "500")])
def test_errors(client, session, model, status):
    with pytest.raises(openai.APIStatusError) as caught:
        client.chat.completions.create(model=model, messages=MESSAGES)
    assert str(caught.value.status_code) == status
    [span] = session.spans()
    assert span["error"]["type"] == status
    assert span["status"]["failed"]["error"] == caught.value.body["message"]
    assert span["kind"]["input_tokens"] is None


def test_an_aborted_stream(target, client, session):
    stream = client.chat.completions.create(model="held", messages=MESSAGES, stream=True)
    said = [next(stream).choices[0].delta.content or "" for _ in range(2)]
    stream.close()
    [span] = session.spans()
    assert span["error"]["type"] == "client_disconnected"
    assert span["kind"]["input_tokens"] is None
    assert "".join(part["content"] for part in span["output"][0]["parts"]) == "".join(said)
    target.release()


@pytest.mark.parametrize("model", ["cut-stream", "broken-stream", "error-stream", "shredded", "thinking", "silent"])
def test_streams_of_all_kinds_are_recorded(client, session, model):
    try:
        _ = list(client.chat.completions.create(model=model, messages=MESSAGES, stream=True))
        failed = False
    except Exception:
        failed = True
    [span] = session.spans()
    assert (span["error"] is not None) == failed or model == "broken-stream"

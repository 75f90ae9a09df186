"""The real clients through the real server to REST."""

from __future__ import annotations

import json
import time

import ollama
import openai
import pytest

from tests.e2e.serving import Served
from tests.models.ollama_server import OllamaServer
from tests.models.openai_server import OpenAIServer

MESSAGES = [{"role": "user", "content": "Hi"}]
PRICES = {"prices": [{"model": "gpt-4o-mini-2026", "input_usd_per_mtok": 1.0, "output_usd_per_mtok": 2.0}]}
COST = pytest.approx((26 * 1.0 + 9 * 2.0) / 1e6)
HELLO = [{"type": "text", "content": "Hello."}]


@pytest.fixture(scope="module", params=["openai", "ollama"])
def both(request, tmp_path_factory):
    with OpenAIServer() if request.param == "openai" else OllamaServer() as target:
        folder = tmp_path_factory.mktemp(request.param)
        (folder / "prices.json").write_text(json.dumps(PRICES))
        with Served(folder, "--proxy-target", target.url, "--prices", str(folder / "prices.json")) as server:
            yield request.param, target, server


class Session:
    """What one test recorded: its calls bear a session of their own."""

    def __init__(self, server: Served, name: str) -> None:
        self._server = server
        self.headers = {"x-traceway-session": name, "x-traceway-service": "tests"}

    def spans(self, count: int = 1) -> list[dict]:
        """The spans of this session with their attributes, oldest first, once there are ``count``."""
        until = time.monotonic() + 30
        name = self.headers["x-traceway-session"]
        while len(items := self._server.get("/api/spans", session=name, sort_order="asc")["items"]) < count:
            assert time.monotonic() < until, f"{len(items)} spans\n{self._server.log()}"
            time.sleep(0.02)
        assert len(items) == count
        return [self._server.get(f"/api/spans/{item['id']}") for item in items]


@pytest.fixture
def session(both, request):
    return Session(both[2], request.node.name)


@pytest.fixture
def openai_client(both, session):
    if both[0] != "openai":
        pytest.skip("another target")
    url = both[2].urls["proxy"] + "/v1"
    with openai.OpenAI(
        base_url=url, api_key="sk-test-0123456789", default_headers=session.headers, max_retries=0
    ) as client:
        yield client


@pytest.fixture
def ollama_client(both, session):
    if both[0] != "ollama":
        pytest.skip("another target")
    client = ollama.Client(both[2].urls["proxy"], headers=session.headers)
    yield client
    client._client.close()


def test_openai_chat(openai_client, session):
    answer = openai_client.chat.completions.create(model="gpt-4o-mini", messages=MESSAGES, temperature=0.5)
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
def test_openai_chat_streamed(both, openai_client, session, usage):
    options = {"stream_options": {"include_usage": True}} if usage else {}
    stream = openai_client.chat.completions.create(model="gpt-4o-mini", messages=MESSAGES, stream=True, **options)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices) == "Hello."
    assert ("stream_options" in both[1].requests[-1].json) == usage, "the proxy asks for nothing the client did not"
    [span] = session.spans()
    kind = span["kind"]
    assert kind["streaming"] is True
    assert kind["time_to_first_token_ms"] > 0
    assert (kind["input_tokens"], kind["output_tokens"]) == ((26, 9) if usage else (None, None))
    assert kind["cost"] == (COST if usage else None)
    assert [message["parts"] for message in span["output"]] == [HELLO]
    assert kind["finish_reasons"] == ["stop"]


@pytest.mark.parametrize("stream", [False, True])
def test_openai_tools(openai_client, session, stream):
    answer = openai_client.chat.completions.create(model="tools", messages=MESSAGES, stream=stream)
    _ = list(answer)
    [span] = session.spans()
    [message] = span["output"]
    assert [part["type"] for part in message["parts"]] == ["tool_call", "tool_call"]
    assert [part["name"] for part in message["parts"]] == ["weather", "time"]
    assert isinstance(message["parts"][0]["arguments"], dict)
    assert span["kind"]["finish_reasons"] == ["tool_call"]


@pytest.mark.parametrize("stream", [False, True])
def test_openai_responses(openai_client, session, stream):
    answer = openai_client.responses.create(model="gpt-4o-mini", input="Hi", instructions="Be brief.", stream=stream)
    _ = list(answer)
    [span] = session.spans()
    assert (span["kind"]["input_tokens"], span["kind"]["output_tokens"]) == (26, 9)
    assert span["kind"]["streaming"] is stream
    assert span["kind"]["cost"] == COST
    assert [message["role"] for message in span["input"]] == ["system", "user"]
    assert span["output"][0]["parts"] == HELLO
    assert span["kind"]["finish_reasons"] == ["stop"]


@pytest.mark.parametrize("stream", [False, True])
def test_openai_completions(openai_client, session, stream):
    _ = list(openai_client.completions.create(model="gpt-4o-mini", prompt="Hi", stream=stream))
    [span] = session.spans()
    assert span["kind"]["operation"] == "text_completion"
    assert span["output"][0]["parts"] == HELLO


def test_openai_embeddings(openai_client, session):
    vectors = openai_client.embeddings.create(model="text-embedding-3-small", input=["a", "b"])
    [span] = session.spans()
    assert span["kind"]["type"] == "embedding"
    assert span["kind"]["dimensions"] == len(vectors.data[0].embedding)
    assert span["kind"]["input_tokens"] == vectors.usage.prompt_tokens


@pytest.mark.parametrize(("model", "status"), [("bad", "400"), ("unauthorized", "401"), ("crash", "500")])
def test_openai_errors(openai_client, session, model, status):
    with pytest.raises(openai.APIStatusError) as caught:
        openai_client.chat.completions.create(model=model, messages=MESSAGES)
    assert str(caught.value.status_code) == status
    [span] = session.spans()
    assert span["error"]["type"] == status
    assert span["status"]["failed"]["error"] == caught.value.body["message"]
    assert span["kind"]["input_tokens"] is None


def test_openai_an_aborted_stream(both, openai_client, session):
    stream = openai_client.chat.completions.create(model="held", messages=MESSAGES, stream=True)
    said = [next(stream).choices[0].delta.content or "" for _ in range(2)]
    stream.close()
    [span] = session.spans()
    assert span["error"]["type"] == "client_disconnected"
    assert span["kind"]["input_tokens"] is None
    assert "".join(part["content"] for part in span["output"][0]["parts"]) == "".join(said)
    both[1].release()


@pytest.mark.parametrize("model", ["cut-stream", "broken-stream", "error-stream", "shredded", "thinking", "silent"])
def test_openai_streams_of_all_kinds_are_recorded(openai_client, session, model):
    try:
        _ = list(openai_client.chat.completions.create(model=model, messages=MESSAGES, stream=True))
        failed = False
    except Exception:
        failed = True
    [span] = session.spans()
    assert (span["error"] is not None) == failed or model == "broken-stream"


@pytest.mark.parametrize("stream", [False, True])
def test_ollama_chat(ollama_client, session, stream):
    _ = list(ollama_client.chat("thinking", MESSAGES, stream=stream))
    [span] = session.spans()
    kind = span["kind"]
    assert (kind["provider"], kind["streaming"], kind["cost"]) == ("ollama", stream, None)
    assert (kind["input_tokens"], kind["output_tokens"], kind["finish_reasons"]) == (26, 9, ["stop"])
    assert span["output"][0]["parts"] == [
        {"type": "reasoning", "content": "They greet me."},
        {"type": "text", "content": "Hello."},
    ]


@pytest.mark.parametrize("stream", [False, True])
def test_ollama_tools_and_generate(ollama_client, session, stream):
    _ = list(ollama_client.chat("tools", MESSAGES, stream=stream))
    _ = list(ollama_client.generate("llama3.2", "Hi", system="Be brief.", stream=stream))
    tools, generated = session.spans(2)
    calls = [part for part in tools["output"][0]["parts"] if part["type"] == "tool_call"]
    assert [(call["name"], call["arguments"]) for call in calls] == [("weather", {"city": "Bern", "days": 2})] * 2
    assert generated["kind"]["operation"] == "text_completion"
    assert generated["output"][0]["parts"] == HELLO
    assert [message["role"] for message in generated["input"]] == ["system", "user"]


def test_ollama_embeddings_and_errors(ollama_client, session):
    vectors = ollama_client.embed("llama3.2", ["a", "b"])
    with pytest.raises(ollama.ResponseError):
        ollama_client.chat("missing", MESSAGES)
    ollama_client.list()
    embedded, failed = session.spans(2)
    assert embedded["kind"]["dimensions"] == len(vectors.embeddings[0])
    assert failed["error"] == {"type": "404", "message": "model 'missing' not found"}


def test_nothing_was_lost_and_no_key_was_kept(both):
    status = both[2].get("/api/ingest")
    assert status["signals"]["traces"]["refused"] == {}
    stored = both[2].get("/api/spans", limit=1000)["items"]
    assert stored
    assert "sk-test-0123456789" not in str(stored) + both[2].log()

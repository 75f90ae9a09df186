"""What the official instrumentation gets wrong is right."""

from __future__ import annotations

import json

import openai
import pytest
from opentelemetry.util.genai.handler import TelemetryHandler

from tests.models.openai_answers import Answer, ToolCall
from traceway.openai.mends.embeddings import dimensions_of
from traceway.openai.mends.provider import provider_behind

from .asking import HELLO, collect, said, text, tokens

TOOL = {"type": "function", "function": {"name": "weather"}}


def test_iterators_reach_the_server(recording, client, with_async, server):
    create = client.chat.completions.create
    create(model="gpt-4o-mini", messages=iter(HELLO), tools=iter([TOOL]))
    list(create(model="gpt-4o-mini", messages=(each for each in HELLO), stream=True))
    client.chat.completions.parse(model="gpt-4o-mini", messages=iter(HELLO))
    with client.chat.completions.stream(model="gpt-4o-mini", messages=iter(HELLO)) as stream:
        stream.until_done()
    with_async(lambda client: client.chat.completions.create(model="gpt-4o-mini", messages=iter(HELLO)))
    assert [each.json["messages"] for each in server.requests] == [HELLO] * 5
    assert server.requests[0].json["tools"] == [TOOL]
    recorded = [json.loads(span.attributes["gen_ai.input.messages"]) for span in recording.spans]
    assert [len(messages) for messages in recorded] == [1] * 5


def test_what_an_iterator_raises_is_the_applications(recording, client):
    def messages():
        yield HELLO[0]
        raise LookupError("no more")

    with pytest.raises(LookupError, match="no more"):
        client.chat.completions.create(model="gpt-4o-mini", messages=messages())


@pytest.mark.parametrize(
    ("client", "provider"),
    [
        (openai.OpenAI(api_key="k"), "openai"),
        (openai.AsyncOpenAI(api_key="k", base_url="http://localhost:11434/v1"), "ollama"),
        (openai.OpenAI(api_key="k", base_url="http://localhost:8000/v1"), "openai"),
        (openai.OpenAI(api_key="k", base_url="https://api.groq.com/openai/v1"), "groq"),
        (openai.OpenAI(api_key="k", base_url="https://api.deepseek.com"), "deepseek"),
        (openai.OpenAI(api_key="k", base_url="https://openrouter.ai/api/v1"), "openrouter"),
        (openai.OpenAI(api_key="k", base_url="https://mine.openai.azure.com/openai/v1"), "azure.ai.openai"),
        (openai.AzureOpenAI(api_key="k", base_url="https://gateway.internal", api_version="v"), "azure.ai.openai"),
        (openai.AsyncAzureOpenAI(api_key="k", azure_endpoint="https://a.b", api_version="v"), "azure.ai.openai"),
    ],
)
def test_the_provider_is_told_by_client_and_address(client, provider):
    assert provider_behind(client) == provider


def test_the_provider_of_spans_and_metrics(recording, server):
    azure = openai.AzureOpenAI(api_key="k", azure_endpoint=server.url, api_version="2026-01-01", max_retries=0)
    with azure:
        azure.chat.completions.create(model="gpt-4o-mini", messages=HELLO)
        assert recording.take()["provider.name"] == "azure.ai.openai"
        azure.embeddings.create(model="gpt-4o-mini", input="Hi")
        assert recording.take()["provider.name"] == "azure.ai.openai"
        list(azure.responses.create(model="gpt-4o-mini", input="Hi", stream=True))
        assert recording.take()["provider.name"] == "azure.ai.openai"
        azure.responses.retrieve("resp_1")
        assert recording.take()["provider.name"] == "azure.ai.openai"
        azure.images.generate(model="gpt-4o-mini", prompt="Hi")
        assert recording.take()["provider.name"] == "azure.ai.openai"
    for metric in ("gen_ai.client.operation.duration", "gen_ai.client.token.usage"):
        assert {each["gen_ai.provider.name"] for each in recording.points(metric)} == {"azure.ai.openai"}
    assert server.requests[0].path.startswith("/openai/deployments/gpt-4o-mini/chat/completions?")


def test_a_framework_above_knows_better(recording, client, stage):
    with (
        openai.AzureOpenAI(api_key="k", base_url=client.base_url, api_version="v") as azure,
        TelemetryHandler(tracer_provider=stage.traces).inference("framework", request_model="theirs"),
    ):
        azure.chat.completions.create(model="gpt-4o-mini", messages=HELLO)
    attributes = recording.take()
    assert (attributes["provider.name"], attributes["request.model"]) == ("framework", "theirs")
    assert tokens(attributes) == (26, 9)


def test_dimensions_of_embeddings(recording, client, with_async):
    for options in ({}, {"encoding_format": "base64"}, {"encoding_format": "float"}):
        client.embeddings.create(model="e", input="Hi", dimensions=1536, **options)
        assert recording.take()["embeddings.dimension.count"] == 1536
    with_async(lambda client: client.embeddings.create(model="e", input="Hi", encoding_format="base64"))
    assert recording.take()["embeddings.dimension.count"] == 4
    assert [dimensions_of(each) for each in ("A" * 8192, "AACAPw==", [0.5], "", [], None, 7)] == [1536, 1, 1] + [
        None
    ] * 4


THOUGHT = [[text("They greet me.", "reasoning"), text("Hello.")]]


def test_reasoning(recording, client, with_async, server):
    server.script["openrouter"] = Answer(("Hello", "."), ("They greet", " me."), reasoning_key="reasoning")

    async def stream(client):
        return await collect(await client.chat.completions.create(model="thinking", messages=HELLO, stream=True))

    for model in ("thinking", "openrouter"):
        client.chat.completions.create(model=model, messages=HELLO)
        assert said(recording.take()) == THOUGHT
        list(client.chat.completions.create(model=model, messages=HELLO, stream=True))
        assert said(recording.take()) == THOUGHT
    with_async(stream)
    assert said(recording.take()) == THOUGHT


def test_reasons_to_finish_and_tool_calls(recording, client, server):
    server.script["both"] = Answer((), ("Let me look.",), tool_calls=(ToolCall(), ToolCall("note", ("no JSON",), "c2")))
    calls = [
        {"type": "tool_call", "id": "call_1", "name": "weather", "arguments": {"city": "Bern"}},
        {"type": "tool_call", "id": "c2", "name": "note", "arguments": "no JSON"},
    ]
    for options in ({"n": 2}, {"n": 2, "stream": True}):
        answer = client.chat.completions.create(model="both", messages=HELLO, **options)
        assert options == {"n": 2} or list(answer)
        attributes = recording.take()
        assert attributes["response.finish_reasons"] == ["tool_call"] * 2
        assert said(attributes) == [[text("Let me look.", "reasoning"), *calls]] * 2
    client.chat.completions.create(model="cut-short", messages=HELLO)
    assert recording.take()["response.finish_reasons"] == ["length"]


def test_what_else_a_request_says(recording, client):
    more = {"user": "u-7", "reasoning_effort": "low", "extra_body": {"top_k": 40}}
    client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, **more)
    attributes = recording.take()
    assert attributes["user.id"] == "u-7"
    assert (attributes["request.reasoning.level"], attributes["request.top_k"]) == ("low", 40)


@pytest.mark.parametrize("mode", ["NO_CONTENT", "EVENT_ONLY"])
def test_no_content_goes_where_it_is_not_wanted(stage, client, monkeypatch, mode):
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", mode)
    stage.instrument()
    client.chat.completions.create(model="thinking", messages=HELLO)
    list(client.chat.completions.create(model="thinking", messages=HELLO, stream=True))
    client.completions.create(model="gpt-4o-mini", prompt="Hi")
    client.moderations.create(input="Hi")
    assert len(stage.spans) == 4
    assert not [key for span in stage.spans for key in span.attributes if "messages" in key]

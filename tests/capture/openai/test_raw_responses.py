"""``with_raw_response`` and ``with_streaming_response``: the application keeps its objects, the spans are complete."""

from __future__ import annotations

import openai
import pytest
from openai._legacy_response import LegacyAPIResponse
from openai._response import APIResponse, AsyncAPIResponse

from .asking import HELLO, collect, said, text, text_of, tokens

CALLS = {
    "chat": ("chat.completions", {"model": "gpt-4o-mini", "messages": HELLO}),
    "responses": ("responses", {"model": "gpt-4o-mini", "input": "Hi"}),
    "completions": ("completions", {"model": "gpt-4o-mini", "prompt": "Hi"}),
}
EMBED = {"model": "e", "input": "Hi", "dimensions": 3}


def resource(client, path):
    for name in path.split("."):
        client = getattr(client, name)
    return client


def check(attributes):
    assert attributes["response.model"] == "gpt-4o-mini-2026"
    assert (tokens(attributes), said(attributes)) == ((26, 9), [[text("Hello.")]])


@pytest.mark.parametrize(("path", "body"), CALLS.values(), ids=CALLS)
def test_sync(recording, client, path, body):
    plain = resource(client, path).create(**body).to_dict()
    check(recording.take())
    raw = resource(client, path).with_raw_response.create(**body)
    assert (type(raw), raw.headers["x-request-id"], raw.parse().to_dict()) == (LegacyAPIResponse, "req_2", plain)
    check(recording.take())
    with resource(client, path).with_streaming_response.create(**body) as response:
        assert (type(response), response.parse().to_dict()) == (APIResponse, plain)
        assert response.json()["model"] == "gpt-4o-mini-2026"
        assert response.parse() is response.parse()
    check(recording.take())


@pytest.mark.parametrize(("path", "body"), CALLS.values(), ids=CALLS)
def test_async(recording, with_async, path, body):
    async def ask(client):
        plain = (await resource(client, path).create(**body)).to_dict()
        check(recording.take())
        raw = await resource(client, path).with_raw_response.create(**body)
        assert (type(raw), raw.parse().to_dict()) == (LegacyAPIResponse, plain)
        check(recording.take())
        async with resource(client, path).with_streaming_response.create(**body) as response:
            assert (type(response), (await response.parse()).to_dict()) == (AsyncAPIResponse, plain)
            assert (await response.json())["model"] == "gpt-4o-mini-2026"
            assert "parse" not in vars(response)
        check(recording.take())

    with_async(ask)


def test_embeddings(recording, client, with_async):
    async def ask(client):
        async with client.embeddings.with_streaming_response.create(**EMBED) as response:
            return (await response.parse()).data[0].embedding

    seen = [client.embeddings.with_raw_response.create(**EMBED).parse().data[0].embedding]
    with client.embeddings.with_streaming_response.create(**EMBED) as response:
        seen.append(response.parse().data[0].embedding)
    seen.append(with_async(ask))
    assert seen == [[2.0, 2.125, 2.25]] * 3
    for span in recording.spans:
        assert span.attributes["gen_ai.embeddings.dimension.count"] == 3
        assert span.attributes["gen_ai.response.model"] == "e-2026"
        assert span.attributes["gen_ai.usage.input_tokens"] == 8


def test_what_is_lent_may_be_awaited(recording, with_async, monkeypatch):
    """Should the official instrumentation no longer ask, the application is the first to."""
    from opentelemetry.instrumentation.genai.openai import patch

    monkeypatch.setattr(patch, "_set_response_properties", lambda *arguments: None)

    async def ask(client):
        create = client.chat.completions.with_streaming_response.create
        async with create(model="gpt-4o-mini", messages=HELLO) as response:
            first, second = await response.parse(), await response.parse()
            return first is second, first.choices[0].message.content

    assert with_async(ask) == (True, "Hello.")


def test_streams(recording, client, with_async):
    body = {"model": "gpt-4o-mini", "messages": HELLO, "stream": True}

    async def ask(client):
        async with client.chat.completions.with_streaming_response.create(**body) as response:
            return text_of(await collect(await response.parse()))

    raw = client.chat.completions.with_raw_response.create(**body)
    assert (raw.status_code, isinstance(raw.parse(), openai.Stream), text_of(raw.parse())) == (200, True, "Hello.")
    check(recording.take())
    with client.chat.completions.with_streaming_response.create(**body) as response:
        assert text_of(response.parse()) == "Hello."
    check(recording.take())
    assert with_async(ask) == "Hello."
    check(recording.take())


@pytest.mark.parametrize("model", ["broken", "plain-text"])
def test_answers_that_are_no_answers(stage, with_async, model):
    async def outcome(client):
        create = client.chat.completions.with_streaming_response.create
        async with create(model=model, messages=HELLO) as response:
            return await response.text()

    plain = with_async(outcome)
    stage.instrument()
    assert with_async(outcome) == plain

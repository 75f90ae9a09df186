"""The faults of the official instrumentation, run alone, are still there. The day a test of these fails, the mend it
names can go, and the test with it."""

from __future__ import annotations

import pytest

from .asking import HELLO, said, text, tokens

WHY = "this fault is mended upstream now: delete traceway/openai/mends/{} and this test"


def test_iterators_of_messages_are_drained(official, client, server):
    client.chat.completions.create(model="gpt-4o-mini", messages=iter(HELLO))
    assert server.requests[0].json["messages"] == [], WHY.format("iterators.py")


def test_iterators_of_tools_are_drained(official, client, server):
    tool = {"type": "function", "function": {"name": "weather"}}
    client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, tools=iter([tool]))
    assert server.requests[0].json["tools"] == [], WHY.format("iterators.py")


def test_a_stream_has_no_usage(official, client, server):
    list(client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, stream=True))
    assert tokens(official.take()) == (None, None), WHY.format("stream_usage.py")
    assert "stream_options" not in server.requests[0].json


def test_every_provider_is_openai(official, client):
    other = client.with_options(base_url="http://api.groq.com.localhost:1/v1")
    with pytest.raises(Exception, match="Connection error"):
        other.chat.completions.create(model="m", messages=HELLO)
    assert official.take()["provider.name"] == "openai", WHY.format("provider.py")


def test_dimensions_of_base64_are_characters(official, client):
    client.embeddings.create(model="e", input="Hi", dimensions=3, encoding_format="base64")
    assert official.take()["embeddings.dimension.count"] == 16, WHY.format("embeddings.py")


def test_raw_embeddings_tell_nothing(official, client):
    client.embeddings.with_raw_response.create(model="e", input="Hi")
    assert "response.model" not in official.take(), WHY.format("embeddings.py")


def test_async_streaming_responses_are_never_awaited(official, with_async):
    async def ask(client):
        create = client.chat.completions.with_streaming_response.create
        async with create(model="gpt-4o-mini", messages=HELLO) as response:
            return await response.parse()

    with pytest.warns(RuntimeWarning, match="never awaited"):
        with_async(ask)
    assert "response.model" not in official.take(), WHY.format("raw_responses.py")


def test_streaming_responses_of_responses_tell_nothing(official, client):
    with client.responses.with_streaming_response.create(model="gpt-4o-mini", input="Hi") as response:
        response.read()
    assert "response.model" not in official.take(), WHY.format("raw_responses.py")


def test_reasons_are_openais_words_and_reasoning_is_lost(official, client, with_async):
    client.chat.completions.create(model="tools", messages=HELLO)
    assert official.take()["response.finish_reasons"] == ["tool_calls"], WHY.format("messages.py")
    list(client.chat.completions.create(model="thinking", messages=HELLO, stream=True))
    assert said(official.take()) == [[text("Hello.")]], WHY.format("messages.py")
    with_async(lambda client: client.chat.completions.create(model="thinking", messages=HELLO))
    assert said(official.take()) == [[text("Hello.")]], WHY.format("messages.py")


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.completions.create(model="m", prompt="Hi"),
        lambda client: client.images.generate(model="m", prompt="Hi"),
        lambda client: client.audio.speech.create(model="m", voice="alloy", input="Hi"),
        lambda client: client.audio.transcriptions.create(model="m", file=b"RIFF"),
        lambda client: client.moderations.create(model="m", input="Hi"),
    ],
)
def test_calls_without_a_span(official, client, with_async, ask):
    ask(client)
    with_async(ask)
    assert official.spans == (), "upstream records this now: delete it from traceway/openai/operations"

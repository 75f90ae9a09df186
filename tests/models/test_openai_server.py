"""The tests' OpenAI server is believed by OpenAI's own client."""

from __future__ import annotations

import base64
import http.client
import json
import struct

import httpx2
import openai
import pytest

from .openai_answers import PIXEL, SOUND
from .openai_server import Answer, OpenAIServer

HELLO = [{"role": "user", "content": "Hi"}]


@pytest.fixture
def server():
    with OpenAIServer() as server:
        yield server


@pytest.fixture
def client(server):
    with openai.OpenAI(base_url=server.base_url, api_key="k", max_retries=0) as client:
        yield client


def text(stream):
    return "".join(choice.delta.content or "" for chunk in stream for choice in chunk.choices)


def test_chat_whole_and_in_a_stream(client, server):
    whole = client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, n=2)
    assert [choice.message.content for choice in whole.choices] == ["Hello."] * 2
    assert (whole.usage.prompt_tokens, whole.usage.completion_tokens_details.reasoning_tokens) == (26, 4)
    assert text(client.chat.completions.create(model="shredded", messages=HELLO, stream=True)) == "Hello."
    assert [each.endpoint for each in server.requests] == ["/chat/completions"] * 2
    assert (server.requests[0].json["n"], server.requests[0].headers["authorization"]) == (2, "Bearer k")


def test_usage_of_a_stream_comes_when_it_is_asked_for(client):
    def last(model, **options):
        return [*client.chat.completions.create(model=model, messages=HELLO, stream=True, **options)][-1]

    ask = {"stream_options": {"include_usage": True}}
    assert (last("gpt-4o-mini").usage, len(last("gpt-4o-mini").choices)) == (None, 1)
    assert (last("gpt-4o-mini", **ask).usage.total_tokens, last("gpt-4o-mini", **ask).choices) == (35, [])
    assert last("deaf-server", **ask).usage is None
    assert (last("usage-with-last").usage.total_tokens, len(last("usage-with-last").choices)) == (35, 1)
    with pytest.raises(openai.BadRequestError, match="stream_options"):
        last("old-server", **ask)


def test_tools_refusals_and_reasoning(client):
    with client.chat.completions.stream(model="tools", messages=HELLO) as stream:
        (choice,) = stream.get_final_completion().choices
    calls = [(each.function.name, each.function.arguments) for each in choice.message.tool_calls]
    assert calls == [("weather", '{"city": "Bern"}'), ("time", "{}")]
    assert choice.finish_reason == "tool_calls"
    refused = client.chat.completions.create(model="refusing", messages=HELLO).choices[0].message
    assert (refused.content, refused.refusal) == (None, "I can't do that.")
    chunks = [*client.chat.completions.create(model="thinking", messages=HELLO, stream=True)]
    thoughts = [getattr(chunk.choices[0].delta, "reasoning_content", "") for chunk in chunks]
    assert "".join(thoughts) == "They greet me."


def test_responses_and_completions(client):
    assert client.responses.create(model="thinking", input="Hi").output_text == "Hello."
    with client.responses.stream(model="tools", input="Hi") as stream:
        kinds = [each.type for each in stream]
        assert [each.name for each in stream.get_final_response().output] == ["weather", "time"]
    assert (kinds[0], kinds[-1]) == ("response.created", "response.completed")
    assert client.completions.create(model="gpt-4o-mini", prompt="Say").choices[0].text == "Hello."
    stream = client.completions.create(model="gpt-4o-mini", prompt="Say", stream=True)
    assert "".join(chunk.choices[0].text for chunk in stream) == "Hello."


def test_embeddings_images_and_moderations(client):
    def embed(**options):
        return client.embeddings.create(model="e", input=["Hi"], dimensions=3, **options).data[0].embedding

    assert embed() == [2.0, 2.125, 2.25]
    assert struct.unpack("<3f", base64.b64decode(embed(encoding_format="base64"))) == (2.0, 2.125, 2.25)
    assert client.images.generate(model="i", prompt="A pixel").data[0].b64_json == PIXEL
    edited = client.images.edit(model="i", prompt="Red", image=("a.png", b"png"), stream=True)
    assert [each.type for each in edited] == ["image_edit.partial_image", "image_edit.completed"]
    flags = [each.flagged for each in client.moderations.create(model="m", input=["hello", "fight"]).results]
    assert flags == [False, True]


def test_audio(client, server):
    assert client.audio.speech.create(model="tts", voice="alloy", input="Hi").content == SOUND
    with client.audio.speech.with_streaming_response.create(model="tts", voice="alloy", input="Hi") as response:
        assert b"".join(response.iter_bytes()) == SOUND
    heard = client.audio.transcriptions.create(model="stt", file=("a.wav", b"RIFF"))
    assert (heard.text, heard.usage.input_tokens) == ("Hello.", 14)
    assert server.requests[-1].form == {"model": "stt", "file": b"RIFF"}
    assert client.audio.transcriptions.create(model="stt", file=b"RIFF", response_format="text") == "Hello.\n"
    stream = client.audio.transcriptions.create(model="stt", file=b"RIFF", stream=True)
    assert [each.type for each in stream][-1] == "transcript.text.done"
    with pytest.warns(DeprecationWarning, match="deprecated"):
        assert client.audio.translations.create(model="stt", file=b"RIFF").text == "Hello."


@pytest.mark.parametrize(
    ("model", "error"),
    [
        ("bad", openai.BadRequestError),
        ("unauthorized", openai.AuthenticationError),
        ("missing", openai.NotFoundError),
        ("limited", openai.RateLimitError),
        ("crash", openai.InternalServerError),
        ("broken", json.JSONDecodeError),
    ],
)
def test_errors(client, model, error):
    with pytest.raises(error):
        client.chat.completions.create(model=model, messages=HELLO)


@pytest.mark.parametrize(
    ("model", "error"),
    [
        ("cut-stream", (openai.APIConnectionError, httpx2.RemoteProtocolError)),
        ("broken-stream", json.JSONDecodeError),
        ("error-stream", openai.APIError),
    ],
)
def test_streams_that_break(client, model, error):
    chunks = []
    with pytest.raises(error):  # noqa: PT012
        for chunk in client.chat.completions.create(model=model, messages=HELLO, stream=True):
            chunks.append(chunk)
    assert len(chunks) in (1, 2)


def test_what_is_retried_and_what_a_script_adds(client, server):
    server.script["mine"] = Answer(("Mine.",), headers={"server": "llama.cpp"})
    raw = client.chat.completions.with_raw_response.create(model="mine", messages=HELLO)
    assert (raw.headers["server"].endswith("llama.cpp"), raw.parse().choices[0].message.content) == (True, "Mine.")
    with pytest.raises(openai.RateLimitError):
        client.with_options(max_retries=2).chat.completions.create(model="limited", messages=HELLO)
    assert len(server.requests) == 4


def test_answers_that_are_held_and_clients_that_leave(client, server):
    stream = client.chat.completions.create(model="held", messages=HELLO, stream=True)
    assert len([next(stream), next(stream)]) == 2
    server.release()
    assert text(stream) == "lo."
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    body = json.dumps({"model": "slow", "messages": HELLO, "stream": True})
    connection.request("POST", "/v1/chat/completions", body)
    assert connection.getresponse().read(8) == b'data: {"'
    connection.close()

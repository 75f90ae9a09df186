"""Calls that the official instrumentation leaves out have spans: whole, in streams, left early, failed."""

from __future__ import annotations

import gc
import json

import openai
import pytest

from tests.models.openai_answers import PIXEL, SOUND, Answer

from .asking import HELLO, collect, said, text, tokens

IMAGE = {"type": "blob", "mime_type": "image/png", "modality": "image", "content": PIXEL}
HEARD = {"model": "stt", "file": b"RIFF"}


def test_completions(recording, client, with_async):
    more = {"temperature": 0.2, "max_tokens": 5, "stop": "END", "seed": 7, "user": "u-7"}
    client.completions.create(model="gpt-4o-mini", prompt="Say", **more)
    attributes = recording.take()
    assert attributes["operation.name"] == "text_completion"
    asked = [attributes[f"request.{name}"] for name in ("temperature", "max_tokens", "seed")]
    assert asked == [0.2, 5, 7]
    assert (attributes["request.stop_sequences"], attributes["user.id"]) == (["END"], "u-7")
    assert (tokens(attributes), attributes["usage.cache_read.input_tokens"]) == ((26, 9), 16)
    assert said(attributes, "input.messages") == [[text("Say")]]
    assert (said(attributes), attributes["response.finish_reasons"]) == ([[text("Hello.")]], ["stop"])

    async def stream(client):
        return await collect(await client.completions.create(model="shredded", prompt=["Say", "it"], stream=True))

    client.completions.create(model="gpt-4o-mini", prompt=[1, 2, 3])
    assert "input.messages" not in recording.take()
    assert "".join(each.choices[0].text for each in with_async(stream)) == "Hello."
    attributes = recording.take()
    assert (attributes["request.stream"], attributes["response.model"]) == (True, "shredded-2026")
    assert attributes["response.time_to_first_chunk"] > 0
    assert (said(attributes), attributes["response.finish_reasons"]) == ([[text("Hello.")]], ["stop"])
    assert said(attributes, "input.messages") == [[text("Say")], [text("it")]]


def test_images(recording, client, with_async):
    client.images.generate(model="i", prompt="A pixel", n=2)
    attributes = recording.take()
    assert (attributes["operation.name"], attributes["output.type"]) == ("image", "image")
    assert (tokens(attributes), attributes["request.choice.count"]) == ((12, 272), 2)
    assert (attributes["usage.text.input_tokens"], attributes["usage.image.output_tokens"]) == (10, 272)
    assert said(attributes) == [[text("A small pixel."), IMAGE]] * 2
    list(client.images.generate(model="i", prompt="A pixel", stream=True, partial_images=1))
    attributes = recording.take()
    assert (tokens(attributes), said(attributes)) == ((12, 272), [[IMAGE]])
    client.images.edit(model="i", prompt="Red", image=("a.png", b"png"))
    with_async(lambda client: client.images.edit(model="i", prompt="Red", image=("a.png", b"png")))
    names = [(span.name, span.attributes["gen_ai.operation.name"]) for span in recording.spans]
    assert names == [("image i", "image")] * 2


def test_images_that_are_too_large_are_left_out(recording, client, server):
    server.script["large"] = Answer(body=json.dumps({"created": 1, "data": [{"b64_json": "A" * 1_500_000}]}).encode())
    assert len(client.images.generate(model="large", prompt="All").data[0].b64_json) == 1_500_000
    attributes = recording.take()
    assert ("output.messages" in attributes, attributes["operation.name"]) == (False, "image")
    server.script["link"] = Answer(body=json.dumps({"created": 1, "data": [{"url": "https://a.b/c.png"}]}).encode())
    client.images.generate(model="link", prompt="One")
    assert said(recording.take()) == [[{"type": "uri", "modality": "image", "uri": "https://a.b/c.png"}]]


def test_speech(recording, client, with_async):
    body = {"model": "tts", "voice": "alloy", "input": "Hi", "instructions": "Gently."}
    assert client.audio.speech.create(**body).content == SOUND
    attributes = recording.take()
    assert (attributes["operation.name"], attributes["output.type"]) == ("text_to_speech", "speech")
    assert said(attributes, "input.messages") == [[text("Hi")]]
    assert attributes["system_instructions"][0]["content"] == "Gently."
    with client.audio.speech.with_streaming_response.create(**body) as response:
        assert recording.spans == ()
        assert b"".join(response.iter_bytes(1000)) == SOUND
    assert recording.span.status.status_code.name == "UNSET"
    recording.span_exporter.clear()

    async def events(client):
        async with client.audio.speech.with_streaming_response.create(**body, stream_format="sse") as response:
            return await response.text()

    assert "speech.audio.done" in with_async(events)
    assert tokens(recording.take()) == (14, 101)


def test_transcriptions_and_translations(recording, client, with_async):
    client.audio.transcriptions.create(**HEARD, prompt="A greeting")
    attributes = recording.take()
    assert (attributes["operation.name"], attributes["usage.audio.input_tokens"]) == ("speech_to_text", 10)
    assert (tokens(attributes), said(attributes)) == ((14, 9), [[text("Hello.")]])
    assert said(attributes, "input.messages") == [[text("A greeting")]]
    assert client.audio.transcriptions.create(**HEARD, response_format="text") == "Hello.\n"
    assert said(recording.take()) == [[text("Hello.\n")]]
    assert client.audio.transcriptions.with_raw_response.create(**HEARD).parse().text == "Hello."
    assert said(recording.take()) == [[text("Hello.")]]

    async def stream(client):
        return await collect(await client.audio.transcriptions.create(**HEARD, stream=True))

    assert with_async(stream)[-1].text == "Hello."
    attributes = recording.take()
    assert (tokens(attributes), said(attributes)) == ((14, 9), [[text("Hello.")]])
    with pytest.warns(DeprecationWarning, match="deprecated"):
        client.audio.translations.create(**HEARD)
    assert said(recording.take()) == [[text("Hello.")]]


def test_moderations(recording, client, with_async):
    image = {"type": "image_url", "image_url": {"url": "https://a.b/c.png"}}
    client.moderations.create(model="m", input=[{"type": "text", "text": "fight"}, image])
    attributes = recording.take()
    assert (attributes["operation.name"], attributes["response.id"]) == ("moderation", "modr-1")
    assert said(attributes, "input.messages") == [[text("fight")], [text("https://a.b/c.png")]]
    verdicts = [json.loads(parts[0]["content"]) for parts in said(attributes)]
    assert verdicts == [{"flagged": True, "categories": ["violence"]}, {"flagged": False, "categories": []}]
    with_async(lambda client: client.moderations.create(input="Hi"))
    assert recording.span.name == "moderation"


@pytest.mark.parametrize("model", ["bad", "limited", "crash", "broken"])
def test_errors_are_the_applications(stage, client, model):
    def ask():
        with pytest.raises(Exception, match=r".") as caught:
            client.completions.create(model=model, prompt="Hi")
        return type(caught.value), str(caught.value)

    plain = ask()
    stage.instrument()
    assert ask() == plain
    error_type = stage.take()["error.type"]
    assert error_type.rpartition(".")[2] == plain[0].__name__


def test_streams_that_break(recording, client, server):
    stream = client.completions.create(model="cut-stream", prompt="Hi", stream=True)
    with pytest.raises(openai.APIConnectionError):
        list(stream)
    attributes = recording.take()
    assert attributes["error.type"].endswith("RemoteProtocolError")
    assert said(attributes) == [[text("Hello")]]
    server.script["full"] = Answer(body=b'data: {"error": {"message": "Full."}}\n\n', media_type="text/event-stream")
    with pytest.raises(openai.APIError, match="Full"):
        list(client.completions.create(model="full", prompt="Hi", stream=True))
    assert recording.take()["error.type"] == "openai.APIError"


def test_streams_left_early_and_never_read(recording, client):
    stream = client.completions.create(model="gpt-4o-mini", prompt="Hi", stream=True)
    next(stream)
    stream.close()
    attributes = recording.take()
    assert (said(attributes), "error.type" in attributes) == ([[text("Hel")]], False)
    with client.completions.create(model="gpt-4o-mini", prompt="Hi", stream=True):
        pass
    assert "error.type" not in recording.take()
    stream = client.completions.create(model="gpt-4o-mini", prompt="Hi", stream=True)
    del stream
    gc.collect()
    assert recording.take()["error.type"] == "_OTHER"


def test_spans_are_current_only_while_the_client_works(recording, client):
    tracer = recording.traces.get_tracer("app")
    with tracer.start_as_current_span("app") as app:
        stream = client.completions.create(model="gpt-4o-mini", prompt="Hi", stream=True)
        with tracer.start_as_current_span("between"):
            next(stream)
        list(stream)
        list(client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, stream=True))
    parents = {span.name: span.parent and span.parent.span_id for span in recording.spans}
    assert parents == dict.fromkeys(
        ("between", "text_completion gpt-4o-mini", "chat gpt-4o-mini"), app.get_span_context().span_id
    ) | {"app": None}

"""Streams have their usage, and the application sees what it would have seen had nobody asked for it."""

from __future__ import annotations

import gc
import gzip
import json

import openai
import pytest

from tests.models.openai_answers import Answer

from .asking import HELLO, collect, text_of, tokens


def read_lines(response):
    return [*response.iter_lines()]


def ways(client):
    """All ways of reading a stream of chat, each giving what can be seen of it."""
    chat = {"model": "gpt-4o-mini", "messages": HELLO, "n": 2}
    create, raw = client.chat.completions.create, client.chat.completions.with_raw_response.create
    streamed = client.chat.completions.with_streaming_response.create
    yield [chunk.to_dict() for chunk in create(**chat, stream=True)]
    with create(**chat, stream=True) as stream:
        yield [chunk.model_dump_json() for chunk in stream], str(stream.response.url)
    with client.chat.completions.stream(**chat) as stream:
        yield [event.to_dict() for event in stream], stream.get_final_completion().to_dict()
    yield [chunk.to_dict() for chunk in raw(**chat, stream=True).parse()]
    yield raw(**chat, stream=True).http_response.read()
    with streamed(**chat, stream=True) as response:
        yield [chunk.to_dict() for chunk in response.parse()]
    for read in (read_lines, lambda r: b"".join(r.iter_bytes(5)), lambda r: r.read(), lambda r: r.text()):
        with streamed(**chat, stream=True) as response:
            yield read(response)
    yield [chunk.to_dict() for chunk in client.completions.create(model="gpt-4o-mini", prompt="Hi", stream=True)]


async def async_ways(client):
    chat = {"model": "shredded", "messages": HELLO}
    create, raw = client.chat.completions.create, client.chat.completions.with_raw_response.create
    seen = [[chunk.to_dict() for chunk in await collect(await create(**chat, stream=True))]]
    async with client.chat.completions.stream(**chat) as stream:
        seen.append([event.to_dict() for event in await collect(stream)])
    seen.append([chunk.to_dict() for chunk in await collect((await raw(**chat, stream=True)).parse())])
    for read in (lambda r: collect(r.iter_lines()), lambda r: r.text()):
        async with client.chat.completions.with_streaming_response.create(**chat, stream=True) as response:
            seen.append(await read(response))
    stream = await client.completions.create(model="shredded", prompt="Hi", stream=True)
    return [*seen, [chunk.to_dict() for chunk in await collect(stream)]]


def test_nothing_looks_different(stage, client, with_async, server):
    # A copy: clients keep ``with_raw_response`` as it was when it was first used.
    plain = [*ways(client.copy()), *with_async(async_ways)]
    assert not [each for each in server.requests if "stream_options" in each.json]
    stage.instrument()
    assert [*ways(client), *with_async(async_ways)] == plain
    asked, half = [each.json.get("stream_options") for each in server.requests], len(plain)
    assert asked == [None] * half + [{"include_usage": True}] * half
    spans = [span.attributes for span in stage.spans]
    assert len(spans) == half
    for attributes in spans:
        assert attributes["gen_ai.usage.input_tokens"] == 26
        assert attributes["gen_ai.usage.reasoning.output_tokens"] == 4


def test_streams_are_the_clients_own(recording, client, with_async):
    stream = client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, stream=True)
    assert isinstance(stream, openai.Stream)
    assert stream.response.status_code == 200
    assert next(stream).choices[0].delta.role == "assistant"
    assert (text_of(stream), [*stream]) == ("Hello.", [])
    legacy = client.completions.create(model="gpt-4o-mini", prompt="Hi", stream=True)
    assert type(legacy) is openai.Stream
    legacy.close()

    async def ask(client):
        stream = await client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, stream=True)
        legacy = await client.completions.create(model="gpt-4o-mini", prompt="Hi", stream=True)
        kinds = isinstance(stream, openai.AsyncStream), type(legacy) is openai.AsyncStream
        await stream.close()
        await legacy.close()
        return kinds

    assert with_async(ask) == (True, True)
    assert len(recording.spans) == 4


def test_whoever_asks_gets_it(recording, client, server):
    for options in ({"include_usage": True}, {"include_usage": False}):
        stream = client.chat.completions.create(
            model="gpt-4o-mini", messages=HELLO, stream=True, stream_options=options
        )
        usage = [chunk.usage for chunk in stream if chunk.usage]
        assert (len(usage), server.requests[-1].json["stream_options"]) == (options["include_usage"], options)
        assert tokens(recording.take()) == ((26, 9) if options["include_usage"] else (None, None))
    other = {"include_obfuscation": False}
    list(client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, stream=True, stream_options=other))
    assert server.requests[-1].json["stream_options"] == {**other, "include_usage": True}


def test_it_can_be_switched_off(stage, client, server, monkeypatch):
    monkeypatch.setenv("TRACEWAY_OPENAI_STREAM_USAGE", "off")
    stage.instrument()
    list(client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, stream=True))
    list(client.completions.create(model="gpt-4o-mini", prompt="Hi", stream=True))
    assert not [each for each in server.requests if "stream_options" in each.json]
    assert len(stage.spans) == 2


def test_responses_are_not_asked(recording, client, server):
    list(client.responses.create(model="gpt-4o-mini", input="Hi", stream=True))
    client.chat.completions.create(model="gpt-4o-mini", messages=HELLO)
    assert not [each for each in server.requests if "stream_options" in each.json]


def test_a_server_that_refuses_is_asked_once(recording, client, with_async, server):
    for _ in range(2):
        assert text_of(client.chat.completions.create(model="old-server", messages=HELLO, stream=True)) == "Hello."
    list(client.completions.create(model="old-server", prompt="Hi", stream=True))
    assert ["stream_options" in each.json for each in server.requests] == [True, False, False, False]
    assert [span.status.is_ok for span in recording.spans] == [True] * 3

    async def ask(client):
        client = client.with_options(base_url=f"{server.url}/openai/v1")
        return await collect(await client.chat.completions.create(model="old-server", messages=HELLO, stream=True))

    assert text_of(with_async(ask)) == "Hello."
    assert ["stream_options" in each.json for each in server.requests[4:]] == [True, False]


def test_other_errors_are_the_applications(recording, client, server):
    for model, kind in (("bad", openai.BadRequestError), ("crash", openai.InternalServerError)):
        with pytest.raises(kind):
            client.chat.completions.create(model=model, messages=HELLO, stream=True)
        assert not recording.span.status.is_ok
        recording.span_exporter.clear()
    assert len(server.requests) == 2


def test_servers_that_do_as_they_like(recording, client, server):
    stream = client.chat.completions.create(model="usage-with-last", messages=HELLO, stream=True)
    last = [*stream][-1]
    assert (last.usage.total_tokens, last.choices[0].finish_reason) == (35, "stop")
    assert tokens(recording.take()) == (26, 9)
    for model in ("deaf-server", "no-usage"):
        assert text_of(client.chat.completions.create(model=model, messages=HELLO, stream=True)) == "Hello."
        assert tokens(recording.take()) == (None, None)
    odd = ({"choices": None}, {"choices": [], "prompt_filter_results": []}, {"choices": [], "usage": {}}, {"x": 1})
    server.script["odd"] = Answer(chunks=odd, usage=None)
    chunks = [*client.chat.completions.create(model="odd", messages=HELLO, stream=True)]
    assert len(chunks) == 3  # an empty usage without choices was not there before we asked
    assert recording.take()["response.model"] == "odd-2026"


@pytest.mark.parametrize("model", ["cut-stream", "broken-stream", "error-stream"])
def test_streams_that_break_do_so_as_before(stage, client, model):
    def broken():
        chunks = []
        try:
            for chunk in client.chat.completions.create(model=model, messages=HELLO, stream=True):
                chunks.append(chunk.to_dict())
        except Exception as error:
            return chunks, type(error), str(error)

    plain = broken()
    stage.instrument()
    assert broken() == plain
    assert stage.span.status.status_code.name == "ERROR"


def test_early_close_and_streams_nobody_reads(recording, client, with_async):
    stream = client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, stream=True)
    next(stream)
    stream.close()
    assert recording.take()["response.model"] == "gpt-4o-mini-2026"
    stream = client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, stream=True)
    del stream
    gc.collect()
    assert recording.take()["error.type"] == "_OTHER"

    async def leave(client):
        async with await client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, stream=True) as stream:
            async for _ in stream:
                break

    with_async(leave)
    assert "error.type" not in recording.take()


def test_compressed_streams(recording, server, client):
    """What is hidden is hidden after it is inflated."""
    first = {"choices": [{"index": 0, "delta": {"content": "Hi"}}], "usage": None}
    events = [first, {"choices": [], "usage": {"prompt_tokens": 3}}]
    body = b"".join(b"data: " + json.dumps(each).encode() + b"\r\n\r\n" for each in events) + b"data: [DONE]\r\n\r\n"
    server.script["zip"] = Answer(
        body=gzip.compress(body), media_type="text/event-stream", headers={"content-encoding": "gzip"}
    )
    chunks = [*client.chat.completions.create(model="zip", messages=HELLO, stream=True)]
    assert (text_of(chunks), len(chunks)) == ("Hi", 1)
    assert recording.take()["usage.input_tokens"] == 3

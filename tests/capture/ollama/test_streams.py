"""A stream is what it was, and its span ends when the stream does, however that comes about."""

from __future__ import annotations

import asyncio
import collections.abc
import contextlib
import contextvars
import gc
import inspect
import json
import threading
import types

import httpx
import ollama
import pytest
from opentelemetry import trace
from opentelemetry.trace import StatusCode

HI = [{"role": "user", "content": "Hi"}]


@pytest.fixture
def client(server):
    with ollama.Client(server.url) as client:
        yield client


def run(url, use):
    """Run ``use(client)`` with an asynchronous client in a loop of its own."""

    async def main():
        async with ollama.AsyncClient(url) as client:
            return await use(client)

    return asyncio.run(main())


def said(recording):
    (message,) = recording.attributes["gen_ai.output.messages"]
    return message["parts"][0]["content"]


def assert_left_early(recording, words="Hel"):
    assert recording.span.status.status_code is StatusCode.UNSET
    assert said(recording) == words
    unknown = {"gen_ai.response.finish_reasons", "error.type", "gen_ai.usage.output_tokens"}
    assert not unknown & set(recording.attributes)


def assert_abandoned(recording):
    assert recording.span.status.status_code is StatusCode.ERROR
    assert recording.span.status.description == "abandoned stream"
    assert recording.attributes["error.type"] == "_OTHER"


def test_a_generator_stays_one(client, recording):
    stream = client.chat("llama3.2", HI, stream=True)
    assert inspect.isgenerator(stream)
    assert isinstance(stream, types.GeneratorType)
    assert isinstance(stream, collections.abc.Generator)
    assert iter(stream) is stream
    assert inspect.getgeneratorstate(stream) == inspect.GEN_CREATED
    assert stream.send(None).message.content == "Hel"
    assert inspect.getgeneratorstate(stream) == inspect.GEN_SUSPENDED
    assert stream.send("ignored").message.content == "lo"
    assert [type(each) for each in stream] == [ollama.ChatResponse, ollama.ChatResponse]
    assert next(stream, None) is None
    assert said(recording) == "Hello."


def test_an_asynchronous_generator_stays_one(server, recording):
    async def use(client):
        stream = await client.chat("llama3.2", HI, stream=True)
        assert inspect.isasyncgen(stream)
        assert isinstance(stream, types.AsyncGeneratorType)
        assert isinstance(stream, collections.abc.AsyncGenerator)
        assert aiter(stream) is stream
        assert (await anext(stream)).message.content == "Hel"
        assert (await stream.asend("ignored")).message.content == "lo"
        assert [type(each) async for each in stream] == [ollama.ChatResponse, ollama.ChatResponse]
        assert await anext(stream, None) is None

    run(server.url, use)
    assert said(recording) == "Hello."


def test_delegation(client, recording):
    def words():
        yield from client.chat("llama3.2", HI, stream=True)

    assert "".join(each.message.content for each in words()) == "Hello."
    assert said(recording) == "Hello."


def test_an_error_thrown_in_comes_back(client, recording):
    stream = client.chat("llama3.2", HI, stream=True)
    next(stream)
    with pytest.raises(KeyError):
        stream.throw(KeyError("mine"))
    assert recording.attributes["error.type"] == "KeyError"
    assert next(stream, None) is None


def test_closed_early(client, recording):
    with contextlib.closing(client.chat("llama3.2", HI, stream=True)) as stream:
        next(stream)
    assert_left_early(recording)


def test_closed_early_asynchronously(server, recording):
    async def use(client):
        async with contextlib.aclosing(await client.chat("llama3.2", HI, stream=True)) as stream:
            await anext(stream)

    run(server.url, use)
    assert_left_early(recording)


def test_a_loop_left_early_is_no_error(client, recording):
    for _ in client.chat("llama3.2", HI, stream=True):
        break
    gc.collect()
    assert_left_early(recording)


def test_an_asynchronous_loop_left_early_is_no_error(server, recording):
    async def use(client):
        async for _ in await client.chat("llama3.2", HI, stream=True):
            break
        gc.collect()

    run(server.url, use)
    assert_left_early(recording)


def test_never_iterated(client, server, recording):
    client.chat("llama3.2", HI, stream=True)
    gc.collect()
    assert_abandoned(recording)
    assert server.requests == []


def test_never_iterated_asynchronously(server, recording):
    async def use(client):
        await client.chat("llama3.2", HI, stream=True)
        gc.collect()

    run(server.url, use)
    assert_abandoned(recording)


def test_closed_before_it_was_read(client, recording):
    client.chat("llama3.2", HI, stream=True).close()
    assert recording.span.status.status_code is StatusCode.UNSET


def test_the_last_chunk_is_the_end_even_if_nobody_asks_for_more(client, recording):
    stream = client.chat("llama3.2", HI, stream=True)
    while not next(stream).done:
        assert recording.spans == ()
    assert recording.attributes["gen_ai.response.finish_reasons"] == ["stop"]
    assert [*stream] == []
    assert len(recording.spans) == 1


def test_cancelled_while_waiting(server, recording):
    async def use(client):
        stream = await client.chat("held", HI, stream=True)
        await anext(stream)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(stream), 0.05)

    run(server.url, use)
    assert recording.attributes["error.type"] == "asyncio.exceptions.CancelledError"
    assert said(recording) == "Hel"


def test_cancelled_before_a_whole_answer(server, recording):
    async def use(client):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.chat("held", HI), 0.05)

    run(server.url, use)
    assert recording.attributes["error.type"] == "asyncio.exceptions.CancelledError"


class Waiting(httpx.AsyncBaseTransport):
    """The network of an event loop that stopped: a chunk comes, then nothing ever again."""

    async def handle_async_request(self, request):
        if json.loads(request.content)["stream"]:
            return httpx.Response(200, content=self._chunks())
        await self._forever()
        raise AssertionError

    async def _chunks(self):
        yield b'{"model": "llama3.2", "message": {"role": "assistant", "content": "Hel"}, "done": false}\n'
        await self._forever()

    @types.coroutine
    def _forever(self):
        yield


@pytest.mark.parametrize("stream", [False, True])
def test_thrown_away_while_waiting_in_another_context(recording, stream):
    """OpenTelemetry's detach would log "was created in a different Context"; the recording checks that nothing did."""

    async def use():
        answer = await ollama.AsyncClient(transport=Waiting()).chat("llama3.2", HI, stream=stream)
        return [each async for each in answer]

    waiting = use()
    contextvars.copy_context().run(waiting.send, None)
    waiting.close()
    assert recording.attributes["error.type"] == "GeneratorExit"


def test_the_span_is_current_only_inside_the_client(client, server, recording):
    tracer = recording.traces.get_tracer("app")
    with tracer.start_as_current_span("agent") as agent:
        for chunk in client.chat("llama3.2", HI, stream=True):
            assert trace.get_current_span() is agent
            if not chunk.done:
                tracer.start_span("step").end()
        client.chat("llama3.2", HI)
        assert trace.get_current_span() is agent
    parents = {span.name: span.parent and span.parent.span_id for span in recording.spans}
    assert parents == {"step": agent.context.span_id, "chat llama3.2": agent.context.span_id, "agent": None}


@pytest.mark.parametrize("stream", [False, True])
def test_what_the_client_does_belongs_to_the_call(server, recording, stream):
    """HTTP spans, and the trace id sent to the server, are those of an instrumented httpx."""
    during = []
    hooks = {"request": [lambda request: during.append(trace.get_current_span().get_span_context().span_id)]}
    with ollama.Client(server.url, event_hooks=hooks) as client:
        answer = client.chat("llama3.2", HI, stream=stream)
        if stream:
            assert [*answer]
    assert during == [recording.span.context.span_id]


def test_calls_beside_each_other(server, recording):
    async def use(client):
        async def one(model):
            return "".join([each.message.content async for each in await client.chat(model, HI, stream=True)])

        return await asyncio.gather(*(one(model) for model in ["slow", "thinking", "llama3.2"]))

    assert run(server.url, use) == ["Hello.", "Hello.", "Hello."]
    assert sorted(span.name for span in recording.spans) == ["chat llama3.2", "chat slow", "chat thinking"]
    assert {span.parent for span in recording.spans} == {None}


def test_made_in_one_thread_and_read_in_another(client, recording):
    stream = client.chat("llama3.2", HI, stream=True)
    words = []
    reader = threading.Thread(target=lambda: words.extend(each.message.content for each in stream))
    reader.start()
    reader.join()
    assert "".join(words) == said(recording) == "Hello."

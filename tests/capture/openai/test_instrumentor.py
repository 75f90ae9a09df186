"""Coming and going: clients of before, the official instrumentation of others, faults of our own."""

from __future__ import annotations

import asyncio

import openai
import pytest
from openai.resources.chat.completions import AsyncCompletions, Completions
from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor as Official
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.trace import SpanKind

from traceway.openai import OpenAIInstrumentor, mended, own
from traceway.openai.instrumentor import _owner

from .asking import HELLO, collect, text_of, tokens

WRAPPED = [(owner, name) for owner in (Completions, AsyncCompletions) for name in ("create", "parse")]
WRAPPED += [(_owner(client, "request"), "request") for client in (openai.OpenAI, openai.AsyncOpenAI)]


def test_uninstrument_restores_everything(stage, client):
    before = [vars(owner)[name] for owner, name in WRAPPED]
    for _ in range(2):
        stage.instrument()
        assert all(vars(owner)[name] is not was for (owner, name), was in zip(WRAPPED, before, strict=True))
        OpenAIInstrumentor().uninstrument()
        assert [vars(owner)[name] for owner, name in WRAPPED] == before
    client.chat.completions.create(model="gpt-4o-mini", messages=HELLO)
    client.completions.create(model="gpt-4o-mini", prompt="Hi")
    assert (stage.spans, Official().is_instrumented_by_opentelemetry) == ((), False)


def test_clients_of_before_and_their_resources(stage, client):
    chat, completions = client.chat.completions, client.completions
    create = completions.create
    stage.instrument()
    list(chat.create(model="gpt-4o-mini", messages=iter(HELLO), stream=True))
    assert tokens(stage.take()) == (26, 9)
    create(model="gpt-4o-mini", prompt="Hi")
    assert tokens(stage.take()) == (26, 9)
    OpenAIInstrumentor().uninstrument()
    create(model="gpt-4o-mini", prompt="Hi")
    assert stage.spans == ()


def test_the_official_one_may_be_somebody_elses(official, client):
    official.instrument()
    list(client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, stream=True))
    assert tokens(official.take()) == (26, 9)
    OpenAIInstrumentor().uninstrument()
    assert Official().is_instrumented_by_opentelemetry
    list(client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, stream=True))
    assert tokens(official.take()) == (None, None)


def test_somebody_may_have_wrapped_ours(recording, client, monkeypatch):
    owner = _owner(openai.OpenAI, "request")
    ours = vars(owner)["request"]
    monkeypatch.setattr(owner, "request", lambda self, *args, **kwargs: ours.__get__(self)(*args, **kwargs))
    OpenAIInstrumentor().uninstrument()
    client.completions.create(model="gpt-4o-mini", prompt="Hi")
    assert recording.spans == ()
    monkeypatch.undo()
    owner.request = ours.__wrapped__


def test_spans_and_metrics(recording, client):
    client.completions.create(model="gpt-4o-mini", prompt="Hi")
    assert recording.span.kind is SpanKind.CLIENT
    assert recording.span.instrumentation_scope.name == "traceway.openai"
    (duration,) = recording.points("gen_ai.client.operation.duration")
    assert duration["gen_ai.operation.name"] == "text_completion"
    with suppress_instrumentation():
        client.completions.create(model="gpt-4o-mini", prompt="Hi")
    assert len(recording.spans) == 1


def test_many_at_once(recording, with_async):
    async def ask(client):
        async def one(number):
            chat = {"model": "gpt-4o-mini", "messages": HELLO, "stream": True}
            chunks = await collect(await client.chat.completions.create(**chat))
            legacy = await collect(await client.completions.create(model="gpt-4o-mini", prompt="Hi", stream=True))
            return text_of(chunks) + "".join(each.choices[0].text for each in legacy)

        return await asyncio.gather(*(one(number) for number in range(8)))

    assert with_async(ask) == ["Hello.Hello."] * 8
    assert {tokens({k.removeprefix("gen_ai."): v for k, v in span.attributes.items()}) for span in recording.spans} == {
        (26, 9)
    }
    assert len(recording.spans) == 16


def test_a_cancelled_call_ends_its_span(recording, with_async):
    async def ask(client):
        task = asyncio.create_task(client.completions.create(model="held", prompt="Hi"))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with_async(ask)
    assert recording.take()["error.type"].endswith("CancelledError")


def fails(*args, **kwargs):
    raise RuntimeError("a fault of ours")


@pytest.mark.parametrize("faults", [{"openai": 6}])
def test_our_faults_stay_ours(recording, client, with_async, monkeypatch, faults):
    for module, name in ((mended, "describe_embeddings"), (mended, "describe_usage"), (mended, "ChatAnswer")):
        monkeypatch.setattr(module, name, fails)
    monkeypatch.setattr(own, "body_of", fails)
    client.embeddings.create(model="e", input="Hi")
    client.chat.completions.create(model="gpt-4o-mini", messages=HELLO)
    stream = client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, stream=True)
    assert text_of(stream) == "Hello."
    with_async(lambda client: client.chat.completions.create(model="gpt-4o-mini", messages=HELLO))
    with client.completions.with_streaming_response.create(model="gpt-4o-mini", prompt="Hi") as response:
        assert response.json()["choices"][0]["text"] == "Hello."
    client.completions.with_raw_response.create(model="gpt-4o-mini", prompt="Hi")
    assert len(recording.spans) == 6


@pytest.mark.parametrize("faults", [{"openai": 1}])
def test_a_fault_at_the_start_leaves_the_call_alone(recording, client, monkeypatch, faults):
    monkeypatch.setattr(own, "provider_behind", fails)
    assert client.completions.create(model="gpt-4o-mini", prompt="Hi").choices[0].text == "Hello."
    assert recording.spans == ()

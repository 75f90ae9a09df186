"""What each kind of call leaves behind: sync, async, whole and in streams."""

from __future__ import annotations

import pytest
from opentelemetry.trace import SpanKind, StatusCode

from tests.models.ollama_server import PIXEL, TOOL_CALL, USAGE

from .asking import WAYS

pytestmark = pytest.mark.parametrize("ask", WAYS)
streamed = pytest.mark.parametrize("stream", [False, True])
HI = [{"role": "user", "content": "Hi"}]
CALL_PART = {"type": "tool_call", "name": "weather", "arguments": {"city": "Bern", "days": 2}, "id": None}


def text(content):
    return {"type": "text", "content": content}


def weather(city: str, days: int = 1) -> str:
    """The weather of the next days.

    Args:
        city: where
        days: how many
    """
    return f"sunny in {city} for {days} days"


@streamed
def test_chat(server, recording, ask, stream):
    ask(server.url, "chat", "thinking", HI, stream=stream)
    assert (recording.span.name, recording.span.kind) == ("chat thinking", SpanKind.CLIENT)
    assert recording.span.status.status_code is StatusCode.UNSET
    assert recording.span.instrumentation_scope.name == "traceway.ollama"
    found = recording.attributes
    assert (found.pop("gen_ai.response.time_to_first_chunk", None) is not None) == stream
    assert found.pop("gen_ai.request.stream", False) == stream
    assert found == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "ollama",
        "gen_ai.request.model": "thinking",
        "gen_ai.response.model": "thinking",
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.usage.input_tokens": 26,
        "gen_ai.usage.output_tokens": 9,
        "gen_ai.input.messages": [{"role": "user", "parts": [text("Hi")], "name": None}],
        "gen_ai.output.messages": [
            {
                "role": "assistant",
                "parts": [{"type": "reasoning", "content": "They greet me."}, text("Hello.")],
                "finish_reason": "stop",
                "name": None,
            }
        ],
        "server.address": "127.0.0.1",
        "server.port": server.port,
        **{f"ollama.{key}": value for key, value in USAGE.items() if key.endswith("_duration")},
    }


@streamed
def test_generate(server, recording, ask, stream):
    ask(server.url, "generate", "thinking", "Hi", suffix="!", system="Be brief.", images=[PIXEL], stream=stream)
    found = recording.attributes
    assert recording.span.name == "text_completion thinking"
    assert found["gen_ai.operation.name"] == "text_completion"
    assert found["gen_ai.system_instructions"] == [text("Be brief.")]
    assert found["gen_ai.prompt.variable.suffix"] == "!"
    blob = {"type": "blob", "mime_type": "image/png", "modality": "image", "content": PIXEL}
    assert found["gen_ai.input.messages"][0]["parts"] == [text("Hi"), blob]
    said = found["gen_ai.output.messages"][0]["parts"]
    assert said == [{"type": "reasoning", "content": "They greet me."}, text("Hello.")]
    assert (found["gen_ai.usage.input_tokens"], found["gen_ai.usage.output_tokens"]) == (26, 9)


@streamed
def test_generated_image(server, recording, ask, stream):
    ask(server.url, "generate", "painter", "a dot", stream=stream)
    (message,) = recording.attributes["gen_ai.output.messages"]
    assert message["parts"] == [{"type": "blob", "mime_type": "image/png", "modality": "image", "content": PIXEL}]
    assert recording.attributes["gen_ai.output.type"] == "image"


@streamed
def test_tool_calls_and_definitions(server, recording, ask, stream):
    ask(server.url, "chat", "tools", HI, tools=[weather], stream=stream)
    (message,) = recording.attributes["gen_ai.output.messages"]
    assert message["parts"] == [CALL_PART, CALL_PART]
    (tool,) = recording.attributes["gen_ai.tool.definitions"]
    assert (tool["type"], tool["name"]) == ("function", "weather")
    assert tool["description"] == "The weather of the next days."
    assert set(tool["parameters"]["properties"]) == {"city", "days"}


def test_a_conversation_with_tools_thinking_and_images(server, recording, ask):
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "How is it there?", "images": [PIXEL]},
        {"role": "assistant", "content": "Let me see.", "thinking": "Bern?", "tool_calls": [TOOL_CALL]},
        {"role": "tool", "content": "sunny", "tool_name": "weather"},
    ]
    ask(server.url, "chat", "llama3.2", iter(messages))
    assert [each["role"] for each in server.requests[0].json["messages"]] == ["system", "user", "assistant", "tool"]
    sent = recording.attributes["gen_ai.input.messages"]
    assert [each["role"] for each in sent] == ["system", "user", "assistant", "tool"]
    assert [part["type"] for part in sent[1]["parts"]] == ["text", "blob"]
    assert sent[2]["parts"] == [{"type": "reasoning", "content": "Bern?"}, text("Let me see."), CALL_PART]
    answer = {"type": "tool_call_response", "response": "sunny", "id": None}
    assert sent[3] == {"role": "tool", "parts": [answer], "name": "weather"}


@pytest.mark.parametrize("method", ["chat", "generate"])
def test_options_and_format(server, recording, ask, method):
    options = {"temperature": 0, "top_p": 0.9, "top_k": 40, "seed": 7, "num_predict": 64, "num_ctx": 4096}
    options |= {"stop": ["\n", "END"], "presence_penalty": 1.5, "frequency_penalty": 1}
    ask(server.url, method, "llama3.2", options=options, format={"type": "object"}, think="high")
    found = {key: value for key, value in recording.attributes.items() if key.startswith("gen_ai.request.")}
    assert found == {
        "gen_ai.request.model": "llama3.2",
        "gen_ai.request.temperature": 0.0,
        "gen_ai.request.top_p": 0.9,
        "gen_ai.request.top_k": 40,
        "gen_ai.request.seed": 7,
        "gen_ai.request.max_tokens": 64,
        "gen_ai.request.stop_sequences": ["\n", "END"],
        "gen_ai.request.presence_penalty": 1.5,
        "gen_ai.request.frequency_penalty": 1.0,
        "gen_ai.request.reasoning.level": "high",
    }
    assert type(found["gen_ai.request.temperature"]) is float
    assert recording.attributes["gen_ai.output.type"] == "json"


def test_options_of_the_wrong_type_are_the_servers_to_refuse(server, recording, ask):
    ask(server.url, "chat", "llama3.2", HI, options={"temperature": "hot", "seed": True, "stop": "END"})
    found = {key for key in recording.attributes if key.startswith("gen_ai.request.")}
    assert found == {"gen_ai.request.model", "gen_ai.request.stop_sequences"}
    assert server.requests[0].json["options"]["temperature"] == "hot"


@streamed
def test_a_count_the_server_leaves_out_is_unknown(server, recording, ask, stream):
    ask(server.url, "chat", "cached", HI, stream=stream)
    assert "gen_ai.usage.input_tokens" not in recording.attributes
    assert recording.attributes["gen_ai.usage.output_tokens"] == 9


@streamed
def test_the_reason_for_the_end(server, recording, ask, stream):
    ask(server.url, "chat", "cut-short", HI, stream=stream)
    assert recording.attributes["gen_ai.response.finish_reasons"] == ["length"]


@streamed
def test_an_answer_without_a_word(server, recording, ask, stream):
    ask(server.url, "chat", "silent", [], stream=stream)
    assert not {"gen_ai.output.messages", "gen_ai.input.messages"} & set(recording.attributes)
    assert recording.attributes["gen_ai.usage.output_tokens"] == 9


def test_embed(server, recording, ask):
    ask(server.url, "embed", "nomic", ["a", "bc"], dimensions=6)
    assert (recording.span.name, recording.span.kind) == ("embeddings nomic", SpanKind.CLIENT)
    assert recording.attributes == {
        "gen_ai.operation.name": "embeddings",
        "gen_ai.provider.name": "ollama",
        "gen_ai.request.model": "nomic",
        "gen_ai.response.model": "nomic",
        "gen_ai.embeddings.dimension.count": 6,
        "gen_ai.usage.input_tokens": 26,
        "server.address": "127.0.0.1",
        "server.port": server.port,
        "ollama.total_duration": USAGE["total_duration"],
        "ollama.load_duration": USAGE["load_duration"],
    }


def test_embeddings(server, recording, ask):
    ask(server.url, "embeddings", "nomic", "a")
    assert recording.span.name == "embeddings nomic"
    assert recording.attributes["gen_ai.embeddings.dimension.count"] == 3
    assert "gen_ai.usage.input_tokens" not in recording.attributes


def test_metrics(server, recording, ask):
    ask(server.url, "chat", "llama3.2", HI, stream=True)
    ask(server.url, "embed", "nomic", "a")
    assert recording.counts() == {
        "gen_ai.client.operation.duration": 2,
        "gen_ai.client.token.usage": 3,
        "gen_ai.client.operation.time_to_first_chunk": 1,
        "gen_ai.client.operation.time_per_output_chunk": 3,
    }

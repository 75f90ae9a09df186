"""An unmodified program under ``opentelemetry-instrument``, as far as the wire and as far as REST."""

from __future__ import annotations

import pytest

from tests.capture.apps import run_app
from tests.capture.sink import Sink, attributes
from tests.e2e.serving import Served
from tests.models.ollama_server import TOOL_CALL, Answer

from .conftest import CONTENT

APP = """
    from ollama import chat, embed

    def weather(city: str, days: int) -> str:
        return f"sunny in {city} for {days} days"

    messages = [{"role": "user", "content": "How is it in Bern?"}]
    called = None
    for chunk in chat("agent", messages, tools=[weather], think=True, stream=True):
        called = chunk.message.tool_calls[0] if chunk.message.tool_calls else called
    messages.append({"role": "assistant", "tool_calls": [called]})
    messages.append({"role": "tool", "tool_name": "weather", "content": weather(**called.function.arguments)})
    print(chat("llama3.2", messages).message.content)
    embed("nomic", "How is it in Bern?")
"""
AGENT = Answer(
    ({"thinking": "Let me"}, {"thinking": " look."}, {"content": "One moment."}, {"tool_calls": [TOOL_CALL]})
)


@pytest.fixture
def environ(server):
    """Nothing but what is tested here; the exporter of OpenTelemetry itself."""
    server.script["agent"] = AGENT
    return {
        "OLLAMA_HOST": server.url,
        "OTEL_TRACES_EXPORTER": "otlp",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_METRICS_EXPORTER": "none",
        "OTEL_LOGS_EXPORTER": "none",
        "OTEL_PYTHON_DISABLED_INSTRUMENTATIONS": "openai,threading,traceway_files",
        CONTENT: "SPAN_ONLY",
    }


def test_on_the_wire(tmp_path, environ):
    with Sink() as sink:
        done = run_app(tmp_path, APP, sink.url, **environ)
        assert done.stdout == "Hello.\n"
        calls = {span.name: attributes(span) for span in sink.spans() if span.name.split()[0] in {"chat", "embeddings"}}
    assert set(calls) == {"chat agent", "chat llama3.2", "embeddings nomic"}
    assert {each["gen_ai.provider.name"] for each in calls.values()} == {"ollama"}
    assert calls["chat agent"]["gen_ai.response.time_to_first_chunk"] > 0
    assert calls["chat llama3.2"]["ollama.load_duration"] == 1_000_000_000


def test_to_rest(tmp_path, environ):
    with Served(tmp_path) as traceway:
        run_app(tmp_path, APP, traceway.urls["otlp_http"], **environ)
        spans = {span["name"]: span for span in traceway.get("/api/spans", provider="ollama")["items"]}
        assert set(spans) == {"chat agent", "chat llama3.2", "embeddings nomic"}
        first, second, embedding = (
            traceway.get(f"/api/spans/{spans[name]['id']}", trace_id=spans[name]["trace_id"])
            for name in ("chat agent", "chat llama3.2", "embeddings nomic")
        )
    kind = first["kind"]
    assert {key: kind[key] for key in ("type", "model", "provider", "operation", "input_tokens", "output_tokens")} == {
        "type": "llm_call",
        "model": "agent",
        "provider": "ollama",
        "operation": "chat",
        "input_tokens": 26,
        "output_tokens": 9,
    }
    assert kind["streaming"] is True
    assert kind["time_to_first_token_ms"] > 0
    assert kind["finish_reasons"] == ["stop"]
    question = {"role": "user", "parts": [{"type": "text", "content": "How is it in Bern?"}]}
    call = {"type": "tool_call", "name": "weather", "arguments": {"city": "Bern", "days": 2}}
    assert first["input"] == [question]
    thought = {"type": "reasoning", "content": "Let me look."}
    assert first["output"][0]["parts"] == [thought, {"type": "text", "content": "One moment."}, call]
    answer = {"type": "tool_call_response", "response": "sunny in Bern for 2 days"}
    assert [message["parts"] for message in second["input"]] == [question["parts"], [call], [answer]]
    assert second["output"][0]["parts"] == [{"type": "text", "content": "Hello."}]
    assert (embedding["kind"]["type"], embedding["kind"]["dimensions"], embedding["kind"]["input_tokens"]) == (
        "embedding",
        4,
        26,
    )
    assert embedding["otel"]["attributes"]["ollama.load_duration"] == 1_000_000_000

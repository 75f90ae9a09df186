"""Spans as each instrumentation sends them, and what to know of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from .spans_of_dialects import any_value

CHAT = {"gen_ai.operation.name": "chat"}
HASH = "sha256:" + "0a" * 32


@dataclass(frozen=True)
class Case:
    """A span with ``attributes`` and the facts to expect of it; those left out are not looked at."""

    name: str
    attributes: Mapping[str, object]
    facts: Mapping[str, object]
    span: Mapping[str, object] = field(default_factory=dict)


def messages(*texts: str) -> str:
    return json.dumps([{"role": "user", "parts": [{"type": "text", "content": text}]} for text in texts])


def event(name: str, time_ns: int = 0, **attributes: str) -> Span.Event:
    items = [KeyValue(key=key.replace("_", "."), value=any_value(value)) for key, value in attributes.items()]
    return Span.Event(name=name, time_unix_nano=time_ns, attributes=items)


DIALECTS = (
    Case(
        "OTel GenAI, newest",
        {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "openai",
            "gen_ai.request.model": "gpt-4o-mini",
            "gen_ai.response.model": "gpt-4o-mini-2024-07-18",
            "gen_ai.response.id": "chatcmpl-1",
            "gen_ai.response.finish_reasons": ["stop", "tool_calls"],
            "gen_ai.response.time_to_first_chunk": 0.25,
            "gen_ai.request.stream": True,
            "gen_ai.usage.input_tokens": 120,
            "gen_ai.usage.output_tokens": 48,
            "gen_ai.usage.cache_read.input_tokens": 64,
            "gen_ai.usage.cache_write.input_tokens": 32,
            "gen_ai.usage.reasoning.output_tokens": 16,
            "gen_ai.conversation.id": "conv-1",
            "gen_ai.input.messages": messages("Be brief.", "What is the capital of Peru?"),
            "gen_ai.output.messages": messages("Lima."),
        },
        {
            "kind": "llm_call",
            "kind_source": "gen_ai.operation.name",
            "operation": "chat",
            "provider": "openai",
            "model": "gpt-4o-mini-2024-07-18",
            "request_model": "gpt-4o-mini",
            "response_id": "chatcmpl-1",
            "input_tokens": 120,
            "output_tokens": 48,
            "cache_read_tokens": 64,
            "cache_write_tokens": 32,
            "reasoning_tokens": 16,
            "finish_reasons": ["stop", "tool_call"],
            "time_to_first_token_ms": 250.0,
            "streaming": True,
            "session_id": "conv-1",
            "input_preview": "What is the capital of Peru?",
            "output_preview": "Lima.",
        },
    ),
    Case(
        "OTel GenAI 1.36",
        CHAT | {"gen_ai.system": "az.ai.openai", "gen_ai.usage.prompt_tokens": 5, "gen_ai.usage.completion_tokens": 6},
        {"provider": "azure.ai.openai", "input_tokens": 5, "output_tokens": 6, "model": ""},
    ),
    Case(
        "OpenInference",
        {
            "openinference.span.kind": "LLM",
            "llm.model_name": "gpt-4o",
            "llm.token_count.prompt": 10,
            "llm.token_count.completion": 2,
            "llm.token_count.prompt_details.cache_read": 4,
            "llm.cost.total": 0.5,
            "llm.input_messages.0.message.content": "Be brief.",
            "llm.input_messages.1.message.content": "Hello",
            "llm.output_messages.0.message.content": "Hi",
            "input.value": '{"messages": []}',
            "metadata": '{"session_id": "s-42", "x": 1}',
            "tag.tags": ["a", "b c"],
        },
        {
            "kind": "llm_call",
            "kind_source": "openinference.span.kind",
            "operation": "chat",
            "model": "gpt-4o",
            "input_tokens": 10,
            "output_tokens": 2,
            "cache_read_tokens": 4,
            "reported_cost_usd": 0.5,
            "input_preview": "Hello",
            "output_preview": "Hi",
            "session_id": "s-42",
            "tags": ["a", "b c"],
        },
    ),
    Case(
        "OpenInference tool: its parameters are the schema",
        {
            "openinference.span.kind": "TOOL",
            "tool.name": "weather",
            "tool.parameters": '{"type": "object"}',
            "input.value": '{"city": "Bern"}',
            "output.value": "21 degrees",
        },
        {"kind": "tool", "tool_name": "weather", "input_preview": '{"city": "Bern"}', "output_preview": "21 degrees"},
    ),
    Case(
        "OpenLLMetry",
        {
            "llm.request.type": "completion",
            "gen_ai.system": "Ollama",
            "gen_ai.prompt.0.content": "Be brief.",
            "gen_ai.prompt.1.content": "Hello",
            "gen_ai.completion.0.content": "Hi",
            "gen_ai.completion.0.finish_reason": "end_turn",
            "gen_ai.usage.cache_read_input_tokens": 3,
            "llm.is_streaming": False,
            "traceloop.association.properties.session_id": "s-1",
        },
        {
            "kind": "llm_call",
            "kind_source": "llm.request.type",
            "operation": "text_completion",
            "provider": "ollama",
            "finish_reasons": ["stop"],
            "cache_read_tokens": 3,
            "streaming": False,
            "session_id": "s-1",
            "input_preview": "Hello",
            "output_preview": "Hi",
        },
    ),
    Case(
        "OpenLLMetry task",
        {"traceloop.span.kind": "agent", "traceloop.entity.name": "planner", "traceloop.workflow.name": "nightly"},
        {"kind": "agent", "agent_name": "planner", "workflow_name": "nightly", "tool_name": ""},
    ),
    Case(
        "Vercel AI SDK, the call",
        {
            "ai.operationId": "ai.streamText.doStream",
            "gen_ai.system": "openai.chat",
            "ai.model.id": "gpt-4o",
            "ai.usage.promptTokens": 7,
            "ai.usage.completionTokens": 3,
            "ai.response.msToFirstChunk": 350.5,
            "ai.response.finishReason": "tool-calls",
            "ai.response.text": "Hi",
            "ai.prompt.messages": '[{"role":"user","content":[{"type":"text","text":"Hello"}]}]',
        },
        {
            "kind": "llm_call",
            "kind_source": "ai.operationId",
            "provider": "openai",
            "model": "gpt-4o",
            "input_tokens": 7,
            "output_tokens": 3,
            "time_to_first_token_ms": 350.5,
            "finish_reasons": ["tool_call"],
            "input_preview": "Hello",
            "output_preview": "Hi",
        },
    ),
    Case(
        "Vercel AI SDK, around the call",
        {
            "operation.name": "ai.generateText my-function",
            "resource.name": "my-function",
            "ai.telemetry.functionId": "my-function",
            "ai.usage.promptTokens": 7,
            "ai.telemetry.metadata.userId": "u-7",
        },
        {
            "kind": "workflow",
            "kind_source": "operation.name",
            "input_tokens": None,
            "workflow_name": "my-function",
            "agent_name": "my-function",
            "user_id": "u-7",
        },
    ),
    Case(
        "Pydantic AI agent: its usage is its children's",
        {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": "researcher",
            "gen_ai.usage.input_tokens": 900,
            "operation.cost": 0.3,
            "final_result": "Lima.",
            "logfire.tags": ["beta"],
        },
        {
            "kind": "agent",
            "agent_name": "researcher",
            "input_tokens": None,
            "reported_cost_usd": None,
            "output_preview": "Lima.",
            "tags": ["beta"],
        },
    ),
    Case(
        "OpenLIT: a tool's name and no price on a chat span",
        CHAT | {"gen_ai.tool.name": "weather", "gen_ai.usage.cost": 0, "gen_ai.usage.input_tokens": 5},
        {"kind": "llm_call", "tool_name": "", "reported_cost_usd": None, "input_tokens": 5},
    ),
    Case(
        "Langfuse",
        {
            "langfuse.observation.type": "generation",
            "langfuse.observation.model.name": "gpt-4o",
            "langfuse.observation.usage_details": '{"input": 12, "output": 3}',
            "langfuse.observation.cost_details": '{"input": 0.1, "total": 0.25}',
            "langfuse.observation.input": '[{"role": "user", "content": "Hello"}]',
            "langfuse.session.id": "s-1",
            "langfuse.trace.tags": '["a", "b"]',
        },
        {
            "kind": "llm_call",
            "model": "gpt-4o",
            "input_tokens": 12,
            "output_tokens": 3,
            "reported_cost_usd": 0.25,
            "input_preview": "Hello",
            "session_id": "s-1",
            "tags": ["a", "b"],
        },
    ),
    Case(
        "Laminar",
        {"lmnr.span.type": "LLM", "gen_ai.usage.input_cost": 0.25, "gen_ai.usage.output_cost": 0.5},
        {"kind": "llm_call", "kind_source": "lmnr.span.type", "reported_cost_usd": 0.75},
    ),
    Case("MLflow", {"mlflow.spanType": '"CHAT_MODEL"', "mlflow.spanInputs": '"Hello"'}, {"kind": "llm_call"}),
    Case("MLflow chain", {"mlflow.spanType": "CHAIN"}, {"kind": "workflow", "kind_source": "mlflow.spanType"}),
    Case("Genkit", {"genkit:metadata:subtype": "embedder"}, {"kind": "embedding", "operation": "embeddings"}),
    Case(
        "Google ADK",
        {"gen_ai.operation.name": "execute_tool", "gcp.vertex.agent.tool_call_args": '{"city": "Bern"}'},
        {"kind": "tool", "input_preview": '{"city": "Bern"}'},
    ),
    Case(
        "files",
        {
            "traceway.fs.operation": "append",
            "file.path": "/srv/notes.md",
            "traceway.fs.bytes_written": 5_000_000_000,
            "traceway.fs.bytes_read": 0,
            "traceway.fs.content.hash": HASH,
        },
        {
            "kind": "fs_write",
            "file_operation": "append",
            "file_path": "/srv/notes.md",
            "file_bytes": 5_000_000_000,
            "file_version": HASH,
            "input_preview": "/srv/notes.md",
        },
    ),
)

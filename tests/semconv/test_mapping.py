"""What the vocabulary says of single spans, from Python and from the engine alike."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from traceway_semconv.evaluate import evaluate
from traceway_semconv.spanview import view_of

from .mapping_cases import CHAT, DIALECTS, Case, event, messages
from .mapping_engine import MappingEngine
from .spans_of_dialects import any_value

KINDS = (
    Case(
        "explicit", CHAT | {"traceway.span.kind": "my.kind"}, {"kind": "my.kind", "kind_source": "traceway.span.kind"}
    ),
    Case("explicit, known", {"traceway.span.kind": "rerank", "gen_ai.usage.input_tokens": 4}, {"input_tokens": 4}),
    Case("explicit, not a kind", CHAT | {"traceway.span.kind": "Not a kind"}, {"kind": "llm_call"}),
    Case("MCP call", {"mcp.method.name": "tools/call"}, {"kind": "tool", "kind_source": "mcp.method.name"}),
    Case("MCP, another", CHAT | {"mcp.method.name": "tools/list"}, {"kind": "mcp", "kind_source": "mcp.method.name"}),
    Case("unknown goes on", {"openinference.span.kind": "UNKNOWN", "tool.name": "x"}, {"kind": "tool"}),
    Case("memory", {"gen_ai.operation.name": "search_memory"}, {"kind": "memory", "operation": "search_memory"}),
    Case("moderation", {"gen_ai.operation.name": "moderation"}, {"kind": "guardrail", "operation": "moderation"}),
    Case("presence", {"gen_ai.request.model": "gpt-4o"}, {"kind": "llm_call", "kind_source": "attributes"}),
    Case("presence of a list", {"gen_ai.retrieval.documents": [{"id": "7"}]}, {"kind": "retrieval"}),
    Case("generic", {"db.system": "postgresql", "db.statement": "SELECT 1"}, {"kind": "db", "kind_source": "semconv"}),
    Case("file by name", {"file.path": "/a"}, {"kind": "fs_write"}, {"name": "fs.write"}),
    Case("file", {"file.path": "/a"}, {"kind": "fs"}, {"name": "open"}),
    Case("nothing", {"thread.id": 7, "mcp.session.id": "s"}, {"kind": "span", "kind_source": "none", "session_id": ""}),
)

RULES = (
    Case(
        "cached tokens counted apart are added",
        CHAT | {"gen_ai.usage.input_tokens": 10, "gen_ai.usage.cache_creation.input_tokens": 400},
        {"input_tokens": 410, "cache_write_tokens": 400},
    ),
    Case(
        "no usage when fetching",
        {"gen_ai.operation.name": "fetch_response", "gen_ai.usage.input_tokens": 5},
        {"input_tokens": None},
    ),
    Case(
        "Ollama behind OpenAI's client",
        CHAT | {"gen_ai.provider.name": "openai", "server.port": 11434},
        {"provider": "ollama"},
    ),
    Case(
        "numbers as text",
        CHAT | {"gen_ai.usage.input_tokens": "12", "gen_ai.usage.output_tokens": 3.0},
        {"input_tokens": 12, "output_tokens": 3},
    ),
    Case(
        "numbers that are none",
        CHAT | {"gen_ai.usage.input_tokens": -1, "gen_ai.usage.output_tokens": 2**40},
        {"input_tokens": None, "output_tokens": None},
    ),
    Case(
        "the first with a value", CHAT | {"gen_ai.request.model": "", "llm.model_name": "gpt-4o"}, {"model": "gpt-4o"}
    ),
    Case("the order is ours", CHAT | {"llm.model_name": "b", "gen_ai.request.model": "a"}, {"request_model": "a"}),
    Case(
        "finish reasons as JSON",
        CHAT | {"gen_ai.response.finish_reasons": '["MAX_TOKENS"]'},
        {"finish_reasons": ["length"]},
    ),
    Case(
        "dimensions of base64",
        {"gen_ai.operation.name": "embeddings", "gen_ai.embeddings.dimension.count": 20_000},
        {"dimensions": None},
    ),
    Case(
        "first chunk by event",
        CHAT,
        {"time_to_first_token_ms": 1.5},
        {"start_time_unix_nano": 10**18, "events": [event("ai.stream.firstChunk", 10**18 + 1_500_000)]},
    ),
    Case(
        "the last exception of a failed span",
        {},
        {"error_type": "B", "error_message": "second"},
        {
            "status": Status(code=Status.STATUS_CODE_ERROR),
            "events": [
                event("exception", exception_type="A", exception_message="first"),
                event("exception", exception_type="B", exception_message="second"),
            ],
        },
    ),
    Case(
        "an exception that was handled",
        {},
        {"error_type": "", "error_message": ""},
        {"status": Status(code=Status.STATUS_CODE_OK), "events": [event("exception", exception_type="A")]},
    ),
    Case(
        "a long message",
        {"error.type": "Timeout"},
        {"error_type": "Timeout", "error_message": "é" * 500},
        {"status": Status(code=Status.STATUS_CODE_ERROR, message="é" * 900)},
    ),
)

PREVIEWS = (
    Case(
        "escaped",
        CHAT | {"gen_ai.input.messages": messages('你说\n\n "hi" \U0001f600')},
        {"input_preview": '你说 "hi" \U0001f600'},
    ),
    Case(
        "truncated",
        CHAT | {"gen_ai.input.messages": messages("a", "Tell me a story")[:-7]},
        {"input_preview": "Tell me a sto"},
    ),
    Case(
        "truncated in an escape", CHAT | {"gen_ai.input.messages": '[{"content": "line\\'}, {"input_preview": 'line"'}
    ),
    Case("plain", CHAT | {"gen_ai.prompt": "  Hello \n  there "}, {"input_preview": "Hello there"}),
    Case("long", CHAT | {"gen_ai.input.messages": messages("你" * 900)}, {"input_preview": "你" * 200}),
    Case("long and plain", CHAT | {"gen_ai.prompt": "\U0001f600" * 900}, {"input_preview": "\U0001f600" * 200}),
    Case("a list", CHAT | {"gen_ai.input.messages": [{"role": "user"}]}, {"input_preview": ""}),
)


@pytest.mark.parametrize("case", [*DIALECTS, *KINDS, *RULES, *PREVIEWS], ids=lambda case: case.name)
def test_facts(case: Case, mapping_engine: MappingEngine) -> None:
    attributes = [KeyValue(key=key, value=any_value(value)) for key, value in case.attributes.items()]
    view = view_of(Span(attributes=attributes, **case.span))
    ours = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(evaluate(view)).items()}
    assert {name: ours[name] for name in case.facts} == case.facts
    assert mapping_engine.facts([view]) == [ours]

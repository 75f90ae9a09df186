"""One agent run as OTLP spans: an agent, its model calls and its tools, as the OTel GenAI conventions have them.

Every model call carries the whole conversation so far, as real agents send it: the system prompt is shared by all runs
of a service, the history is repeated from call to call, and everything else is said once. What must differ from run to
run (ids, times, a reference in each message) is a slot that ``spans.Template`` fills in afterwards.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from .slots import Slots
from .text import Corpus

_HISTORY_STEPS = 6  # a long run keeps its last steps only, or its bytes would grow with the square of its length
_ONE_FAILS = 64  # runs, of which one fails
_MS = 1_000_000
_MODELS = (
    ("openai", "gpt-4.1", "gpt-4.1-2025-04-14", "api.openai.com"),
    ("openai", "gpt-4o-mini", "gpt-4o-mini-2024-07-18", "api.openai.com"),
    ("anthropic", "claude-sonnet-4-5", "claude-sonnet-4-5-20250929", "api.anthropic.com"),
    ("gcp.gemini", "gemini-2.5-flash", "gemini-2.5-flash", "generativelanguage.googleapis.com"),
    ("ollama", "llama3.1", "llama3.1", "localhost"),
)
_TOOLS = ("search_orders", "get_weather", "read_file", "query_inventory", "send_email", "lookup_customer")
SERVICES = ("support-agent", "research-agent", "shop-assistant", "code-reviewer", "billing-bot")
Value = str | int | float | bool | list[str]


@dataclass(frozen=True, slots=True)
class Service:
    """A program that sends: its resource, and the system prompt all of its runs share."""

    name: str
    resource: Resource
    system_prompt: str


def service(number: int, corpus: Corpus) -> Service:
    """The ``number``-th service of the landscape."""
    name = SERVICES[number % len(SERVICES)]
    resource = Resource(
        attributes=_attributes(
            {
                "service.name": name,
                "service.version": f"1.{number % 7}.0",
                "service.instance.id": f"{name}-{number}",
                "deployment.environment.name": "production",
                "telemetry.sdk.language": "python",
                "telemetry.sdk.name": "opentelemetry",
                "telemetry.sdk.version": "1.45.2",
            }
        )
    )
    return Service(name, resource, f"You are the {name}. " + corpus.cut(480))


@dataclass(slots=True)
class _Run:
    """What the spans of one run have in common while it is being built."""

    slots: Slots
    trace_id: bytes
    trace: int
    rng: np.random.Generator
    shared: dict[str, Value]
    clock_ns: int = 0

    def span(self, name: str, kind: Span.SpanKind.ValueType, parent: bytes, start_ns: int, end_ns: int) -> Span:
        return Span(
            trace_id=self.trace_id,
            span_id=self.slots.id(),
            parent_span_id=parent,
            flags=0x101,
            name=name,
            kind=kind,
            start_time_unix_nano=self.slots.time(self.trace, start_ns),
            end_time_unix_nano=self.slots.time(self.trace, end_ns),
        )

    def spend(self, low_ms: int, high_ms: int) -> tuple[int, int]:
        """Let time pass; its start and end in nanoseconds from the start of the run."""
        start = self.clock_ns + int(self.rng.integers(10_000, 900_000))
        self.clock_ns = start + int(self.rng.integers(low_ms * _MS, high_ms * _MS))
        return start, self.clock_ns


def run_of(
    trace: int, slots: Slots, source: Service, corpus: Corpus, rng: np.random.Generator, steps: int
) -> list[Span]:
    """The ``2 * steps + 2`` spans of one run in the order they end, which is the order an SDK exports them in."""
    provider, model, response_model, address = _MODELS[int(rng.integers(0, len(_MODELS)))]
    user = int(rng.integers(0, 2000))
    shared: dict[str, Value] = {
        "gen_ai.conversation.id": f"conv-{user:04d}-{int(rng.integers(0, 50)):02d}",
        "user.id": f"user-{user:04d}",
    }
    run = _Run(slots, slots.id() + slots.id(), trace, rng, shared)
    root = run.span(f"invoke_agent {source.name}", Span.SPAN_KIND_INTERNAL, b"", 0, 0)
    question = _message("user", _said(corpus, 160, slots))
    history: list[dict[str, object]] = [question]
    spans: list[Span] = []
    call = {"gen_ai.provider.name": provider, "gen_ai.request.model": model, "server.address": address}
    for _ in range(steps):
        call_id, tool = f"call_{slots.hex()}", _TOOLS[int(rng.integers(0, len(_TOOLS)))]
        arguments = {"query": corpus.cut(60), "limit": int(rng.integers(1, 50))}
        result = _said(corpus, 290, slots)
        asked = _message("assistant", None, {"type": "tool_call", "id": call_id, "name": tool, "arguments": arguments})
        spans.append(_model_call(run, root, source, call, response_model, history, asked, "tool_calls"))
        spans.append(_tool_call(run, root, tool, call_id, json.dumps(arguments), result))
        answered = _message("tool", None, {"type": "tool_call_response", "id": call_id, "response": result})
        history = [question, *history[1:], asked, answered][-2 * _HISTORY_STEPS - 1 :]
    answer = _message("assistant", _said(corpus, 330, slots))
    spans.append(_model_call(run, root, source, call, response_model, history, answer, "stop"))
    root.end_time_unix_nano = slots.time(trace, run.clock_ns + 200_000)
    root.attributes.extend(
        _attributes(
            {
                "gen_ai.operation.name": "invoke_agent",
                "gen_ai.provider.name": provider,
                "gen_ai.agent.name": source.name,
                "gen_ai.request.model": model,
                "gen_ai.input.messages": json.dumps([question]),
                "gen_ai.output.messages": json.dumps([{**answer, "finish_reason": "stop"}]),
                **shared,
            }
        )
    )
    if trace % _ONE_FAILS == 0:
        root.status.CopyFrom(Status(code=Status.STATUS_CODE_ERROR, message="stopped: too many steps"))
    return [*spans, root]


def _model_call(
    run: _Run,
    root: Span,
    source: Service,
    call: dict[str, str],
    response_model: str,
    history: list[dict[str, object]],
    reply: dict[str, object],
    finish: str,
) -> Span:
    span = run.span(f"chat {call['gen_ai.request.model']}", Span.SPAN_KIND_CLIENT, root.span_id, *run.spend(300, 4000))
    heard = json.dumps(history)
    said = json.dumps([{**reply, "finish_reason": finish}])
    prompt_tokens = (len(source.system_prompt) + len(heard)) // 4
    span.attributes.extend(
        _attributes(
            {
                "gen_ai.operation.name": "chat",
                **call,
                "server.port": 443,
                "gen_ai.request.temperature": 0.7,
                "gen_ai.request.max_tokens": 4096,
                "gen_ai.response.model": response_model,
                "gen_ai.response.id": f"chatcmpl-{run.slots.hex()}",
                "gen_ai.response.finish_reasons": [finish],
                "gen_ai.response.time_to_first_chunk": float(run.rng.uniform(0.1, 0.9)),
                "gen_ai.usage.input_tokens": prompt_tokens,
                "gen_ai.usage.cache_read.input_tokens": len(source.system_prompt) // 4,
                "gen_ai.usage.output_tokens": len(said) // 4 + int(run.rng.integers(0, 40)),
                "gen_ai.system_instructions": json.dumps([{"type": "text", "content": source.system_prompt}]),
                "gen_ai.input.messages": heard,
                "gen_ai.output.messages": said,
                **run.shared,
            }
        )
    )
    return span


def _tool_call(run: _Run, root: Span, tool: str, call_id: str, arguments: str, result: str) -> Span:
    start_ns, end_ns = run.spend(5, 800)
    span = run.span(f"execute_tool {tool}", Span.SPAN_KIND_INTERNAL, root.span_id, start_ns, end_ns)
    span.attributes.extend(
        _attributes(
            {
                "gen_ai.operation.name": "execute_tool",
                "gen_ai.tool.name": tool,
                "gen_ai.tool.type": "function",
                "gen_ai.tool.call.id": call_id,
                "gen_ai.tool.call.arguments": arguments,
                "gen_ai.tool.call.result": result,
                **run.shared,
            }
        )
    )
    if run.rng.random() < 0.03:
        span.status.CopyFrom(Status(code=Status.STATUS_CODE_ERROR, message="upstream timed out"))
        span.attributes.extend(_attributes({"error.type": "TimeoutError"}))
        raised = {"exception.type": "TimeoutError", "exception.message": "upstream timed out"}
        event = Span.Event(time_unix_nano=run.slots.time(run.trace, end_ns), name="exception")
        event.attributes.extend(_attributes(raised))
        span.events.append(event)
    return span


def _said(corpus: Corpus, mean_chars: int, slots: Slots) -> str:
    """A text nobody said before: prose with a reference of its own."""
    return f"{corpus.cut(mean_chars)} (ref {slots.hex()})"


def _message(role: str, text: str | None, *parts: dict[str, object]) -> dict[str, object]:
    content = [{"type": "text", "content": text}] if text is not None else []
    return {"role": role, "parts": [*content, *parts]}


def _attributes(values: dict[str, Value]) -> list[KeyValue]:
    return [KeyValue(key=key, value=_value(value)) for key, value in values.items()]


def _value(value: Value) -> AnyValue:
    if isinstance(value, list):
        return AnyValue(array_value=ArrayValue(values=[AnyValue(string_value=item) for item in value]))
    if isinstance(value, bool):
        return AnyValue(bool_value=value)
    if isinstance(value, int):
        return AnyValue(int_value=value)
    if isinstance(value, float):
        return AnyValue(double_value=value)
    return AnyValue(string_value=value)

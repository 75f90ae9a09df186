"""An application with a stock OpenTelemetry SDK and no Traceway package, and what REST says of what it did."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from .serving import Served, clean_environment

APP = """
import json, sys
from opentelemetry import trace
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
if sys.argv[1] == "grpc":
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
else:
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

spans = TracerProvider()
spans.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
logs = LoggerProvider()
logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
tracer = spans.get_tracer("shop.agent", "1.0", "https://opentelemetry.io/schemas/1.37.0", {"scope.attribute": (1, 2)})

def text(role, content, **more):
    return {"role": role, "parts": [{"type": "text", "content": content}], **more}

asked, answered = [text("user", "Where is order 7?")], [text("assistant", "On its way.", finish_reason="stop")]
with tracer.start_as_current_span("invoke_agent helper") as agent:
    agent.set_attributes({"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "helper",
                          "gen_ai.conversation.id": "session-1", "user.id": "user-1",
                          "gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 200})
    with tracer.start_as_current_span("chat gpt-4o-mini", kind=trace.SpanKind.CLIENT) as chat:
        chat.set_attributes({"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai",
                             "gen_ai.request.model": "gpt-4o-mini", "gen_ai.usage.input_tokens": 1000,
                             "gen_ai.usage.output_tokens": 200, "gen_ai.response.finish_reasons": ["stop"],
                             "gen_ai.input.messages": json.dumps(asked),
                             "gen_ai.output.messages": json.dumps(answered)})
    with tracer.start_as_current_span("execute_tool lookup") as tool:
        tool.set_attributes({"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "lookup",
                             "gen_ai.tool.call.id": "call-1"})
        tool.record_exception(KeyError("order 7"))
        tool.set_status(trace.StatusCode.ERROR, "no such order")
    with tracer.start_as_current_span("chat by events", kind=trace.SpanKind.CLIENT) as by_events:
        by_events.set_attributes({"gen_ai.operation.name": "chat", "gen_ai.provider.name": "nobody",
                                  "gen_ai.request.model": "unheard-of"})
        logs.get_logger("events").emit(LogRecord(
            event_name="gen_ai.client.inference.operation.details", severity_number=SeverityNumber.INFO,
            attributes={"gen_ai.input.messages": asked, "gen_ai.output.messages": answered}))
    with tracer.start_as_current_span("plain"):
        pass
print(format(agent.get_span_context().trace_id, "032x"))
assert spans.force_flush() and logs.force_flush()
spans.shutdown(), logs.shutdown()
assert not [name for name in sys.modules if name.startswith("traceway")]
"""
MESSAGES_IN = [{"role": "user", "parts": [{"type": "text", "content": "Where is order 7?"}]}]
MESSAGES_OUT = [
    {"role": "assistant", "parts": [{"type": "text", "content": "On its way."}], "finish_reason": "stop"},
]


@pytest.fixture(scope="module", params=["grpc", "http/protobuf"])
def detail(server: Served, request: pytest.FixtureRequest) -> dict:
    """The trace as ``GET /api/traces/{id}`` has it, sent by an application that only knows the environment's OTEL_*."""
    url = server.urls["otlp_grpc" if request.param == "grpc" else "otlp_http"]
    environ = clean_environment() | {
        "OTEL_EXPORTER_OTLP_ENDPOINT": url,
        "OTEL_EXPORTER_OTLP_INSECURE": "true",
        "OTEL_SERVICE_NAME": "shop",
        "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=test",
    }
    command = [sys.executable, "-c", APP, request.param]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "rror" not in done.stderr
    return server.get(f"/api/traces/{done.stdout.strip()}")


def test_the_summary(server, detail):
    trace = detail["trace"]
    (listed,) = server.get("/api/traces", trace=trace["id"])["items"]
    assert listed == trace
    assert (trace["name"], trace["status"], trace["services"]) == ("invoke_agent helper", "completed", ["shop"])
    assert (trace["span_count"], trace["error_count"]) == (5, 1)
    assert trace["kinds"] == {"agent": 1, "llm_call": 2, "tool": 1, "span": 1}
    # The agent repeats what its model call used; it is counted once.
    assert (trace["input_tokens"], trace["output_tokens"], trace["total_tokens"]) == (1000, 200, 1200)
    assert trace["cost_usd"] == pytest.approx((1000 * 0.15 + 200 * 0.60) / 1e6)
    assert trace["cost_complete"] is False
    assert set(trace["models"]) == {"gpt-4o-mini", "unheard-of"}
    assert (trace["session_id"], trace["user_id"]) == ("session-1", "user-1")


def test_the_model_call(detail):
    span = by_name(detail, "chat gpt-4o-mini")
    kind = span["kind"]
    assert (kind["type"], kind["model"], kind["provider"]) == ("llm_call", "gpt-4o-mini", "openai")
    assert (kind["operation"], kind["finish_reasons"]) == ("chat", ["stop"])
    assert (kind["input_tokens"], kind["output_tokens"], kind["cache_read_tokens"]) == (1000, 200, None)
    assert "genai-prices" in json.dumps(kind)
    assert (span["input"], span["output"]) == (MESSAGES_IN, MESSAGES_OUT)
    assert (span["otel"]["kind"], span["service"], span["status"]) == ("CLIENT", "shop", "completed")
    assert span["otel"]["scope"] == {
        "name": "shop.agent",
        "version": "1.0",
        "attributes": {"scope.attribute": [1, 2]},
        "schema_url": "https://opentelemetry.io/schemas/1.37.0",
    }
    assert span["otel"]["resource"]["deployment.environment.name"] == "test"


def test_the_tool_that_failed(detail):
    span = by_name(detail, "execute_tool lookup")
    assert (span["kind"]["type"], span["kind"]["name"], span["kind"]["call_id"]) == ("tool", "lookup", "call-1")
    assert span["error"]["message"] == "no such order"
    assert span["otel"]["status_code"] == "ERROR"
    (event,) = span["otel"]["events"]
    assert event["name"] == "exception"
    assert event["attributes"]["exception.type"] == "KeyError"


def test_messages_that_came_as_log_events_are_joined_into_their_span(server, detail):
    span = by_name(detail, "chat by events")
    assert (span["input"], span["output"]) == (MESSAGES_IN, MESSAGES_OUT)
    assert (span["kind"]["cost"], span["kind"]["input_tokens"]) == (None, None)
    alone = server.get(f"/api/spans/{span['id']}")
    assert (alone["input"], alone["output"]) == (MESSAGES_IN, MESSAGES_OUT)
    (log,) = server.get("/api/logs", trace_id=detail["trace"]["id"])["items"]
    assert (log["span_id"], log["event_name"]) == (span["id"], "gen_ai.client.inference.operation.details")


def test_the_rest(detail):
    assert by_name(detail, "invoke_agent helper")["kind"] == {"type": "agent", "name": "helper"}
    plain = by_name(detail, "plain")
    assert (plain["kind"]["type"], plain["kind"]["kind"]) == ("custom", "span")
    assert plain["parent_id"] == by_name(detail, "invoke_agent helper")["id"]
    assert detail["count"] == 5


def by_name(detail: dict, name: str) -> dict:
    (found,) = (span for span in detail["spans"] if span["name"] == name)
    return found

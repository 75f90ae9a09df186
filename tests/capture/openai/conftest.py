"""OpenAI's own clients, observed, against the tests' server; what was recorded is in memory."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import openai
import pytest
from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor as Official
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.util.genai.environment_variables import OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT

from tests.models.openai_server import OpenAIServer
from traceway.contain import FAULTS
from traceway.openai import OpenAIInstrumentor

CONTENT = OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT


@dataclass
class Recording:
    """What was recorded so far."""

    traces: TracerProvider
    metrics: MeterProvider
    logs: LoggerProvider
    span_exporter: InMemorySpanExporter
    metric_reader: InMemoryMetricReader
    log_exporter: InMemoryLogRecordExporter

    @classmethod
    def make(cls) -> Recording:
        spans, metrics, logs = InMemorySpanExporter(), InMemoryMetricReader(), InMemoryLogRecordExporter()
        traces, log_provider = TracerProvider(), LoggerProvider()
        traces.add_span_processor(SimpleSpanProcessor(spans))
        log_provider.add_log_record_processor(SimpleLogRecordProcessor(logs))
        return cls(traces, MeterProvider([metrics]), log_provider, spans, metrics, logs)

    @property
    def providers(self) -> dict[str, Any]:
        return {"tracer_provider": self.traces, "meter_provider": self.metrics, "logger_provider": self.logs}

    def instrument(self, **kwargs: Any) -> None:
        OpenAIInstrumentor().instrument(**self.providers, **kwargs)

    def shutdown(self) -> None:
        for provider in (self.traces, self.metrics, self.logs):
            provider.shutdown()

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        return self.span_exporter.get_finished_spans()

    @property
    def span(self) -> ReadableSpan:
        (span,) = self.spans
        return span

    def take(self) -> dict[str, Any]:
        """The attributes of the one span, without ``gen_ai.``: content as the value its JSON says, tuples as lists."""
        attributes = {key.removeprefix("gen_ai."): _plain(value) for key, value in (self.span.attributes or {}).items()}
        self.span_exporter.clear()
        return attributes

    def points(self, name: str) -> list[dict[str, Any]]:
        """The attributes of each point of a metric."""
        data = self.metric_reader.get_metrics_data()
        found = [metric for r in data.resource_metrics for scope in r.scope_metrics for metric in scope.metrics]
        return [dict(point.attributes) for metric in found if metric.name == name for point in metric.data.data_points]


def _plain(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("["):
        return json.loads(value)
    return list(value) if isinstance(value, tuple) else value


@pytest.fixture
def server():
    with OpenAIServer() as server:
        yield server


@pytest.fixture
def client(server):
    with openai.OpenAI(base_url=server.base_url, api_key="k", max_retries=0) as client:
        yield client


@pytest.fixture
def with_async(server):
    """Runs a coroutine function with an asynchronous client of the server."""

    def run(body: Callable[[openai.AsyncOpenAI], Awaitable[Any]]) -> Any:
        async def main() -> Any:
            async with openai.AsyncOpenAI(base_url=server.base_url, api_key="k", max_retries=0) as client:
                return await body(client)

        return asyncio.run(main())

    return run


@pytest.fixture
def faults():
    """The faults a test expects of our code."""
    return {}


@pytest.fixture
def stage(monkeypatch, caplog, faults):
    """Content is recorded, and nothing is instrumented yet. In the end nothing has complained and nothing is left."""
    monkeypatch.setenv(CONTENT, "SPAN_ONLY")
    FAULTS.clear()
    recording = Recording.make()
    yield recording
    for instrumentor in (OpenAIInstrumentor(), Official()):
        if instrumentor.is_instrumented_by_opentelemetry:
            instrumentor.uninstrument()
    recording.shutdown()
    said = [each for phase in ("setup", "call", "teardown") for each in caplog.get_records(phase)]
    complaints = [each.getMessage() for each in said if each.name.startswith(("opentelemetry", "traceway"))]
    assert (dict(FAULTS), len(complaints)) == (faults, len(faults)), complaints


@pytest.fixture
def recording(stage):
    """Everything is recorded."""
    stage.instrument()
    return stage


@pytest.fixture
def official(stage):
    """The official instrumentation, alone."""
    Official().instrument(**stage.providers)
    return stage

"""Ollama's own client, observed, against the tests' server; what was recorded is in memory."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.util.genai.environment_variables import OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT

from tests.models.ollama_server import OllamaServer
from traceway.contain import FAULTS
from traceway.ollama import OllamaInstrumentor

CONTENT = OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT


@dataclass
class Recording:
    """What the instrumentor has recorded so far."""

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

    def instrument(self, **kwargs: Any) -> None:
        OllamaInstrumentor().instrument(
            tracer_provider=self.traces, meter_provider=self.metrics, logger_provider=self.logs, **kwargs
        )

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

    @property
    def attributes(self) -> dict[str, Any]:
        """Of the one span; content as the value its JSON says, tuples as lists."""
        return {key: _plain(value) for key, value in (self.span.attributes or {}).items()}

    def counts(self) -> dict[str, int]:
        """How many values each metric has had."""
        data = self.metric_reader.get_metrics_data()
        found = [metric for r in data.resource_metrics for scope in r.scope_metrics for metric in scope.metrics]
        return {metric.name: sum(point.count for point in metric.data.data_points) for metric in found}


def _plain(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("["):
        return json.loads(value)
    return list(value) if isinstance(value, tuple) else value


@pytest.fixture
def server():
    with OllamaServer() as server:
        yield server


@pytest.fixture
def faults():
    """The parts of our code that a test expects to have faults."""
    return set()


@pytest.fixture
def recording(monkeypatch, caplog, faults):
    """Everything is recorded, content too. In the end nothing has complained and nothing is left."""
    monkeypatch.setenv(CONTENT, "SPAN_ONLY")
    FAULTS.clear()
    recording = Recording.make()
    recording.instrument()
    yield recording
    if OllamaInstrumentor().is_instrumented_by_opentelemetry:
        OllamaInstrumentor().uninstrument()
    recording.shutdown()
    said = [each for phase in ("setup", "call", "teardown") for each in caplog.get_records(phase)]
    complaints = [each.getMessage() for each in said if each.name.startswith(("opentelemetry", "traceway"))]
    assert (set(FAULTS), len(complaints)) == (faults, len(faults)), complaints

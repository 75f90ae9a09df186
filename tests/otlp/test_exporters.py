"""The official Python SDK and its exporters, over gRPC and HTTP, with every compression they offer."""

from __future__ import annotations

import grpc
import pytest
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter as GrpcLogs
from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter as GrpcMetrics
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GrpcSpans
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter as HttpLogs
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter as HttpMetrics
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HttpSpans
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from traceway_collector.model import Signal

from .conftest import Collector

RESOURCE = Resource({"service.name": "agent"})

TRANSPORTS = [
    *(pytest.param("http", compression, id=f"http-{compression.value}") for compression in Compression),
    *(pytest.param("grpc", compression, id=f"grpc-{compression.name}") for compression in grpc.Compression),
]


def exporter(collector: Collector, transport, compression, http_class, grpc_class, signal):
    if transport == "http":
        return http_class(endpoint=f"{collector.url}/v1/{signal}", compression=compression, timeout=10)
    return grpc_class(endpoint=collector.grpc_address, insecure=True, compression=compression, timeout=10)


@pytest.mark.parametrize(("transport", "compression"), TRANSPORTS)
def test_spans(collector: Collector, transport, compression):
    provider = TracerProvider(resource=RESOURCE)
    target = exporter(collector, transport, compression, HttpSpans, GrpcSpans, Signal.TRACES)
    provider.add_span_processor(SimpleSpanProcessor(target))
    with provider.get_tracer("tests", "1.0").start_as_current_span("chat", attributes={"n": 2**62, "text": "é" * 500}):
        pass
    provider.shutdown()
    (message,) = collector.ingest.messages()
    (span,) = message.resource_spans[0].scope_spans[0].spans
    assert span.name == "chat"
    assert {a.key: a.value for a in span.attributes}["n"].int_value == 2**62
    assert (len(span.trace_id), len(span.span_id)) == (16, 8)
    assert collector.ingest.refused == []


@pytest.mark.parametrize(("transport", "compression"), TRANSPORTS)
def test_logs(collector: Collector, transport, compression):
    provider = LoggerProvider(resource=RESOURCE)
    target = exporter(collector, transport, compression, HttpLogs, GrpcLogs, Signal.LOGS)
    provider.add_log_record_processor(SimpleLogRecordProcessor(target))
    provider.get_logger("tests").emit(LogRecord(timestamp=1, severity_number=SeverityNumber.INFO, body={"a": [1]}))
    provider.shutdown()
    (message,) = collector.ingest.messages()
    (record,) = message.resource_logs[0].scope_logs[0].log_records
    assert record.body.kvlist_value.values[0].key == "a"


@pytest.mark.parametrize(("transport", "compression"), TRANSPORTS)
def test_metrics(collector: Collector, transport, compression):
    target = exporter(collector, transport, compression, HttpMetrics, GrpcMetrics, Signal.METRICS)
    reader = PeriodicExportingMetricReader(target, export_interval_millis=3_600_000)
    provider = MeterProvider([reader], resource=RESOURCE)
    provider.get_meter("tests").create_histogram("duration", "s").record(0.5)
    provider.shutdown()
    (message,) = collector.ingest.messages()
    (metric,) = message.resource_metrics[0].scope_metrics[0].metrics
    assert (metric.name, metric.histogram.data_points[0].sum) == ("duration", 0.5)

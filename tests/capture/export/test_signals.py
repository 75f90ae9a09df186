"""Spans, log records and metrics of one program share a destination, and are named as the entry points say."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from opentelemetry._logs import LogRecord
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import Counter, MeterProvider
from opentelemetry.sdk.metrics.export import AggregationTemporality, PeriodicExportingMetricReader

from tests.capture.sink import Sink
from traceway.export import TracewayLogExporter, TracewayMetricExporter, dispatch

from .conftest import App


@pytest.mark.parametrize(
    ("signal", "name"),
    [("traces", "TracewaySpanExporter"), ("logs", "TracewayLogExporter"), ("metrics", "TracewayMetricExporter")],
)
def test_the_sdk_finds_and_makes_them(signal: str, name: str, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("TRACEWAY_SPOOL_DIR", str(tmp_path))
    (found,) = entry_points(group=f"opentelemetry_{signal}_exporter", name="traceway")
    exporter = found.load()()
    assert type(exporter).__name__ == name
    exporter.shutdown()
    exporter.shutdown()


def test_log_records_and_metrics_wait_and_arrive_too(app: App, port: int, tmp_path: Path):
    url, spool = f"http://127.0.0.1:{port}", tmp_path / "spool"
    logs = LoggerProvider(shutdown_on_exit=False)
    logs.add_log_record_processor(BatchLogRecordProcessor(TracewayLogExporter(url=url, spool=spool)))
    reader = PeriodicExportingMetricReader(TracewayMetricExporter(url=url, spool=spool), 3_600_000)
    meters = MeterProvider([reader], shutdown_on_exit=False)
    assert len(dispatch._couriers) == 1

    body = bytes(range(256)) * 4096
    for _ in range(6):
        logs.get_logger("test").emit(LogRecord(body=body, event_name="chunk"))
    logs.force_flush()
    app.record("a")
    meters.get_meter("test").create_counter("calls").add(3)
    meters.force_flush()
    with Sink(port) as sink:
        assert app.delivers()
        assert [span.name for span in sink.spans()] == ["a"]
        assert [record.body.bytes_value for record in sink.logs("chunk")] == [body] * 6
        (points,) = [each for each in sink.requests if isinstance(each, ExportMetricsServiceRequest)]
        assert points.resource_metrics[0].scope_metrics[0].metrics[0].name == "calls"
        assert max(map(len, sink.bodies)) < 4 << 20
        logs.shutdown()
        meters.shutdown()


def test_a_program_delivers_what_it_does_not_record_itself(app: App, port: int, tmp_path: Path):
    """Log records of a program that has ended, by one that has spans only."""
    exporter = TracewayLogExporter(url=f"http://127.0.0.1:{port}", spool=tmp_path / "spool")
    logs = LoggerProvider(shutdown_on_exit=False)
    logs.add_log_record_processor(BatchLogRecordProcessor(exporter))
    logs.get_logger("test").emit(LogRecord(body="left", event_name="left"))
    logs.shutdown()
    app.record("a")
    with Sink(port) as sink:
        assert app.delivers()
        assert [len(sink.logs("left")), len(sink.spans())] == [1, 1]


def test_metrics_have_the_temporality_that_was_asked_for(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta")
    exporter = TracewayMetricExporter(spool=tmp_path)
    assert exporter._preferred_temporality[Counter] is AggregationTemporality.DELTA
    exporter.shutdown()


def test_after_shutdown_nothing_is_taken(app: App):
    app.provider.shutdown()
    assert app.exporter.export([]).name == "FAILURE"
    assert dispatch._couriers == {}


def test_what_waits_can_be_looked_at_without_an_exporter():
    code = "import sys, traceway.export.spool; print(*(name for name in sys.modules if 'opentelemetry' in name))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []

"""Spans of the real SDK on their way to a collector that comes and goes, says no, or says it later."""

from __future__ import annotations

import logging
import time
from pathlib import Path

import pytest
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from tests.capture.sink import Sink
from traceway.export.spool import spool_status

from .conftest import App


def names(sink: Sink) -> list[str]:
    return [span.name for span in sink.spans()]


def test_what_is_recorded_while_the_collector_is_up_is_sent_and_nothing_is_stored(app: App, port: int, tmp_path: Path):
    with Sink(port) as sink:
        app.record("a", "b")
        app.record("c")
        assert names(sink) == ["a", "b", "c"]
    assert app.exporter.counts() == {"sent": 3}
    assert not (tmp_path / "spool").exists()


def test_what_is_recorded_while_it_is_down_is_delivered_in_order(app: App, port: int, tmp_path: Path, caplog):
    caplog.set_level(logging.INFO)
    for number in range(20):
        app.record(f"a{number}", f"b{number}")
    (status,) = spool_status(tmp_path / "spool")
    assert status.destination == f"http://127.0.0.1:{port}"
    assert status.waiting_bytes > 0
    with Sink(port) as sink:
        assert app.delivers()
        app.record("last")
        assert names(sink) == [f"{letter}{number}" for number in range(20) for letter in "ab"] + ["last"]
    assert spool_status(tmp_path / "spool") == []
    assert app.exporter.counts() == {"spooled": 40, "delivered": 40, "sent": 1}
    said = [record.getMessage() for record in caplog.records if record.name == "traceway.export"]
    assert len(said) == 2
    assert "cannot be reached (Connection refused)" in said[0]
    assert "is back" in said[1]


def test_a_collector_that_restarts_again_and_again_gets_everything_once(app: App, port: int):
    got: list[str] = []
    for number in range(6):
        app.record(f"down {number}")
        with Sink(port) as sink:
            assert app.delivers()
            app.record(f"up {number}")
            got += names(sink)
    assert got == [f"{state} {number}" for number in range(6) for state in ("down", "up")]


def test_a_retry_sends_the_same_bytes(app: App, port: int):
    with Sink(port) as sink:
        sink.status = 503
        app.record("a", "b")
        sink.wait(lambda sink: sink.refused > 2)
        sink.status = 200
        assert app.delivers()
        assert names(sink) == ["a", "b"]
        assert len(sink.bodies) > 3
        assert len(set(sink.bodies)) == 1


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_later_is_later(app: App, port: int, status: int):
    with Sink(port) as sink:
        sink.status = status
        app.record("a")
        app.record("b")
        assert sink.refused >= 1
        sink.status = 200
        assert app.delivers()
        assert names(sink) == ["a", "b"]


def test_retry_after_is_waited_for(app: App, port: int):
    with Sink(port) as sink:
        sink.status, sink.retry_after_s = 503, 600
        app.record("a")
        sink.status = 200
        app.record("b")
        assert not app.exporter.force_flush()
        time.sleep(0.5)
        assert (names(sink), sink.refused) == ([], 1)


@pytest.mark.parametrize("status", [400, 404, 415, 500])
def test_what_is_refused_for_good_does_not_stand_in_the_way(app: App, port: int, status: int, caplog):
    with Sink(port) as sink:
        sink.status, sink.reply = status, Status(message="not like this").SerializeToString()
        app.record("a", "b")
        app.record("c")
        sink.status, sink.reply = 200, b""
        app.record("d")
        assert names(sink) == ["d"]
    assert app.exporter.counts() == {"dropped_refused": 3, "sent": 1}
    assert caplog.text.count(f"refused traces for good: {status} not like this") == 1


def test_what_waits_and_is_then_refused_makes_way(app: App, port: int):
    app.record("too big", "too big, too")
    app.record("small")
    with Sink(port) as sink:
        sink.status = 400
        assert app.delivers()
        sink.status = 200
        app.record("d")
        assert names(sink) == ["d"]
    assert app.exporter.counts()["dropped_refused"] == 3


@pytest.mark.parametrize("status", [401, 403, 302])
def test_what_a_key_can_mend_is_kept(app: App, port: int, status: int, caplog):
    with Sink(port) as sink:
        sink.status, sink.reply = status, Status(message="no such key").SerializeToString()
        app.record("a")
        app.record("b")
        sink.wait(lambda sink: sink.refused > 3)
        sink.status, sink.reply = 200, b""
        assert app.delivers()
        assert names(sink) == ["a", "b"]
    assert caplog.text.count(f"answers {status} no such key") == 1


def test_what_is_too_large_is_sent_in_halves(app: App, port: int):
    with Sink(port) as sink:
        sink.max_bytes = 400
        app.record(*(f"span {number}" for number in range(7)), "x" * 400)
        assert names(sink) == [f"span {number}" for number in range(7)]
        assert len(sink.requests) > 1
    assert app.exporter.counts() == {"sent": 7, "dropped_refused": 1}


def test_a_partial_success_is_counted_and_said_once(app: App, port: int, caplog):
    partial = ExportTraceServiceResponse(partial_success={"rejected_spans": 1, "error_message": "an id of 3 bytes"})
    with Sink(port) as sink:
        sink.reply = partial.SerializeToString()
        app.record("a", "b")
        app.record("c", "d")
    assert app.exporter.counts() == {"sent": 2, "rejected": 2}
    assert caplog.text.count("an id of 3 bytes") == 1


def test_without_a_spool_it_waits_in_memory(port: int, tmp_path: Path):
    app = App(f"http://127.0.0.1:{port}", spool=False)
    app.record("a")
    app.record("b")
    with Sink(port) as sink:
        assert app.delivers()
        assert names(sink) == ["a", "b"]
        app.provider.shutdown()
    assert app.exporter.counts() == {"spooled": 2, "delivered": 2}


def test_memory_that_is_given_up_is_counted(port: int, caplog):
    app = App(f"http://127.0.0.1:{port}", spool=False)
    app.record("a", "b")
    app.provider.shutdown()
    assert app.exporter.counts() == {"spooled": 2, "dropped_at_exit": 2}
    assert "2 items that could not be written to disk are lost" in caplog.text


def test_a_span_that_cannot_be_encoded_goes_alone(app: App, port: int):
    with Sink(port) as sink:
        app.record("a", "half a pair: \ud800", "b")
        assert names(sink) == ["a", "b"]
    assert app.exporter.counts() == {"sent": 2, "dropped_unencodable": 1}


@pytest.mark.parametrize(
    "url", ["localhost:4318", "ftp://localhost", "http://", "http://localhost:99999", "http://[::"]
)
def test_an_address_that_is_none_is_a_collector_that_is_down(url: str, tmp_path: Path, caplog):
    app = App(url, tmp_path / "spool")
    app.record("a")
    assert app.exporter.counts() == {"spooled": 1}
    assert "cannot be reached" in caplog.text
    app.provider.shutdown()


def test_headers_go_along_and_never_to_disk(port: int, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("TRACEWAY_API_KEY", "secret-of-the-key")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-team=secret-of-the-team")
    app = App(f"http://secret-user:secret-word@127.0.0.1:{port}", tmp_path / "spool")
    app.record("a")
    stored = [path for path in (tmp_path / "spool").rglob("*") if path.is_file()]
    assert len(stored) >= 2
    assert not any(b"secret" in path.read_bytes() or "secret" in str(path) for path in stored)
    assert {path.stat().st_mode & 0o777 for path in stored} == {0o600}
    folders = [path for path in (tmp_path / "spool").rglob("*") if path.is_dir()]
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}
    with Sink(port) as sink:
        assert app.delivers()
        assert sink.headers[0]["authorization"] == "Bearer secret-of-the-key"
        assert sink.headers[0]["x-team"] == "secret-of-the-team"
        app.provider.shutdown()

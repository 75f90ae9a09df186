"""A tracer that exports to a sink which comes and goes."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from traceway.export import TracewaySpanExporter, health

PATIENCE_S = 30.0


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "FIRST_PAUSE_S", 0.05)
    monkeypatch.setattr(health, "MAX_PAUSE_LOOPBACK_S", 0.2)
    monkeypatch.setattr(health, "HELD_PAUSE_S", 0.05)


@pytest.fixture
def port() -> int:
    """One on which nothing listens."""
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        number: int = listener.getsockname()[1]
        return number


class App:
    """A program that makes spans and exports them in batches."""

    def __init__(self, url: str, spool: Path | bool) -> None:
        self.exporter = TracewaySpanExporter(url=url, spool=spool if spool else False)
        self.provider = TracerProvider(shutdown_on_exit=False)
        self.provider.add_span_processor(BatchSpanProcessor(self.exporter, schedule_delay_millis=3_600_000))

    def record(self, *names: str) -> None:
        """One batch, which is sent or kept when this returns."""
        tracer = self.provider.get_tracer("test")
        for name in names:
            tracer.start_span(name).end()
        self.provider.force_flush()

    def delivers(self) -> bool:
        """Whether all of it arrives, also if the collector is only just back."""
        until = time.monotonic() + PATIENCE_S
        while not (delivered := self.exporter.force_flush(1000)) and time.monotonic() < until:
            time.sleep(0.01)
        return delivered


@pytest.fixture
def app(port: int, tmp_path: Path) -> Iterator[App]:
    made = App(f"http://127.0.0.1:{port}", tmp_path / "spool")
    yield made
    made.provider.shutdown()

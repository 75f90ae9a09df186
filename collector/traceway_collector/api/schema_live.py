"""The answers about what arrives, as pydantic models (see ``schema.py``)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .schema import At, Hex16, Hex32, Model, SpanSkeleton, Trace
from .schema_signals import IngestLedger


class IngestRates(Model):
    """What was committed, a second, over the last ``window_s`` seconds."""

    spans_per_second: float
    log_records_per_second: float
    metric_points_per_second: float
    bytes_per_second: float
    window_s: int


class Lag(Model):
    p50: float
    p95: float


class Stored(Model):
    spans: int
    logs: int
    metric_points: int
    disk_bytes: int | None
    file_contents: int = 0
    file_bytes: int = 0


class RecentRefusal(Model):
    at: At
    signal: str
    reason: str
    detail: str
    field: str | None = Field(description="What of the request was wrong, as far as it has a name.")
    peer: str
    items: int = Field(description="Spans, log records or data points; 0 if nobody could count them.")


class Service(Model):
    service: str | None
    last_at: At
    spans_last_hour: int


class IngestReport(IngestLedger):
    """What arrives: how much, how fast, how late, from whom, and what was refused."""

    rates: IngestRates
    lag_ms: Lag | None = Field(
        description="From the end of a span to where it can be read, of the last minute; null if nothing arrived."
    )
    stored: Stored
    retention_days: int | None = Field(description="Null keeps everything.")
    recent_refusals: list[RecentRefusal] = Field(description="Newest first.")
    services: list[Service] = Field(description="Heard of within a week, the last one first.")


class Connect(Model):
    """Where to send, and what a client must know."""

    otlp_http: str | None
    otlp_grpc: str | None
    api: str | None
    proxy: str | None
    proxy_target: str
    api_key_needed: bool
    version: str
    tls: bool


class FileVersion(Model):
    path: str | None
    version: str
    operation: str | None
    bytes_written: int | None
    span_id: Hex16
    service: str | None
    written_at: At | None


class Event(Model):
    """The ``data`` of a server-sent event. Which of the last fields it has depends on ``type``."""

    type: Literal[
        "trace_created",
        "span_created",
        "span_completed",
        "span_failed",
        "file_version_created",
        "trace_completed",
        "trace_deleted",
        "cleared",
    ]
    at: At
    trace_id: Hex32 | None = None
    span: SpanSkeleton | None = None
    trace: Trace | None = None
    file: FileVersion | None = None
    deleted: int | None = None
    before: At | None = None

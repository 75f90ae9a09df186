"""The answers about metrics and about the server itself, as pydantic models (see ``schema.py``)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, JsonValue

from .schema import At, Attributes, Hex16, Hex32, Model, Ns, Number, Page, Scope


class Buckets(Model):
    offset: int
    bucket_counts: list[int]


class Quantile(Model):
    quantile: float
    value: Number


class Exemplar(Model):
    recorded_at: At | None
    time_ns: Ns
    value: Number | None
    trace_id: Hex32 | None
    span_id: Hex16 | None
    filtered_attributes: Attributes


class MetricPoint(Model):
    """A data point with the metric it belongs to; which of the last fields it has depends on ``type``."""

    name: str
    unit: str | None
    description: str | None
    type: Literal["gauge", "sum", "histogram", "exponential_histogram", "summary"]
    service: str | None
    started_at: At | None
    start_ns: Ns | None
    recorded_at: At | None
    time_ns: Ns
    temporality: Literal["delta", "cumulative"] | None
    monotonic: bool | None
    metadata: Attributes
    scope: Scope
    resource: Attributes
    resource_schema_url: str | None
    attributes: Attributes
    flags: int
    value: Number | None = None
    count: int | None = None
    sum: Number | None = None
    min: Number | None = None
    max: Number | None = None
    bucket_counts: list[int] | None = None
    explicit_bounds: list[Number] | None = None
    scale: int | None = None
    zero_count: int | None = None
    zero_threshold: Number | None = None
    positive: Buckets | None = None
    negative: Buckets | None = None
    quantile_values: list[Quantile] | None = None
    exemplars: list[Exemplar] | None = None


class MetricPointList(Page):
    items: list[MetricPoint]
    metric_points: list[MetricPoint]


class MetricName(Model):
    name: str
    unit: str | None
    description: str | None
    type: str | None
    points: int


class MetricNameList(Page):
    items: list[MetricName]
    metric_names: list[MetricName]


class Otlp(Model):
    """opentelemetry.proto.trace.v1.TracesData as OTLP JSON (OTLP specification, "JSON Protobuf Encoding")."""

    resourceSpans: list[dict[str, JsonValue]]


class Deleted(Model):
    deleted: int


class Repriced(Model):
    changed: int = Field(description="Spans whose cost or price source is another one now.")


class Health(Model):
    status: Literal["ok"]
    instance_id: str
    uptime: float = Field(description="Seconds since start.")
    version: str


class Alive(Model):
    status: Literal["ok"]


class RefusedCount(Model):
    requests: int
    items: int


class SignalLedger(Model):
    """Counts of one signal since the start. An item is a span, a log record or a data point."""

    requests: int
    accepted: int = Field(description="Items committed.")
    bytes: int = Field(description="OTLP bytes committed, inflated.")
    duplicate_requests: int
    duplicate_items: int
    groups: int = Field(description="Commits.")
    last_commit_ns: Ns | None
    refused: dict[str, RefusedCount] = Field(description="By reason.")


class FileLedger(Model):
    """Counts of the contents of files since the start; their refusals stand with the logs, which carry them."""

    chunks: int = Field(description="Chunks taken.")
    duplicate_chunks: int = Field(description="Chunks of contents that were kept already.")
    contents: int = Field(description="Contents that are new.")
    bytes: int = Field(description="Their size.")


class Refusal(Model):
    at_ns: Ns
    signal: str
    reason: str
    detail: str
    peer: str
    items: int
    bytes: int
    field: str


class IngestLedger(Model):
    """What was accepted, refused and is waiting, and the last refusals, newest first."""

    draining: bool
    pending_bytes: int
    max_pending_bytes: int
    signals: dict[str, SignalLedger]
    files: FileLedger
    refusals: list[Refusal]


class ErrorDetail(Model):
    code: str
    message: str
    field: str | None = None


class Error(Model):
    """Every answer with a status of 400 and above."""

    error: ErrorDetail


class OpenApi(Model):
    """An OpenAPI 3.1 document."""

    openapi: Literal["3.1.0"]
    info: dict[str, JsonValue]
    paths: dict[str, JsonValue]
    components: dict[str, JsonValue]

"""What flows between the parts of the collector. Frozen values; dicts and JSON stop at the edges (``api/wire.py``).

A stored span keeps its OTLP message as the official protobuf classes: that is the lossless form every store must be
able to give back, and the one place where attribute types live. Beside it stand the ``facts``: what the vocabulary
found out when the span was written (kind, model, tokens, cost …), which lists and filters use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from google.protobuf.message import Message
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import InstrumentationScope
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import Span


class Signal(StrEnum):
    """The three OTLP signals; the value is the last word of the HTTP path ``/v1/{signal}``."""

    TRACES = "traces"
    LOGS = "logs"
    METRICS = "metrics"


EXPORT_REQUESTS: Final[dict[Signal, type[Message]]] = {
    Signal.TRACES: ExportTraceServiceRequest,
    Signal.LOGS: ExportLogsServiceRequest,
    Signal.METRICS: ExportMetricsServiceRequest,
}
"""The message a client exports, by signal."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a span, a log record or a metric came from: its resource and its instrumentation scope."""

    resource: Resource
    resource_schema_url: str
    scope: InstrumentationScope
    scope_schema_url: str


@dataclass(frozen=True, slots=True)
class SpanFacts:
    """What the vocabulary knows of one span, computed once, when it was written.

    ``None`` means not known; it is never 0 or "". ``input_tokens`` includes cached ones, ``output_tokens`` includes
    reasoning (OTel GenAI); both are ``None`` on kinds that only repeat their children's usage.
    """

    kind: str
    kind_source: str
    operation: str | None = None
    provider: str | None = None
    model: str | None = None
    request_model: str | None = None
    response_id: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    reasoning_tokens: int | None = None
    cost_usd: float | None = None
    price_source: str | None = None
    finish_reasons: tuple[str, ...] = ()
    time_to_first_token_ms: float | None = None
    streaming: bool | None = None
    dimensions: int | None = None
    session_id: str | None = None
    user_id: str | None = None
    tags: tuple[str, ...] = ()
    agent_name: str | None = None
    workflow_name: str | None = None
    tool_name: str | None = None
    tool_call_id: str | None = None
    file_path: str | None = None
    file_version: str | None = None
    file_operation: str | None = None
    file_bytes: int | None = None
    error_type: str | None = None
    error_message: str | None = None
    input_preview: str | None = None
    output_preview: str | None = None


@dataclass(frozen=True, slots=True)
class StoredSpan:
    """One span as it was stored. Ids are lowercase hex, times are unix nanoseconds.

    ``message`` and ``origin`` are ``None`` in a skeleton, which leaves out attributes, events, links and content.
    """

    trace_id: str
    span_id: str
    parent_id: str | None
    name: str
    service: str
    start_ns: int
    end_ns: int
    span_kind: int
    status_code: int
    status_message: str
    facts: SpanFacts
    message: Span | None = None
    origin: Origin | None = None

    @property
    def duration_ns(self) -> int | None:
        """Nanoseconds from start to end; 0 for a span that ends before it starts (a clock that was set back). None if
        one of them is not known."""
        return _elapsed_ns(self.start_ns, self.end_ns)


@dataclass(frozen=True, slots=True)
class TraceSummary:
    """One trace in a list. Sums count every span once, and tokens and cost only on the kinds that spend them.

    ``error``: the message of the failed root, or of the first failed span while the root is missing. ``running``: no
    root has arrived yet, or a span other than the root names a parent that has not.
    """

    trace_id: str
    name: str
    start_ns: int
    end_ns: int
    running: bool
    error: str | None
    span_count: int
    error_count: int
    input_tokens: int | None
    output_tokens: int | None
    cost_usd: float | None
    cost_complete: bool
    services: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    kinds: dict[str, int] = field(default_factory=dict)
    session_id: str | None = None
    user_id: str | None = None
    tags: tuple[str, ...] = ()
    input_preview: str | None = None
    output_preview: str | None = None

    @property
    def duration_ns(self) -> int | None:
        """Nanoseconds from the first start to the last end, by the same rule as that of a span."""
        return _elapsed_ns(self.start_ns, self.end_ns)


@dataclass(frozen=True, slots=True)
class IdsFound:
    """Ids that begin alike, lowercase hex. ``span_ids``: pairs of trace and span."""

    trace_ids: tuple[str, ...]
    span_ids: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TraceColumns:
    """The spans of one trace as columns of equal length, in the order of their starts. What is not known is "" where it
    would be a text, ``None`` a number and 0 a time. Ids are bytes; ``parent_id`` of a root is zeros."""

    span_id: Sequence[bytes]
    parent_id: Sequence[bytes]
    name: Sequence[str]
    kind: Sequence[str]
    service: Sequence[str]
    start_ns: Sequence[int]
    end_ns: Sequence[int]
    status_code: Sequence[int]
    operation: Sequence[str]
    model: Sequence[str]
    response_id: Sequence[str]
    input_tokens: Sequence[int | None]
    output_tokens: Sequence[int | None]
    cost_usd: Sequence[float | None]
    price_source: Sequence[str]
    time_to_first_token_ms: Sequence[float | None]
    tool_name: Sequence[str]
    tool_call_id: Sequence[str]
    agent_name: Sequence[str]
    file_path: Sequence[str]
    file_version: Sequence[str]
    error: Sequence[str]
    preview: Sequence[str]


@dataclass(frozen=True, slots=True)
class StoredLog:
    """One log record. ``log_id`` orders records of one instant and makes cursors stable."""

    log_id: str
    service: str
    record: LogRecord
    origin: Origin


@dataclass(frozen=True, slots=True)
class StoredMetric:
    """One data point, as an OTLP metric that holds just that point."""

    service: str
    time_ns: int
    metric: Metric
    origin: Origin


@dataclass(frozen=True, slots=True)
class MetricName:
    """What is known of one metric name: its newest unit, description and type, and how many points it has."""

    name: str
    unit: str
    description: str
    type: str
    points: int


class ContentState(StrEnum):
    """What is known of a content that somebody sent. Only what is ``KEPT`` can be read."""

    KEPT = "available"
    INCOMPLETE = "incomplete"
    TOO_LARGE = "too_large"
    RUN_FULL = "run_full"
    CORRUPT = "corrupt"


@dataclass(frozen=True, slots=True)
class StoredContent:
    """A content that is kept. ``content_id``: "sha256:<hex>"; ``blob`` is the store's own name for its bytes."""

    content_id: str
    size: int
    blob: int
    run_id: str
    stored_ns: int


@dataclass(frozen=True, slots=True)
class FileUse:
    """Who read a path, or who wrote it. ``count``: opens, and changes without an open such as a removal.
    ``trace_ids`` are the newest few of ``trace_count``."""

    count: int
    services: tuple[str, ...]
    trace_ids: tuple[str, ...]
    trace_count: int


@dataclass(frozen=True, slots=True)
class FileAccess:
    """What one span did to a path. ``version``: "sha256:<hex>" of what it read or left behind, None if not known;
    ``state`` is what the application said of sending that content. ``path`` is another one than that asked for when
    the file was renamed away; ``source`` is what it was called before a renaming."""

    path: str
    trace_id: str
    span_id: str
    service: str
    kind: str
    operation: str | None
    version: str | None
    version_before: str | None
    size: int | None
    bytes: int | None
    count: int
    state: str | None
    source: str | None
    start_ns: int
    error_type: str | None


@dataclass(frozen=True, slots=True)
class FileSummary:
    """One path in a list. ``latest`` is the newest access that tells a version, or the newest of all; ``versions``
    counts different contents."""

    path: str
    versions: int
    readers: FileUse
    writers: FileUse
    last_start_ns: int
    version: str | None
    size: int | None
    state: str | None


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """One session in a list: all spans of the traces that name it, summed as those of a trace are. ``last_ns``: the
    start of the newest span that names it."""

    session_id: str
    trace_count: int
    users: tuple[str, ...]
    start_ns: int
    last_ns: int
    span_count: int
    error_count: int
    input_tokens: int | None
    output_tokens: int | None
    cost_usd: float | None
    cost_complete: bool
    services: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    input_preview: str | None = None
    output_preview: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """One group of spans. ``key`` has a value for every grouping, in their order: text, unix nanoseconds for a time,
    None for what is not known. ``other``: all series that are not shown, together."""

    key: tuple[str | int | None, ...]
    metrics: dict[str, float | None]
    other: bool = False


@dataclass(frozen=True, slots=True)
class Aggregated:
    """The answer to an aggregation. ``totals`` are of everything, shown or not. ``truncated``: there are more groups.
    ``series``: the series shown, by the store's own names for them; None if all are."""

    groups: tuple[Group, ...]
    totals: dict[str, float | None]
    truncated: bool = False
    series: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of one key with the number of spans of each; ``more``: there are others."""

    key: str
    values: tuple[tuple[str, int], ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Facets:
    """``counted_spans``: how many spans matched among those looked at; ``sampled``: only the newest were."""

    facets: tuple[Facet, ...]
    counted_spans: int
    sampled: bool = False


def _elapsed_ns(start_ns: int, end_ns: int) -> int | None:
    # In proto3 a time that was not sent is 0.
    return max(0, end_ns - start_ns) if start_ns and end_ns else None

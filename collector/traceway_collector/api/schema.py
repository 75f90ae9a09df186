"""The answers as pydantic models: the OpenAPI document is made from them, and tests hold every answer against them.

Answers are not validated when they are sent; ``wire/`` makes them, and the tests prove that they are these.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

Hex32 = Annotated[str, Field(pattern="^[0-9a-f]{32}$", description="16 bytes in lowercase hex.")]
Hex16 = Annotated[str, Field(pattern="^[0-9a-f]{16}$", description="8 bytes in lowercase hex.")]
At = Annotated[
    str,
    Field(
        pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$",
        description="RFC 3339, UTC, nanoseconds.",
        examples=["2026-11-21T06:51:46.123456789Z"],
    ),
]
Ns = Annotated[str, Field(pattern=r"^\d+$", description="Nanoseconds as a decimal string.")]
MaybeNs = Annotated[Ns | None, Field(description="Nanoseconds as a decimal string; null when not known.")]
Attributes = Annotated[
    dict[str, JsonValue],
    Field(description='Typed; bytes are {"bytes": base64}, NaN and infinities are strings; last of repeated keys.'),
]
Number = float | Literal["NaN", "Infinity", "-Infinity"]


class Model(BaseModel):
    """Nothing but what is declared."""

    model_config = ConfigDict(extra="forbid")


class FailureCause(Model):
    error: str


class Failed(Model):
    failed: FailureCause


Status = Literal["running", "completed"] | Failed


class Trace(Model):
    """A trace summary. Null means not known."""

    id: Hex32
    name: str | None
    started_at: At | None
    ended_at: At | None
    start_ns: MaybeNs
    duration_ns: MaybeNs
    status: Status
    span_count: int
    error_count: int
    input_tokens: int | None
    output_tokens: int | None
    total_tokens: int | None
    cost_usd: float | None
    cost_complete: bool = Field(description="False when a call that costs something has no known price.")
    services: list[str]
    models: list[str]
    kinds: dict[str, int] = Field(description="How many spans of each kind.")
    session_id: str | None
    user_id: str | None
    tags: list[str]
    input_preview: str | None
    output_preview: str | None


class LlmCall(Model):
    type: Literal["llm_call"]
    model: str | None
    request_model: str | None
    provider: str | None
    operation: str | None
    input_tokens: int | None
    output_tokens: int | None
    cache_read_tokens: int | None
    cache_write_tokens: int | None
    reasoning_tokens: int | None
    cost: float | None
    cost_source: str | None
    finish_reasons: list[str] | None
    time_to_first_token_ms: float | None
    streaming: bool | None


class Embedding(Model):
    type: Literal["embedding"]
    model: str | None
    provider: str | None
    input_tokens: int | None
    dimensions: int | None
    cost: float | None
    cost_source: str | None


class Rerank(Model):
    """``query`` and ``documents`` are left out of a skeleton."""

    type: Literal["rerank"]
    model: str | None
    provider: str | None
    input_tokens: int | None
    cost: float | None
    cost_source: str | None
    query: JsonValue = None
    documents: JsonValue = None


class Tool(Model):
    """``arguments`` and ``result`` are left out of a skeleton."""

    type: Literal["tool"]
    name: str | None
    call_id: str | None
    arguments: JsonValue = None
    result: JsonValue = None


class Agent(Model):
    type: Literal["agent"]
    name: str | None


class Workflow(Model):
    type: Literal["workflow"]
    name: str | None


class Retrieval(Model):
    """Both are left out of a skeleton."""

    type: Literal["retrieval"]
    query: JsonValue = None
    documents: JsonValue = None


class FsRead(Model):
    type: Literal["fs_read"]
    path: str | None
    file_version: str | None
    bytes_read: int | None
    operation: str | None


class FsWrite(Model):
    type: Literal["fs_write"]
    path: str | None
    file_version: str | None
    bytes_written: int | None
    operation: str | None


class Custom(Model):
    """Every other kind. ``attributes`` are left out of a skeleton."""

    type: Literal["custom"]
    kind: str
    attributes: Attributes | None = None


Kind = Annotated[
    LlmCall | Embedding | Rerank | Tool | Agent | Workflow | Retrieval | FsRead | FsWrite | Custom,
    Field(discriminator="type"),
]


class SpanError(Model):
    type: str | None
    message: str | None


class Scope(Model):
    name: str | None
    version: str | None
    attributes: Attributes
    schema_url: str | None


class Event(Model):
    name: str
    occurred_at: At | None
    time_ns: Ns
    attributes: Attributes
    dropped_attributes_count: int


class Link(Model):
    trace_id: Hex32 | None
    span_id: Hex16 | None
    trace_state: str | None
    flags: int
    attributes: Attributes
    dropped_attributes_count: int


class OtelSkeleton(Model):
    kind: str
    status_code: str
    status_message: str | None


class Otel(OtelSkeleton):
    trace_state: str | None
    flags: int
    scope: Scope
    resource: Attributes
    resource_schema_url: str | None
    attributes: Attributes
    dropped_attributes_count: int
    events: list[Event]
    dropped_events_count: int
    links: list[Link]
    dropped_links_count: int


class SpanSkeleton(Model):
    """A span without attributes, input and output. Null means not known."""

    id: Hex16
    trace_id: Hex32
    parent_id: Hex16 | None
    name: str
    service: str | None
    status: Status
    started_at: At | None
    ended_at: At | None
    start_ns: MaybeNs
    duration_ns: MaybeNs
    kind: Kind
    kind_source: str | None
    session_id: str | None
    user_id: str | None
    tags: list[str]
    input_preview: str | None
    output_preview: str | None
    error: SpanError | None
    otel: OtelSkeleton


class Span(SpanSkeleton):
    """A span with everything. ``input`` and ``output`` are messages of the OTel GenAI shape, or what was recorded."""

    input: JsonValue
    output: JsonValue
    system_instructions: JsonValue
    tool_definitions: JsonValue
    otel: Otel


class Page(Model):
    count: int
    next_cursor: str | None
    has_more: bool


class TraceList(Page):
    items: list[Trace]
    traces: list[Trace]


class SpanList(Page):
    items: list[Span | SpanSkeleton]
    spans: list[Span | SpanSkeleton]


class TraceDetail(Model):
    trace: Trace
    spans: list[Span | SpanSkeleton]
    count: int
    next_cursor: str | None


class Log(Model):
    id: str
    trace_id: Hex32 | None
    span_id: Hex16 | None
    service: str | None
    occurred_at: At | None
    observed_at: At | None
    time_ns: Ns | None
    observed_ns: Ns | None
    severity_number: int | None
    severity: str | None
    severity_text: str | None
    event_name: str | None
    body: JsonValue
    attributes: Attributes
    dropped_attributes_count: int
    flags: int
    scope: Scope
    resource: Attributes
    resource_schema_url: str | None


class LogList(Page):
    items: list[Log]
    logs: list[Log]

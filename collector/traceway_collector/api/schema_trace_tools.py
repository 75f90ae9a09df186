"""The answers of the trace tools as pydantic models: the tree, the comparison, imports."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .schema import Hex16, MaybeNs, Model, Trace


class TreeColumns(Model):
    """Arrays of equal length, a row for each span and each placeholder. Null means not known, or none."""

    id: list[Hex16]
    parent: list[int] = Field(description="The row of the parent, which stands before; -1 for none.")
    depth: list[int]
    name: list[str | None]
    kind: list[str | None]
    service: list[str | None]
    status: list[Literal["ok", "error", "unset"]]
    offset_ns: list[int | None] = Field(description="Nanoseconds from start_ns.")
    duration_ns: list[int | None]
    model: list[str | None]
    input_tokens: list[int | None] = Field(description="The span's own; each call is counted at one span.")
    output_tokens: list[int | None]
    cost_usd: list[float | None]
    subtree_spans: list[int] = Field(description="Of the span and all below it, as are the other sums.")
    subtree_errors: list[int]
    subtree_tokens: list[int | None]
    subtree_cost_usd: list[float | None]
    subtree_cost_complete: list[bool] = Field(
        description="False when a call in there costs something and has no known price."
    )
    critical: list[bool] = Field(description="Whether it lies on the critical path.")
    critical_ns: list[int | None] = Field(description="Nanoseconds of the critical path that are the span's own.")
    placeholder: list[bool] = Field(description="A parent that has not arrived; its times are those of its children.")
    repeats: list[bool] = Field(description="The same call is counted at another span.")
    time_to_first_token_ms: list[float | None]
    tool_name: list[str | None]
    tool_call_id: list[str | None]
    agent_name: list[str | None]
    file_path: list[str | None]
    file_version: list[str | None]
    error: list[str | None]
    preview: list[str | None]


class TraceTree(Model):
    """Rows in depth-first order, siblings by start. ``truncated``: the trace has more spans than the answer."""

    trace: Trace
    count: int
    start_ns: MaybeNs
    duration_ns: MaybeNs
    truncated: bool
    columns: TreeColumns


class ComparedStep(Model):
    """A span of one of the traces; of a parent that has not arrived only the id is known."""

    id: Hex16
    name: str | None
    kind: str | None
    model: str | None
    status: Literal["ok", "error", "unset"]
    duration_ns: MaybeNs
    total_tokens: int | None = Field(description="The span's own; each call is counted at one span.")
    cost_usd: float | None
    file_path: str | None
    file_version: str | None


class ComparisonStep(Model):
    change: Literal["same", "changed", "added", "removed"]
    a: ComparedStep | None
    b: ComparedStep | None
    depth: int
    differs: list[Literal["input", "output", "arguments", "result", "model", "status", "error", "file", "name"]] = (
        Field(description="What differs in a step that changed.")
    )


class ComparisonTotals(Model):
    """Of a, of b."""

    duration_ns: tuple[MaybeNs, MaybeNs]
    total_tokens: tuple[int | None, int | None]
    cost_usd: tuple[float | None, float | None]
    span_count: tuple[int, int]
    error_count: tuple[int, int]


class Comparison(Model):
    """Steps depth-first, a's before b's where they have no counterpart. ``truncated``: a trace has more spans than were
    compared."""

    a: Trace
    b: Trace
    totals: ComparisonTotals
    steps: list[ComparisonStep]
    truncated: bool


class ImportFault(Model):
    """A line (jsonl) or a row (csv, parquet; the header is none), from 1, and what is wrong there."""

    line: int | None = None
    row: int | None = None
    message: str


class Imported(Model):
    """Counts of spans. ``errors`` are the first ones."""

    accepted: int
    rejected: int = Field(description="Spans, and lines or rows that could not be read.")
    duplicates: int = Field(description="Stored already by the same import, or there twice.")
    errors: list[ImportFault]

"""The tree of a trace as JSON: one array a column, which is a third of the bytes of an object a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...model import TraceColumns
from ...query.tree import Tree
from .values import status_word, text_or_none


def tree_columns(tree: Tree, spans: TraceColumns) -> dict[str, Sequence[Any]]:
    """The columns of ``schema_trace_tools.TreeColumns``."""

    def texts(column: Sequence[str]) -> list[str | None]:
        return [(column[at] or None) if at >= 0 else None for at in tree.source]

    return {
        "id": tree.id,
        "parent": tree.parent,
        "depth": tree.depth,
        "name": [spans.name[at] if at >= 0 else None for at in tree.source],
        "kind": texts(spans.kind),
        "service": texts(spans.service),
        "status": ["unset" if at < 0 else status_word(spans.status_code[at]) for at in tree.source],
        "offset_ns": tree.offset_ns,
        "duration_ns": tree.duration_of_span_ns,
        "model": texts(spans.model),
        "input_tokens": tree.input_tokens,
        "output_tokens": tree.output_tokens,
        "cost_usd": tree.cost_usd,
        "subtree_spans": tree.subtree_spans,
        "subtree_errors": tree.subtree_errors,
        "subtree_tokens": tree.subtree_tokens,
        "subtree_cost_usd": tree.subtree_cost_usd,
        "subtree_cost_complete": tree.subtree_cost_complete,
        "critical": [own_ns is not None for own_ns in tree.critical_ns],
        "critical_ns": tree.critical_ns,
        "placeholder": [at < 0 for at in tree.source],
        "repeats": tree.repeats,
        "time_to_first_token_ms": [None if at < 0 else spans.time_to_first_token_ms[at] for at in tree.source],
        "tool_name": texts(spans.tool_name),
        "tool_call_id": texts(spans.tool_call_id),
        "agent_name": texts(spans.agent_name),
        "file_path": texts(spans.file_path),
        "file_version": texts(spans.file_version),
        "error": texts(spans.error),
        "preview": texts(spans.preview),
    }


def tree_shape(tree: Tree, spans: TraceColumns, *, truncated: bool) -> dict[str, Any]:
    """Everything but the trace's summary."""
    return {
        "count": len(tree.id),
        "start_ns": text_or_none(tree.start_ns),
        "duration_ns": text_or_none(tree.duration_ns),
        "truncated": truncated,
        "columns": tree_columns(tree, spans),
    }

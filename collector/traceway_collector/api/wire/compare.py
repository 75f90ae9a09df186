"""A comparison of two traces as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...model import TraceSummary
from ...query.compare import Side, Step
from .traces import trace
from .values import status_word, text_or_none

_TOTALS = ("duration_ns", "total_tokens", "cost_usd", "span_count", "error_count")


def comparison(
    a: tuple[TraceSummary, Side], b: tuple[TraceSummary, Side], steps: Sequence[Step], *, truncated: bool
) -> dict[str, Any]:
    """The shape of ``schema_trace_tools.Comparison``."""
    summary_a, summary_b = trace(a[0]), trace(b[0])
    return {
        "a": summary_a,
        "b": summary_b,
        "totals": {name: [summary_a[name], summary_b[name]] for name in _TOTALS},
        "steps": [
            {
                "change": step.change,
                "a": None if step.a is None else _step(a[1], step.a),
                "b": None if step.b is None else _step(b[1], step.b),
                "depth": step.depth,
                "differs": step.differs,
            }
            for step in steps
        ],
        "truncated": truncated,
    }


def _step(side: Side, row: int) -> dict[str, Any]:
    tree, spans = side.tree, side.spans
    at = tree.source[row]
    known = at >= 0
    counts = [count for count in (tree.input_tokens[row], tree.output_tokens[row]) if count is not None]
    return {
        "id": tree.id[row],
        "name": spans.name[at] if known else None,
        "kind": spans.kind[at] if known else None,
        "model": (spans.model[at] or None) if known else None,
        "status": status_word(spans.status_code[at]) if known else "unset",
        "duration_ns": text_or_none(tree.duration_of_span_ns[row]),
        "total_tokens": sum(counts) if counts else None,
        "cost_usd": tree.cost_usd[row],
        "file_path": (spans.file_path[at] or None) if known else None,
        "file_version": (spans.file_version[at] or None) if known else None,
    }

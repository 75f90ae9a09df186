"""A session in a list."""

from __future__ import annotations

from typing import Any

from ...model import SessionSummary
from .values import time_at


def session(summary: SessionSummary) -> dict[str, Any]:
    """A session summary. ``total_tokens`` adds what is known of input and output."""
    known = [count for count in (summary.input_tokens, summary.output_tokens) if count is not None]
    return {
        "id": summary.session_id,
        "trace_count": summary.trace_count,
        "users": summary.users,
        "started_at": time_at(summary.start_ns),
        "last_at": time_at(summary.last_ns),
        "span_count": summary.span_count,
        "error_count": summary.error_count,
        "input_tokens": summary.input_tokens,
        "output_tokens": summary.output_tokens,
        "total_tokens": sum(known) if known else None,
        "cost_usd": summary.cost_usd,
        "cost_complete": summary.cost_complete,
        "services": summary.services,
        "models": summary.models,
        "input_preview": summary.input_preview,
        "output_preview": summary.output_preview,
    }

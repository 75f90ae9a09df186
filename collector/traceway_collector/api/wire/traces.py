"""A trace in a list, and the envelope of every list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from ...model import TraceSummary
from .spans import UNKNOWN_ERROR
from .values import text_or_none, time_at


def trace(summary: TraceSummary) -> dict[str, Any]:
    """A trace summary. ``total_tokens`` adds what is known of input and output."""
    known = [count for count in (summary.input_tokens, summary.output_tokens) if count is not None]
    return {
        "id": summary.trace_id,
        "name": summary.name or None,
        "started_at": time_at(summary.start_ns),
        "ended_at": time_at(summary.end_ns),
        "start_ns": text_or_none(summary.start_ns or None),
        "duration_ns": text_or_none(summary.duration_ns),
        "status": _status(summary),
        "span_count": summary.span_count,
        "error_count": summary.error_count,
        "input_tokens": summary.input_tokens,
        "output_tokens": summary.output_tokens,
        "total_tokens": sum(known) if known else None,
        "cost_usd": summary.cost_usd,
        "cost_complete": summary.cost_complete,
        "services": summary.services,
        "models": summary.models,
        "kinds": summary.kinds,
        "session_id": summary.session_id,
        "user_id": summary.user_id,
        "tags": summary.tags,
        "input_preview": summary.input_preview,
        "output_preview": summary.output_preview,
    }


def envelope(alias: str, items: Sequence[dict[str, Any]], next_cursor: str | None) -> dict[str, Any]:
    """A page of a list. The rows stand under ``items`` and under the name of their kind; they are written once."""
    rows = orjson.Fragment(orjson.dumps(items))
    return {
        "items": rows,
        alias: rows,
        "count": len(items),
        "next_cursor": next_cursor,
        "has_more": next_cursor is not None,
    }


def _status(summary: TraceSummary) -> str | dict[str, Any]:
    if summary.running:
        return "running"
    return "completed" if summary.error is None else {"failed": {"error": summary.error or UNKNOWN_ERROR}}

"""Files as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import ContentState, FileAccess, FileSummary, FileUse
from .values import time_at

_MISSING = "missing"
_SENT = ("uploaded", "inline")


def file(summary: FileSummary, states: Mapping[str, ContentState]) -> dict[str, Any]:
    """A path in a list. Hash, size and state are those of its newest version."""
    return {
        "path": summary.path,
        "versions": summary.versions,
        "reads": summary.readers.count,
        "writes": summary.writers.count,
        "readers": _use(summary.readers),
        "writers": _use(summary.writers),
        "last_accessed_at": time_at(summary.last_start_ns),
        "hash": summary.version,
        "size": summary.size,
        "state": _state(summary.version, summary.state, states),
        "available": _available(summary.version, states),
    }


def access(row: FileAccess, states: Mapping[str, ContentState]) -> dict[str, Any]:
    """What one span did to a path."""
    return {
        "path": row.path,
        "trace_id": row.trace_id,
        "span_id": row.span_id,
        "service": row.service or None,
        "kind": row.kind,
        "operation": row.operation,
        "count": row.count,
        "at": time_at(row.start_ns),
        "hash": row.version,
        "hash_before": row.version_before,
        "size": row.size,
        "bytes": row.bytes,
        "renamed_from": row.source,
        "error_type": row.error_type,
        "state": _state(row.version, row.state, states),
        "available": _available(row.version, states),
        "before_available": _available(row.version_before, states),
    }


def _use(use: FileUse) -> dict[str, Any]:
    return {"services": use.services, "trace_ids": use.trace_ids, "trace_count": use.trace_count}


def _state(version: str | None, told: str | None, states: Mapping[str, ContentState]) -> str | None:
    """Ours if we know one; else what the application said, unless it said that it sent what is not here."""
    if version is None:
        return told
    known = states.get(version)
    if known is not None:
        return known.value
    return _MISSING if told is None or told in _SENT else told


def _available(version: str | None, states: Mapping[str, ContentState]) -> bool:
    return version is not None and states.get(version) is ContentState.KEPT

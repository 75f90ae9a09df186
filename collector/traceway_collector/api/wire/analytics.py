"""Answers of the analytics as JSON."""

from __future__ import annotations

from typing import Any

from ...model import Aggregated, Group
from ...query.filters import Aggregation
from ...query.metrics import ATTRIBUTES, GROUPS, METRICS
from .values import time_at


def period(answer: Aggregated, asked: Aggregation) -> dict[str, Any]:
    """Groups and totals."""
    return {"groups": [_group(group, asked) for group in answer.groups], "totals": answer.totals}


def schema() -> dict[str, Any]:
    """Everything that can be counted and grouped by."""
    return {
        "metrics": [{"name": name, "about": metric.about, "unit": metric.unit} for name, metric in METRICS.items()],
        "group_by": [{"name": name, "about": about} for name, about in {**GROUPS, **ATTRIBUTES}.items()],
    }


def summary(answer: Aggregated) -> dict[str, Any]:
    """Everything at a glance, from groups by model, provider and kind."""
    calls = [(group.key, group.metrics) for group in answer.groups if group.metrics["call_count"]]
    totals = answer.totals
    return {
        "total_traces": totals["trace_count"],
        "total_spans": totals["span_count"],
        "total_llm_calls": sum(found["call_count"] or 0 for (_, _, kind), found in calls if kind == "llm_call"),
        "total_cost": totals["total_cost"],
        "total_tokens": totals["total_tokens"],
        "avg_latency_ms": totals["avg_latency_ms"],
        "error_count": totals["error_count"],
        "models_used": sorted({str(model) for (model, _, _), _ in calls if model}),
        "providers_used": sorted({str(provider) for (_, provider, _), _ in calls if provider}),
        "cost_by_model": _by_model(calls, "total_cost"),
        "tokens_by_model": _by_model(calls, "total_tokens"),
        "uncosted_calls": totals["uncosted_calls"],
        "uncosted_share": totals["uncosted_share"],
    }


def _by_model(calls: list[tuple[Any, dict[str, float | None]]], metric: str) -> dict[str, float]:
    """Sums by model; a model of which nothing is known is left out."""
    found: dict[str, float] = {}
    for (model, _, _), metrics in calls:
        value = metrics[metric]
        if model and value is not None:
            found[model] = found.get(model, 0) + value
    return found


def _group(group: Group, asked: Aggregation) -> dict[str, Any]:
    key = {
        grouping.name: time_at(value) if isinstance(value, int) else value
        for grouping, value in zip(asked.group_by, group.key, strict=True)
    }
    found: dict[str, Any] = {"key": key, "metrics": group.metrics}
    return {**found, "other": True} if group.other else found

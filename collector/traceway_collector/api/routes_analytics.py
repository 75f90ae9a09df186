"""The operations that count: analytics, sessions, prices."""

from __future__ import annotations

from ..query import parameters as query
from . import analytics, schema_analytics
from .endpoint import Endpoint

ANALYTICS: tuple[Endpoint, ...] = (
    Endpoint(
        "POST",
        "/analytics",
        analytics.post_analytics,
        "Numbers about groups of spans: tokens and cost once a call, whoever recorded it.",
        schema_analytics.AnalyticsAnswer,
        body=schema_analytics.AnalyticsQuestion,
    ),
    Endpoint(
        "GET",
        "/analytics/schema",
        analytics.get_analytics_schema,
        "What can be counted, and what spans can be grouped by.",
        schema_analytics.AnalyticsSchema,
    ),
    Endpoint(
        "GET",
        "/analytics/summary",
        analytics.get_analytics_summary,
        "Everything at a glance.",
        schema_analytics.AnalyticsSummary,
        parameters=query.SPAN_FILTER,
    ),
)

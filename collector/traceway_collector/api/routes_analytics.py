"""The operations that count: analytics, sessions, prices."""

from __future__ import annotations

from ..errors import NotFound, QueryTooLarge
from ..query import parameters as query
from . import analytics, prices, schema_analytics, sessions
from .endpoint import Endpoint

_SESSION = (query.text("session_id", "path_session", "The session, as it was named.", repeats=False),)

ANALYTICS: tuple[Endpoint, ...] = (
    Endpoint(
        "POST",
        "/analytics",
        analytics.post_analytics,
        "Numbers about groups of spans: tokens and cost once a call, whoever recorded it.",
        schema_analytics.AnalyticsAnswer,
        errors=(QueryTooLarge,),
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
        errors=(QueryTooLarge,),
    ),
    Endpoint(
        "GET",
        "/sessions",
        sessions.list_sessions,
        "Sessions, last active first; a filter finds those with a trace that it finds.",
        schema_analytics.SessionList,
        parameters=(*query.SPAN_FILTER, query.limit(sessions.DEFAULT_SESSIONS), query.CURSOR),
        errors=(QueryTooLarge,),
    ),
    Endpoint(
        "GET",
        "/sessions/{session_id}",
        sessions.get_session,
        "One session with its traces, oldest first.",
        schema_analytics.SessionDetail,
        path_parameters=_SESSION,
        parameters=(query.limit(sessions.DEFAULT_TRACES), query.CURSOR),
        errors=(NotFound, QueryTooLarge),
    ),
    Endpoint(
        "GET",
        "/spans/{span_id}/price",
        prices.get_span_price,
        "What each class of a span's tokens costs, by which price; or why that is not known.",
        schema_analytics.SpanPrice,
        path_parameters=(query.PATH_SPAN,),
        parameters=(query.TRACE,),
        errors=(NotFound,),
    ),
)

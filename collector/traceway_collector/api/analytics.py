"""Analytics: numbers about groups of spans."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from ..errors import BadInput
from ..query import analytics
from ..query import parameters as query
from ..query.filters import Aggregation, Grouping, SpanFilter
from ..query.language import BadQuery
from ..store import Store
from .bodies import read_body
from .endpoint import Call
from .responses import JSON
from .schema_analytics import AnalyticsQuestion
from .traces import asked as filter_of
from .traces import span_filter
from .wire import analytics as wire
from .wire.values import text_or_none, time_at

_SUMMARY = Aggregation(
    metrics=(
        "trace_count",
        "span_count",
        "call_count",
        "total_cost",
        "total_tokens",
        "avg_latency_ms",
        "error_count",
        "uncosted_calls",
        "uncosted_share",
    ),
    group_by=(Grouping("model", "model"), Grouping("provider", "provider"), Grouping("kind", "kind")),
    limit=analytics.MOST_GROUPS,
)


async def post_analytics(call: Call) -> Response:
    body = await read_body(call.request, AnalyticsQuestion)
    parts = body.model_dump()
    where = _where(parts.pop("filter"), call.now_ns)
    analysis = analytics.read(where=where, now_ns=call.now_ns, **parts)
    return await call.run(_answer, call.services.store, analysis)


def _answer(store: Store, analysis: analytics.Analysis) -> Response:
    found = store.time_range(analysis.asked.where) if analysis.needs_range else None
    asked, first_ns, last_ns = analytics.placed(analysis, found)
    answer = store.aggregate(asked)
    shown = wire.period(analytics.finished(answer, asked, analysis.fill, first_ns, last_ns), asked)
    if analysis.previous:
        earlier = analytics.before(asked, answer)
        bounds = earlier.where.since_ns, earlier.where.until_ns
        shown["previous"] = wire.period(
            analytics.finished(store.aggregate(earlier), earlier, analysis.fill, *bounds), earlier
        )
    return JSON(
        {
            **shown,
            "bucket_ns": text_or_none(asked.buckets.width_ns if asked.buckets else None),
            "since": time_at(first_ns or 0),
            "until": time_at(last_ns or 0),
            "truncated": answer.truncated,
        }
    )


def _where(given: dict[str, Any], now_ns: int) -> SpanFilter:
    """The filter of a question. Errors name its field as it stands in the body; those of q point into its text."""
    try:
        return filter_of(query.read(query.SPAN_FILTER, analytics.filter_items(given), now_ns), now_ns).where
    except BadQuery:
        raise
    except BadInput as error:
        field = error.field or ""
        raise BadInput(error.message, field=field if field.startswith("filter") else f"filter.{field}") from None


async def get_analytics_schema(call: Call) -> Response:
    return JSON(wire.schema())


async def get_analytics_summary(call: Call) -> Response:
    asked = Aggregation(_SUMMARY.metrics, _SUMMARY.group_by, span_filter(call), limit=_SUMMARY.limit)
    return JSON(wire.summary(await call.run(call.services.store.aggregate, asked)))


__all__ = ["get_analytics_schema", "get_analytics_summary", "post_analytics"]

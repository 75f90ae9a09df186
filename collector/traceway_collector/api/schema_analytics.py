"""Questions and answers of the analytics as pydantic models; see ``schema.py``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, JsonValue

from ..query.analytics import AUTO, DEFAULT_LIMIT
from .schema import At, Model, Ns, Page, Trace


class AnalyticsQuestion(Model):
    """What to count, of which spans, in which groups."""

    metrics: list[str] = Field(description="Names of /api/analytics/schema.", examples=[["total_cost", "call_count"]])
    group_by: list[str] = Field([], description="Names of /api/analytics/schema.", examples=[["model", "time"]])
    filter: dict[str, JsonValue] = Field(
        {}, description="What the parameters of /api/spans take, under their names, q among them; lists mean any of."
    )
    bucket: str = Field(AUTO, description='How long a group by "time" is: "auto", or a duration such as "5m" or "1d".')
    fill: Literal["none", "zero", "null"] = Field("none", description="What stands for groups of time without spans.")
    top: int | None = Field(None, description="Show this many series; a series is a group but for the time.")
    other: bool = Field(True, description="With top: the rest as one series.")
    order_by: str | None = Field(None, description="A metric; the first one unless told otherwise.")
    descending: bool = True
    previous_period: bool = Field(False, description="Also the period of the same length just before filter.since.")
    limit: int = Field(DEFAULT_LIMIT, description="Groups to give at most; with fill all are given, up to 10,000.")
    time_zone: str = Field("UTC", description="IANA name of the zone in which days and hours begin.")


Values = Annotated[dict[str, float | None], Field(description="By the names of the metrics; null when not known.")]


class AnalyticsGroup(Model):
    key: dict[str, str | None] = Field(
        description="By the names of group_by; a time is the RFC 3339 start of its bucket."
    )
    metrics: Values
    other: Literal[True] = Field(True, description="There on the rest of the series alone.")


class AnalyticsPeriod(Model):
    groups: list[AnalyticsGroup]
    totals: Values = Field(description="Of everything that was asked for, shown or not.")


class AnalyticsAnswer(AnalyticsPeriod):
    previous: AnalyticsPeriod | None = Field(None, description="There when it was asked for.")
    bucket_ns: Ns | None
    since: At | None
    until: At | None
    truncated: bool = Field(description="Whether there are more groups.")


class MetricAbout(Model):
    name: str
    about: str
    unit: Literal["usd", "tokens", "ms", "tokens/s", "count", "ratio", "bytes"]


class GroupAbout(Model):
    name: str
    about: str


class AnalyticsSchema(Model):
    metrics: list[MetricAbout]
    group_by: list[GroupAbout]


class AnalyticsSummary(Model):
    """Null means not known."""

    total_traces: int
    total_spans: int
    total_llm_calls: int
    total_cost: float | None
    total_tokens: int | None
    avg_latency_ms: float | None
    error_count: int
    models_used: list[str]
    providers_used: list[str]
    cost_by_model: dict[str, float]
    tokens_by_model: dict[str, int]
    uncosted_calls: int
    uncosted_share: float | None


class Session(Model):
    """All spans of the traces that name a session, each call counted once. Null means not known."""

    id: str
    trace_count: int
    users: list[str]
    started_at: At | None
    last_at: At | None = Field(description="The start of the newest span that names the session.")
    span_count: int
    error_count: int
    input_tokens: int | None
    output_tokens: int | None
    total_tokens: int | None
    cost_usd: float | None
    cost_complete: bool = Field(description="False when a call that costs something has no known price.")
    services: list[str]
    models: list[str]
    input_preview: str | None
    output_preview: str | None


class SessionList(Page):
    items: list[Session]
    sessions: list[Session]


class SessionDetail(Model):
    session: Session
    traces: list[Trace]
    count: int
    next_cursor: str | None


class Charge(Model):
    """Tokens in a cache are not among those of input; reasoning is part of output and priced like it."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    token_class: Literal["input", "cached_input", "cache_write", "output", "request"] = Field(alias="class")
    tokens: int | None
    usd_per_million: float | None
    usd: float | None


class SpanPrice(Model):
    source: str | None = Field(
        description='"reported" by the application, or which price of which date; null: unknown.'
    )
    date: str | None = Field(description="The date of the source.", examples=["2026-10-01"])
    classes: list[Charge]
    total_usd: float | None
    why_unknown: str | None = Field(description="Why a price, or the prices of the classes, are not known.")

"""Numbers about groups of spans: an aggregation as one statement, or two where only some series are shown."""

from __future__ import annotations

from collections.abc import Sequence
from string import Template
from typing import Any

from ...errors import BadInput
from ...model import Aggregated, Group
from ...query.filters import Aggregation, SpanFilter
from . import where as conditions
from .analytics_statements import Statements
from .engine import Engine
from .repeats import Repeats
from .rows import text
from .sqlfiles import read


class AnalyticsReader:
    """Implements the part of ``store.Reader`` that counts."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._repeats = Repeats(engine)
        self._zones: frozenset[str] = frozenset()

    def aggregate(self, asked: Aggregation) -> Aggregated:
        """See ``store.Reader.aggregate``."""
        if asked.buckets and asked.buckets.zone:
            self._check_zone(asked.buckets.zone)
        question = Statements(asked, self._repeats.now())
        if not asked.group_by:
            return Aggregated((Group((), totals := self._totals(question)),), totals)
        series = asked.series
        # Over time alone there is one series, and it is shown.
        if series is None and asked.top is not None and question.in_series:
            series = tuple(int(row[0]) for row in self._query(question.series_sql(), question, top=asked.top))
        rows = self._query(question.groups_sql(series), question, limit=asked.limit + 2, series=list(series or ()))
        whole = [row for row in rows if row[0]]
        found = [question.group(row, series) for row in rows if not row[0]]
        totals = self._totals(question) if question.in_many_groups or not whole else question.metrics(whole[0])
        return Aggregated(tuple(found[: asked.limit]), totals, len(found) > asked.limit, series)

    def time_range(self, where: SpanFilter) -> tuple[int, int] | None:
        """See ``store.Reader.time_range``."""
        condition = conditions.of_spans(where)
        sql = Template(read("queries/analytics_range.sql")).substitute(where=condition.sql)
        ((count, first_ns, last_ns),) = self._engine.query(sql, condition.parameters, bounded=True)
        return (int(first_ns), int(last_ns)) if count else None

    def _check_zone(self, name: str) -> None:
        if not self._zones:
            rows = self._engine.query(read("queries/time_zones.sql"))
            self._zones = frozenset(text(row[0]) for row in rows)
        if name not in self._zones:
            raise BadInput(f"time_zone is {name[:100]!r}, which the store does not know", field="time_zone")

    def _totals(self, question: Statements) -> dict[str, float | None]:
        return question.metrics(self._query(question.totals_sql(), question)[0])

    def _query(self, sql: str, question: Statements, **more: Any) -> Sequence[Sequence[Any]]:
        return self._engine.query(sql, {**question.parameters, **more}, bounded=True)

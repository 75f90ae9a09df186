"""The read role for metrics."""

from __future__ import annotations

from collections.abc import Sequence
from string import Template
from typing import Any

from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric

from ...model import MetricName, StoredMetric
from ...query.filters import Page, Position
from .. import PageOf
from . import rowid
from .engine import Engine
from .rowid import RowId
from .rows import ORIGIN, origin, text
from .sqlfiles import read

_COLUMNS = (*rowid.COLUMNS, "time_ns", "service", "metric", *ORIGIN)
_MAX_NS = (1 << 64) - 1


class MetricReader:
    """Implements the part of ``store.Reader`` that is about metrics, and its statistics."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def metric_points(
        self, name: str, page: Page, as_of_ns: int, *, since_ns: int | None = None, until_ns: int | None = None
    ) -> PageOf[StoredMetric]:
        """See ``store.Reader.metric_points``."""
        as_of_ns = page.after.as_of_ns if page.after else as_of_ns
        after, position = rowid.after(page.after)
        sql = Template(read("queries/metric_points.sql")).substitute(columns=", ".join(_COLUMNS), after=after)
        parameters = {
            **position,
            "as_of": as_of_ns,
            "name": name,
            "since_ns": since_ns or 0,
            "until_ns": _MAX_NS if until_ns is None else until_ns,
            "limit": page.limit + 1,
        }
        rows = self._engine.query(sql, parameters, bounded=True)
        points = [_stored_metric(row) for row in rows[: page.limit]]
        if len(rows) <= page.limit:
            return PageOf(points, None)
        row_id = RowId(*rows[page.limit - 1][: len(rowid.COLUMNS)])
        return PageOf(points, Position(as_of_ns, points[-1].time_ns, "", str(row_id)))

    def metric_names(self) -> Sequence[MetricName]:
        """See ``store.Reader.metric_names``."""
        return [
            MetricName(name=text(name), unit=text(unit), description=text(description), type=text(kind), points=points)
            for name, unit, description, kind, points in self._engine.query(read("queries/metric_names.sql"))
        ]

    def stats(self) -> dict[str, int]:
        """See ``store.Reader.stats``. A span stored twice counts twice until its copies have merged."""
        names = ("spans", "logs", "metric_points", "disk_bytes", "file_contents", "file_bytes")
        return dict(zip(names, self._engine.query(read("queries/stats.sql"))[0], strict=True))


def _stored_metric(row: Sequence[Any]) -> StoredMetric:
    time_ns, service, metric = row[len(rowid.COLUMNS) : -len(ORIGIN)]
    return StoredMetric(
        service=text(service), time_ns=time_ns, metric=Metric.FromString(metric), origin=origin(row[-len(ORIGIN) :])
    )

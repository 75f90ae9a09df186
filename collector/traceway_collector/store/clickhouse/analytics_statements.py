"""The statements of an aggregation, and what their rows mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from string import Template
from typing import Any

from ...model import Group
from ...query.filters import Aggregation, Grouping
from . import where as conditions
from .analytics_fragments import ATTRIBUTE, GROUPS, LISTS, METRICS, RESOURCE, TIME, TIME_ON_THE_WALL
from .repeats import Repeated
from .rows import text
from .sqlfiles import read


class Statements:
    """The statements of one aggregation, and what their rows mean."""

    def __init__(self, asked: Aggregation, repeated: Repeated) -> None:
        self._asked = asked
        self._repeated = repeated
        self._where = conditions.of_spans(asked.where)
        self.parameters: dict[str, Any] = {**self._where.parameters, **repeated.parameters}
        if asked.buckets:
            self.parameters |= {"width_ns": asked.buckets.width_ns, "shift_ns": asked.buckets.shift_ns}
            if asked.buckets.zone:
                self.parameters["zone"] = asked.buckets.zone
        self._keys = [self._key(place, grouping) for place, grouping in enumerate(asked.group_by)]
        self._names = [f"k{place}" for place in range(len(self._keys))]
        self._series = [name for name, by in zip(self._names, asked.group_by, strict=True) if by.field != "time"]
        self._times = [name for name in self._names if name not in self._series]
        lists = zip(self._names, asked.group_by, strict=True)
        self._lists = {name for name, grouping in lists if grouping.field in LISTS}

    @property
    def in_many_groups(self) -> bool:
        """Whether a span may stand in several groups, so that its groups say nothing of everything."""
        return bool(self._lists)

    @property
    def in_series(self) -> bool:
        """Whether it is grouped by anything but the time."""
        return bool(self._series)

    def totals_sql(self) -> str:
        """One row: of everything."""
        return _fill("totals", metrics=self._metrics(), source=self._source([]))

    def series_sql(self) -> str:
        """The series to show, best first."""
        keys = [key for key, name in zip(self._keys, self._names, strict=True) if name in self._series]
        return _fill(
            "series",
            identity=self._identity(),
            source=self._source(list(zip(keys, self._series, strict=True))),
            names=", ".join(self._series),
            order=self._order(),
        )

    def groups_sql(self, series: Sequence[int] | None) -> str:
        """A row a group, after one of everything: whether it is that, whether it is the rest, its keys, its metrics."""
        source = self._source(list(zip(self._keys, self._names, strict=True)))
        names = ["shown", *self._names]
        if series is None:
            shown = _fill("all", source=source)
        else:
            keys = ", ".join(f"if(shown, {name}, '') AS {name}" for name in self._series)
            shown = _fill("shown", keys=keys, identity=self._identity(), source=source)
        return _fill(
            "groups",
            shown=shown,
            metrics=self._metrics(),
            names=", ".join(names),
            having="1" if series is None or self._asked.other else "whole OR shown",
            order=", ".join([*self._times, self._order(), *self._series]),
        )

    def group(self, row: Sequence[Any], series: Sequence[int] | None) -> Group:
        """A group from its row."""
        shown = bool(row[1])
        values = row[2 : 2 + len(self._names)]
        key = tuple(
            _known_key(value) if shown or by.field == "time" else None
            for value, by in zip(values, self._asked.group_by, strict=True)
        )
        return Group(key, self.metrics(row), other=not shown)

    def metrics(self, row: Sequence[Any]) -> dict[str, float | None]:
        """The metrics, which end every row."""
        names = self._asked.metrics
        return {name: _known(value) for name, value in zip(names, row[len(row) - len(names) :], strict=True)}

    def _key(self, place: int, grouping: Grouping) -> str:
        if grouping.field == "time":
            return TIME_ON_THE_WALL if self._asked.buckets and self._asked.buckets.zone else TIME
        if grouping.field in ("attribute", "resource"):
            self.parameters[f"g{place}"] = grouping.attribute
            return (ATTRIBUTE if grouping.field == "attribute" else RESOURCE).replace("$name", f"g{place}")
        return GROUPS[grouping.field]

    def _source(self, keys: Sequence[tuple[str, str]]) -> str:
        """What is counted: spans, and apart from them the calls that were recorded more than once."""
        places = {
            "duration": conditions.SPAN_DURATION,
            "where": " AND ".join([self._where.sql, *self._repeated.current]),
            "final": self._repeated.final,
            "keys": "".join(f"{sql} AS {name}, " for sql, name in keys),
            "each_key": "".join(f"{self._each(name, sql)} AS {name}, " for sql, name in keys),
            "best_keys": "".join(f"{self._each(name, f'argMax({name}, rank)')} AS {name}, " for _, name in keys),
            "marked": f", {self._repeated.condition} AS repeated" if self._repeated.calls else "",
            "and_alone": " AND NOT repeated" if self._repeated.calls else "",
            "repeated": self._repeated.condition,
        }
        spans = _fill("spans", **places)
        return f"{spans}\nUNION ALL\n{_fill('calls', **places)}" if self._repeated.calls else spans

    def _each(self, name: str, sql: str) -> str:
        return f"arrayJoin({sql})" if name in self._lists else sql

    def _identity(self) -> str:
        return f"cityHash64({', '.join(self._series)})" if self._series else "0"

    def _metrics(self) -> str:
        return ", ".join(f"{METRICS[name]} AS {name}" for name in self._asked.metrics)

    def _order(self) -> str:
        direction = "DESC" if self._asked.descending else "ASC"
        return f"{METRICS[self._asked.order_by]} {direction} NULLS LAST"


def _fill(name: str, **places: str) -> str:
    return Template(read(f"queries/analytics_{name}.sql")).substitute(places)


def _known_key(value: Any) -> str | int | None:
    return (text(value) if isinstance(value, bytes | str) else int(value)) or None


def _known(value: Any) -> float | None:
    return None if value is None or not math.isfinite(value) else value

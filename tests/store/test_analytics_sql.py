"""The SQL of the analytics as it is sent, in files: a change of it is seen. ``UPDATE_GOLDEN=1`` writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from traceway_collector.query import metrics as known
from traceway_collector.query.filters import Aggregation, Buckets, Condition, Grouping, SpanFilter
from traceway_collector.store.clickhouse.analytics_fragments import GROUPS, METRICS
from traceway_collector.store.clickhouse.analytics_statements import Statements
from traceway_collector.store.clickhouse.repeats import Repeated, pack

FOLDER = Path(__file__).parent.parent / "golden/sql"
ONCE = Repeated(copies=False, moved=False, calls=False)
TWICE = Repeated(copies=True, moved=True, calls=True)
NAMED = Repeated(copies=False, moved=False, calls=True, packed=pack({1, 2}))
HOSTILE = "'; DROP TABLE spans; -- {x:String} $keys"
HOUR = Buckets(3600 * 10**9)
BERLIN = Buckets(86_400 * 10**9, 0, "Europe/Berlin")


def _by(*groupings: Grouping, metric: str = "span_count", **more) -> Statements:
    return Statements(Aggregation((metric,), groupings, order_by=metric, **more), more.pop("repeated", ONCE))


def _group(name: str) -> str:
    return _by(Grouping(name, name)).groups_sql(None)


def _statements() -> dict[str, str]:
    model = Grouping("model", "model")
    hour = Grouping("hour", "time")
    attribute = Grouping("attr.x", "attribute", HOSTILE)
    where = SpanFilter(models=(HOSTILE,), since_ns=1, conditions=(Condition("name", "any", (HOSTILE,)),))
    both = Aggregation(("total_cost", "p95_latency_ms"), (model, hour), buckets=HOUR, order_by="total_cost")
    return {
        **{f"group_{name}": _group(name) for name in GROUPS},
        **{f"metric_{name}": Statements(Aggregation((name,)), ONCE).totals_sql() for name in METRICS},
        "group_attribute": _by(attribute).groups_sql(None),
        "group_resource": _by(Grouping("resource.x", "resource", HOSTILE)).groups_sql(None),
        "group_time": _by(hour, buckets=HOUR).groups_sql(None),
        "group_time_in_a_zone": _by(hour, buckets=BERLIN).groups_sql(None),
        "filtered": _by(model, where=where).groups_sql(None),
        "series_first": Statements(both, ONCE).series_sql(),
        "series_shown": Statements(both, ONCE).groups_sql((1, 2)),
        "stored_twice": Statements(both, TWICE).groups_sql(None),
        "stored_twice_totals": Statements(both, TWICE).totals_sql(),
        "called_twice": Statements(both, NAMED).groups_sql(None),
    }


@pytest.mark.parametrize("name", list(_statements()))
def test_statements_are_those_on_file(name: str):
    path = FOLDER / f"analytics_{name}.sql"
    sql = _statements()[name] + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        FOLDER.mkdir(parents=True, exist_ok=True)
        path.write_text(sql, "utf-8")
    assert sql == path.read_text("utf-8")


def test_no_file_is_left_of_what_is_gone():
    names = {f"analytics_{name}.sql" for name in _statements()}
    assert {path.name for path in FOLDER.glob("analytics_*.sql")} == names


def test_text_of_a_caller_is_never_in_the_sql():
    for name, sql in _statements().items():
        assert "DROP" not in sql, name
        assert "Berlin" not in sql, name


def test_what_may_be_asked_is_what_there_is_sql_for():
    assert METRICS.keys() == known.METRICS.keys()
    assert {*GROUPS, "day", "hour", "minute", "time"} == known.GROUPS.keys()

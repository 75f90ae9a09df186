"""Pricing in the engine, from the first insert that misses to the one that hits, in a real chDB.

The database is not the default one: names in the templates must resolve wherever the tables are.
"""

from datetime import date, timedelta
from pathlib import Path

import clickhouse_connect
import pytest
from clickhouse_connect.driver.exceptions import DatabaseError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from traceway_semconv.prices import (
    MISSING_PRICE,
    PRICE_COLUMNS,
    SPENDING_KINDS,
    PriceBook,
    PriceRow,
    PriceTier,
    Usage,
    cost_column_sql,
    cost_sql,
    cost_usd,
    price_source_column_sql,
    price_sql,
    table_rows,
)

SQL = Path(__file__).parents[2] / "collector/traceway_collector/store/clickhouse/sql"
DAY = date(2026, 11, 10)
SPAN_COLUMNS = """
    n UInt32, kind LowCardinality(String), provider LowCardinality(String), model LowCardinality(String), day Date,
    input_tokens Nullable(Int64), output_tokens Nullable(Int64), cache_read_tokens Nullable(Int64),
    cache_write_tokens Nullable(Int64), reported_cost_usd Nullable(Float64)"""


def template(name, **values):
    text = (SQL / name).read_text().replace(" ON_CLUSTER", "")
    for key, value in values.items():
        text = text.replace("$" + key, value)
    return text


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    path = tmp_path_factory.mktemp("prices")
    with clickhouse_connect.get_client(interface="chdb", path=str(path)) as admin:
        admin.command("CREATE DATABASE priced")
        admin.command("USE priced")
        admin.command(template("prices_table.sql"))
        admin.command(template("prices_dictionary.sql", USER="'default'", PASSWORD="''"))
        admin.command(f"CREATE TABLE inbox ({SPAN_COLUMNS}) ENGINE = Null")
        admin.command(
            f"CREATE TABLE spans ({SPAN_COLUMNS}, cost_usd Nullable(Float64), price_source LowCardinality(String))"
            " ENGINE = MergeTree ORDER BY n"
        )
        admin.command(
            f"CREATE MATERIALIZED VIEW priced_spans TO spans AS SELECT * EXCEPT price,"
            f" {cost_column_sql(cost_sql())} AS cost_usd, {price_source_column_sql()} AS price_source"
            f" FROM (SELECT *, {price_sql()} AS price FROM inbox)"
        )
        yield admin


def add_prices(engine, *rows: PriceRow):
    data = [(*values, "test") for row in rows for values in table_rows(row)]
    engine.insert("prices", data, column_names=[*PRICE_COLUMNS, "book"])
    engine.command("SYSTEM RELOAD DICTIONARY prices_dictionary")


def insert(engine, spans):
    engine.command("TRUNCATE TABLE spans")
    engine.insert("inbox", spans)


def costs(engine):
    return engine.query("SELECT n, cost_usd, price_source FROM spans ORDER BY n").result_rows


def test_a_missing_price_stops_the_insert_and_is_there_for_the_next(engine):
    spans = [
        (1, "llm_call", "openai", "gpt-4o-mini", DAY, 1000, 100, None, None, None),
        (2, "llm_call", "ollama", "llama3.2", DAY, 1000, 100, None, None, None),
        (3, "agent", "openai", "never-looked-up", DAY, 1000, 100, None, None, None),
        (4, "llm_call", "openai", "gpt-4o-mini", DAY, None, None, None, None, 0.25),
        (5, "llm_call", "ollama", "llama3.2", DAY, 1000, 100, None, None, 0.0),
        (6, "llm_call", "openai", "gpt-4o-mini", DAY, None, None, 5, 5, None),
    ]
    with pytest.raises(DatabaseError, match=MISSING_PRICE):
        insert(engine, spans)
    assert costs(engine) == []

    book = PriceBook()
    keys = {(span[2], span[3], span[4]) for span in spans if span[1] in SPENDING_KINDS}
    rows = {key[1]: book.resolve(*key) for key in keys}
    add_prices(engine, *rows.values())

    insert(engine, spans)
    mini = rows["gpt-4o-mini"]
    expected = cost_usd(mini, Usage(1000, 100))
    assert costs(engine) == [
        (1, pytest.approx(expected, rel=1e-12), mini.source),
        (2, None, ""),
        (3, None, ""),
        (4, 0.25, "reported"),
        (5, None, ""),
        (6, None, ""),
    ]

    with pytest.raises(DatabaseError, match=MISSING_PRICE):
        insert(engine, [(1, "llm_call", "openai", "gpt-4o-mini", DAY + timedelta(1), 1, 1, None, None, None)])

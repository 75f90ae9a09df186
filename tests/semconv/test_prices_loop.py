"""Pricing in the engine (a real chDB): the first insert misses, the next one hits, and SQL says what Python says.

The database is not the default one: names in the templates must resolve wherever the tables are.
"""

from datetime import date, timedelta

import clickhouse_connect
import pytest
from clickhouse_connect.driver.exceptions import DatabaseError
from hypothesis import given, settings
from hypothesis import strategies as st

from traceway_collector.store.clickhouse.sqlfiles import Layout, fill
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
    price_origin_sql,
    price_source_column_sql,
    price_sql,
    table_rows,
)

DAY = date(2026, 11, 10)
SPAN_COLUMNS = """
    n UInt32, kind LowCardinality(String), provider LowCardinality(String), model LowCardinality(String), day Date,
    input_tokens Nullable(Int64), output_tokens Nullable(Int64), cache_read_tokens Nullable(Int64),
    cache_write_tokens Nullable(Int64), reported_cost_usd Nullable(Float64)"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    path = tmp_path_factory.mktemp("prices")
    with clickhouse_connect.get_client(interface="chdb", path=str(path)) as admin:
        admin.command("CREATE DATABASE priced")
        admin.command("USE priced")
        admin.command(fill("prices_table.sql", Layout()))
        admin.command(fill("prices_dictionary.sql", Layout(), user="'default'", password="''"))
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


def stored(engine):
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
    assert stored(engine) == []

    book = PriceBook()
    keys = {(span[2], span[3], span[4]) for span in spans if span[1] in SPENDING_KINDS}
    rows = {key[1]: book.resolve(*key) for key in keys}
    add_prices(engine, *rows.values())

    insert(engine, spans)
    mini = rows["gpt-4o-mini"]
    expected = cost_usd(mini, Usage(1000, 100))
    assert stored(engine) == [
        (1, pytest.approx(expected, rel=1e-12), mini.source),
        (2, None, ""),
        (3, None, ""),
        (4, 0.25, "reported"),
        (5, None, ""),
        (6, None, ""),
    ]

    with pytest.raises(DatabaseError, match=MISSING_PRICE):
        insert(engine, [(1, "llm_call", "openai", "gpt-4o-mini", DAY + timedelta(1), 1, 1, None, None, None)])


TIERED = (
    PriceTier(-1, 1.25e-6, 0.31e-6, 1.25e-6, 10e-6),
    PriceTier(200_000, 2.5e-6, 0.625e-6, 2.5e-6, 15e-6),
    PriceTier(1_000_000, 7e-6, 1e-6, 8e-6, 30e-6),
)
ROWS = {
    "unknown": PriceRow("p", "unknown", DAY, known=False),
    "flat": PriceRow("p", "flat", DAY, known=True, source="s", tiers=(PriceTier(-1, 3e-6, 3e-7, 3.75e-6, 15e-6),)),
    "tiered": PriceRow("p", "tiered", DAY, known=True, source="s", tiers=TIERED),
    "asks": PriceRow("p", "asks", DAY, known=True, source="s", tiers=(PriceTier(-1, 0, 0, 0, 0),), request_usd=0.014),
    "free": PriceRow("p", "free", DAY, known=True, source="s", tiers=(PriceTier(-1, 0, 0, 0, 0),)),
}
edges = [0, 1, 199_999, 200_000, 200_001, 1_000_000, 1_000_001, 2**53, 2**62]
tokens = st.none() | st.sampled_from(edges) | st.integers(0, 2_000_000)
calls = st.tuples(
    st.sampled_from([*SPENDING_KINDS, "agent", "tool", "custom"]),
    st.sampled_from(sorted(ROWS)),
    st.builds(Usage, tokens, tokens, tokens, tokens),
    st.none() | st.sampled_from([0.0, -1.0, 0.25, 1e9]),
)


@pytest.fixture(scope="module")
def priced(engine):
    add_prices(engine, *ROWS.values())
    return engine


def expected_columns(kind, row, usage, reported):
    if kind not in SPENDING_KINDS:
        return None, ""
    if reported is not None and reported > 0:
        return reported, "reported"
    cost = cost_usd(row, usage)
    return cost, "" if cost is None else row.source


@settings(max_examples=60, deadline=None)
@given(spans=st.lists(calls, min_size=1, max_size=60))
def test_sql_and_python_charge_alike(priced, spans):
    rows = [
        (n, kind, "p", name, DAY, u.input_tokens, u.output_tokens, u.cache_read_tokens, u.cache_write_tokens, reported)
        for n, (kind, name, u, reported) in enumerate(spans)
    ]
    insert(priced, rows)
    for (_, cost, source), (kind, name, usage, reported) in zip(stored(priced), spans, strict=True):
        expected_cost, expected_source = expected_columns(kind, ROWS[name], usage, reported)
        assert source == expected_source
        assert cost == (None if expected_cost is None else pytest.approx(expected_cost, rel=1e-12, abs=0))


def test_any_token_count_finds_its_price(priced):
    """Also what a broken instrumentation sends: a key that has rows must never look as if it were missing."""
    extremes = [-(2**63), -1, 0, 2**63 - 1]
    insert(
        priced, [(n, "llm_call", "p", "tiered", DAY, count, 1, None, None, None) for n, count in enumerate(extremes)]
    )
    assert [source for _, _, source in stored(priced)] == ["s"] * 4


def test_a_reader_asks_without_the_exception(priced):
    source = price_source_column_sql(price_origin_sql(model="'never-looked-up'"), throw_if_missing=False)
    insert(priced, [(1, "llm_call", "p", "flat", DAY, 1, 1, None, None, None)])
    assert priced.query(f"SELECT {source} FROM spans").result_rows == [("",)]


def test_an_agent_repeats_the_usage_of_its_children_and_needs_no_price(priced):
    insert(priced, [(1, "agent", "p", "never-looked-up", DAY, 5, 5, None, None, 0.5)])
    assert stored(priced) == [(1, None, "")]


@pytest.mark.parametrize("integer", ["UInt8", "UInt32", "Int32", "UInt64", "Int64"])
def test_token_columns_may_be_any_integers(priced, integer):
    columns = (
        f"input_tokens Nullable({integer}), output_tokens Nullable({integer}), cache_read_tokens Nullable({integer})"
    )
    spans = f"SELECT *, 'p' AS provider, 'flat' AS model, toDate('{DAY}') AS day FROM values('{columns}', (5, 7, 9))"
    cost = cost_sql(cache_write_tokens="NULL")
    (row,) = priced.query(f"SELECT {cost} FROM (SELECT *, {price_sql()} AS price FROM ({spans}))").result_rows
    assert row == (pytest.approx(cost_usd(ROWS["flat"], Usage(5, 7, 9)), rel=1e-12),)

"""The cost formula as ClickHouse expressions, and prices as rows of the table they are looked up in.

Every function in an expression costs about 0.1 ms of analysis on every insert, so the expressions are as small as the
rules allow. Columns may be given by any name; ``input_tokens`` and the like are their usual ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from .row import SPENDING_KINDS, PriceRow

PRICE_NUMBERS = (
    "input_usd_per_token",
    "cache_read_usd_per_token",
    "cache_write_usd_per_token",
    "output_usd_per_token",
    "request_usd",
)
"""What ``price_sql`` fetches, in the order of its tuple."""

PRICE_COLUMNS = (
    "provider",
    "model",
    "day",
    "min_input_tokens",
    "max_input_tokens",
    *PRICE_NUMBERS,
    "source",
    "source_date",
)
"""Columns of the price table that ``table_rows`` fills, in order."""

MISSING_PRICE = "traceway: a price has not been looked up yet"
"""Part of the message of the exception (code 395) that ``price_source_column_sql`` throws."""

_INT64_MIN, _INT64_MAX = -(2**63), 2**63 - 1

TableRow = tuple[str, str, date, int, int, float | None, float, float, float, float, str, date | None]


def table_rows(row: PriceRow) -> Iterator[TableRow]:
    """The rows of the price table for one price, one a tier, with the values of ``PRICE_COLUMNS``.

    Together they take every Int64, so a key that has rows is never missed, whatever a span says of its tokens.
    """
    key = (row.provider, row.model, row.day)
    if not row.known:
        yield (*key, _INT64_MIN, _INT64_MAX, None, 0.0, 0.0, 0.0, 0.0, row.source, row.source_date)
        return
    for index, tier in enumerate(row.tiers):
        last = index == len(row.tiers) - 1
        yield (
            *key,
            tier.above_input_tokens + 1 if index else _INT64_MIN,
            _INT64_MAX if last else row.tiers[index + 1].above_input_tokens,
            tier.input_usd_per_token,
            tier.cache_read_usd_per_token,
            tier.cache_write_usd_per_token,
            tier.output_usd_per_token,
            row.request_usd,
            row.source,
            row.source_date,
        )


def price_sql(
    dictionary: str = "prices_dictionary",
    *,
    provider: str = "provider",
    model: str = "model",
    day: str = "day",
    input_tokens: str = "input_tokens",
) -> str:
    """The price that applies to a span, as a tuple of ``PRICE_NUMBERS``. Its first number is NULL if it is unknown.

    ``provider`` and ``model`` must not be Nullable, ``day`` is a Date.
    """
    numbers = ", ".join(f"'{name}'" for name in PRICE_NUMBERS)
    return f"dictGet('{dictionary}', ({numbers}), ({provider}, {model}, {day}), ifNull({input_tokens}, 0))"


def price_origin_sql(
    dictionary: str = "prices_dictionary", *, provider: str = "provider", model: str = "model", day: str = "day"
) -> str:
    """Where that price is from, String: ``PriceRow.source``, or '' if the price was not looked up yet.

    Apart from the numbers, because a tuple of numbers alone goes into ``dotProduct`` whole, which halves the time.
    """
    # All tiers of a price have the same source and the first takes every call from 0 tokens on.
    return f"dictGet('{dictionary}', 'source', ({provider}, {model}, {day}), 0)"


def cost_sql(
    price: str = "price",
    *,
    input_tokens: str = "input_tokens",
    output_tokens: str = "output_tokens",
    cache_read_tokens: str = "cache_read_tokens",
    cache_write_tokens: str = "cache_write_tokens",
) -> str:
    """The cost by the price table, Nullable(Float64): ``row.cost_usd`` in SQL. The token columns are Nullable integers.

    ``price``: what ``price_sql`` gives. ``greatest`` skips NULLs: its second argument makes the uncached tokens at
    least 0, and NULL only if input and output both are. That NULL, or the one in an unknown price, makes the sum NULL.
    ``toInt8``: unsigned columns minus each other are signed, and ``greatest`` wants arguments of one sign.
    """
    read, write = f"ifNull({cache_read_tokens}, 0)", f"ifNull({cache_write_tokens}, 0)"
    uncached = f"greatest({input_tokens} - {read} - {write}, ifNull({input_tokens}, {output_tokens}) * toInt8(0))"
    return f"dotProduct(({uncached}, {read}, {write}, ifNull({output_tokens}, 0), 1), {price})"


def cost_column_sql(cost: str, *, kind: str = "kind", reported_cost_usd: str = "reported_cost_usd") -> str:
    """The column ``cost_usd``, Nullable(Float64). ``cost``: an expression such as ``cost_sql()``.

    Only spending kinds have a cost. A reported cost wins if it is above 0: instrumentations that do not know a price
    report 0 (seen with OpenLIT), and a cost that is not known must not look like one that is.
    """
    spent = f"if({reported_cost_usd} > 0, {reported_cost_usd}, {cost})"
    return f"if({kind} IN {SPENDING_KINDS}, {spent}, NULL)"


def price_source_column_sql(
    origin: str | None = None,
    *,
    kind: str = "kind",
    cost_usd: str = "cost_usd",
    reported_cost_usd: str = "reported_cost_usd",
    throw_if_missing: bool = True,
) -> str:
    """The column ``price_source``, String: 'reported', the price's origin, or '' where ``cost_usd`` is NULL.

    ``origin``: ``price_origin_sql()`` unless given. ``cost_usd``: the column that ``cost_column_sql`` makes. With
    ``throw_if_missing`` a span that needs a price which the table does not hold stops the query: ``MISSING_PRICE``.
    """
    origin = origin or price_origin_sql()
    chosen = f"isNull({cost_usd}), '', {reported_cost_usd} > 0, 'reported', {origin})"
    if not throw_if_missing:
        return f"multiIf({chosen}"
    missing = f"{kind} IN {SPENDING_KINDS} AND {origin} = ''"
    return f"multiIf(throwIf({missing}, '{MISSING_PRICE}'), '', {chosen}"

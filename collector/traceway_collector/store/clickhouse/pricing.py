"""Prices in the engine: the view that inserts spans looks them up in a dictionary and computes the cost.

A price that was never asked for stops the insert before anything is written. It is then resolved from the price book,
kept in the table ``prices`` and the insert is made again: one slow insert for every (provider, model, day), and nothing
on the others.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import date
from string import Template

from traceway_semconv.prices import (
    PRICE_COLUMNS,
    SPENDING_KINDS,
    PriceBook,
    cost_column_sql,
    cost_sql,
    price_origin_sql,
    price_source_column_sql,
    price_sql,
    table_rows,
)

from .engine import Engine
from .sqlfiles import fill, read

DAY = "toDate(toUInt32(least(intDiv(start_ns, 1000000000), 4294967295)))"
SPENDING = "(" + ", ".join(f"'{kind}'" for kind in SPENDING_KINDS) + ")"


def with_price(reported_cost_usd: str) -> str:
    """The WITH clause that ``COSTS`` need; ``reported_cost_usd``: the vocabulary's expression for it."""
    return f"{reported_cost_usd} AS reported_cost_usd,\n    {DAY} AS day,\n    {price_sql()} AS price"


# The last columns of the view. ``price_source`` throws where a price was never looked up.
COSTS = f"{cost_column_sql(cost_sql())} AS cost_usd,\n    {price_source_column_sql()} AS price_source"


class Prices:
    """The table and the dictionary of prices, filled from a price book. Thread-safe."""

    def __init__(self, engine: Engine, book: PriceBook) -> None:
        self._engine = engine
        self._book = book
        self._lock = threading.Lock()

    def start(self) -> None:
        """Forget prices that another book resolved."""
        others = self._engine.query(read("queries/prices_of_others.sql"), {"book": self._book.version})
        if others[0][0]:
            # All of them: those of this book are resolved again when asked for, and a start waits for no mutation,
            # which would queue behind those of the spans.
            self._engine.command("TRUNCATE TABLE prices")
        self._engine.command("SYSTEM RELOAD DICTIONARY prices_dictionary")

    def learn(self) -> None:
        """Resolve every price that was asked for and is not known yet, and make it usable."""
        with self._lock:
            wanted = self._engine.query(read("queries/price_keys_wanted.sql"))
            self._keep((provider.decode(), model.decode(), day) for provider, model, day in wanted)

    def reprice(self, since_ns: int | None, until_ns: int | None) -> int:
        """Compute stored costs again from the book. Returns how many spans have another cost or source now."""
        with self._lock:
            self._engine.command("TRUNCATE TABLE prices")
            self._engine.command(read("queries/price_keys_of_spans.sql"))
            wanted = self._engine.query(read("queries/price_keys_wanted.sql"))
            self._keep((provider.decode(), model.decode(), day) for provider, model, day in wanted)
            bounds = {"since_ns": since_ns or 0, "until_ns": until_ns if until_ns is not None else 2**64 - 1}
            places = {"cost": _stored_cost(), "source": _stored_source(), "spending": SPENDING}
            places["changed"] = Template(read("queries/changed_cost.sql")).substitute(places)
            layout = self._engine.layout
            count = int(self._engine.query(fill("queries/changed_costs.sql", layout, **places), bounds)[0][0])
            if count:
                self._engine.command(fill("queries/reprice.sql", layout, **places), bounds)
            return count

    def _keep(self, keys: Iterable[tuple[str, str, date]]) -> None:
        lines = [
            (*row, self._book.version)
            for provider, model, day in keys
            for row in table_rows(self._book.resolve(provider, model, day))
        ]
        if lines:
            self._engine.insert_rows("prices", (*PRICE_COLUMNS, "book"), lines)
        self._engine.command("SYSTEM RELOAD DICTIONARY prices_dictionary")


def _price() -> str:
    return price_sql(day=DAY)


def _stored_cost() -> str:
    return cost_column_sql(cost_sql(price=_price()), reported_cost_usd="NULL")


def _stored_source() -> str:
    return f"if(isNull({_stored_cost()}), '', {price_origin_sql(day=DAY)})"

"""What a model call costs: where prices come from, and one formula, as Python and as a ClickHouse expression.

Prices are in USD per token. ``PriceBook`` finds the price of a (provider, model, day); ``cost_usd`` and the functions
of ``sql`` apply it. Importing this package does not load the built-in prices; making a ``PriceBook`` does.
"""

from .book import PriceBook
from .file import PriceFileError
from .row import SPENDING_KINDS, PriceRow, PriceTier, Usage, cost_usd
from .sql import (
    MISSING_PRICE,
    PRICE_COLUMNS,
    PRICE_NUMBERS,
    cost_column_sql,
    cost_sql,
    price_origin_sql,
    price_source_column_sql,
    price_sql,
    table_rows,
)

__all__ = [
    "MISSING_PRICE",
    "PRICE_COLUMNS",
    "PRICE_NUMBERS",
    "SPENDING_KINDS",
    "PriceBook",
    "PriceFileError",
    "PriceRow",
    "PriceTier",
    "Usage",
    "cost_column_sql",
    "cost_sql",
    "cost_usd",
    "price_origin_sql",
    "price_source_column_sql",
    "price_sql",
    "table_rows",
]

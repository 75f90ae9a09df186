"""The price of a span."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from traceway_semconv.prices.charges import Charge

from ...model import SpanFacts

_MILLION = 1_000_000


def price(
    facts: SpanFacts, source_date: date | None, found: Sequence[Charge], why_unknown: str | None
) -> dict[str, Any]:
    """Classes of tokens with what each costs."""
    return {
        "source": facts.price_source,
        "date": source_date.isoformat() if source_date else None,
        "classes": [
            {
                "class": charge.token_class,
                "tokens": charge.tokens,
                # A price is written by the million and kept by the token: what lies behind twelve digits is of that.
                "usd_per_million": None
                if charge.usd_per_token is None
                else float(f"{charge.usd_per_token * _MILLION:.12g}"),
                "usd": charge.usd,
            }
            for charge in found
        ],
        "total_usd": facts.cost_usd,
        "why_unknown": why_unknown,
    }

"""The cost of one call, taken apart: what each class of tokens is charged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .row import PriceRow, Usage

TokenClass = Literal["input", "cached_input", "cache_write", "output", "request"]


@dataclass(frozen=True, slots=True)
class Charge:
    """One class of tokens. ``usd_per_token`` is None where no price is known; "request" is charged once a call and has
    no tokens. Tokens read from a cache or written to one are not among those of "input"; reasoning is part of "output"
    and priced like it."""

    token_class: TokenClass
    tokens: int | None
    usd_per_token: float | None
    usd: float | None


def charges(row: PriceRow | None, usage: Usage) -> tuple[Charge, ...]:
    """The classes of a call whose tokens are known, or charged; their sum is ``row.cost_usd``. ``row``: None where its
    price is not known."""
    tier = row.tier(usage.input_tokens or 0) if row and row.known else None
    read, write = usage.cache_read_tokens, usage.cache_write_tokens
    uncached = None if usage.input_tokens is None else max(usage.input_tokens - (read or 0) - (write or 0), 0)
    prices: tuple[tuple[TokenClass, int | None, float | None], ...] = (
        ("input", uncached, tier.input_usd_per_token if tier else None),
        ("cached_input", read, tier.cache_read_usd_per_token if tier else None),
        ("cache_write", write, tier.cache_write_usd_per_token if tier else None),
        ("output", usage.output_tokens, tier.output_usd_per_token if tier else None),
    )
    found = [
        Charge(name, tokens, price, None if price is None else tokens * price)
        for name, tokens, price in prices
        if tokens is not None
    ]
    if row and row.known and row.request_usd:
        found.append(Charge("request", None, None, row.request_usd))
    return tuple(found)

"""The price of one model on one day, and the cost of one call at that price."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

SPENDING_KINDS = ("llm_call", "embedding", "rerank")
"""The span kinds that cost money. Agents and workflows repeat what their children spent, so they have no cost."""

UNKNOWN_SOURCE = "unknown"
"""``PriceRow.source`` of a model whose price nobody knows."""


@dataclass(frozen=True, slots=True)
class PriceTier:
    """Prices in USD per token for calls with more than ``above_input_tokens`` input tokens.

    A call is charged whole at the prices of the one tier it falls into: nothing is charged at a lower tier's price.
    ``above_input_tokens`` is -1 for the first tier, which takes every call.
    """

    above_input_tokens: int
    input_usd_per_token: float
    cache_read_usd_per_token: float
    cache_write_usd_per_token: float
    output_usd_per_token: float


@dataclass(frozen=True, slots=True)
class PriceRow:
    """What (``provider``, ``model``) cost on ``day`` (UTC).

    ``tiers`` are in ascending order and empty when ``known`` is false. ``request_usd`` is charged once a call.
    ``source`` says where the price is from, for people; ``source_date`` is the date of that source.
    """

    provider: str
    model: str
    day: date
    known: bool
    source: str = UNKNOWN_SOURCE
    source_date: date | None = None
    tiers: tuple[PriceTier, ...] = ()
    request_usd: float = 0.0

    def tier(self, input_tokens: int) -> PriceTier:
        """The tier a call with this many input tokens falls into. ``known`` must be true."""
        fitting = [tier for tier in self.tiers if input_tokens > tier.above_input_tokens]
        return fitting[-1] if fitting else self.tiers[0]


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call; None is not known. ``input_tokens`` includes cached, ``output_tokens`` reasoning ones."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None


def cost_usd(row: PriceRow, usage: Usage) -> float | None:
    """The cost in USD; None if the price is unknown or neither input nor output tokens are. Tokens are 0 to 2**62.

    The same sum in the same order as ``sql.cost_sql``.
    """
    if not row.known or (usage.input_tokens is None and usage.output_tokens is None):
        return None
    cache_read = usage.cache_read_tokens or 0
    cache_write = usage.cache_write_tokens or 0
    tier = row.tier(usage.input_tokens or 0)
    uncached = max((usage.input_tokens or 0) - cache_read - cache_write, 0)
    return (
        uncached * tier.input_usd_per_token
        + cache_read * tier.cache_read_usd_per_token
        + cache_write * tier.cache_write_usd_per_token
        + (usage.output_tokens or 0) * tier.output_usd_per_token
        + row.request_usd
    )

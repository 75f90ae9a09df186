"""The built-in prices: the data of genai-prices, as installed. Never fetches newer ones.

Importing this module loads that data (about 30 MB and 0.2 s): import it where a ``PriceBook`` is made.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from importlib.metadata import version

from genai_prices.data import providers as _providers
from genai_prices.data_snapshot import find_provider_by_id
from genai_prices.types import ModelInfo, ModelPrice, TieredPrices, TimeOfDateConstraint

from .names import FOUND_BY_MODEL_NAME, NOT_A_ROUTE, PROVIDER_IDS, is_local
from .row import PriceRow, PriceTier

VERSION = version("genai-prices")

_BY_ID = {provider.id: provider for provider in _providers}
_BEDROCK_MODEL = re.compile(
    r"arn:aws:bedrock:|(?:(?:us|us-gov|eu|apac|jp|au|ca|sa|me|global)\.)?"
    r"(?:ai21|amazon|anthropic|cohere|deepseek|meta|mistral|openai|qwen|twelvelabs|writer)\.[a-z]"
)
_CHECKED = re.compile(r"\b(?:checked|verified|as of)(?: on)? (20\d\d-\d\d-\d\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A model of the data, and the id of the seller whose price it has."""

    seller: str
    model: ModelInfo


def data_date() -> date | None:
    """The newest date on which the data says that a price was checked. The data has no date of its own."""
    comments = [seller.price_comments for seller in _providers]
    comments += [model.price_comments for seller in _providers for model in seller.models]
    days = [day for comment in comments if comment for day in _CHECKED.findall(comment)]
    return max(map(date.fromisoformat, days), default=None)


DATA_DATE = data_date()


def find(provider: str, model: str) -> Found | None:
    """The model that (``provider``, ``model``) means, if its seller is known."""
    provider, model = provider.strip().lower(), model.strip().lower()
    if not model or is_local(provider):
        return None
    seller = _seller(provider)
    found = _first(seller, _spellings(model, seller)) if seller else None
    # "openai" is also what a client of any compatible server or gateway says of itself.
    if found or seller not in (None, "openai"):
        return found
    return _find_by_model(model)


def price_row(found: Found, provider: str, model: str, day: date) -> PriceRow:
    """The price of a found model on a day; not known if the data has none by tokens or by request."""
    prices, changes = _prices_on(found.model, day)
    tiers = _tiers(prices, free=found.model.id.endswith(":free"))
    if not tiers:
        return PriceRow(provider, model, day, known=False)
    name = f"{found.seller}/{found.model.id}" + (" (most of the day)" if changes else "")
    requests = prices.requests_kcount
    return PriceRow(
        provider,
        model,
        day,
        known=True,
        source=f"genai-prices {VERSION} ({DATA_DATE}): {name}",
        source_date=DATA_DATE,
        tiers=tuple(tiers),
        request_usd=float(requests / 1000) if isinstance(requests, Decimal) else 0.0,
    )


def _seller(provider: str) -> str | None:
    if provider in PROVIDER_IDS:
        return PROVIDER_IDS[provider]
    match = find_provider_by_id(_providers, provider) if provider else None
    return match.id if match else None


def _spellings(model: str, seller: str) -> Iterator[str]:
    """The model's name, then without a path (Google, Fireworks), then without its seller's name."""
    yield model
    if "models/" in model:
        yield model.rpartition("models/")[2]
    route, slash, rest = model.partition("/")
    if slash and _seller(route) == seller:
        yield rest


def _first(seller: str, names: Iterable[str]) -> Found | None:
    for name in names:
        # Open weights that OpenAI gives away but does not serve; its client talks to many servers that do.
        if seller == "openai" and name.startswith("gpt-oss"):
            continue
        for owner in (seller, *(_BY_ID[seller].fallback_model_providers or ())):
            model = _BY_ID[owner].find_model(name)
            if model is not None:
                return Found(owner, model)
    return None


def _find_by_model(model: str) -> Found | None:
    """When the provider says nothing: "bedrock/…" and "openai/…" name the seller, and so do some models' names."""
    route, slash, rest = model.partition("/")
    if slash and is_local(route):
        return None
    if slash and route not in NOT_A_ROUTE:
        seller = PROVIDER_IDS.get(route, route)
        if seller in _BY_ID:
            return _first(seller, _spellings(rest, seller))
    if _BEDROCK_MODEL.match(model):
        return _first("aws", [model])
    for seller in FOUND_BY_MODEL_NAME:
        found = _first(seller, [model])
        if found:
            return found
    return None


def _prices_on(model: ModelInfo, day: date) -> tuple[ModelPrice, bool]:
    """The price that lasts longest on this day (UTC), and whether there are others.

    Prices are kept by the day, so a discount by the hour (DeepSeek) cannot be told from the usual price.
    """
    if isinstance(model.prices, ModelPrice):
        return model.prices, False
    noon = datetime.combine(day, time(12), UTC)
    if not any(isinstance(price.constraint, TimeOfDateConstraint) for price in model.prices):
        return model.get_prices(noon), False
    midnight = datetime.combine(day, time(), UTC)
    over_the_day = [model.get_prices(midnight + timedelta(minutes=15 + 30 * half)) for half in range(48)]
    lasting = Counter(map(id, over_the_day)).most_common()
    longest = next(price for price in over_the_day if id(price) == lasting[0][0])
    return longest, len(lasting) > 1


def _tiers(prices: ModelPrice, *, free: bool) -> list[PriceTier]:
    """Tiers with every class filled in as genai-prices charges it; none if tokens have no price.

    Cached tokens without a price of their own are input; output without a price (embeddings) costs nothing. No price
    at all counts as free only if the model's name says so: elsewhere it stands for "not sold by tokens".
    """
    classes = (prices.input_mtok, prices.cache_read_mtok, prices.cache_write_mtok, prices.output_mtok)
    nothing = all(value is None for value in vars(prices).values())
    if nothing and free:
        return [PriceTier(-1, 0.0, 0.0, 0.0, 0.0)]
    if classes[0] is None:
        return []
    starts = {tier.start for price in classes if isinstance(price, TieredPrices) for tier in price.tiers}
    return [_tier(above, classes) for above in (-1, *sorted(starts))]


def _tier(above: int, classes: tuple[Decimal | TieredPrices | None, ...]) -> PriceTier:
    uncached, read, write, output = (_usd_per_token(price, above) for price in classes)
    usual = uncached or 0.0
    return PriceTier(
        above,
        usual,
        usual if read is None else read,
        usual if write is None else write,
        output or 0.0,
    )


def _usd_per_token(price: Decimal | TieredPrices | None, above: int) -> float | None:
    if isinstance(price, TieredPrices):
        price = next((tier.price for tier in reversed(price.tiers) if tier.start <= above), price.base)
    return None if price is None else float(price / 1_000_000)

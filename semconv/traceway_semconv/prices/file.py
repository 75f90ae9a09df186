"""The user's own price file: JSON, see docs/prices.md."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NoReturn

from .row import PriceRow, PriceTier

_CLASSES = ("input_usd_per_mtok", "cache_read_usd_per_mtok", "cache_write_usd_per_mtok", "output_usd_per_mtok")
_ENTRY_FIELDS = ("model", "provider", "from", "until", *_CLASSES, "request_usd", "tiers")
_TIER_FIELDS = ("above_input_tokens", *_CLASSES)
_HIGHEST_USD = 1_000_000


class PriceFileError(ValueError):
    """A price file that cannot be used. ``field``: where in the file, such as ``prices[2].from``."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class FilePrice:
    """One entry. ``model`` and ``provider`` are globs in lower case; both dates are inclusive."""

    model: str
    provider: str
    from_day: date
    until_day: date
    request_usd: float
    tiers: tuple[PriceTier, ...]

    def matches(self, provider: str, model: str, day: date) -> bool:
        return (
            self.from_day <= day <= self.until_day
            and fnmatchcase(model.strip().lower(), self.model)
            and fnmatchcase(provider.strip().lower(), self.provider)
        )


@dataclass(frozen=True, slots=True)
class PriceFile:
    """A price file, read. ``digest`` changes with its content."""

    name: str
    as_of: date
    digest: str
    prices: tuple[FilePrice, ...]

    def resolve(self, provider: str, model: str, day: date) -> PriceRow | None:
        """The price by the first entry that matches; None if none does."""
        for price in self.prices:
            if price.matches(provider, model, day):
                return PriceRow(
                    provider,
                    model,
                    day,
                    known=True,
                    source=f"file {self.name} ({self.as_of}): {price.model}",
                    source_date=self.as_of,
                    tiers=price.tiers,
                    request_usd=price.request_usd,
                )
        return None


def read_price_file(path: Path) -> PriceFile:
    """Read and check a price file. Raises ``PriceFileError``."""
    try:
        content = path.read_bytes()
        modified = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    except OSError as error:
        raise PriceFileError(f"price file {path} cannot be read: {error.strerror}", "prices") from error
    try:
        data = json.loads(content, parse_float=Decimal, parse_constant=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise PriceFileError(f"price file {path} is not JSON in UTF-8: {error}", "prices") from error
    try:
        entries, as_of = _file(data)
    except PriceFileError as error:
        raise PriceFileError(f"price file {path}: {error}", error.field) from None
    return PriceFile(path.name, as_of or modified, hashlib.sha256(content).hexdigest()[:12], entries)


def _file(data: Any) -> tuple[tuple[FilePrice, ...], date | None]:
    top = _object(data, "the file", ("as_of", "prices"))
    listed = top.get("prices")
    if not isinstance(listed, list):
        _wrong("prices", listed, "a list of prices")
    as_of = _day(top, "as_of", "as_of")
    return tuple(_entry(item, f"prices[{index}]") for index, item in enumerate(listed)), as_of


def _entry(data: Any, where: str) -> FilePrice:
    entry = _object(data, where, _ENTRY_FIELDS)
    if "input_usd_per_mtok" not in entry and "request_usd" not in entry:
        _wrong(f"{where}.input_usd_per_mtok", None, "a price (or give request_usd)")
    from_day = _day(entry, "from", f"{where}.from") or date.min
    until_day = _day(entry, "until", f"{where}.until") or date.max
    if until_day < from_day:
        _wrong(f"{where}.until", str(until_day), f"a day not before from ({from_day})")
    return FilePrice(
        _glob(entry, "model", where),
        _glob(entry, "provider", where, "*"),
        from_day,
        until_day,
        float(_usd(entry, "request_usd", where) or 0),
        tuple(_tiers(entry, where)),
    )


def _tiers(entry: Mapping[str, Any], where: str) -> list[PriceTier]:
    """The entry's own prices, then its tiers; what a tier does not name stays as in the tier before."""
    listed = entry.get("tiers", [])
    if not isinstance(listed, list):
        _wrong(f"{where}.tiers", listed, "a list of tiers")
    named = {name: _usd(entry, name, where) for name in _CLASSES}
    tiers = [_tier(-1, named)]
    for index, item in enumerate(listed):
        here = f"{where}.tiers[{index}]"
        tier = _object(item, here, _TIER_FIELDS)
        above = tier.get("above_input_tokens")
        lowest = max(tiers[-1].above_input_tokens + 1, 1)
        if type(above) is not int or not lowest <= above < 2**53:
            _wrong(f"{here}.above_input_tokens", above, f"a whole number of at least {lowest}")
        named = {name: _usd(tier, name, here) if name in tier else named[name] for name in _CLASSES}
        tiers.append(_tier(above, named))
    return tiers


def _tier(above: int, named: Mapping[str, Decimal | None]) -> PriceTier:
    uncached, read, write, output = (named[name] for name in _CLASSES)
    usual = uncached or Decimal(0)
    filled = (usual, usual if read is None else read, usual if write is None else write, output or Decimal(0))
    return PriceTier(above, *(float(usd / 1_000_000) for usd in filled))


def _object(data: Any, where: str, allowed: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        _wrong(where, data, "an object with " + ", ".join(allowed))
    for name in data:
        if name not in allowed:
            raise PriceFileError(
                f"{where} has the field {name!r}; expected only {', '.join(allowed)}", f"{where}.{name}"
            )
    return data


def _usd(data: Mapping[str, Any], name: str, where: str) -> Decimal | None:
    if name not in data:
        return None
    value = data[name]
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        _wrong(f"{where}.{name}", value, f"a number of US dollars from 0 to {_HIGHEST_USD}")
    usd = Decimal(value)
    if not usd.is_finite() or not 0 <= usd <= _HIGHEST_USD:
        _wrong(f"{where}.{name}", str(value), f"a number of US dollars from 0 to {_HIGHEST_USD}")
    return usd


def _glob(data: Mapping[str, Any], name: str, where: str, default: str | None = None) -> str:
    value = data.get(name, default)
    if not isinstance(value, str) or not value.strip():
        _wrong(f"{where}.{name}", value, "a name, or a pattern with * and ?")
    return value.strip().lower()


def _day(data: Mapping[str, Any], name: str, field: str) -> date | None:
    value = data.get(name)
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        _wrong(field, value, 'a day such as "2026-01-31"')


def _wrong(field: str, value: object, right: str) -> NoReturn:
    shown = "missing or null" if value is None else f"{value!r:.80}"
    raise PriceFileError(f"{field} is {shown}; expected {right}", field)

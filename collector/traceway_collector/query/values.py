"""The scalars of the query language, from text. Every parser raises ``ValueError`` and nothing else.

What would have been right is said by the parameter that uses the parser (``parameters.py``), not here.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

MAX_TIME_NS = 2**63 - 1
"""The last instant a filter may name: 2262-04-11, the end of 64-bit signed nanoseconds."""

_SECOND_NS = 10**9
_UNIT_NS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "ms": 10**6,
    "s": _SECOND_NS,
    "m": 60 * _SECOND_NS,
    "h": 3_600 * _SECOND_NS,
    "d": 86_400 * _SECOND_NS,
    "w": 7 * 86_400 * _SECOND_NS,
}
_AMOUNT = re.compile(r"(\d{1,19}(?:\.\d{1,9})?)(ns|us|µs|ms|s|m|h|d|w)", re.ASCII)
_DECIMAL = re.compile(r"\d{1,19}(?:\.\d{1,9})?", re.ASCII)
# A "+" that was not escaped in a query string arrives as a space, so "… 02:00" is read as "…+02:00".
_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:([Zz])|([+\- ])(\d\d):(\d\d)))?",
    re.ASCII,
)


def time_ns(text: str, now_ns: int) -> int:
    """An instant in unix nanoseconds: RFC 3339 (a date alone is its midnight in UTC), a unix time whose unit is told
    by its size (s below 10^11, ms below 10^14, µs below 10^17, else ns), or an age such as "15m" before ``now_ns``."""
    if age := _AMOUNT.fullmatch(text):
        return max(0, now_ns - _in_ns(age[1], age[2]))
    found = _unix_ns(Decimal(text)) if _DECIMAL.fullmatch(text) else _rfc3339_ns(text)
    if not 0 <= found <= MAX_TIME_NS:
        raise ValueError("out of range")
    return found


def duration_ns(text: str) -> int:
    """A length of time in nanoseconds: "2s", "150ms", "1.5m"; a number without a unit is milliseconds."""
    amount = _AMOUNT.fullmatch(text)
    if amount is None and not _DECIMAL.fullmatch(text):
        raise ValueError("not a duration")
    found = _in_ns(amount[1], amount[2]) if amount else _in_ns(text, "ms")
    if found > MAX_TIME_NS:
        raise ValueError("out of range")
    return found


def whole_number(text: str, *, lowest: int = 0, highest: int = 2**63 - 1) -> int:
    """Decimal digits, no sign, within the bounds."""
    if not re.fullmatch(r"\d{1,19}", text, re.ASCII) or not lowest <= int(text) <= highest:
        raise ValueError("not a whole number in range")
    return int(text)


def amount_usd(text: str) -> float:
    """A price in US dollars, 0 or more and finite; an exponent is fine ("1e-4")."""
    if not re.fullmatch(r"\d{1,15}(?:\.\d{1,15})?(?:[eE][+-]?\d{1,2})?", text, re.ASCII):
        raise ValueError("not a price")
    found = float(text)
    if not math.isfinite(found):
        raise ValueError("out of range")
    return found


def hex_id(text: str, digits: int) -> str:
    """An OTel id of that many hexadecimal digits, in lower case."""
    if not re.fullmatch(rf"[0-9a-fA-F]{{{digits}}}", text):
        raise ValueError("not an id")
    return text.lower()


def hex_prefix(text: str, fewest: int, most: int) -> str:
    """The beginning of an id: so many hexadecimal digits, in lower case."""
    if not re.fullmatch(rf"[0-9a-fA-F]{{{fewest},{most}}}", text):
        raise ValueError("not the beginning of an id")
    return text.lower()


def content_id(text: str) -> str:
    """The hash of a content, with the name of its algorithm and in lower case."""
    return "sha256:" + hex_id(text.removeprefix("sha256:"), 64)


def _in_ns(amount: str, unit: str) -> int:
    return int(Decimal(amount) * _UNIT_NS[unit])


def _unix_ns(number: Decimal) -> int:
    for below, unit in ((10**11, "s"), (10**14, "ms"), (10**17, "us")):
        if number < below:
            return int(number * _UNIT_NS[unit])
    return int(number)


def _rfc3339_ns(text: str) -> int:
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise ValueError("not a time")
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    fraction, _, sign, offset_hours, offset_minutes = match.groups()[6:]
    zone: timezone = UTC
    if sign:
        offset = timedelta(hours=int(offset_hours), minutes=int(offset_minutes))
        zone = timezone(-offset if sign == "-" else offset)
    moment = datetime(year, month, day, hour, minute, second, tzinfo=zone)
    since_epoch = moment - datetime(1970, 1, 1, tzinfo=UTC)
    seconds = since_epoch.days * 86_400 + since_epoch.seconds
    return seconds * _SECOND_NS + int((fraction or "").ljust(9, "0"))

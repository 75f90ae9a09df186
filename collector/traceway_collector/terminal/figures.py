"""Figures as people read them: times, durations, tokens, money. What is not known is an en dash."""

from __future__ import annotations

import re
from datetime import datetime

UNKNOWN = "–"
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{9})Z")


def time_ns(at: str) -> int:
    """Unix nanoseconds of a time as the API writes it."""
    match = _TIME.fullmatch(at)
    if match is None:
        raise ValueError(f"{at!r} is no time of the API")
    return int(datetime.fromisoformat(match[1] + "+00:00").timestamp()) * 10**9 + int(match[2])


def clock(at: str | None) -> str:
    """The local time of day, to milliseconds."""
    if at is None:
        return UNKNOWN
    unix_ns = time_ns(at)
    return f"{datetime.fromtimestamp(unix_ns // 10**9):%H:%M:%S}.{unix_ns // 10**6 % 1000:03d}"


def moment(at: str | None) -> str:
    """The local date and time, to milliseconds."""
    return UNKNOWN if at is None else f"{datetime.fromtimestamp(time_ns(at) // 10**9):%Y-%m-%d} {clock(at)}"


def age(at: str | None, now_ns: int) -> str:
    """How long ago: ``now``, ``42s``, ``5m``, ``3h``, ``12d``."""
    if at is None:
        return UNKNOWN
    seconds = (now_ns - time_ns(at)) // 10**9
    for unit, size in (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)):
        if seconds >= size:
            return f"{seconds // size}{unit}"
    return "now"


def duration(ns: int | str | None) -> str:
    """``850 ns``, ``12.0 µs``, ``340 ms``, ``1.24 s``, ``2 m 05 s``, ``1 h 02 m``, ``1 d 06 h``. As format.js."""
    if ns is None:
        return UNKNOWN
    ns = int(ns)
    if ns == 0:
        return "0 ms"
    if ns < 1000:
        return f"{ns} ns"
    for unit, size, limit_ns in (("µs", 10**3, 999_500), ("ms", 10**6, 999_500_000), ("s", 10**9, 59_950_000_000)):
        if ns < limit_ns:
            return f"{_three(ns / size)} {unit}"
    seconds = round(ns / 10**9)
    if seconds < 3600:
        return f"{seconds // 60} m {seconds % 60:02d} s"
    minutes = round(seconds / 60)
    if minutes < 1440:
        return f"{minutes // 60} h {minutes % 60:02d} m"
    return f"{minutes // 1440} d {minutes % 1440 // 60:02d} h"


def _three(value: float) -> str:
    """Three digits that count."""
    return f"{value:.{0 if value >= 99.95 else 1 if value >= 9.995 else 2}f}"


def count(number: float | None) -> str:
    """A whole number with thousands set apart."""
    return UNKNOWN if number is None else f"{number:,.0f}"


def cost(usd: float | None, complete: bool = True) -> str:
    """US dollars with two significant digits at least. A trailing + says that some of it is not known."""
    if usd is None:
        return UNKNOWN if complete else "?"
    if usd == 0:
        text = "$0"
    elif usd >= 999.5:
        text = f"${usd:,.0f}"
    elif usd >= 0.1:
        text = f"${usd:.2f}"
    else:
        text = f"${usd:.{_digits(usd)}f}"
    return text if complete else text + "+"


def price(usd: float | None) -> str:
    """What one call costs; a question mark if its price is not known."""
    return "?" if usd is None else cost(usd)


def _digits(usd: float) -> int:
    """Decimals that show two significant digits, four at least."""
    digits = 4
    while digits < 10 and usd < 10 ** -(digits - 1):
        digits += 1
    return digits


def rate(a_second: float) -> str:
    """So many a second: one decimal below ten."""
    return f"{a_second:,.1f}" if a_second < 10 else f"{a_second:,.0f}"


def size(number_of_bytes: int) -> str:
    """``812 B``, ``1.4 MB``: thousands, as file managers have them."""
    amount = float(number_of_bytes)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return UNKNOWN

"""Stretches of time: how long, where they begin, and which there are between two moments."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from .filters import Buckets

SECOND_NS: Final = 10**9
MINUTE_NS: Final = 60 * SECOND_NS
HOUR_NS: Final = 60 * MINUTE_NS
DAY_NS: Final = 24 * HOUR_NS
WEEK_NS: Final = 7 * DAY_NS
# 1970 began on a Thursday; weeks begin on Mondays.
_TO_MONDAY_NS: Final = 3 * DAY_NS
_EPOCH: Final = datetime(1970, 1, 1)
_LAST_SECOND: Final = 2**32 - 1

WIDTHS_NS: Final = tuple(
    SECOND_NS * seconds
    for seconds in (1, 5, 10, 30, 60, 300, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 604_800, 2_592_000)
)
MOST_AUTOMATIC: Final = 120
"""How many buckets "auto" makes at most, unless they would have to be longer than its longest."""


def automatic_width_ns(first_ns: int, last_ns: int) -> int:
    """A width that shows a stretch well: the shortest with at most ``MOST_AUTOMATIC`` buckets."""
    fitting = (width for width in WIDTHS_NS if (last_ns - first_ns) // width < MOST_AUTOMATIC)
    return next(fitting, WIDTHS_NS[-1])


def aligned(width_ns: int, zone: str, at_ns: int) -> Buckets:
    """Buckets of a width. Those longer than an hour begin as clocks on the wall have it, so a day has 23 or 25 hours
    when they are changed; shorter ones are all of one length, and begin where an hour does in ``zone`` at ``at_ns``."""
    shift_ns = _TO_MONDAY_NS if width_ns % WEEK_NS == 0 else 0
    if zone == "UTC":
        return Buckets(width_ns, shift_ns)
    if width_ns > HOUR_NS:
        return Buckets(width_ns, shift_ns, zone)
    return Buckets(width_ns, _offset_ns(at_ns, zone) % width_ns)


def start_ns(buckets: Buckets, counted_ns: int) -> int:
    """The moment at which a bucket starts, from its start as it is counted: with a zone, as the clocks there show it.
    Of a time that clocks show twice it is the first, and of one that they leave out the moment they are changed."""
    if not buckets.zone:
        return counted_ns
    wall = _EPOCH + timedelta(seconds=counted_ns // SECOND_NS)
    zone = ZoneInfo(buckets.zone)
    found = int(wall.replace(tzinfo=zone).timestamp())
    if datetime.fromtimestamp(found, zone).replace(tzinfo=None) == wall:
        return found * SECOND_NS
    # A time that is left out is after the change by the offset of before, and before it by the offset of after.
    after = datetime.fromtimestamp(found, zone).utcoffset()
    earliest = int(wall.replace(tzinfo=zone, fold=1).timestamp())
    moments = range(earliest, found)
    change = bisect_left(moments, True, key=lambda at: datetime.fromtimestamp(at, zone).utcoffset() == after)
    return (earliest + change) * SECOND_NS


def counted_ns(buckets: Buckets, at_ns: int) -> int:
    """The start of the bucket that a moment lies in, as it is counted."""
    time_ns = at_ns + (_offset_ns(at_ns, buckets.zone) if buckets.zone else 0)
    return (time_ns + buckets.shift_ns) // buckets.width_ns * buckets.width_ns - buckets.shift_ns


def starts_ns(buckets: Buckets, first_ns: int, last_ns: int) -> Iterator[int]:
    """When each bucket starts that has a moment from ``first_ns`` to ``last_ns``, in order."""
    last = counted_ns(buckets, last_ns)
    at = counted_ns(buckets, first_ns)
    while at <= last:
        yield start_ns(buckets, at)
        at += buckets.width_ns


def count(buckets: Buckets, first_ns: int, last_ns: int) -> int:
    """How many buckets have a moment from ``first_ns`` to ``last_ns``."""
    return (counted_ns(buckets, last_ns) - counted_ns(buckets, first_ns)) // buckets.width_ns + 1


def _offset_ns(at_ns: int, zone: str) -> int:
    moment = datetime.fromtimestamp(min(max(at_ns // SECOND_NS, 0), _LAST_SECOND), ZoneInfo(zone))
    offset = moment.utcoffset()
    return int(offset.total_seconds()) * SECOND_NS if offset else 0

"""Questions about groups of spans: names and numbers in, a checked ``Analysis`` out; and what becomes of its answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo, available_timezones

from ..errors import BadInput
from ..model import Aggregated, Group
from . import buckets as times
from . import values
from .filters import Aggregation, Grouping, SpanFilter
from .metrics import ATTRIBUTE_PREFIX, ATTRIBUTES, GROUPS, METRICS, RESOURCE_PREFIX
from .nearest import did_you_mean

MOST_GROUPS: Final = 10_000
MOST_GROUPINGS: Final = 5
DEFAULT_LIMIT: Final = 1_000
MOST_SERIES: Final = 1_000
MOST_FILTER_VALUES: Final = 1_000
AUTO: Final = "auto"

Fill = Literal["none", "zero", "null"]
_TIMES: Final[Mapping[str, int | None]] = {
    "minute": times.MINUTE_NS,
    "hour": times.HOUR_NS,
    "day": times.DAY_NS,
    "time": None,
}
_MAX_NAME: Final = 256
_LONGEST_NS: Final = 366 * times.DAY_NS


@dataclass(frozen=True, slots=True)
class Analysis:
    """A question, checked. ``width_ns`` is None for "auto". ``now_ns``: where it ends unless told otherwise."""

    asked: Aggregation
    width_ns: int | None
    zone: str
    fill: Fill
    previous: bool
    now_ns: int

    @property
    def by_time(self) -> bool:
        """Whether one of the groupings is the time."""
        return any(grouping.field == "time" for grouping in self.asked.group_by)

    @property
    def needs_range(self) -> bool:
        """Whether it must be known when the first and the last span started."""
        unbounded = self.asked.where.since_ns is None
        return self.by_time and unbounded and (self.width_ns is None or self.fill != "none")


def read(
    *,
    metrics: Sequence[str],
    group_by: Sequence[str],
    where: SpanFilter,
    bucket: str,
    fill: Fill,
    top: int | None,
    other: bool,
    order_by: str | None,
    descending: bool,
    previous_period: bool,
    limit: int,
    time_zone: str,
    now_ns: int,
) -> Analysis:
    """A question from its parts. Raises ``BadInput`` naming the part, its value and what would be right."""
    if not metrics:
        raise BadInput(f"metrics is []; expected some of: {', '.join(METRICS)}", field="metrics")
    for name in (*metrics, *([order_by] if order_by is not None else [])):
        if name not in METRICS:
            raise _unknown("order_by" if name == order_by and name not in metrics else "metrics", name, METRICS)
    _check_once("metrics", metrics)
    _check_number("limit", limit, 1, MOST_GROUPS)
    if top is not None:
        _check_number("top", top, 1, MOST_SERIES)
    groupings = _groupings(group_by)
    width_ns = _width_ns(bucket, group_by)
    if previous_period and where.since_ns is None:
        raise BadInput(
            "previous_period is true, but filter has no since; expected the start of the period to compare with the "
            "one before it",
            field="previous_period",
        )
    until_ns = now_ns if where.until_ns is None and where.since_ns is not None else where.until_ns
    if where.since_ns is not None and until_ns is not None and where.since_ns > until_ns:
        end = "filter.until" if where.until_ns is not None else "now"
        raise BadInput(f"filter.since is after {end}, so nothing can match", field="filter.since")
    asked = Aggregation(
        metrics=tuple(metrics),
        group_by=groupings,
        where=replace(where, until_ns=until_ns),
        top=top,
        other=other,
        order_by=order_by or metrics[0],
        descending=descending,
        limit=limit if fill == "none" else MOST_GROUPS,
    )
    return Analysis(asked, width_ns, _zone(time_zone), fill, previous_period, now_ns)


def filter_items(given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A filter as an object, as the pairs of URL parameters of the same names. Raises ``BadInput``."""
    items: list[tuple[str, str]] = []
    for name, value in given.items():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, bool) or not isinstance(each, str | int | float):
                shown = repr(each)
                raise BadInput(
                    f"filter.{name} is {shown[:100]}; expected a text or a number, or a list of them",
                    field=f"filter.{name}",
                )
            items.append((name, _plain(each)))
            if len(items) > MOST_FILTER_VALUES:
                raise BadInput(f"filter has more than {MOST_FILTER_VALUES} values; expected fewer", field="filter")
    return items


def _plain(value: str | float) -> str:
    """A value as it would stand in a URL: numbers in their shortest form, without an exponent."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{Decimal(repr(value)):f}"
    return str(value)


def placed(analysis: Analysis, found: tuple[int, int] | None) -> tuple[Aggregation, int | None, int | None]:
    """What to ask of the store, and the first and the last moment that it is about, in unix nanoseconds.

    ``found``: when the first and the last span started, if ``needs_range`` asks for it.
    """
    asked = analysis.asked
    first_ns, last_ns = asked.where.since_ns, asked.where.until_ns
    if found is not None:
        first_ns = found[0] if first_ns is None else first_ns
        last_ns = found[1] if last_ns is None or asked.where.since_ns is None else last_ns
    if not analysis.by_time:
        return asked, first_ns, last_ns
    at_ns = last_ns if last_ns is not None else analysis.now_ns
    width_ns = analysis.width_ns or times.automatic_width_ns(first_ns if first_ns is not None else at_ns, at_ns)
    buckets = times.aligned(width_ns, analysis.zone, at_ns)
    if analysis.fill != "none" and first_ns is not None and times.count(buckets, first_ns, at_ns) > MOST_GROUPS:
        raise _too_many(times.count(buckets, first_ns, at_ns))
    return replace(asked, buckets=buckets), first_ns, last_ns


def before(asked: Aggregation, answer: Aggregated) -> Aggregation:
    """The same question about the period of the same length just before, with the series that the answer shows."""
    since_ns, until_ns = asked.where.since_ns, asked.where.until_ns
    if since_ns is None or until_ns is None:
        raise ValueError("a period without an end has none before it")
    length_ns = until_ns - since_ns + 1
    where = replace(asked.where, since_ns=max(0, since_ns - length_ns), until_ns=max(0, since_ns - 1))
    return replace(asked, where=where, series=answer.series)


def finished(
    answer: Aggregated, asked: Aggregation, fill: Fill, first_ns: int | None, last_ns: int | None
) -> Aggregated:
    """The answer as its reader wants it: moments where the store counts in the time of clocks on the wall, and a group
    for every bucket of every series. "zero" is 0 for what adds up and unknown for the rest."""
    return _filled(_timed(answer, asked), asked, fill, first_ns, last_ns)


def _timed(answer: Aggregated, asked: Aggregation) -> Aggregated:
    place, buckets = _time_place(asked.group_by), asked.buckets
    if place is None or buckets is None or not buckets.zone:
        return answer

    def moment(group: Group) -> Group:
        at = group.key[place]
        key = times.start_ns(buckets, at) if isinstance(at, int) else None
        return replace(group, key=(*group.key[:place], key, *group.key[place + 1 :]))

    return replace(answer, groups=tuple(moment(group) for group in answer.groups))


def _filled(
    answer: Aggregated, asked: Aggregation, fill: Fill, first_ns: int | None, last_ns: int | None
) -> Aggregated:
    place = _time_place(asked.group_by)
    if fill == "none" or place is None or asked.buckets is None:
        return answer
    if answer.truncated:
        raise _too_many(MOST_GROUPS + 1)
    if first_ns is None or last_ns is None:
        return answer
    series = dict.fromkeys((group.key[:place] + group.key[place + 1 :], group.other) for group in answer.groups)
    if len(asked.group_by) == 1:
        series = {((), False): None}
    known = {(group.key, group.other): group for group in answer.groups}
    # A time that begins before 1970, or with it, is told like one that is not known; one that clocks leave out from
    # beginning to end begins with the next.
    starts = [start for start in dict.fromkeys(times.starts_ns(asked.buckets, first_ns, last_ns)) if start > 0]
    if len(starts) * len(series) > MOST_GROUPS:
        raise _too_many(len(starts) * len(series))
    nothing = {name: 0 if fill == "zero" and METRICS[name].adds else None for name in asked.metrics}
    groups = [group for group in answer.groups if group.key[place] is None]
    for start in starts:
        for rest, other in series:
            key = (*rest[:place], start, *rest[place:])
            groups.append(known.get((key, other)) or Group(key, dict(nothing), other))
    return replace(answer, groups=tuple(groups))


def _time_place(group_by: Sequence[Grouping]) -> int | None:
    return next((place for place, grouping in enumerate(group_by) if grouping.field == "time"), None)


def _groupings(names: Sequence[str]) -> tuple[Grouping, ...]:
    if len(names) > MOST_GROUPINGS:
        raise BadInput(f"group_by has {len(names)} names; expected at most {MOST_GROUPINGS}", field="group_by")
    _check_once("group_by", names)
    timed = [name for name in names if name in _TIMES]
    if len(timed) > 1:
        raise BadInput(f"group_by has {' and '.join(timed)}; expected one of them", field="group_by")
    return tuple(_grouping(name) for name in names)


def _grouping(name: str) -> Grouping:
    if name in _TIMES:
        return Grouping(name, "time")
    if name in GROUPS:
        return Grouping(name, name)
    for prefix, field in ((ATTRIBUTE_PREFIX, "attribute"), (RESOURCE_PREFIX, "resource")):
        if name.startswith(prefix):
            attribute = name.removeprefix(prefix)
            if not 0 < len(attribute) <= _MAX_NAME:
                raise BadInput(
                    f"group_by has {name[:100]!r}; expected the name of an attribute after {prefix!r}",
                    field="group_by",
                )
            return Grouping(name, field, attribute)
    raise _unknown("group_by", name, [*GROUPS, *ATTRIBUTES])


def _width_ns(bucket: str, group_by: Sequence[str]) -> int | None:
    """How long a bucket is; None for "auto", and where nothing is grouped by time."""
    fixed = next((_TIMES[name] for name in group_by if _TIMES.get(name) is not None), None)
    if bucket == AUTO:
        return fixed
    if "time" not in group_by:
        raise BadInput(f"bucket is {bucket[:100]!r}, but group_by has no time; expected time in it", field="bucket")
    try:
        width_ns = values.duration_ns(bucket) if re.search("[a-zµ]", bucket) else 0
    except ValueError:
        width_ns = 0
    if not times.SECOND_NS <= width_ns <= _LONGEST_NS or width_ns % times.SECOND_NS:
        raise BadInput(
            f'bucket is {bucket[:100]!r}; expected "auto" or whole seconds up to 366 days, such as "30s", "5m" or "1d"',
            field="bucket",
        )
    return width_ns


def _zone(name: str) -> str:
    try:
        if name in ("UTC", "utc", "Z"):
            return "UTC"
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        hint = did_you_mean(name, available_timezones()) or 'expected an IANA name such as "Europe/Berlin" or "UTC"'
        raise BadInput(f"time_zone is {name[:100]!r}; {hint}", field="time_zone") from None
    return name


def _check_once(field: str, names: Sequence[str]) -> None:
    twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
    if twice is not None:
        raise BadInput(f"{field} has {twice[:100]!r} more than once; expected it once", field=field)


def _check_number(field: str, number: int, lowest: int, highest: int) -> None:
    if not lowest <= number <= highest:
        raise BadInput(f"{field} is {number}; expected a whole number from {lowest} to {highest}", field=field)


def _unknown(field: str, name: str, known: Collection[str]) -> BadInput:
    hint = did_you_mean(name, known) or f"expected one of: {', '.join(known)}"
    shown = name if len(name) <= 100 else name[:100] + "…"
    says = f"{field} is {shown!r}" if field == "order_by" else f"{field} has {shown!r}"
    return BadInput(f"{says}; {hint}", field=field)


def _too_many(count: int) -> BadInput:
    return BadInput(
        f"bucket makes {count} groups or more when empty ones are filled; expected at most {MOST_GROUPS}: a longer "
        "bucket, a shorter period, or fewer series (top)",
        field="bucket",
    )

"""Where the spans of traces lie: starts lead to granules by the primary key; groups lead to parts, which know what
``ingested_ns`` they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

BUCKET_NS: Final = 10_000_000_000
_LAST_BUCKET: Final = (1 << 32) - 1
# So many buckets of traces are named in a statement: traces far from each other have few rows between them to pass.
_MOST_BUCKETS: Final = 4096


@dataclass(frozen=True, slots=True)
class Place:
    """The first and last start of a trace's spans, and the first and last group that brought some."""

    trace_id: str
    first_start_ns: int
    last_start_ns: int
    first_group_ns: int
    last_group_ns: int


def bucket_of(time_ns: int) -> int:
    """The step of ten seconds in which something started."""
    return min(time_ns // BUCKET_NS, _LAST_BUCKET)


def bounds(places: Sequence[Place]) -> dict[str, int]:
    """Parameters that keep a query to where the traces lie."""
    return {
        "first_bucket": bucket_of(min(place.first_start_ns for place in places)),
        "last_bucket": bucket_of(max(place.last_start_ns for place in places)),
        "first_group": min(place.first_group_ns for place in places),
        "last_group": max(place.last_group_ns for place in places),
    }


def buckets_of(places: Sequence[Place]) -> list[int]:
    """The buckets in which the traces lie; none if they are too many to name."""
    ranges = [range(bucket_of(place.first_start_ns), bucket_of(place.last_start_ns) + 1) for place in places]
    if sum(map(len, ranges)) > _MOST_BUCKETS:
        return []
    return sorted({bucket for each in ranges for bucket in each})

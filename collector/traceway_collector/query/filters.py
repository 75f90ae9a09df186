"""What a caller may ask for, as plain values. Every store answers the same filters; none leaks its own language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

TYPED_KINDS = (
    "llm_call",
    "embedding",
    "rerank",
    "tool",
    "agent",
    "workflow",
    "retrieval",
    "fs_read",
    "fs_write",
)
CUSTOM_KIND = "custom"
"""As a filter: none of ``TYPED_KINDS``, which are those with fields of their own in an answer."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text with gaps, in any case: the parts in their order, and any characters between each two of them."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text that is found wherever it stands, in any case, also within a word."""

    text: str


Operator = Literal["any", "text", ">", ">=", "<", "<=", "range", "has"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of the query language. ``field`` is the name of a key (``keys.py``).

    ``any``: one of ``values`` is it; ``text``: one of them is found in it (a ``str`` as a whole word); a bound;
    ``range``: from the first to the second, both inclusive; ``has``: it has something of one of these names. Numbers
    are integers (nanoseconds, tokens) or floats; texts are ``str``, ``Pattern`` or ``Phrase``. ``attribute``: its name
    where ``field`` is "attribute" or "resource".

    On a list of traces a positive condition about a span must be met by the *one* span that meets all others as well,
    a negated one by *no* span of the trace; what ``WHOLE_FIELDS`` names is about the trace as a whole.
    """

    field: str
    operator: Operator
    values: tuple[Any, ...]
    negated: bool = False
    attribute: str = ""


@dataclass(frozen=True, slots=True)
class SpanFilter:
    """Conditions that all must hold. Lists mean "any of". Times are unix nanoseconds, bounds are inclusive.

    On a list of traces, ``kinds`` … ``user_ids``, ``names``, ``paths`` and ``services`` hold when *one* span of the
    trace meets all of them; ``statuses`` and the bounds are about the trace as a whole. On a list of spans all are
    about the span. ``since_ns``/``until_ns`` bound the start. ``paths``: see ``path_pattern``. ``conditions``: what a
    text in the query language asks besides.
    """

    kinds: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    statuses: tuple[Literal["ok", "error", "running"], ...] = ()
    session_ids: tuple[str, ...] = ()
    user_ids: tuple[str, ...] = ()
    trace_id: str | None = None
    since_ns: int | None = None
    until_ns: int | None = None
    min_duration_ns: int | None = None
    max_duration_ns: int | None = None
    min_tokens: int | None = None
    max_tokens: int | None = None
    min_cost_usd: float | None = None
    max_cost_usd: float | None = None
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Conditions on log records. ``min_severity`` is an OTLP SeverityNumber (1-24); ``text`` is found in the body."""

    trace_id: str | None = None
    span_id: str | None = None
    services: tuple[str, ...] = ()
    event_names: tuple[str, ...] = ()
    min_severity: int | None = None
    since_ns: int | None = None
    until_ns: int | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class FileFilter:
    """Conditions on the spans that used a file. ``paths``: prefixes and globs (``path_pattern``), any of which must
    fit; ``text`` is found in the path, in any case."""

    paths: tuple[str, ...] = ()
    text: str | None = None
    trace_id: str | None = None
    services: tuple[str, ...] = ()
    since_ns: int | None = None
    until_ns: int | None = None


# Conditions on these are about the trace as a whole in a list of traces.
WHOLE_FIELDS = frozenset({"status", "duration", "tokens", "input_tokens", "output_tokens", "cost"})

_WILD = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def path_pattern(paths: Sequence[str]) -> str:
    """One regular expression, for a match from the first to the last character, of prefixes and globs.

    A text with a wildcard is a glob over the whole path: ``*`` and ``?`` stay within a folder, ``**`` does not. A text
    without one is how a path begins. The expression is within what RE2 knows.
    """
    found = []
    for path in paths:
        parts = re.split(r"(\*\*/|\*\*|\*|\?)", path)
        glob = len(parts) > 1
        found.append("".join(_WILD.get(part, re.escape(part)) for part in parts) + ("" if glob else ".*"))
    return f"(?s:{'|'.join(found)})"


SpanSort = Literal["started_at", "duration", "tokens", "cost"]
SORT_KEYS: tuple[SpanSort, ...] = ("started_at", "duration", "tokens", "cost")


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended. ``as_of_ns`` freezes the list at the moment its first page was read, so that spans which
    arrive while someone pages neither repeat a row nor push one past them. ``key`` is the last row's sort value."""

    as_of_ns: int
    key: int | float | None
    trace_id: str
    span_id: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """How much of which list: ``limit`` rows after ``after`` (None: from the start)."""

    limit: int = 50
    after: Position | None = None


@dataclass(frozen=True, slots=True)
class Grouping:
    """What spans are grouped by. ``name`` is what the caller calls it; ``field`` is a name of ``metrics.GROUPS``, or
    "attribute" or "resource", whose name ``attribute`` is."""

    name: str
    field: str
    attribute: str = ""


@dataclass(frozen=True, slots=True)
class Buckets:
    """Stretches of time, all as long as ``width_ns``. One begins wherever the time and ``shift_ns`` together are a
    multiple of it: the time since 1970 in UTC or, with ``zone`` (an IANA name), as clocks on the wall there show it."""

    width_ns: int
    shift_ns: int = 0
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Aggregation:
    """Numbers about all spans that meet ``where``, and about each group of them. ``metrics``: names of
    ``metrics.METRICS``. ``buckets`` is set when a grouping's field is "time".

    A series is a group but for the time. Shown are the ``top`` series by ``order_by``, or those of ``series`` (as
    ``Aggregated.series`` names them); ``other`` asks for the rest as one series. Groups come by time, then by
    ``order_by``; at most ``limit``.
    """

    metrics: tuple[str, ...]
    group_by: tuple[Grouping, ...] = ()
    where: SpanFilter = SpanFilter()
    buckets: Buckets | None = None
    top: int | None = None
    series: tuple[int, ...] | None = None
    other: bool = True
    order_by: str = "span_count"
    descending: bool = True
    limit: int = 1000

"""What a caller may ask for, as plain values. Every store answers the same filters; none leaks its own language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class SpanFilter:
    """Conditions that all must hold. Lists mean "any of". Times are unix nanoseconds, bounds are inclusive.

    On a list of traces, ``kinds`` … ``user_ids``, ``names``, ``paths`` and ``services`` hold when *one* span of the
    trace meets all of them; ``statuses`` and the bounds are about the trace as a whole. On a list of spans all are
    about the span. ``since_ns``/``until_ns`` bound the start. ``paths``: see ``path_pattern``.
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

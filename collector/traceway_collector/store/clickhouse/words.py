"""Words with gaps: `refun*` as the words there are that begin so, which the dictionary of the text index knows.

Looking for one of some words is answered by the index alone; looking for a part of a word means to read every text.
Spans that no index knows yet are few, as a rule: their words are collected by reading them, so that none of the spans
that are there is left out. Where they are many, or the words that fit are, a word with a gap stays as it is: what is
common is found soon among the newest spans.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from ...query.filters import Condition, Pattern, SpanFilter
from . import fulltext
from .engine import Engine, EngineError
from .fulltext import Words, hexed
from .rows import text
from .sqlfiles import read

log = logging.getLogger(__name__)

MOST_WORDS: Final = 1000
_MOST_UNINDEXED: Final = 100_000
_BUCKET_NS: Final = 10_000_000_000
_LAST_BUCKET: Final = (1 << 32) - 1
_FIELDS: Final = frozenset({"text", "input", "output"})


@dataclass(frozen=True, slots=True)
class _Unindexed:
    """Where spans lie that the index does not know: in other parts than ``parts``."""

    parts: list[str]
    first_bucket: int
    last_bucket: int
    spans: int


def known_words(engine: Engine, where: SpanFilter) -> SpanFilter:
    """The same filter, with the words that fit in place of words with gaps, where that is known to be quicker.

    Right for the spans that are stored now. Raises ``QueryTooLarge``."""
    # On a cluster each server has a dictionary of its own.
    if engine.layout.cluster or not any(_expandable(condition) for condition in where.conditions):
        return where
    try:
        unindexed = _unindexed(engine, where)
        if unindexed.spans > _MOST_UNINDEXED:
            return where
        return replace(where, conditions=tuple(_known(engine, each, unindexed) for each in where.conditions))
    except EngineError as error:
        log.warning("the words of the text index cannot be read, so words with gaps take longer: %s", error)
        return where


def _expandable(condition: Condition) -> bool:
    return condition.field in _FIELDS and any(_plain(value) for value in condition.values)


def _plain(value: Any) -> bool:
    return isinstance(value, Pattern) and fulltext.within_word(value)


def _known(engine: Engine, condition: Condition, unindexed: _Unindexed) -> Condition:
    if not _expandable(condition):
        return condition
    values = tuple(_words(engine, value, unindexed) if _plain(value) else value for value in condition.values)
    return replace(condition, values=values)


def _words(engine: Engine, pattern: Pattern, unindexed: _Unindexed) -> Pattern | Words:
    parameters: dict[str, Any] = {
        "begin": hexed(pattern.parts[0].lower()),
        "pattern": hexed(fulltext.word_expression(pattern)),
        "limit": MOST_WORDS + 1,
    }
    rows = engine.query(read("queries/words.sql"), parameters, bounded=True)
    found = _texts(rows)
    if unindexed.spans and len(found) <= MOST_WORDS:
        parameters |= {
            "parts": unindexed.parts,
            "first_bucket": unindexed.first_bucket,
            "last_bucket": unindexed.last_bucket,
        }
        found |= _texts(engine.query(read("queries/words_unindexed.sql"), parameters, bounded=True))
    return Words(tuple(sorted(found)), pattern) if len(found) <= MOST_WORDS else pattern


def _unindexed(engine: Engine, where: SpanFilter) -> _Unindexed:
    """Asked before the words are: what merges meanwhile is read once more, and nothing is left out."""
    parts = sorted(_texts(engine.query(read("queries/words_parts.sql"), bounded=True)))
    until = _LAST_BUCKET if where.until_ns is None else where.until_ns // _BUCKET_NS
    bounds = {"first_bucket": (where.since_ns or 0) // _BUCKET_NS, "last_bucket": min(until, _LAST_BUCKET)}
    spans = engine.query(read("queries/count_unindexed.sql"), {"parts": parts, **bounds}, bounded=True)[0][0]
    return _Unindexed(parts, bounds["first_bucket"], bounds["last_bucket"], int(spans))


def _texts(rows: Sequence[Sequence[Any]]) -> set[str]:
    return {text(value) for (value,) in rows}

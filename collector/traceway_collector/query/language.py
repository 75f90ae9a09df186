"""The query language: one line of text, the same in the API (``q=``), the command line and the UI.

::

    query   = { clause }                     all of them must hold
    clause  = [ "-" ] ( term | text )        "-" negates
    term    = key ":" ( any | bound | range )
    any     = value { "," value }            any of them; "*" in a value stands for any characters
    bound   = ( ">" | ">=" | "<" | "<=" ) value
    range   = value ".." value               both ends belong to it; also value "-" value where no value has a "-"
    text    = value                          found in names, prompts, outputs, tool arguments and errors
    value   = word | '"' text with \\" and \\\\ '"'

This module reads and prints the form; what a key means and which values it takes is ``keys.py``. Every clause knows
where it stands in the text, so that an error can point at the word. ``parse(show(clauses))`` gives the same clauses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from ..errors import BadInput

MAX_QUERY_CHARS: Final = 4096
MAX_CLAUSES: Final = 64

Operator = Literal["any", "text", ">", ">=", "<", "<=", "range"]


@dataclass(frozen=True, slots=True)
class Value:
    """One value as it was written. ``quoted``: its ``*`` are characters like any others."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition. ``key`` is "" for free text. ``start`` and ``end`` are where it stands, in characters; they do not
    count when clauses are compared."""

    key: str
    operator: Operator
    values: tuple[Value, ...]
    negated: bool = False
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


class BadQuery(BadInput):
    """The text is no query. ``start`` and ``end``: the characters that are wrong."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message, field="q")
        self.start = start
        self.end = end


# A key is a word of letters, or a dotted name as attributes have; anything else before a colon is text ("12:30").
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-/]*(?=:)")
_BARE = re.compile(r'[^\s",]+')
_BARE_TEXT = re.compile(r'[^\s"]+')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.S)
_BOUND = re.compile(r">=|<=|>|<")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACE = re.compile(r"\s*")


def parse(text: str) -> tuple[Clause, ...]:
    """The clauses of a query, in their order; none for blank text. Raises ``BadQuery``."""
    if len(text) > MAX_QUERY_CHARS:
        raise BadQuery(f"q has {len(text)} characters; expected at most {MAX_QUERY_CHARS}", MAX_QUERY_CHARS, len(text))
    if half := _SURROGATE.search(text):
        raise BadQuery("q has half of a surrogate pair; expected whole characters", half.start(), half.end())
    clauses = tuple(_clauses(text))
    if len(clauses) > MAX_CLAUSES:
        raise BadQuery(
            f"q has {len(clauses)} conditions; expected at most {MAX_CLAUSES}", clauses[MAX_CLAUSES].start, len(text)
        )
    return clauses


def show(clauses: Sequence[Clause]) -> str:
    """The text of clauses, as short as can be."""
    return " ".join(_show(clause) for clause in clauses)


def _clauses(text: str) -> Iterator[Clause]:
    at = _skip(text, 0)
    while at < len(text):
        start = at
        negated = text[at] == "-" and at + 1 < len(text) and not text[at + 1].isspace()
        at += negated
        key = _KEY.match(text, at)
        if key is not None:
            operator, values, at = _term(text, key.end() + 1, key.group())
            yield Clause(key.group(), operator, values, negated, start, at)
        else:
            value, at = _value(text, at, _BARE_TEXT)
            yield Clause("", "text", (value,), negated, start, at)
        if at < len(text) and not text[at].isspace():
            raise BadQuery(f"q has {text[at]!r} after a value; expected a space", at, at + 1)
        at = _skip(text, at)


def _term(text: str, at: int, key: str) -> tuple[Operator, tuple[Value, ...], int]:
    bound = _BOUND.match(text, at)
    if bound is not None:
        value, at = _value(text, bound.end(), _BARE_TEXT, key)
        return bound.group(), (value,), at  # type: ignore[return-value]
    value, at = _value(text, at, _BARE, key)
    ends = _ends(value)
    if ends is not None and text[at : at + 1] != ",":
        return "range", ends, at
    values = [value]
    while text[at : at + 1] == ",":
        value, at = _value(text, at + 1, _BARE, key)
        values.append(value)
    return "any", tuple(values), at


def _ends(value: Value) -> tuple[Value, Value] | None:
    """Both ends of a range. A "-" makes one between numbers with their units only: ids and names have it, too."""
    if value.quoted:
        return None
    low, dots, high = value.text.partition("..")
    if not dots:
        dashed = re.fullmatch(r"(\d[\d.]*[a-zµ]*)-(\d[\d.]*[a-zµ]*)", value.text)
        if dashed is None:
            return None
        low, high = dashed.groups()
    return (Value(low), Value(high)) if low and high else None


def _value(text: str, at: int, bare: re.Pattern[str], key: str = "") -> tuple[Value, int]:
    if text[at : at + 1] == '"':
        quoted = _QUOTED.match(text, at)
        if quoted is None:
            raise BadQuery("q has a quotation mark that is never closed", at, len(text))
        return Value(re.sub(r"\\(.)", r"\1", quoted.group(1), flags=re.S), quoted=True), quoted.end()
    word = bare.match(text, at)
    if word is None:
        raise BadQuery(f"{key} has no value; expected one after {text[at - 1 : at]!r}", max(at - len(key) - 1, 0), at)
    return Value(word.group()), word.end()


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return at if space is None else space.end()


def _show(clause: Clause) -> str:
    sign = "-" if clause.negated else ""
    if clause.operator == "text":
        return sign + _shown_text(clause.values[0], clause.negated)
    if clause.operator == "any":
        first, *others = clause.values
        shown = [_shown(first, alone=not others), *(_shown(value, first=False) for value in others)]
        return f"{sign}{clause.key}:" + ",".join(shown)
    if clause.operator == "range":
        low, high = clause.values
        return f"{sign}{clause.key}:{low.text}..{high.text}"
    return f"{sign}{clause.key}:{clause.operator}{_shown(clause.values[0])}"


def _shown(value: Value, first: bool = True, alone: bool = False) -> str:
    """A value, in quotes where it was or must be: what stands bare must read back as itself and nothing else. Only the
    first value behind a key can be taken for a bound, and only one that is alone for a range; with a "*" it is none
    (``keys.py``), and in quotes it would be another one."""
    bare = _BARE.fullmatch(value.text) is not None
    if first:
        bare = bare and _BOUND.match(value.text) is None
    if alone:
        bare = bare and ("*" in value.text or _ends(value) is None)
    return value.text if bare and not value.quoted else _in_quotes(value.text)


def _shown_text(value: Value, negated: bool) -> str:
    bare = _BARE_TEXT.fullmatch(value.text) is not None and _KEY.match(value.text) is None
    bare = bare and (negated or value.text == "-" or not value.text.startswith("-"))
    return value.text if bare and not value.quoted else _in_quotes(value.text)


def _in_quotes(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

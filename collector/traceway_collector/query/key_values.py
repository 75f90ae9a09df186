"""The values of keys, from how they were written in a query. Every reader raises ``ValueError`` and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from . import values
from .filters import Pattern, Phrase
from .language import Value

Read = Callable[[Value], Any]
"""From a value as it was written; raises ``ValueError``."""

MAX_WILDCARDS: Final = 16


def text(value: Value) -> str | Pattern:
    """A whole value; ``*`` stands for any characters unless it was quoted."""
    if value.quoted or "*" not in value.text:
        return value.text
    return _pattern(value.text)


def _pattern(text: str) -> Pattern:
    parts = re.split(r"\*+", text)
    if len(parts) > MAX_WILDCARDS + 1:
        raise ValueError("too many wildcards")
    return Pattern(tuple(parts))


def words(value: Value) -> str | Pattern | Phrase:
    """What is looked for in a longer text: a word, the beginning of one, or a phrase."""
    if value.quoted:
        if not value.text.strip():
            raise ValueError("nothing to look for")
        return Phrase(value.text)
    if not any(character.isalnum() for character in value.text):
        if "*" in value.text:
            raise ValueError("nothing to look for")
        return Phrase(value.text)
    return text(value)


def path(value: Value) -> str | Pattern:
    """A glob or how a path begins; as a quoted text the latter only."""
    return Pattern((value.text, "")) if value.quoted else value.text


def kind(value: Value) -> str | Pattern:
    if not re.fullmatch(r"[a-z*][a-z0-9_.*-]{0,63}", value.text.lower()):
        raise ValueError("not a kind")
    return text(replace(value, text=value.text.lower()))


def one_of(choices: Mapping[str, Any] | Iterable[str]) -> Read:
    known = choices if isinstance(choices, Mapping) else {choice: choice for choice in choices}

    def read(value: Value) -> Any:
        try:
            return known[value.text.lower()]
        except KeyError:
            raise ValueError("none of the choices") from None

    return read


def plain(parser: Callable[[str], Any]) -> Read:
    return lambda value: parser(value.text)


def whole(text: str) -> int:
    """A whole number, also as "12k" or "1.5M"."""
    found = re.fullmatch(r"(\d{1,15})(?:\.(\d{1,6}))?([kKmM])?", text, re.ASCII)
    if found is None:
        raise ValueError("not a whole number")
    whole, fraction, unit = found.groups()
    digits = {"k": 3, "m": 6, None: 0}[unit.lower() if unit else None]
    if fraction is not None and len(fraction) > digits:
        raise ValueError("not a whole number")
    return values.whole_number(whole + (fraction or "").ljust(digits, "0"))


def money(text: str) -> float:
    return values.amount_usd(text.removeprefix("$"))


def number(text: str) -> float:
    """A number of any sign. Raises ``ValueError``."""
    if not re.fullmatch(r"[+-]?\d{1,30}(\.\d{1,30})?([eE][+-]?\d{1,3})?", text, re.ASCII):
        raise ValueError("not a number")
    found = float(text)
    if found in (float("inf"), float("-inf")):
        raise ValueError("out of range")
    return found

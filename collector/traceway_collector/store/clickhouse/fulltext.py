"""Full text as SQL: a word, a phrase, or a word with gaps, in what a span says.

The column ``search_text`` is all of that in one form: in lower case, without the escapes of JSON, and with blanks where
words are tied together. Its index knows words of ASCII letters and digits, and every other character alone. So one word
is answered by the index; for all else the index tells which spans have the words or characters of it, and those are
looked at.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any, Final

from traceway_semconv.fields import SLOTS, Slot

from ...query.filters import Pattern, Phrase

Parameters = dict[str, Any]


def _names(slot: Slot) -> str:
    return "[" + ", ".join(f"'{name}'" for name in SLOTS[slot]) + "]"


_INPUT: Final = _names(Slot.INPUT)
_OUTPUT: Final = _names(Slot.OUTPUT)
HAS_INPUT: Final = f"(hasAny(attr_keys, {_INPUT}) OR input_preview != '')"
HAS_OUTPUT: Final = f"(hasAny(attr_keys, {_OUTPUT}) OR output_preview != '')"

# As `search_text` is made of all values (sql/changes/spans_text.sql).
_FOLDED: Final = (
    r"translate(lowerUTF8(decodeXMLComponent(replaceRegexpAll(replaceRegexpAll(replaceAll(replaceAll(v,"
    r" '\\n', ' '), '\\\"', '\"'), '\\\\t([a-zA-Z0-9]+)', '\\\\t\\1 \\1'), '\\\\u([0-9a-fA-F]{4})', '&#x\\1;'))),"
    r" '.:_\'', '    ')"
)
_TIES: Final = str.maketrans(".:_'", "    ")
_TOKEN: Final = re.compile(r"[a-z0-9]+|[^\x00-\x7f]")
_ENTITY: Final = re.compile(r"&(?:amp|lt|gt|quot|apos);")
_EDGE: Final = re.compile(r"[a-z0-9]")
_WORD: Final = re.compile(r"[a-z0-9]+")
_GAP, _GAP_WITHIN_WORD = r"[^\s]*", "[a-z0-9]*"


@dataclass(frozen=True, slots=True)
class Words:
    """A word with gaps, and all the words there are that fit it (see ``words.py``)."""

    words: tuple[str, ...]
    pattern: Pattern


def anywhere(value: Any, name: str, parameters: Parameters) -> str:
    """Found anywhere in the span."""
    if isinstance(value, Words):
        return _has_one(value.words, name, parameters)
    tokens = _tokens(value)
    if isinstance(value, str) and _WORD.fullmatch(_fold(value)):
        return _has_tokens(tokens, name, parameters)
    return f"({_has_tokens(tokens, name, parameters)} AND {_matches('search_text', value, name, parameters)})"


def in_input(value: Any, name: str, parameters: Parameters) -> str:
    """Found in a prompt or in arguments."""
    return _in_attributes(_INPUT, value, name, parameters)


def in_output(value: Any, name: str, parameters: Parameters) -> str:
    """Found in an answer or in results."""
    return _in_attributes(_OUTPUT, value, name, parameters)


def in_error(value: Any, name: str, parameters: Parameters) -> str:
    """Found in what is said of an error."""
    fits = _matches(_FOLDED, value, name, parameters)
    return f"arrayExists(v -> {fits}, [error_message, toString(error_type), status_message])"


def has_words_of(values: list[str], name: str, parameters: Parameters) -> str:
    """What a span with one of these attribute values has in its text; true if the index cannot tell."""
    parts = []
    for number, value in enumerate(values):
        tokens = _tokens(value)
        # What looks like an escape ("C:\new", "&#33;") is other words in the index.
        if not tokens or "\\" in value or "&" in value:
            return "1"
        parts.append(_has_tokens(tokens, f"{name}{number}", parameters))
    return "(" + " OR ".join(parts) + ")"


def _in_attributes(keys: str, value: Any, name: str, parameters: Parameters) -> str:
    if isinstance(value, Words):
        among, value = _has_one(value.words, name, parameters), value.pattern
    else:
        among = _has_tokens(_tokens(value), name, parameters)
    fits = (
        f"arrayExists((k, v) -> k IN {keys} AND {_matches(_FOLDED, value, name, parameters)}, attr_keys, attr_values)"
    )
    return f"({among} AND {fits})"


def _has_one(words: tuple[str, ...], name: str, parameters: Parameters) -> str:
    if not words:
        return "0"
    parameters[f"{name}w"] = list(words)
    return f"hasAnyTokens(search_text, {{{name}w:Array(String)}})"


def _has_tokens(tokens: list[str], name: str, parameters: Parameters) -> str:
    if not tokens:
        return "1"
    parameters[f"{name}w"] = tokens
    return f"hasAllTokens(search_text, {{{name}w:Array(String)}})"


def _matches(expression: str, value: Any, name: str, parameters: Parameters) -> str:
    parameters[name] = hexed(_expression(value))
    return f"match({expression}, unhex({{{name}:String}}))"


def _tokens(value: Any) -> list[str]:
    """Tokens that must be there. Where a pattern has a gap, a word of ASCII beside it may be a part of one only."""
    if isinstance(value, Pattern):
        return [token for part in value.parts for token in _TOKEN.findall(_fold(part)) if not token.isascii()]
    return list(dict.fromkeys(_TOKEN.findall(_fold(_text(value)))))


def _expression(value: Any) -> str:
    """The regular expression that a folded text must match: whole words, but for gaps, which stay within a word; where
    the pattern has other letters than those of words, between blanks."""
    parts = value.parts if isinstance(value, Pattern) else (_text(value),)
    folded = [_fold(part) for part in parts]
    gap = _GAP_WITHIN_WORD if isinstance(value, Pattern) and within_word(value) else _GAP
    begins = r"\b" if _EDGE.match(folded[0]) else ""
    ends = r"\b" if _EDGE.match(folded[-1][-1:]) else ""
    return f"(?s){begins}" + gap.join(re.escape(part) for part in folded) + ends


def within_word(pattern: Pattern) -> bool:
    """Whether all of it is one word of ASCII letters and digits with gaps, so that the index knows what fits."""
    return _WORD.fullmatch("".join(pattern.parts).lower()) is not None


def word_expression(pattern: Pattern) -> str:
    """The regular expression of the words that fit such a pattern."""
    return f"^{_GAP_WITHIN_WORD.join(part.lower() for part in pattern.parts)}$"


def _text(value: Any) -> str:
    return value.text if isinstance(value, Phrase) else str(value)


def _fold(text: str) -> str:
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text).lower().translate(_TIES)


def like(pattern: Pattern) -> str:
    """A pattern for LIKE."""
    return "%".join(part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for part in pattern.parts)


def hexed(text: str) -> str:
    """For a parameter of any characters: as hexadecimal digits, because what is bound is unescaped once more."""
    return text.encode("utf-8", "surrogatepass").hex()

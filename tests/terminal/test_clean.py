"""Nothing that a terminal obeys gets through."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from traceway_collector.terminal import clean

ANY_TEXT = st.text(st.characters(exclude_categories=[]))
HOSTILE = "\x1b[2J\x1b]0;title\x07\x9b31m\u202egnp\u2066\r\n\x08\x00\ud800\u2028\U000e0041"


TURNS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
JSON_VALUES = st.recursive(
    ANY_TEXT | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT, inner),
)


def obeyed(text: str) -> list[str]:
    """Characters that move, colour or reorder what a terminal shows."""
    kinds = ("Cc", "Cs", "Zl", "Zp")
    return [each for each in text if unicodedata.category(each) in kinds or unicodedata.bidirectional(each) in TURNS]


@given(ANY_TEXT)
@example(HOSTILE)
def test_a_line_is_one_line_and_harmless(text):
    shown = clean.line(text)
    assert obeyed(shown) == []
    assert clean.line(shown) == shown
    shown.encode()


@given(ANY_TEXT)
@example(HOSTILE)
def test_lines_keep_their_breaks_and_nothing_else(text):
    shown = clean.lines(text)
    assert set(obeyed(shown)) <= {"\n"}
    assert shown.count("\n") == text.count("\n")
    shown.encode()


@given(JSON_VALUES)
@example({HOSTILE: [HOSTILE]})
def test_json_says_the_same(value):
    text = clean.json_text(value)
    assert obeyed(text) == []
    assert json.loads(text) == value


@pytest.mark.parametrize("text", ["日本語", "مرحبا", "żółć", "👩‍👩‍👧", "a\u0301", "—“”"])
def test_what_people_write_stays(text):
    assert clean.line(text) == clean.lines(text) == text


def test_an_escape_sequence_is_to_be_seen():
    assert clean.line("\x1b[31mred\x9b0m") == "␛[31mred\\u009b0m"

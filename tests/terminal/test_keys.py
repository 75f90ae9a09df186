"""Keys out of what a terminal sends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceway_collector.terminal.keys import split


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("q", ["q"]),
        ("\x1b[A\x1b[Bj", ["up", "down", "j"]),
        ("\x1bOA", ["up"]),
        ("\x1b[5~\x1b[6~", ["page-up", "page-down"]),
        ("\x1b", ["escape"]),
        ("\x1b\x1b[A", ["escape", "up"]),
        ("é\r\x7f", ["é", "enter", "backspace"]),
        ("\x1b[1;5Cx", ["x"]),  # control and right: no key here, and no letters either
        ("\x1b[200~", []),
        ("\x04", ["closed"]),
    ],
)
def test_keys(sent, keys):
    assert split(sent) == keys


@given(st.text())
def test_anything_may_be_typed(text):
    split(text)
    if "\x1b" not in text:
        assert len(split(text)) == len(text)

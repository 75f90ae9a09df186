"""Keys out of what a terminal sends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceway_collector.terminal.keys import Keys, split


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


class Pieces(Keys):
    """A keyboard whose keys come in these pieces."""

    def __init__(self, *pieces: str) -> None:
        self._pieces = list(pieces)
        self._pressed = []

    def _ready(self, timeout_s: float) -> bool:
        return bool(self._pieces)

    def _take(self) -> str:
        return self._pieces.pop(0)


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_sequence_may_come_in_pieces(cut):
    keys = Pieces("\x1b[5~"[:cut], "\x1b[5~"[cut:])
    assert [keys.read(1), keys.read(1)] == ["page-up", None]


@given(st.text())
def test_anything_may_be_typed(text):
    split(text)
    if "\x1b" not in text:
        assert len(split(text)) == len(text)

"""Keys as they are pressed: a terminal without line editing, and escape sequences by their names."""

from __future__ import annotations

import codecs
import os
import re
import select
import sys
import termios
import tty
from types import TracebackType

UP, DOWN, PAGE_UP, PAGE_DOWN, HOME, END = "up", "down", "page-up", "page-down", "home", "end"
ENTER, ESCAPE, BACKSPACE, CLOSED = "enter", "escape", "backspace", "closed"
_SEQUENCES = {
    "[A": UP, "[B": DOWN, "OA": UP, "OB": DOWN, "[5~": PAGE_UP, "[6~": PAGE_DOWN,
    "[H": HOME, "[F": END, "OH": HOME, "OF": END, "[1~": HOME, "[4~": END,
}  # fmt: skip
_SINGLE = {"\r": ENTER, "\n": ENTER, "\x7f": BACKSPACE, "\b": BACKSPACE, "\x04": CLOSED}
_UNFINISHED = re.compile(r"\x1b(O|\[[0-?]*)?\Z")
_REST_S = 0.05
"""A sequence comes in one piece or nearly; ESC that nothing follows for so long is the key itself."""


class Keys:
    """The keyboard while the block lasts; afterwards the terminal is as it was."""

    def __enter__(self) -> Keys:
        self._file = sys.stdin.fileno()
        self._before = termios.tcgetattr(self._file)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._pressed: list[str] = []
        tty.setcbreak(self._file)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        termios.tcsetattr(self._file, termios.TCSADRAIN, self._before)

    def read(self, timeout_s: float) -> str | None:
        """The next key: a character, or one of the names above. None if none is pressed in time."""
        if not self._pressed and self._ready(timeout_s):
            self._pressed = self._keys(self._take())
        return self._pressed.pop(0) if self._pressed else None

    def _ready(self, timeout_s: float) -> bool:
        return bool(select.select([self._file], [], [], timeout_s)[0])

    def _take(self) -> str:
        piece = os.read(self._file, 1024)
        return self._decoder.decode(piece) if piece else "\x04"

    def _keys(self, text: str) -> list[str]:
        while _UNFINISHED.search(text) and self._ready(_REST_S):
            text += self._take()
        return split(text)


def split(text: str) -> list[str]:
    """What was typed, key by key. Sequences that mean nothing here are no keys."""
    found: list[str] = []
    at = 0
    while at < len(text):
        if text[at] != "\x1b":
            found.append(_SINGLE.get(text[at], text[at]))
            at += 1
            continue
        end = _end(text, at + 1)
        sequence = text[at + 1 : end]
        if not sequence:
            found.append(ESCAPE)
        elif sequence in _SEQUENCES:
            found.append(_SEQUENCES[sequence])
        at = end
    return found


def _end(text: str, at: int) -> int:
    """Where the sequence ends that goes on at ``at``, after its ESC (ECMA-48: parameters, then a final character)."""
    if text[at : at + 1] == "O":
        return min(at + 2, len(text))
    if text[at : at + 1] != "[":
        return at
    at += 1
    while at < len(text) and not "@" <= text[at] <= "~":
        at += 1
    return min(at + 1, len(text))

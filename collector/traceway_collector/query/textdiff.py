"""The difference between two texts, as a unified diff, within bounds of time and memory."""

from __future__ import annotations

import difflib
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..errors import BadInput, TooLarge

MAX_BYTES = 4 << 20
MAX_LINES = 50_000
MAX_SECONDS = 5.0
_CONTEXT = 3
_MANY_PAIRS = 2_000_000
"""Of lines alike. The matcher looks at all of them several times; of more it leaves out lines that come often."""
_Opcode = tuple[str, int, int, int, int]
"""As ``difflib`` has them: what was done, and from and to which line in either text."""


@dataclass(frozen=True, slots=True)
class TextDiff:
    """``unified``: as ``diff -u`` writes it, without the two lines of names; "" for equal texts. ``added`` and
    ``removed`` count lines."""

    unified: str
    added: int
    removed: int


def unified(old: bytes, new: bytes) -> TextDiff:
    """The difference between two contents that are text.

    Raises ``BadInput`` if one is not UTF-8 text and ``TooLarge`` if they have too many bytes or lines, or differ so
    much that it would take too long.
    """
    before, after = _lines(old, "from"), _lines(new, "to")
    shown: list[str] = []
    added = removed = 0
    for group in _groups(before, after):
        shown.append(_head(group))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                shown += _marked(" ", before[i1:i2])
                continue
            removed, added = removed + i2 - i1, added + j2 - j1
            shown += _marked("-", before[i1:i2])
            shown += _marked("+", after[j1:j2])
    return TextDiff("".join(shown), added, removed)


def _groups(before: Sequence[str], after: Sequence[str]) -> Iterator[Sequence[_Opcode]]:
    """The groups of changes. What the texts begin and end with alike is taken off before: of long texts with many lines
    alike the matcher passes over those, and would tell a line put among them as a change of them all."""
    shorter = min(len(before), len(after))
    head = next((n for n in range(shorter) if before[n] != after[n]), shorter)
    tail = next((n for n in range(shorter - head) if before[-1 - n] != after[-1 - n]), shorter - head)
    head, tail = max(head - _CONTEXT, 0), max(tail - _CONTEXT, 0)
    matcher = _Matcher(before[head : len(before) - tail], after[head : len(after) - tail])
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        yield [(tag, i1 + head, i2 + head, j1 + head, j2 + head) for tag, i1, i2, j1, j2 in group]


class _Matcher(difflib.SequenceMatcher[str]):
    """The standard library's matcher, which can take minutes; this one gives up."""

    def __init__(self, before: Sequence[str], after: Sequence[str]) -> None:
        self._until = time.monotonic() + MAX_SECONDS
        times = Counter(after)
        super().__init__(None, before, after, autojunk=sum(times[line] for line in before) > _MANY_PAIRS)

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> difflib.Match:
        if time.monotonic() > self._until:
            raise TooLarge(f"the texts differ so much that a diff takes longer than {MAX_SECONDS:g} s", field="from")
        return super().find_longest_match(alo, ahi, blo, bhi)


def _lines(data: bytes, field: str) -> list[str]:
    if len(data) > MAX_BYTES:
        raise TooLarge(f"{field} has {len(data)} bytes; a diff takes at most {MAX_BYTES}", field=field)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise BadInput(f"{field} is not text; expected UTF-8 without NUL", field=field)
    # Lines as diff has them: only a newline ends one, and what other characters do is the reader's business.
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    lines = lines if lines[-1] else lines[:-1]
    if len(lines) > MAX_LINES:
        raise TooLarge(f"{field} has {len(lines)} lines; a diff takes at most {MAX_LINES}", field=field)
    return lines


def _head(group: Sequence[_Opcode]) -> str:
    return f"@@ -{_span(group[0][1], group[-1][2])} +{_span(group[0][3], group[-1][4])} @@\n"


def _span(start: int, stop: int) -> str:
    """A range of lines as a unified diff names it (POSIX, "diff -u"): an empty one by the line before it."""
    length = stop - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


def _marked(mark: str, lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        yield mark + line
        if not line.endswith("\n"):
            yield "\n\\ No newline at end of file\n"

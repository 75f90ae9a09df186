"""What the doctor says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """``ERROR``: nothing would be recorded. ``WARNING``: not all, or not as the user may think."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence, and what to do about it ("" if nothing)."""

    level: Level
    sentence: str
    advice: str = ""


def ok(sentence: str) -> Finding:
    return Finding(Level.OK, sentence)


def warning(sentence: str, advice: str) -> Finding:
    return Finding(Level.WARNING, sentence, advice)


def error(sentence: str, advice: str) -> Finding:
    return Finding(Level.ERROR, sentence, advice)

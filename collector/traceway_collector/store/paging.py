"""A page of any list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..query.filters import Position

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class PageOf(Generic[Row]):
    """Rows in order and where the next page starts; ``next`` is None on the last page."""

    items: Sequence[Row]
    next: Position | None

"""Reading values whose shape a server decides: nothing here raises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

_NOTHING: Final[dict[str, Any]] = {}


def at(value: Any, *path: str | int) -> Any:
    """What is found by going down ``path`` through mappings, models and lists; None where there is nothing."""
    for step in path:
        if type(value) is dict:  # nearly always, and faster to tell than any mapping
            value = value.get(step)
        elif isinstance(step, int):
            is_there = isinstance(value, Sequence) and not isinstance(value, (str, bytes)) and len(value) > step
            value = value[step] if is_there else None
        elif isinstance(value, Mapping):
            value = value.get(step)
        else:
            value = own_attribute(value, step)
    return value


def own_attribute(value: Any, name: str) -> Any:
    """An attribute of the object itself, declared or not; None if it has none such. To ask a pydantic model for what it
    has not costs more than all the rest of what we do with it."""
    attributes: dict[str, Any] = getattr(value, "__dict__", _NOTHING)
    if name in attributes:
        return attributes[name]
    return (getattr(value, "__pydantic_extra__", None) or _NOTHING).get(name)


def text_at(value: Any, *path: str | int) -> str | None:
    """As ``at``, if it is a text with something in it."""
    found = at(value, *path)
    return found if isinstance(found, str) and found else None


def count_at(value: Any, *path: str | int) -> int | None:
    """As ``at``, if it is a count."""
    found = at(value, *path)
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


def number_at(value: Any, *path: str | int) -> float | None:
    """As ``at``, if it is a number."""
    found = at(value, *path)
    return float(found) if isinstance(found, (int, float)) and not isinstance(found, bool) else None


def items_at(value: Any, *path: str | int) -> Sequence[Any]:
    """As ``at``, if it is a list; else an empty one."""
    found = at(value, *path)
    return found if isinstance(found, Sequence) and not isinstance(found, (str, bytes)) else ()

"""Looking things up in objects of unknown make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

_TYPE_KEYS: Final = ("type", "kind", "part_kind")


def first(mapping: Mapping[str, Any], keys: Iterable[str]) -> Any:
    """The value of the first of these keys that has one; None if none has."""
    return next((value for key in keys if (value := mapping.get(key)) is not None), None)


def first_text(mapping: Mapping[str, Any], keys: Iterable[str]) -> str | None:
    """The first of these keys' values that is a text and not empty."""
    return next((value for key in keys if isinstance(value := mapping.get(key), str) and value), None)


def type_of(block: Mapping[str, Any]) -> str | None:
    """What a content block says it is. Pydantic AI calls the type ``kind`` or ``part_kind``."""
    return first_text(block, _TYPE_KEYS)

"""Any Python value as JSON of bounded size, for recording. Nothing here raises, consumes an iterator or hangs on to a
value, whatever the application hands over.

What is cut says so: a text ends with ``… [truncated: N characters]``, an object gets the members ``_truncated`` and
``_original_size``, a list a last element with these two.
"""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import fractions
import pathlib
import uuid
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any, Final

from traceway_semconv.messages.plain import compact, plain

MAX_CHARACTERS: Final = 1 << 20
"""Characters of all texts of one value together."""
MAX_ITEMS: Final = 20_000
"""Members and elements of one value together."""
MAX_DEPTH: Final = 32
MAX_ARRAY_SIZE: Final = 1_000
"""Elements of an array (numpy, torch) that is written out; of a larger one its shape and type are."""
_MAX_INTEGER_BITS: Final = 4096
_AS_TEXT: Final = (uuid.UUID, pathlib.PurePath, decimal.Decimal, fractions.Fraction)
_MOMENTS: Final = (datetime.datetime, datetime.date, datetime.time)
_SIMPLE: Final = frozenset((type(None), bool, int, float, str))
_CONTAINERS: Final = (Mapping, list, tuple, set, frozenset, deque)


def bounded(value: Any) -> Any:
    """``value`` made of dict, list, str, bool, int, float and None only. Dataclasses, Pydantic models, enums, dates
    and arrays become what they hold; any other object its ``repr``."""
    return _Walk().walk(value, 0)


def json_text(value: Any) -> str:
    """``value`` as compact JSON of bounded size."""
    return compact(bounded(value))


def text_of(value: Any) -> str:
    """``value`` as a text that can be sent: its own if it is one, else its JSON."""
    bound = bounded(value)
    return str(plain(bound)) if isinstance(bound, str) else compact(bound)


class _Walk:
    """One value. ``_open`` are the containers we are in."""

    def __init__(self) -> None:
        self._characters = MAX_CHARACTERS
        self._items = MAX_ITEMS
        self._open: set[int] = set()

    def walk(self, value: Any, depth: int) -> Any:
        if type(value) in _SIMPLE:
            return self._leaf(value)
        try:
            return self._value(value, depth)
        except Exception:  # a property, an iterator or a repr of the application's own
            return f"[unserialisable {type(value).__name__}]"

    def _value(self, value: Any, depth: int) -> Any:
        form = _form(value)
        if not isinstance(form, _CONTAINERS):
            return self._leaf(form)
        if depth > MAX_DEPTH:
            return "[truncated: too deep]"
        if id(value) in self._open:
            return "[circular]"
        self._open.add(id(value))
        try:
            return self._object(form, depth) if isinstance(form, Mapping) else self._list(form, len(form), depth)
        finally:
            self._open.discard(id(value))

    def _object(self, value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, item in value.items():
            if self._is_spent():
                return {**found, "_truncated": True, "_original_size": len(value)}
            found[self._text(key if isinstance(key, str) else str(key))] = self.walk(item, depth + 1)
        return found

    def _list(self, value: Iterable[Any], size: int, depth: int) -> list[Any]:
        found: list[Any] = []
        for item in value:
            if self._is_spent():
                return [*found, {"_truncated": True, "_original_size": size}]
            found.append(self.walk(item, depth + 1))
        return found

    def _leaf(self, value: Any) -> Any:
        if value is None or isinstance(value, bool | float):
            return value
        if isinstance(value, int):
            bits = int.bit_length(value)
            return int(value) if bits <= _MAX_INTEGER_BITS else f"[integer of {bits} bits]"
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, bytes | bytearray | memoryview):
            return f"[{len(value)} bytes]"
        if isinstance(value, _MOMENTS):
            return value.isoformat()
        if isinstance(value, BaseException):
            return self._text(f"{type(value).__name__}: {value}")
        return self._text(str(value) if isinstance(value, _AS_TEXT) else repr(value))

    def _text(self, text: str) -> str:
        size = len(text)
        if size > self._characters:
            text = f"{str(text)[: self._characters]}… [truncated: {size} characters]"
        self._characters -= min(size, self._characters)
        return str(text)

    def _is_spent(self) -> bool:
        self._items -= 1
        return self._items < 0 or self._characters <= 0


def _form(value: Any) -> Any:
    """What a value holds, for those that hold something simpler; else the value."""
    kind = type(value)
    if isinstance(value, enum.Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name, None) for field in dataclasses.fields(value)}
    if callable(getattr(kind, "model_dump", None)):
        return value.model_dump()
    if hasattr(kind, "tolist") and hasattr(kind, "dtype"):
        return _array(value)
    return value


def _array(value: Any) -> Any:
    """The elements of an array as lists; of a large one what it is."""
    size = 1
    for extent in value.shape:
        size *= int(extent)
    if size <= MAX_ARRAY_SIZE:
        return value.tolist()
    described = f"{type(value).__name__} of {value.dtype}, shape {tuple(value.shape)}"
    return {"_type": described, "_truncated": True, "_original_size": size}

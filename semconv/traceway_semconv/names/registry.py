"""What is known of an attribute, and the table of all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Type = Literal["string", "int", "double", "boolean", "string[]", "any"]
"""OTel attribute types. "any" is structured content: a JSON string, a list or a map."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute. ``unit`` is a UCUM code or an annotation such as ``{token}`` ("" where there is none)."""

    key: str
    type: Type
    unit: str
    example: str
    note: str
    origin: str


ATTRIBUTES: Final[dict[str, Attribute]] = {}
"""All attributes by key, in the order in which they are defined."""

MAX_INDEXED: Final = 32
"""How many elements of a flattened list (``….{n}.content``) previews look at."""


class Origin:
    """Registers the attributes of one vocabulary and hands back their keys."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, key: str, type: Type, example: str, *, unit: str = "", note: str = "") -> str:
        if key in ATTRIBUTES:
            raise ValueError(f"attribute {key!r} is defined twice; keep the one in {ATTRIBUTES[key].origin}")
        ATTRIBUTES[key] = Attribute(key, type, unit, example, note, self.name)
        return key


def indexed(template: str) -> tuple[str, ...]:
    """The keys of a flattened list, last element first: ``template`` holds ``{n}``."""
    return tuple(template.replace("{n}", str(n)) for n in reversed(range(MAX_INDEXED)))


TOKENS_UNIT: Final = "{token}"
"""The unit of what models count."""

"""Which keys of the query language have values to count."""

from __future__ import annotations

from typing import Final

from ..errors import BadInput
from .keys import find_key

FACET_KEYS: Final = (
    "kind",
    "status",
    "model",
    "provider",
    "name",
    "service",
    "session",
    "user",
    "tag",
    "agent",
    "tool",
    "operation",
    "finish",
    "file",
)


def facet_key(name: str) -> tuple[str, str]:
    """The field of a key that can be counted, and the attribute it names or "". Raises ``BadInput``."""
    key = find_key(name)
    if key is not None and key.name in FACET_KEYS:
        return key.name, ""
    if key is not None and key.named:
        prefix = key.name + "."
        return key.field, name[len(prefix) :] if name.lower().startswith(prefix) else name
    shown = name if len(name) <= 60 else name[:60] + "…"
    raise BadInput(
        f"keys has {shown!r}; expected some of {', '.join(FACET_KEYS)}, attr.<name> or resource.<name>", field="keys"
    )

"""The tables of ``fields`` and ``kinds`` as small numbers, for the engine.

An attribute key becomes one UInt32: bits 0-7 its place within its slot, bits 8-15 the slot (0: none), bits 16-23 what its
presence says of the kind (counted down from ``NO_CODE``, so that the larger number is the earlier rule; 0: nothing), then
``SIGNAL_FLAG`` if its value says something of the kind and ``LIST_FLAG`` if it may be a list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .fields import LIST_SLOTS, SLOTS
from .kinds import RULES, SOURCE_NONE, PresenceRule, SpanKind, ValueRule

SIGNAL_FLAG: Final = 1 << 25
LIST_FLAG: Final = 1 << 26


@dataclass(frozen=True, slots=True)
class KindCode:
    """What a rule found: the kind, the rule's name and the operation it stands for ("" for none)."""

    kind: SpanKind
    source: str
    operation: str


def _number_rules() -> tuple[tuple[KindCode, ...], dict[tuple[str, str], int], dict[str, int]]:
    codes: list[KindCode] = []
    signals: dict[tuple[str, str], int] = {}
    presence: dict[str, int] = {}
    for rule in RULES:
        if isinstance(rule, ValueRule):
            for kind, operation in dict.fromkeys(rule.kinds.values()):
                codes.append(KindCode(kind, rule.attribute, operation))
                of_code = (value for value, found in rule.kinds.items() if found == (kind, operation))
                signals |= {(rule.attribute, value): len(codes) for value in of_code}
        elif isinstance(rule, PresenceRule):
            codes.append(KindCode(rule.kind, rule.source, ""))
            presence |= dict.fromkeys(rule.attributes, len(codes))
    codes.append(KindCode(SpanKind.SPAN, SOURCE_NONE, ""))
    return tuple(codes), signals, presence


KIND_CODES, SIGNAL_CODES, PRESENCE_CODES = _number_rules()
"""What the rules can find, in their order (the code is the place, from 1); the code of each (key, value) that tells by
its value; the code of each key that tells by its presence. The smallest code of a span counts."""

NO_CODE: Final = len(KIND_CODES)
"""The code of a span no rule knows."""

FS_CODE: Final = 1 + next(i for i, code in enumerate(KIND_CODES) if code.kind is SpanKind.FS)


def attribute_codes() -> dict[str, int]:
    """The code of every key that matters to a span's facts."""
    codes: dict[str, int] = {}
    for slot, keys in SLOTS.items():
        for place, key in enumerate(keys):
            codes[key] = slot << 8 | place | (LIST_FLAG if slot in LIST_SLOTS else 0)
    for key, code in PRESENCE_CODES.items():
        codes[key] = codes.get(key, 0) | (NO_CODE - code) << 16
    for key, _ in SIGNAL_CODES:
        codes[key] = codes.get(key, 0) | SIGNAL_FLAG
    return codes

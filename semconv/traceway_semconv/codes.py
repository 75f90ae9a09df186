"""The tables of ``fields`` and ``kinds`` as small numbers, for the engine.

An attribute key becomes one UInt32, an *attribute code*: bits 0-6 its place within its slot, bits 7-12 the slot (0: none),
bits 13-15 its *group*, which says on spans of which roles it counts, bits 16-27 what it says of the kind (counted down
from ``NO_CODE``, so that the larger number is the earlier rule; 0: nothing), ``SIGNAL_FLAG`` if its value says more of
the kind, ``LIST_FLAG`` if it may be a list.

What a rule finds becomes a *kind code*: its number in the order of the rules, from 1, times 8, plus the ``Role``. Of the
kind codes found on a span the smallest counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .fields import LIST_SLOTS, ROLES_OF, SLOTS, Role, Slot
from .kinds import NO_USAGE_OPERATIONS, RULES, SOURCE_NONE, SPENDING_KINDS, PresenceRule, SpanKind, ValueRule
from .names import TRACEWAY_SPAN_KIND

SIGNAL_FLAG: Final = 1 << 28
LIST_FLAG: Final = 1 << 29
PLACE_BITS: Final = 7
SLOT_BITS: Final = 6
ROLE_BITS: Final = 3

_ROLES: Final = {
    **dict.fromkeys(SPENDING_KINDS, Role.SPENDS),
    SpanKind.TOOL: Role.TOOL,
    SpanKind.AGENT: Role.AGENT,
    SpanKind.WORKFLOW: Role.WORKFLOW,
    SpanKind.FS_WRITE: Role.FS_WRITE,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: the kind, the rule's name and the operation ("" for none)."""

    kind: str
    source: str
    operation: str
    role: Role


def _finding(kind: SpanKind, source: str, operation: str = "") -> Finding:
    role = Role.OTHER if operation in NO_USAGE_OPERATIONS else _ROLES.get(kind, Role.OTHER)
    return Finding(kind.value, source, operation, role)


def _number_rules() -> tuple[tuple[Finding, ...], dict[tuple[str, str], int], dict[str, int]]:
    findings: list[Finding] = []
    signals: dict[tuple[str, str], int] = {}
    presence: dict[str, int] = {}

    def number(finding: Finding) -> int:
        findings.append(finding)
        return len(findings) << ROLE_BITS | finding.role

    for kind in SpanKind:
        signals[TRACEWAY_SPAN_KIND, kind.value] = number(_finding(kind, TRACEWAY_SPAN_KIND))
    number(_finding(SpanKind.SPAN, TRACEWAY_SPAN_KIND))
    for rule in RULES:
        if isinstance(rule, ValueRule):
            for found in dict.fromkeys(rule.kinds.values()):
                code = number(_finding(found[0], rule.attribute, found[1]))
                signals |= {(rule.attribute, value): code for value, of in rule.kinds.items() if of == found}
        elif isinstance(rule, PresenceRule):
            presence |= dict.fromkeys(rule.attributes, number(_finding(rule.kind, rule.source)))
    number(_finding(SpanKind.SPAN, SOURCE_NONE))
    return tuple(findings), signals, presence


FINDINGS, SIGNAL_CODES, PRESENCE_CODES = _number_rules()
"""What the rules can find, in order; the kind code of each (key, value) that tells by its value (in lower case) and of
each key that tells by its presence."""

CUSTOM_CODE: Final = len(SpanKind) + 1 << ROLE_BITS
"""The kind code of a kind the sender made up."""

NO_CODE: Final = len(FINDINGS) << ROLE_BITS
"""The kind code of a span no rule knows."""

FS_CODE: Final = next(code for code in PRESENCE_CODES.values() if FINDINGS[(code >> ROLE_BITS) - 1].kind == SpanKind.FS)


def _groups() -> tuple[dict[str, int], tuple[int, ...]]:
    """The group of every key that counts on some roles only, and what to add to a slot's number for (group, role)."""
    nowhere = 1 << SLOT_BITS
    everywhere = tuple(0 for _ in Role)
    offsets = {everywhere: 0}
    groups: dict[str, int] = {}
    for key in dict.fromkeys(key for _, key in ROLES_OF):
        slots = [slot for slot, of in ROLES_OF if of == key]
        if len(slots) > 1:
            # In several slots, each that of one role: its code names slot 0, and the role leads to the right one.
            offset = tuple(role.value if role.value in slots else nowhere for role in Role)
        else:
            offset = tuple(0 if role in ROLES_OF[slots[0], key] else nowhere for role in Role)
        groups[key] = offsets.setdefault(offset, len(offsets))
    table = [nowhere] * (8 << ROLE_BITS)
    for offset, group in offsets.items():
        table[group << ROLE_BITS : (group << ROLE_BITS) + len(offset)] = offset
    return groups, tuple(table)


_GROUP_OF, SLOT_OFFSETS = _groups()
"""What to add to the slot of an attribute of a group on a span of a role: element ``group * 8 + role``."""


def attribute_codes() -> dict[str, int]:
    """The code of every key that matters to a span's facts."""
    codes: dict[str, int] = {}
    for slot, keys in SLOTS.items():
        for place, key in enumerate(keys):
            shared = sum(key in of for of in SLOTS.values()) > 1
            codes[key] = (0 if shared else slot << PLACE_BITS) | place | (LIST_FLAG if slot in LIST_SLOTS else 0)
    for key, group in _GROUP_OF.items():
        codes[key] |= group << (PLACE_BITS + SLOT_BITS)
    for key, code in PRESENCE_CODES.items():
        codes[key] = codes.get(key, 0) | (NO_CODE - code) << 16
    for key in dict.fromkeys(key for key, _ in SIGNAL_CODES):
        codes[key] = codes.get(key, 0) | SIGNAL_FLAG
    return codes


__all__ = [
    "CUSTOM_CODE",
    "FINDINGS",
    "FS_CODE",
    "LIST_FLAG",
    "NO_CODE",
    "PLACE_BITS",
    "PRESENCE_CODES",
    "ROLE_BITS",
    "SIGNAL_CODES",
    "SIGNAL_FLAG",
    "SLOT_BITS",
    "SLOT_OFFSETS",
    "Finding",
    "Slot",
    "attribute_codes",
]

"""The tables of ``fields`` and ``kinds`` as small numbers, for the engine.

An attribute key becomes one UInt32, an *attribute code*. From the lowest bit: 6 bits for the slot (0: none), 3 for
the *group*, which says on spans of which roles the attribute counts, 1 that the engine sets for a list or a map, 12 for
what the key says of the kind (counted down from ``NO_CODE``: the larger number is the earlier rule, 0 says nothing),
1 if its value says more, and from bit 24 the place in the slot: the smallest code of a slot is its first attribute.

What a rule finds becomes a *kind code*: its number in the order of the rules, from 1, times 8, plus the ``Role``. Of
the kind codes found on a span the smallest counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .fields import LIST_SLOTS, ROLES_OF, SLOTS, Role
from .kinds import NO_USAGE_OPERATIONS, RULES, SOURCE_NONE, SPENDING_KINDS, PresenceRule, SpanKind, ValueRule
from .names import TRACEWAY_SPAN_KIND

SLOT_BITS: Final = 6
GROUP_BITS: Final = 3
LIST_FLAG: Final = 1 << 9
KIND_SHIFT: Final = 10
KIND_MASK: Final = (1 << 12) - 1
SIGNAL_BIT: Final = 22
PLACE_SHIFT: Final = 24
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


Offset = tuple[int, ...]
_NOWHERE: Final = 1 << SLOT_BITS


def _offset(key: str) -> tuple[Offset, Offset]:
    """What to add to the slot in a key's code, for each role: for a text or a number, and for a list."""
    slots = [slot for slot, keys in SLOTS.items() if key in keys]
    if len(slots) > 1:
        # In several slots, each that of one role: the code names slot 0, and the role leads to the right one.
        of_text = tuple(role.value if role.value in slots else _NOWHERE for role in Role)
    else:
        of_text = tuple(0 if role in ROLES_OF.get((slots[0], key), Role) else _NOWHERE for role in Role)
    return of_text, of_text if slots[0] in LIST_SLOTS else tuple(_NOWHERE for _ in Role)


def _groups() -> tuple[dict[str, int], Offset]:
    """The group of every key that has a slot, and the offsets by ``(list * 8 + group) * 8 + role``."""
    numbers: dict[tuple[Offset, Offset], int] = {}
    groups = {key: numbers.setdefault(_offset(key), len(numbers)) for keys in SLOTS.values() for key in keys}
    table = [_NOWHERE] * (2 << GROUP_BITS + ROLE_BITS)
    for offsets, group in numbers.items():
        for is_list, offset in enumerate(offsets):
            at = (is_list << GROUP_BITS | group) << ROLE_BITS
            table[at : at + len(offset)] = offset
    return groups, tuple(table)


_GROUP_OF, SLOT_OFFSETS = _groups()


def attribute_codes() -> dict[str, int]:
    """The code of every key that matters to a span's facts."""
    codes: dict[str, int] = {}
    for slot, keys in SLOTS.items():
        for place, key in enumerate(keys):
            code = place << PLACE_SHIFT | _GROUP_OF[key] << SLOT_BITS
            codes[key] = code if key in codes else code | slot
    shared = [key for key in codes if sum(key in keys for keys in SLOTS.values()) > 1]
    codes |= {key: codes[key] & ~(_NOWHERE - 1) for key in shared}
    for key, code in PRESENCE_CODES.items():
        codes[key] = codes.get(key, 0) | (NO_CODE - code) << KIND_SHIFT
    for key in dict.fromkeys(key for key, _ in SIGNAL_CODES):
        codes[key] = codes.get(key, 0) | 1 << SIGNAL_BIT
    return codes

"""Cursors: where a page ended, as a text that a client hands back and never looks into.

A cursor is url-safe and versioned. It carries the store's ``Position``, the time that relative filters ("since=15m")
were counted from, a digest of the question, so that it cannot be used with another one by mistake, and a checksum, so
that a damaged one is found out. It grants nothing and hides nothing: a forged one reads only what the same caller may
ask for anyway.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
from dataclasses import dataclass

import orjson

from ..errors import BadInput
from .filters import Position, SpanSort

_VERSION = 1
_MAX_LENGTH = 1024
_MAX_NS = 2**64 - 1
_CHECKSUM_BYTES = 6
_KEY_RANGES: dict[SpanSort, tuple[float, float]] = {
    "started_at": (0, _MAX_NS),
    "duration": (-(2**63), 2**63 - 1),
    "tokens": (-(2**63), 2**63 - 1),
    "cost": (-math.inf, math.inf),
}
"""What a row can be sorted by; whole numbers except for the cost."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A decoded cursor. ``now_ns``: unix nanoseconds when the first page was asked for."""

    position: Position
    now_ns: int
    question: str


def digest(*question: object) -> str:
    """A short digest of what was asked: the list's name, its filter, its order. Equal values give equal digests."""
    return hashlib.blake2b(repr(question).encode(), digest_size=9).hexdigest()


def encode(cursor: Cursor) -> str:
    """The text for ``next_cursor``."""
    at = cursor.position
    fields = [_VERSION, cursor.question, cursor.now_ns, at.as_of_ns, at.key, at.trace_id, at.span_id]
    raw = orjson.dumps(fields)
    return base64.urlsafe_b64encode(_checksum(raw) + raw).rstrip(b"=").decode()


def decode(text: str) -> Cursor:
    """The cursor in ``text``. Raises ``BadInput`` for anything ``encode`` did not make."""
    try:
        if len(text) > _MAX_LENGTH:
            raise ValueError("too long")
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        packed = base64.b64decode(padded, altchars=b"-_", validate=True)
        raw = packed[_CHECKSUM_BYTES:]
        if packed[:_CHECKSUM_BYTES] != _checksum(raw):
            raise ValueError("damaged")
        fields = orjson.loads(raw)
        version, question, now_ns, as_of_ns, key, trace_id, span_id = fields
        if type(version) is not int or version != _VERSION:
            raise ValueError("another version")
        if not all(type(ns) is int and 0 <= ns <= _MAX_NS for ns in (now_ns, as_of_ns)):
            raise ValueError("times")
        if not all(isinstance(part, str) for part in (question, trace_id, span_id)):
            raise ValueError("ids")
        if key is not None and type(key) not in (int, float):
            raise ValueError("key")
    except (ValueError, TypeError, binascii.Error):
        raise _forged(text) from None
    return Cursor(Position(as_of_ns, key, trace_id, span_id), now_ns, question)


def check(cursor: Cursor, question: str, sort: SpanSort = "started_at") -> Position:
    """The position, if the cursor belongs to this question. Raises ``BadInput`` if it came from another, or holds what
    no row of a list in that order has."""
    if cursor.question != question:
        raise BadInput(
            "cursor belongs to a list with other filters or another order; expected the same parameters as on the "
            "page it came from (leave cursor out to start again)",
            field="cursor",
        )
    key = cursor.position.key
    low, high = _KEY_RANGES[sort]
    if key is not None and not (low <= key <= high and (sort == "cost" or type(key) is int)):
        raise _forged(encode(cursor))
    return cursor.position


def _forged(shown: str) -> BadInput:
    return BadInput(f"cursor is {shown[:60]!r}; expected the next_cursor of the page before, unchanged", field="cursor")


def _checksum(raw: bytes) -> bytes:
    return hashlib.blake2b(raw, digest_size=_CHECKSUM_BYTES).digest()

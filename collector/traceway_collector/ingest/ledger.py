"""Where is my span? Everything that came in, was kept or was turned away, counted; the last refusals kept in full."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..model import Signal
from .rates import Rates

KEPT_REFUSALS = 200


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that was not stored, and why. ``items``: spans, records or points; 0 if nobody could count them.
    ``field``: what of the request was wrong, as far as it has a name."""

    at_ns: int
    signal: str
    reason: str
    detail: str
    peer: str
    items: int
    bytes: int
    field: str


class Ledger:
    """Counts by signal and by reason. Used from the event loop only."""

    def __init__(self) -> None:
        self.requests: Counter[Signal] = Counter()
        self.accepted: Counter[Signal] = Counter()
        self.bytes: Counter[Signal] = Counter()
        self.duplicate_requests: Counter[Signal] = Counter()
        self.duplicate_items: Counter[Signal] = Counter()
        self.refused: Counter[tuple[Signal, str]] = Counter()
        self.refused_items: Counter[tuple[Signal, str]] = Counter()
        self.groups: Counter[Signal] = Counter()
        self.last_commit_ns: dict[Signal, int] = {}
        self.files: Counter[str] = Counter(chunks=0, duplicate_chunks=0, contents=0, bytes=0)
        self.rates = Rates()
        self._refusals: deque[Refusal] = deque(maxlen=KEPT_REFUSALS)

    def refuse(
        self,
        signal: Signal,
        reason: str,
        detail: str,
        *,
        peer: str = "",
        items: int = 0,
        size: int = 0,
        field: str | None = None,
    ) -> None:
        """Count a refusal of ``items`` items in ``size`` bytes and remember it."""
        self.refused[signal, reason] += 1
        self.refused_items[signal, reason] += items
        self._refusals.appendleft(
            Refusal(time.time_ns(), signal.value, reason, detail[:500], peer, items, size, field or "")
        )

    def duplicate(self, signal: Signal, items: int) -> None:
        """Count a request that was answered without being stored, because the same bytes were stored before."""
        self.duplicate_requests[signal] += 1
        self.duplicate_items[signal] += items

    @property
    def refusals(self) -> Sequence[Refusal]:
        """The last refusals, newest first."""
        return tuple(self._refusals)

    def commit(
        self, signal: Signal, requests: int, items: int, size: int, at_ns: int, *, since_ns: int | None = None
    ) -> None:
        """Count a group that was committed at ``at_ns``; ``since_ns``: when that began."""
        self.rates.add(signal, items, size, (at_ns - (since_ns or at_ns)) / 1e6)
        self.groups[signal] += 1
        self.accepted[signal] += items
        self.bytes[signal] += size
        self.requests[signal] += requests
        self.last_commit_ns[signal] = at_ns

    def status(self) -> dict[str, Any]:
        """All counts since the start, and the last refusals, newest first."""
        signals = {
            signal.value: {
                "requests": self.requests[signal],
                "accepted": self.accepted[signal],
                "bytes": self.bytes[signal],
                "duplicate_requests": self.duplicate_requests[signal],
                "duplicate_items": self.duplicate_items[signal],
                "groups": self.groups[signal],
                "last_commit_ns": str(self.last_commit_ns[signal]) if signal in self.last_commit_ns else None,
                "refused": {
                    reason: {"requests": count, "items": self.refused_items[of, reason]}
                    for (of, reason), count in sorted(self.refused.items())
                    if of is signal
                },
            }
            for signal in Signal
        }
        refusals = [{**asdict(refusal), "at_ns": str(refusal.at_ns)} for refusal in self._refusals]
        return {"signals": signals, "files": dict(self.files), "refusals": refusals}

"""How much is committed just now: a sliding window of seconds, and how long commits take."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from ..model import Signal

WINDOW_S = 10
_COMMITS = 256


@dataclass(slots=True)
class _Second:
    number: int
    items: Counter[Signal] = field(default_factory=Counter)
    bytes: int = 0


class Rates:
    """Counts by whole seconds, the one under way left out. Used from the event loop only."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seconds: deque[_Second] = deque(maxlen=WINDOW_S + 1)
        self._took_ms: deque[float] = deque(maxlen=_COMMITS)

    def add(self, signal: Signal, items: int, size: int, took_ms: float) -> None:
        """Count a committed group, whose commit took so long."""
        number = int(self._clock())
        if not self._seconds or self._seconds[-1].number != number:
            self._seconds.append(_Second(number))
        self._seconds[-1].items[signal] += items
        self._seconds[-1].bytes += size
        self._took_ms.append(took_ms)

    def per_second(self) -> dict[str, float]:
        """Spans, log records, data points and bytes a second, over the last ``window_s`` seconds."""
        now = int(self._clock())
        seen = [second for second in self._seconds if now - WINDOW_S <= second.number < now]
        of = {signal: sum(second.items[signal] for second in seen) / WINDOW_S for signal in Signal}
        return {
            "spans_per_second": of[Signal.TRACES],
            "log_records_per_second": of[Signal.LOGS],
            "metric_points_per_second": of[Signal.METRICS],
            "bytes_per_second": sum(second.bytes for second in seen) / WINDOW_S,
            "window_s": WINDOW_S,
        }

    def commit_ms(self) -> float:
        """How long the last commits took, in the middle; 0 before the first."""
        took = sorted(self._took_ms)
        return took[len(took) // 2] if took else 0.0

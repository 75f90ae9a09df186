"""What ``traceway monitor`` knows: pure state, fed by events and by answers, read by what draws it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

WINDOW_S = 10.0
"""Over which arrivals are counted."""
SORTS = ("newest", "duration", "tokens", "cost", "errors")


@dataclass(slots=True)
class Board:
    """``minute``: totals of the last minute; ``models`` and ``tools``: groups of the last 15 (``/analytics``).

    Times are monotonic seconds.
    """

    traces: list[Any] = field(default_factory=list)
    minute: Mapping[str, float | None] = field(default_factory=dict)
    models: Sequence[Any] = ()
    tools: Sequence[Any] = ()
    connected: bool = False
    sort: str = SORTS[0]
    selected_id: str | None = None
    started_s: float = 0.0
    arrivals: deque[tuple[float, int]] = field(default_factory=deque)

    def arrived(self, now_s: float, spans: int = 1) -> None:
        """So many spans have arrived now."""
        self.arrivals.append((now_s, spans))

    def spans_a_second(self, now_s: float) -> float:
        """Arrivals of the last ``WINDOW_S``, or of the time since the start if that is shorter."""
        while self.arrivals and self.arrivals[0][0] < now_s - WINDOW_S:
            self.arrivals.popleft()
        seen_s = min(WINDOW_S, max(1.0, now_s - self.started_s))
        return sum(spans for _, spans in self.arrivals) / seen_s

    @property
    def running(self) -> int:
        return sum(trace["status"] == "running" for trace in self.traces)

    def rows(self) -> list[Any]:
        """The traces as sorted, the highest first. Sorted by "newest", those that run come before the others."""
        keys = {
            "newest": lambda trace: int(trace["start_ns"] or 0),
            "duration": lambda trace: int(trace["duration_ns"] or 0),
            "tokens": lambda trace: trace["total_tokens"] or 0,
            "cost": lambda trace: trace["cost_usd"] or 0.0,
            "errors": lambda trace: trace["error_count"],
        }
        found = sorted(self.traces, key=keys[self.sort], reverse=True)
        if self.sort == "newest":
            found.sort(key=lambda trace: trace["status"] != "running")
        return found

    def next_sort(self) -> None:
        self.sort = SORTS[(SORTS.index(self.sort) + 1) % len(SORTS)]

    def move(self, by: int) -> None:
        """To another row. The selection belongs to a trace: it moves with it when rows change places."""
        ids = [trace["id"] for trace in self.rows()]
        if ids:
            self.selected_id = ids[max(0, min(len(ids) - 1, self.position(ids) + by))]

    def position(self, ids: Sequence[str]) -> int:
        """Where the selected trace stands; the first row if it is gone or was never chosen."""
        return ids.index(self.selected_id) if self.selected_id in ids else 0

    def snapshot(self, now_s: float) -> dict[str, Any]:
        """Everything, as ``--json`` prints it."""
        return {
            "connected": self.connected,
            "spans_per_second": round(self.spans_a_second(now_s), 3),
            "last_minute": dict(self.minute),
            "running": self.running,
            "models": list(self.models),
            "tools": list(self.tools),
            "traces": self.rows(),
        }

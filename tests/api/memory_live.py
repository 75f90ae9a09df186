"""The part of the store in memory that tells what arrived. Events are read from a real store only."""

from __future__ import annotations

from collections.abc import Sequence

from traceway_collector.model import StoredSpan
from traceway_collector.store.events import Deletion, ServiceArrivals


class MemoryArrivals:
    _spans: dict[tuple[str, str], tuple[int, StoredSpan]]

    def newest_group_ns(self) -> int:
        return max((ingested_ns for ingested_ns, _ in self._spans.values()), default=0)

    def record_deletion(self, deletion: Deletion, ingested_ns: int) -> None:
        """Nobody reads it."""

    def arrival_lag_ms(self, since_ns: int) -> tuple[float, float] | None:
        late = sorted(
            max(0, ingested_ns - span.end_ns) / 1e6
            for ingested_ns, span in self._spans.values()
            if ingested_ns >= since_ns
        )
        return (late[len(late) // 2], late[-1]) if late else None

    def services(self, as_of_ns: int) -> Sequence[ServiceArrivals]:
        heard: dict[str, list[int]] = {}
        for ingested_ns, span in self._spans.values():
            heard.setdefault(span.service, []).append(ingested_ns)
        return [ServiceArrivals(service, max(times), len(times)) for service, times in heard.items()]

    def forget_arrivals(self) -> None:
        """It counts anew each time."""

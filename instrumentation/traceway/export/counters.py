"""What became of every item (span, log record, metric) that was handed to the exporters."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Literal

Outcome = Literal[
    "sent",  # at the first attempt
    "spooled",  # put aside, on disk or in memory
    "delivered",  # out of what had been put aside, by this process
    "rejected",  # by the collector, out of a request it otherwise took
    "dropped_too_old",
    "dropped_over_limit",
    "dropped_refused",
    "dropped_unencodable",
    "dropped_at_exit",  # from memory, where the disk could not be written
    "corrupt",  # damaged stretches of a spool; how many items were in one is not known
]


class Counters:
    """Counts by outcome; safe for threads."""

    def __init__(self) -> None:
        self.after_fork_in_child()

    def add(self, outcome: Outcome, items: int) -> None:
        with self._lock:
            self._counts[outcome] += items

    def after_fork_in_child(self) -> None:
        """A child counts for itself."""
        self._lock = threading.Lock()
        self._counts: Counter[Outcome] = Counter()

    def snapshot(self) -> dict[Outcome, int]:
        """The counts by now; what never happened is left out."""
        with self._lock:
            return dict(self._counts)

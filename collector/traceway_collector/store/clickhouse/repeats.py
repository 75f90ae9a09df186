"""Whether anything is stored twice: spans that came again, and calls that two instrumentations recorded.

To take every copy out of every sum would cost more than the sums, and most stores hold none. So it is found out once
whether there are any, and after that only of traces that got new spans. What was said to be there stays said until the
store is opened again: at worst an answer takes longer than it must.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from string import Template

from .engine import Engine
from .sqlfiles import read

# Groups become readable out of order, and on a cluster come from several collectors.
_LATE_NS = 60 * 1_000_000_000


@dataclass(frozen=True, slots=True)
class Repeated:
    """``copies``: spans that are stored twice; ``moved``: with another start; ``calls``: two spans of one call."""

    copies: bool
    moved: bool
    calls: bool

    @property
    def final(self) -> str:
        """What stands behind the name of the table, so that the later of two copies counts."""
        return " FINAL" if self.copies else ""

    @property
    def current(self) -> tuple[str, ...]:
        """Conditions that leave superseded copies out, which FINAL cannot see."""
        return (read("queries/repeats_moved.sql"),) if self.moved else ()


class Repeats:
    """What is known of one store. Thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._known = Repeated(copies=False, moved=False, calls=False)
        self._until_ns = 0

    def now(self) -> Repeated:
        """What is stored twice of all that can be read now."""
        with self._lock:
            newest_ns = int(self._engine.query(read("queries/newest_group.sql"))[0][0])
            if newest_ns > self._until_ns and not (self._known.copies and self._known.moved and self._known.calls):
                self._known = self._learn(max(0, self._until_ns - _LATE_NS))
            self._until_ns = max(self._until_ns, newest_ns)
            return self._known

    def _learn(self, after_ns: int) -> Repeated:
        among = read("queries/repeats_among.sql") if after_ns else "1"
        sql = Template(read("queries/repeats.sql")).substitute(among=among)
        ((copies, calls, moved),) = self._engine.query(sql, {"after_ns": after_ns})
        known = self._known
        return Repeated(known.copies or bool(copies), known.moved or bool(moved), known.calls or bool(calls))

"""Whether anything is stored twice: spans that came again, and calls that two instrumentations recorded.

To take every copy out of every sum would cost more than the sums, and most stores hold none. So it is found out once
whether there are any, and after that only of traces that got new spans. What was said to be there stays said until the
store is opened again: at worst an answer takes longer than it must.
"""

from __future__ import annotations

import base64
import threading
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from string import Template
from typing import Final

from .engine import Engine
from .sqlfiles import read

# Groups become readable out of order, and on a cluster come from several collectors.
_LATE_NS = 60 * 1_000_000_000
# Of how many spans every statement tells that their calls were recorded twice. Of more, all that may be are taken out.
MOST_NAMED: Final = 50_000
# A server takes no longer values of parameters than 128 KiB.
_PIECE: Final = 128_000


@dataclass(frozen=True, slots=True)
class Repeated:
    """``copies``: spans that are stored twice; ``moved``: with another start; ``calls``: two spans of one call.

    ``packed``: the hashes of the spans of such calls, in pieces; none if they are too many to be named. Other spans may
    have the same hashes.
    """

    copies: bool
    moved: bool
    calls: bool
    packed: tuple[str, ...] = ()

    @property
    def final(self) -> str:
        """What stands behind the name of the table, so that the later of two copies counts."""
        return " FINAL" if self.copies else ""

    @property
    def current(self) -> tuple[str, ...]:
        """Conditions that leave superseded copies out, which FINAL cannot see."""
        return (read("queries/repeats_moved.sql"),) if self.moved else ()

    @property
    def condition(self) -> str:
        """A condition that all spans of calls with two spans meet, and no or few others."""
        if not self.packed:
            return "response_id != ''"
        pieces = ", ".join(f"{{{name}:String}}" for name in self.parameters)
        return Template(read("queries/repeats_known.sql")).substitute(
            span=read("queries/repeats_span.sql"), pieces=pieces
        )

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of ``condition``."""
        return {f"repeated_{place}": piece for place, piece in enumerate(self.packed)}


def pack(hashes: Iterable[int]) -> tuple[str, ...]:
    """Hashes of spans as ``Repeated.packed`` has them."""
    text = base64.b64encode(array("I", sorted(hashes)).tobytes()).decode()
    return tuple(text[at : at + _PIECE] for at in range(0, len(text), _PIECE))


class Repeats:
    """What is known of one store. Thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._known = Repeated(copies=False, moved=False, calls=False)
        self._spans: set[int] = set()
        self._until_ns = 0

    def now(self) -> Repeated:
        """What is stored twice of all that can be read now."""
        with self._lock:
            newest_ns = int(self._engine.query(read("queries/newest_group.sql"))[0][0])
            if newest_ns > self._until_ns and not self._all_is_known():
                self._known = self._learn(max(0, self._until_ns - _LATE_NS))
            self._until_ns = max(self._until_ns, newest_ns)
            return self._known

    def _all_is_known(self) -> bool:
        """Whether nothing that comes can change what is said."""
        return self._known.copies and self._known.moved and self._known.calls and not self._known.packed

    def _learn(self, after_ns: int) -> Repeated:
        among = read("queries/repeats_among.sql") if after_ns else "1"
        sql = Template(read("queries/repeats.sql")).substitute(among=among)
        ((copies, calls, moved),) = self._engine.query(sql, {"after_ns": after_ns})
        known = self._known
        if calls and (known.packed or not known.calls):
            self._learn_calls(among, after_ns)
        return Repeated(
            known.copies or bool(copies),
            known.moved or bool(moved),
            known.calls or bool(self._spans),
            pack(self._spans) if len(self._spans) <= MOST_NAMED else (),
        )

    def _learn_calls(self, among: str, after_ns: int) -> None:
        sql = Template(read("queries/repeats_calls.sql")).substitute(span=read("queries/repeats_span.sql"), among=among)
        found = self._engine.query(sql, {"after_ns": after_ns, "limit": MOST_NAMED + 1})
        self._spans.update(int(row[0]) for row in found)

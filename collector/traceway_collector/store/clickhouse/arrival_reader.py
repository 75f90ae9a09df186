"""How ingest does, as far as the store knows: how late spans arrive, and which services are heard of."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence

from ..events import ServiceArrivals
from .engine import Engine
from .rows import text
from .sqlfiles import read

_MINUTE_NS = 60 * 10**9
_HOUR = 60
_WEEK_NS = 7 * 24 * 3_600 * 10**9


class ArrivalReader:
    """Implements the part of ``store.Events`` that counts. What it has counted it does not count again: only what
    arrived since is read, however much is stored."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._counting = threading.Lock()
        self._counted_ns = 0
        self._minutes: Counter[tuple[str, int]] = Counter()
        self._heard_ns: dict[str, int] = {}

    def arrival_lag_ms(self, since_ns: int) -> tuple[float, float] | None:
        """See ``store.Events.arrival_lag_ms``."""
        [[(middle, late), count]] = self._engine.query(read("queries/arrival_lag.sql"), {"since_ns": since_ns})
        return (middle / 1e6, late / 1e6) if count else None

    def services(self, as_of_ns: int) -> Sequence[ServiceArrivals]:
        """See ``store.Events.services``."""
        this_minute = as_of_ns // _MINUTE_NS
        hour_ago = (this_minute - _HOUR) * _MINUTE_NS
        with self._counting:
            self._count(max(self._counted_ns, hour_ago), as_of_ns)
            for service, minute in list(self._minutes):
                if minute <= this_minute - _HOUR:
                    del self._minutes[service, minute]
            spans: Counter[str] = Counter()
            for (service, _), count in self._minutes.items():
                spans[service] += count
            heard = sorted(self._heard_ns.items(), key=lambda each: (-each[1], each[0]))
        return [ServiceArrivals(service, last_ns, spans[service]) for service, last_ns in heard]

    def forget_arrivals(self) -> None:
        """Count anew: something was deleted."""
        with self._counting:
            self._counted_ns = 0
            self._minutes.clear()
            self._heard_ns.clear()

    def _count(self, since_ns: int, upto_ns: int) -> None:
        if not self._counted_ns:
            known = {"since_ns": max(0, upto_ns - _WEEK_NS), "upto_ns": upto_ns}
            for service, last_ns in self._engine.query(read("queries/services_heard.sql"), known):
                self._heard_ns[text(service)] = last_ns
        parameters = {"since_ns": since_ns, "upto_ns": upto_ns}
        for service, minute, last_ns, count in self._engine.query(read("queries/service_arrivals.sql"), parameters):
            self._minutes[text(service), minute] += count
            self._heard_ns[text(service)] = max(self._heard_ns.get(text(service), 0), last_ns)
        self._counted_ns = max(self._counted_ns, upto_ns)

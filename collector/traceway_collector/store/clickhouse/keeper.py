"""The role that forgets and corrects: deletion, retention, prices."""

from __future__ import annotations

import datetime
from string import Template

from .engine import Engine
from .file_keeper import FileKeeper
from .pricing import Prices
from .schema import AGING
from .sqlfiles import read

_DAY_NS = 86_400 * 1_000_000_000


class ClickHouseKeeper:
    """Implements ``store.Keeper``."""

    def __init__(self, engine: Engine, prices: Prices, files: FileKeeper) -> None:
        self._engine = engine
        self._price_table = prices
        self._files = files

    def delete_trace(self, trace_id: str) -> int:
        """See ``store.Keeper.delete_trace``."""
        parameters = {"trace_id": trace_id}
        count = int(self._engine.query(read("queries/count_trace.sql"), parameters)[0][0])
        contents = self._files.contents_of_trace(trace_id)
        tables = {table: self._engine.layout.stored(table) for table in AGING}
        for statement in Template(read("queries/delete_trace.sql")).substitute(tables).split(";"):
            self._engine.command(statement, parameters)
        self._files.forget_contents_of_trace(trace_id, contents)
        return count

    def delete_before(self, before_ns: int) -> int:
        """See ``store.Keeper.delete_before``."""
        parameters = {"before_ns": before_ns}
        deleted = 0
        today = datetime.datetime.fromtimestamp(before_ns / 1e9, datetime.UTC).strftime("%Y%m%d")
        for table in AGING:
            rows = self._engine.query(read("queries/count_before.sql").replace("spans", table), parameters)[0][0]
            if table in ("spans", "logs", "metric_points"):
                deleted += int(rows)
            if not rows:
                continue
            stored = self._engine.layout.stored(table)
            known = {"table": self._engine.layout.local(table), "before": today}
            for partition in self._engine.query(read("queries/partitions.sql"), known):
                self._engine.command(f"ALTER TABLE {stored} DROP PARTITION ID '{partition[0].decode()}'")
            self._engine.command(
                f"ALTER TABLE {stored} DELETE WHERE ingested_ns < {before_ns:d} SETTINGS mutations_sync = 2"
            )
        self._files.forget_contents(before_ns, before_ns)
        return deleted

    def set_retention(self, days: int | None) -> None:
        """See ``store.Keeper.set_retention``."""
        for table in AGING:
            stored = self._engine.layout.stored(table)
            parameters = {"table": self._engine.layout.local(table)}
            definition = self._engine.query(read("queries/definition.sql"), parameters)[0][0].decode()
            if days is None:
                if " TTL " in definition:
                    self._engine.command(f"ALTER TABLE {stored} REMOVE TTL")
                continue
            ttl = f"toDateTime(intDiv(ingested_ns, 1000000000)) + toIntervalDay({days:d})"
            if ttl not in definition:
                self._engine.command(f"ALTER TABLE {stored} MODIFY TTL {ttl}")

    def reprice(self, *, since_ns: int | None = None, until_ns: int | None = None) -> int:
        """See ``store.Keeper.reprice``."""
        return self._price_table.reprice(since_ns, until_ns)

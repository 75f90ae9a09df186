"""The embedded engine and what is peculiar to the ClickHouse store."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from google.protobuf.message import Message

from traceway_collector.model import Signal
from traceway_collector.store import Request
from traceway_collector.store.clickhouse import ClickHouseStore
from traceway_collector.store.clickhouse.engine import Engine


@dataclass
class Database:
    """A store, and the engine under it: ``write`` puts telemetry in, ``query`` asks in SQL as a dashboard does."""

    store: ClickHouseStore
    engine: Engine
    clock: Iterator[int] = field(default_factory=lambda: count(time.time_ns() - 60 * 10**9))

    def write(self, message: Message, signal: Signal) -> int:
        """Commit one request. When it was."""
        now_ns = next(self.clock)
        self.store.write(signal, [Request(signal, now_ns, message.SerializeToString(), 1)], now_ns)
        return now_ns

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a query, with texts as str."""
        return [tuple(readable(value) for value in row) for row in self.engine.query(sql)]

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Rows of ``SELECT * FROM view …`` by column name."""
        view = sql.split(" FROM ")[1].split()[0]
        names = [name for name, *_ in self.query(f"DESCRIBE {view}")]
        return [dict(zip(names, row, strict=True)) for row in self.query(sql)]


def readable(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, dict):
        return {readable(key): readable(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [readable(item) for item in value]
    return value


@pytest.fixture(scope="package")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("store")
    store = ClickHouseStore("chdb", folder)
    engine = Engine("chdb", folder)
    yield Database(store, engine)
    engine.close()
    store.close()


@pytest.fixture
def database(opened: Database) -> Iterator[Database]:
    """An empty database."""
    yield opened
    opened.store.delete_before(2**63 - 1)

"""The API over a real store, asked through Starlette's client."""

from __future__ import annotations

import atexit
import itertools
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message
from starlette.applications import Starlette
from starlette.testclient import TestClient

from traceway_collector.api import EXCEPTION_HANDLERS, Services, routes
from traceway_collector.ingest.arrivals import Arrivals
from traceway_collector.ingest.ledger import Ledger
from traceway_collector.metadata import Database, Documents
from traceway_collector.model import Signal
from traceway_collector.settings import Settings
from traceway_collector.store import Request, Store
from traceway_collector.store.clickhouse import ClickHouseStore
from traceway_collector.store.events import Deletion

SIGNALS = {
    "ExportTraceServiceRequest": Signal.TRACES,
    "ExportLogsServiceRequest": Signal.LOGS,
    "ExportMetricsServiceRequest": Signal.METRICS,
}


class DirectIngest:
    """Commits every request at once: the read side's view of ingest, without its queues."""

    def __init__(self, store: Store):
        self._store = store
        self._watermark = 0
        self.ledger = Ledger()
        self.arrivals = Arrivals()
        self.draining = False
        self._request_ids = itertools.count(1)

    def commit(self, request: Message) -> int:
        """Write one export request and return its ``ingested_ns``."""
        ingested_ns = max(time.time_ns(), self._watermark + 1)
        signal = SIGNALS[type(request).__name__]
        body = request.SerializeToString()
        self._store.write(signal, [Request(signal, next(self._request_ids), body, 1)], ingested_ns)
        self._watermark = ingested_ns
        self.ledger.commit(signal, 1, 1, len(body), ingested_ns)
        return ingested_ns

    def status(self) -> dict[str, Any]:
        return {"draining": self.draining, "pending_bytes": 0, "max_pending_bytes": 1, **self.ledger.status()}

    async def forgotten(self, deletion: Deletion) -> None:
        """It remembers no requests, and tells nobody."""

    def watermark_ns(self) -> int:
        return self._watermark


@dataclass
class Api:
    """A running API: ``send`` puts telemetry in, ``get`` reads JSON back and checks the status."""

    app: Starlette
    store: Store
    ingest: DirectIngest
    client: TestClient

    def send(self, request: Message) -> int:
        return self.ingest.commit(request)

    def get(self, path: str, status: int = 200, **params: Any) -> Any:
        return self.ask("GET", path, status, **params)

    def ask(self, method: str, path: str, status: int = 200, **params: Any) -> Any:
        response = self.client.request(method, path, params=params or None)
        assert response.status_code == status, response.text
        assert response.headers["content-type"] == "application/json"
        return response.json()


@cache
def shared_metadata() -> Documents:
    """One database of documents for all tests of a process; what a test keeps in it, it deletes."""
    folder = tempfile.TemporaryDirectory(prefix="traceway-metadata-")
    database = Database("sqlite", Path(folder.name))
    atexit.register(lambda: (database.close(), folder.cleanup()))
    return Documents(database)


def api_over(store: Store) -> Api:
    ingest = DirectIngest(store)
    services = Services(
        store=store,
        metadata=shared_metadata(),
        ingest=ingest,
        settings=Settings(),
        instance_id="test-instance",
        version="1.2.3",
        started_ns=time.time_ns(),
        urls=lambda: {"api": "http://127.0.0.1:3000", "otlp_http": "http://127.0.0.1:4318"},
    )
    app = Starlette(routes=routes(services), exception_handlers=EXCEPTION_HANDLERS)
    return Api(app, store, ingest, TestClient(app))


@pytest.fixture(scope="package")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClickHouseStore]:
    """The embedded engine, opened once: it allows one path a process."""
    store = ClickHouseStore("chdb", tmp_path_factory.mktemp("store"))
    yield store
    store.close()


@pytest.fixture
def api(embedded: ClickHouseStore) -> Iterator[Api]:
    """The API over the engine, with nothing in it."""
    api = api_over(embedded)
    yield api
    if api.ingest.watermark_ns():
        embedded.delete_before(2**63 - 1)

"""Every store there is, opened, closed and opened again in a way that the suite need not know."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit
from urllib.request import urlopen

from traceway_collector.store.clickhouse import ClickHouseStore
from traceway_collector.store.clickhouse.engine import Engine

USER, PASSWORD = "tester", "it's $ecret & {b:Int8}"
ROOT = Path(__file__).parents[2]


class Backend:
    """One store, open most of the time. ``place`` names where its data is: a folder, or a database."""

    def __init__(self, name: str, folder: Path, server: str = "") -> None:
        """``server``: ``clickhouse://user:password@host:port``; "" is the embedded engine."""
        self.name, self.server, self._folder = name, server, folder
        self.run = uuid.uuid4().hex[:8]
        self.place = "main"
        self.places = {self.place}
        self.store = self._opened()

    @property
    def url(self) -> str:
        return f"{self.server}/traceway_{self.run}_{self.place}" if self.server else "chdb"

    @property
    def data_dir(self) -> Path:
        return self._folder / self.place

    def _opened(self, **options) -> ClickHouseStore:
        return ClickHouseStore(self.url, self.data_dir, **options)

    def reopen(self, **options) -> ClickHouseStore:
        """Close the store and open it again on the same data."""
        self.store.close()
        self.store = self._opened(**options)
        return self.store

    @contextmanager
    def another_place(self, place: str) -> Iterator[None]:
        """With the store closed and its data elsewhere: nothing is open in there until ``reopen``."""
        self.store.close()
        self.place = place
        self.places.add(place)
        try:
            yield
        finally:
            self.store.close()
            self.place = "main"
            self.store = self._opened()

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """The engine itself, beside the store or instead of it."""
        engine = Engine(self.url, self.data_dir)
        try:
            yield engine
        finally:
            engine.close()

    def fault(self, name: str) -> None:
        """Tell the stand-in for a server what to do with the next insert."""
        parts = urlsplit(self.server)
        with urlopen(f"http://{parts.hostname}:{parts.port}/fault/{name}") as reply:
            reply.read()

    def close(self) -> None:
        """Close the store, and drop what it made on a server that outlives the tests."""
        self.store.close()
        for place in self.places if self.server else ():
            self.place = place
            with self.engine() as engine:
                engine.command(f"DROP DATABASE `{engine.database}` SYNC")


@contextmanager
def opened(name: str, folder: Path) -> Iterator[Backend]:
    """The backend called ``name``, until the block ends."""
    if name == "clickhouse-http":
        with _stand_in(folder / "server") as port:
            yield from _closing(
                Backend(name, folder, f"clickhouse://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{port}")
            )
    elif name == "clickhouse":
        yield from _closing(Backend(name, folder, os.environ["CLICKHOUSE_URL"].rstrip("/")))
    else:
        yield from _closing(Backend(name, folder))


def _closing(backend: Backend) -> Iterator[Backend]:
    try:
        yield backend
    finally:
        backend.close()


@contextmanager
def _stand_in(folder: Path) -> Iterator[int]:
    command = [sys.executable, "-m", "tests.contract.http_engine", str(folder), USER, PASSWORD]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        port = process.stdout.readline()
        assert port, "the stand-in for a server did not start"
        yield int(port)
        process.stdin.close()
        process.wait(30)

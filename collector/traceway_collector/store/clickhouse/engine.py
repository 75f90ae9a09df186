"""The engine behind the store: chDB in this process, or a ClickHouse server. The same client, the same SQL.

chDB allows one path a process and one call at a time on a handle, so calls borrow a handle from a pool; calls on
different handles run side by side (inserts beside queries). A server's client is shared by all threads.
"""

from __future__ import annotations

import queue
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError, DatabaseError

from ...errors import BadInput, Unavailable

# Every string comes back as bytes: attribute values hold OTLP bytes as well as text, and only the row reader knows which.
_AS_BYTES = {"String": "bytes", "FixedString": "bytes"}

# Applied to every statement. Query logs are off: they outgrow the data on a small server.
_SETTINGS = {"log_queries": 0, "log_query_threads": 0, "log_query_views": 0}

CHDB = "chdb"


class EngineError(Exception):
    """The engine refused a statement. ``code`` is ClickHouse's error code, 0 if the engine could not be reached."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class Engine:
    """Runs statements. Thread-safe. Raises ``EngineError`` when the engine refuses, ``Unavailable`` when it is gone."""

    def __init__(self, url: str, data_dir: Path, *, handles: int = 12) -> None:
        """``url``: "chdb" or ``clickhouse://user:password@host:8123/database`` (``clickhouses://`` for TLS)."""
        self.embedded = url == CHDB
        self._options = _embedded_options(data_dir) if self.embedded else _server_options(url)
        self.database = "default" if self.embedded else str(self._options.pop("database"))
        self._pool: queue.LifoQueue[Client] = queue.LifoQueue()
        self._spare = handles
        self._clients: list[Client] = []
        if not self.embedded:
            self.command(f"CREATE DATABASE IF NOT EXISTS {_quoted(self.database)}")
            self._drain_pool()
            self._options["database"] = self.database

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Sequence[Sequence[Any]]:
        """Rows of a SELECT; strings are bytes. ``parameters`` fill ``{name:Type}`` places, never the text."""
        with self._borrow() as client:
            result = client.query(sql, parameters=dict(parameters or {}), query_formats=_AS_BYTES)
            return result.result_rows

    def command(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Run a statement that returns nothing of interest."""
        with self._borrow() as client:
            client.command(sql, parameters=dict(parameters or {}))

    def insert(self, table: str, data: bytes, fmt: str, settings: Mapping[str, Any]) -> None:
        """Insert bytes in one of the engine's formats; returns when they are committed."""
        with self._borrow() as client:
            client.raw_insert(table, insert_block=data, fmt=fmt, settings={**_SETTINGS, **settings})

    def insert_rows(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Insert a few rows of Python values."""
        with self._borrow() as client:
            client.insert(table, rows, column_names=columns)

    def close(self) -> None:
        """Close every handle. Idempotent."""
        self._drain_pool()

    @contextmanager
    def _borrow(self) -> Iterator[Client]:
        client = self._take()
        try:
            yield client
        except DatabaseError as error:
            raise EngineError(str(error), getattr(error, "code", None) or 0) from error
        except (ClickHouseError, OSError) as error:
            raise Unavailable(f"the store does not answer: {error}") from error
        finally:
            self._pool.put(client)

    def _take(self) -> Client:
        try:
            return self._pool.get_nowait()
        except queue.Empty:
            if self._spare <= 0:
                return self._pool.get()
            self._spare -= 1
        try:
            client = clickhouse_connect.get_client(**self._options)
        except (ClickHouseError, OSError) as error:
            self._spare += 1
            raise Unavailable(f"the store cannot be reached: {error}") from error
        self._clients.append(client)
        return client

    def _drain_pool(self) -> None:
        while self._clients:
            self._clients.pop().close()
            self._spare += 1
        self._pool = queue.LifoQueue()


def _embedded_options(data_dir: Path) -> dict[str, Any]:
    path = data_dir / "chdb"
    path.mkdir(parents=True, exist_ok=True)
    # Without a path of its own the engine writes its cache of inline format schemas into the working directory.
    options = {"format_schema_path": str(data_dir / "chdb-schemas"), "mark_cache_size": 128 << 20}
    return {"interface": "chdb", "path": str(path), "chdb_options": options}


def _server_options(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in ("clickhouse", "clickhouses") or not parts.hostname:
        raise BadInput(
            f"store is {url!r}; expected chdb or clickhouse://user:password@host:8123/database", field="store"
        )
    secure = parts.scheme == "clickhouses"
    return {
        "host": parts.hostname,
        "port": parts.port or (8443 if secure else 8123),
        "username": unquote(parts.username or "default"),
        "password": unquote(parts.password or ""),
        "database": parts.path.strip("/") or "default",
        "secure": secure,
        "autogenerate_session_id": False,
    }


def _quoted(identifier: str) -> str:
    return "`" + identifier.replace("\\", "\\\\").replace("`", "\\`") + "`"

"""The engine behind the store: chDB in this process, or a ClickHouse server. The same client, the same SQL.

chDB allows one path a process and one call at a time on a handle, so calls borrow a handle from a pool; calls on
different handles run side by side (inserts beside queries). A server is asked in the same way, a connection a handle.
"""

from __future__ import annotations

import logging
import os
import queue
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from uuid import uuid4

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError, DatabaseError

from ...errors import BadInput, QueryTooLarge, Unavailable
from .sqlfiles import Layout

log = logging.getLogger(__name__)

# Strings come back as bytes: attribute values hold OTLP bytes as well as text, and only the row reader knows which.
_IDS_AS_BYTES = {"FixedString": "bytes"}
_AS_BYTES = {"String": "bytes", **_IDS_AS_BYTES}

# Applied to every statement. Query logs are off: they outgrow the data on a small server. Asynchronous inserts, the
# default of newer servers, would join groups that must be committed apart.
_SETTINGS = {"log_queries": 0, "log_query_threads": 0, "log_query_views": 0, "async_insert": 0}

# On a cluster: an insert returns when the shards have it, and what a subquery of one trace needs is on the same shard.
_CLUSTER_SETTINGS = {"distributed_foreground_insert": 1, "distributed_product_mode": "local"}

# Error codes that say "not now": time limits, too many queries, network, memory, read-only replicas, a full disk, too
# many parts, Keeper. (ClickHouse, src/Common/ErrorCodes.cpp)
_PASSING = frozenset({0, 159, 202, 203, 209, 210, 225, 236, 241, 242, 243, 252, 279, 319, 394, 425, 999})

# What a question that a user made up may take: some seconds of the machine, a part of its memory. They stand behind the
# statement, because the embedded engine keeps what is set beside one for all that follow on the same handle.
MAX_SECONDS = 15
MAX_QUERY_BYTES = 2 << 30
MAX_ROWS_READ = 2_000_000_000
_BOUNDS = (
    f"\nSETTINGS max_execution_time = {MAX_SECONDS}, timeout_overflow_mode = 'throw', "
    f"max_memory_usage = {MAX_QUERY_BYTES}, max_rows_to_read = {MAX_ROWS_READ}, read_overflow_mode = 'throw'"
)
# Error codes that say that such a bound was met: rows, time, memory, bytes, rows or bytes, and the estimate of time.
_TOO_LARGE = frozenset({158, 159, 160, 241, 307, 396})
# That a regular expression, made of the globs of a question, is too long to be used.
_PATTERN_TOO_LONG = 427

_TOO_MUCH = (
    f"this question takes more than {MAX_SECONDS} seconds, or too much memory; ask for less: a shorter time (since:1d),"
    " a service, a kind, or whole words instead of parts of them"
)

CHDB = "chdb"


class EngineError(Exception):
    """The engine refused a statement and would refuse it again. ``code`` is ClickHouse's error code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class Engine:
    """Runs statements. Thread-safe. Raises ``EngineError`` when the engine refuses a statement, ``Unavailable`` when it
    is gone or has no room for it now."""

    def __init__(self, url: str, data_dir: Path, *, handles: int = 12) -> None:
        """``url``: "chdb" or ``clickhouse://user:password@host:8123/database`` (``clickhouses://`` for TLS), with
        ``?cluster=NAME`` for the name of a cluster as the server's configuration has it."""
        self.embedded = url == CHDB
        self._options = _embedded_options(data_dir) if self.embedded else _server_options(url)
        self.database = "default" if self.embedded else str(self._options.pop("database"))
        self.layout = Layout(str(self._options.pop("cluster", "")))
        self._settings = {**_SETTINGS, **(_CLUSTER_SETTINGS if self.layout.cluster else {})}
        self.user = str(self._options.get("username", "default"))
        self.password = str(self._options.get("password", ""))
        self._pool: queue.LifoQueue[Client] = queue.LifoQueue()
        self._spare = handles
        self._clients: list[Client] = []
        if not self.embedded:
            on_cluster = self.layout.placeholders["on_cluster"]
            self.command(f"CREATE DATABASE IF NOT EXISTS {quoted_name(self.database)} {on_cluster}")
            self._drain_pool()
            self._options["database"] = self.database

    def query(
        self,
        sql: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        binary: Sequence[str] | None = None,
        bounded: bool = False,
    ) -> Sequence[Sequence[Any]]:
        """Rows of a SELECT. ``parameters`` fill ``{name:Type}`` places, never the text.

        ``binary`` names the columns whose strings are bytes; all others are ``str`` then, which is faster and right for
        valid UTF-8 only. Without it every string is bytes. Ids (FixedString) are bytes always.

        ``bounded``: the statement answers a question that a user made up, so that it may be any amount of work; raises
        ``QueryTooLarge`` if it is too much. Such a statement has no SETTINGS of its own.
        """
        formats = _AS_BYTES if binary is None else _IDS_AS_BYTES
        columns: dict[str, str | dict[str, str]] = dict.fromkeys(binary or (), _AS_BYTES)
        with self._borrow(bounded) as client:
            result = client.query(
                sql + _BOUNDS if bounded else sql,
                parameters=dict(parameters or {}),
                query_formats=formats,
                column_formats=columns or None,
            )
            return result.result_rows

    def columns(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Sequence[Sequence[Any]]:
        """The result of a SELECT column by column, without a tuple for every row; strings are ``str``, ids bytes."""
        with self._borrow() as client:
            result = client.query(sql, parameters=dict(parameters or {}), query_formats=_IDS_AS_BYTES)
            columns: Sequence[Sequence[Any]] = result.result_columns
            return columns

    def stream(
        self, sql: str, parameters: Mapping[str, Any], *, bounded: bool = False
    ) -> Iterator[Sequence[Sequence[Any]]]:
        """The columns of a SELECT block by block, as they come out of the engine; strings are ``str``. ``bounded``: it
        has bounds among its own settings; raises ``QueryTooLarge`` where it meets one."""
        with (
            self._borrow(bounded) as client,
            client.query_column_block_stream(sql, parameters=dict(parameters)) as blocks,
        ):
            yield from blocks

    def command(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Run a statement that returns nothing of interest."""
        with self._borrow() as client:
            client.command(sql, parameters=dict(parameters or {}))

    def insert(self, table: str, data: bytes, fmt: str, settings: Mapping[str, Any]) -> None:
        """Insert bytes in one of the engine's formats; returns when they are committed.

        A reply that is lost may mean that the insert is done, so the driver must not send it again: it repeats bodies
        of bytes, and leaves alone those it can read only once.
        """
        query_id = uuid4().hex
        sent = {**settings, "query_id": query_id}
        try:
            with self._borrow() as client:
                client.raw_insert(table, insert_block=(block for block in (data,)), fmt=fmt, settings=sent)
        except Unavailable:
            if not self.embedded:
                self._stop(query_id)
            raise

    def insert_rows(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Insert a few rows of Python values."""
        with self._borrow() as client:
            client.insert(table, rows, column_names=columns)

    def _stop(self, query_id: str) -> None:
        """See that a statement nobody waits for any more does not commit later."""
        try:
            self.command("KILL QUERY WHERE query_id = {query_id:String} SYNC", {"query_id": query_id})
        except (EngineError, Unavailable) as error:
            log.warning("whether insert %s still runs is not known: %s", query_id, error)

    def close(self) -> None:
        """Close every handle. Idempotent."""
        self._drain_pool()

    @contextmanager
    def _borrow(self, bounded: bool = False) -> Iterator[Client]:
        client = self._take()
        try:
            yield client
        except DatabaseError as error:
            code = error.code or 0
            if bounded and code in _TOO_LARGE:
                raise QueryTooLarge(_TOO_MUCH) from error
            if bounded and code == _PATTERN_TOO_LONG:
                raise QueryTooLarge("the paths and patterns of this question are too long; ask for fewer") from error
            if code in _PASSING:
                raise Unavailable(f"the store cannot do this now: {error}") from error
            raise EngineError(str(error), code) from error
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
            client = clickhouse_connect.get_client(**self._options, settings=self._settings)
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
    options: dict[str, Any] = {
        "mark_cache_size": 128 << 20,
        # Two merges at a time, not four: beside ingest at full speed their memory is what counts.
        "background_merges_mutations_concurrency_ratio": 1,
    }
    if _may_raise_priority():
        # Merges yield to inserts and reads; what they put off they make up for when there is less to do.
        options["os_threads_nice_value_merge_mutate"] = 19
    return {"interface": "chdb", "path": str(path), "chdb_options": options}


def _may_raise_priority() -> bool:
    """Whether a thread that lowered its priority may raise it again. Linux allows that to root and CAP_SYS_NICE, and to
    others by RLIMIT_NICE; where it does not, the engine ends the whole process after the first merge it made nice."""
    if sys.platform != "linux":
        return False

    def there_and_back() -> bool:
        before = os.getpriority(os.PRIO_PROCESS, 0)  # on Linux: of this thread
        os.setpriority(os.PRIO_PROCESS, 0, before + 1)
        try:
            os.setpriority(os.PRIO_PROCESS, 0, before)
        except PermissionError:
            return False
        return True

    with ThreadPoolExecutor(1) as scratch:
        return scratch.submit(there_and_back).result()


def _server_options(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in ("clickhouse", "clickhouses") or not parts.hostname:
        raise BadInput(
            f"store is {_shown(url)!r}; expected chdb or clickhouse://user:password@host:8123/database[?cluster=NAME]",
            field="store",
        )
    more = dict(parse_qsl(parts.query, keep_blank_values=True))
    cluster = more.pop("cluster", "")
    if more or "`" in cluster or "'" in cluster:
        raise BadInput(
            f"store has {parts.query!r} after the question mark; expected cluster=NAME or nothing", field="store"
        )
    secure = parts.scheme == "clickhouses"
    return {
        "host": parts.hostname,
        "port": parts.port or (8443 if secure else 8123),
        "username": unquote(parts.username or "default"),
        "password": unquote(parts.password or ""),
        "database": parts.path.strip("/") or "default",
        "cluster": cluster,
        "secure": secure,
        "autogenerate_session_id": False,
        "dedicated_pool": True,
    }


def _shown(url: str) -> str:
    """A URL without its password."""
    head, at, tail = url.rpartition("@")
    return f"{head.rpartition(':')[0]}:…@{tail}" if at and ":" in head.partition("://")[2] else url


def quoted_name(identifier: str) -> str:
    """An identifier, quoted."""
    return "`" + identifier.replace("\\", "\\\\").replace("`", "\\`") + "`"


def quoted_text(text: str) -> str:
    """A string literal, for the few places of a statement where no parameter can be bound."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

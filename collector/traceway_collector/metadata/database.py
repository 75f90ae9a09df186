"""The database behind the metadata: one engine, opened by URL, that reads and writes in short transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import URL, Connection, Engine, event, func, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from ..errors import BadInput, TracewayError, Unavailable
from .migrations import migrate

BUSY_S = 10
"""How long a writer waits for another one, and a caller for a connection."""
POOL_SIZE = 4
_FILE = "metadata.sqlite"
_READ = "AUTOCOMMIT"
# Postgres has one writer at a time, as SQLite does: who holds this advisory lock. ("traceway" as a number)
_WRITER_LOCK = 0x7472616365776179


class Database:
    """An open metadata database, its tables up to date. Thread-safe; every call may wait.

    Raises ``BadInput`` for a URL that cannot work, ``Unavailable`` when the database does not answer.
    """

    def __init__(self, url: str, data_dir: Path) -> None:
        """``url``: ``sqlite`` (a file in ``data_dir``), ``sqlite:///path`` or ``postgresql://user:password@host/name``."""
        self._url = _parsed(url, data_dir)
        self._engine = _opened(self._url)
        try:
            with self.writing() as connection:
                migrate(connection)
        except TracewayError:
            self._engine.dispose()
            raise

    @property
    def shown_url(self) -> str:
        """Where it is, without the password."""
        return self._url.render_as_string(hide_password=True)

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for statements that read, each for itself."""
        with self._errors_told(), self._engine.connect().execution_options(isolation_level=_READ) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that excludes every other writer, in this process and in others; committed at the end."""
        with self._errors_told(), self._engine.begin() as connection:
            if self._url.get_backend_name() == "postgresql":
                connection.execute(select(func.set_config("lock_timeout", f"{BUSY_S}s", True)))  # of this transaction
                connection.execute(select(func.pg_advisory_xact_lock(_WRITER_LOCK)))
            yield connection

    @contextmanager
    def _errors_told(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise _told(self.shown_url, error) from error
        except SQLAlchemyError as error:
            raise Unavailable(f"the metadata database {self.shown_url} does not answer: {error}") from error


def _parsed(text: str, data_dir: Path) -> URL:
    if text == "sqlite":
        return URL.create("sqlite", database=str(data_dir / _FILE))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise _wrong("expected sqlite, sqlite:///path or postgresql://user:password@host:5432/database") from None
    if url.drivername == "sqlite":
        if url.database in (None, "", ":memory:") or url.query:
            raise _wrong("expected the path of a file after sqlite:///, and nothing after it")
        return url
    if url.drivername not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise _wrong(f"{url.drivername} is not a database that can hold metadata; expected sqlite or postgresql")
    return url.set(drivername="postgresql+psycopg")


def _opened(url: URL) -> Engine:
    options: dict[str, Any] = {"pool_size": POOL_SIZE, "max_overflow": 4, "pool_timeout": BUSY_S}
    if url.get_backend_name() == "sqlite":
        _make_folder(Path(url.database or ""))
        engine = sqlalchemy.create_engine(url, connect_args={"timeout": BUSY_S}, **options)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        return sqlalchemy.create_engine(url, connect_args={"connect_timeout": BUSY_S}, pool_pre_ping=True, **options)
    except ImportError:
        raise BadInput(
            "metadata is a Postgres database, whose driver is missing; install it with: pip install 'psycopg[binary]'",
            field="metadata",
        ) from None


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _wrong(f"the folder {str(file.parent)!r} cannot be made: {error.strerror}") from None


def _prepare_sqlite(connection: sqlite3.Connection, record: object) -> None:
    # The module's own way of beginning transactions would begin them as readers, and a reader that turns into a writer
    # is refused at once when another one wrote meanwhile: no timeout helps. So we begin them ourselves.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "trusted_schema=OFF"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("isolation_level") != _READ:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _told(where: str, error: DBAPIError) -> TracewayError:
    reason = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
    if isinstance(error.orig, sqlite3.DatabaseError) and "not a database" in reason:
        return BadInput(f"metadata is {where!r}, a file of another kind; expected an SQLite database", field="metadata")
    if isinstance(error.orig, sqlite3.DatabaseError) and "malformed" in reason:
        reason += "; move the file away to begin with an empty one: it holds saved views and dashboards, no telemetry"
    return Unavailable(f"the metadata database {where} cannot do this now: {reason}")


def _wrong(right: str) -> BadInput:
    # The value may hold a password, so it is not repeated.
    return BadInput(f"metadata cannot be used: {right} (--metadata, TRACEWAY_METADATA)", field="metadata")

"""One suite for every database: ``url`` is an empty one of each kind, ``documents`` is what it holds, open."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from traceway_collector.metadata import Database, Documents

from . import postgres

_NUMBERS = itertools.count()


@pytest.fixture(scope="package")
def postgres_port() -> Iterator[int]:
    with postgres.running() as port:
        yield port


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'of people.sqlite'}"
    port = request.getfixturevalue("postgres_port")
    name = f"metadata_{next(_NUMBERS)}"
    with psycopg.connect(
        host="127.0.0.1",
        port=port,
        user=postgres.USER,
        password=postgres.PASSWORD,
        dbname="postgres",
        autocommit=True,
    ) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"postgresql://{postgres.USER}:{quote(postgres.PASSWORD, safe='')}@127.0.0.1:{port}/{name}"


@pytest.fixture
def database(url: str, tmp_path: Path) -> Iterator[Database]:
    database = Database(url, tmp_path)
    yield database
    database.close()


@pytest.fixture
def documents(database: Database) -> Documents:
    return Documents(database)

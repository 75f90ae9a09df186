"""Opening the database: URLs, migrations, and what it says when it cannot."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from sqlalchemy import Dialect, MetaData, Table, insert, text

from traceway_collector.errors import BadInput, Unavailable
from traceway_collector.metadata import Database, Documents
from traceway_collector.metadata import database as database_module
from traceway_collector.metadata.migrations import MIGRATIONS
from traceway_collector.metadata.tables import METADATA, SCHEMA_VERSION


def test_the_migrations_make_the_tables(database):
    """What was migrated is what ``tables.py`` would make."""
    made = MetaData()
    with database.reading() as connection:
        made.reflect(connection)
        dialect = connection.dialect
    assert set(made.tables) == set(METADATA.tables)
    for name, table in METADATA.tables.items():
        assert shape(made.tables[name], dialect) == shape(table, dialect)


def shape(table: Table, dialect: Dialect) -> object:
    columns = {column.name: (column.type.compile(dialect), column.nullable) for column in table.columns}
    return columns, [column.name for column in table.primary_key.columns]


def test_each_step_is_applied_once(url, tmp_path):
    for _ in range(3):
        database = Database(url, tmp_path)
        with database.reading() as connection:
            assert list(connection.execute(SCHEMA_VERSION.select()).scalars()) == [*range(1, len(MIGRATIONS) + 1)]
        database.close()


def test_many_may_open_an_empty_database_at_once(url, tmp_path):
    opened: list[Database | BaseException] = []

    def open_it() -> None:
        try:
            opened.append(Database(url, tmp_path))
        except BaseException as error:
            opened.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each for each in opened if not isinstance(each, Database)] == []
    for each in opened:
        assert isinstance(each, Database)
        each.close()


def test_a_newer_database_is_left_alone(url, tmp_path):
    database = Database(url, tmp_path)
    with database.writing() as connection:
        connection.execute(insert(SCHEMA_VERSION).values(version=99, applied_ns=0))
    database.close()
    with pytest.raises(BadInput, match=r"^metadata has version 99 of its tables, this Traceway knows up to"):
        Database(url, tmp_path)


def test_a_writer_does_not_wait_for_ever(url, tmp_path, monkeypatch):
    monkeypatch.setattr(database_module, "BUSY_S", 1)
    first, second = Database(url, tmp_path), Database(url, tmp_path)
    with first.writing(), pytest.raises(Unavailable, match="lock"):
        Documents(second).put("views", "late", "late", {})
    Documents(second).put("views", "late", "late", {})
    first.close()
    second.close()


def test_an_error_rolls_back(database):
    documents = Documents(database)
    documents.put("views", "kept", "kept", {})
    with pytest.raises(ZeroDivisionError):
        delete_all_and_fail(database)
    assert len(documents.all("views")) == 1


def delete_all_and_fail(database):
    with database.writing() as connection:
        connection.execute(text("DELETE FROM documents"))
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("banana", "expected sqlite, sqlite:///path or postgresql://"),
        ("mysql://root:secret@localhost/x", "mysql is not a database that can hold metadata"),
        ("sqlite://", "expected the path of a file"),
        ("sqlite:///:memory:", "expected the path of a file"),
        ("sqlite:///a.sqlite?mode=ro", "expected the path of a file"),
        ("postgresql://user:secret@host:port/x", "expected sqlite, sqlite:///path"),
    ],
)
def test_a_url_that_cannot_work_is_told_without_its_password(url, words, tmp_path):
    with pytest.raises(BadInput) as caught:
        Database(url, tmp_path)
    assert words in caught.value.message
    assert caught.value.field == "metadata"
    assert "secret" not in caught.value.message


def test_a_file_of_another_kind_is_told(tmp_path):
    (tmp_path / "letter").write_text("Dear reader, this is no database. " * 100)
    with pytest.raises(BadInput, match="a file of another kind; expected an SQLite database"):
        Database(f"sqlite:///{tmp_path / 'letter'}", tmp_path)


def test_a_damaged_file_is_told_with_what_to_do(tmp_path):
    Database("sqlite", tmp_path).close()
    file = next(path for path in tmp_path.iterdir() if path.suffix == ".sqlite")
    whole = file.read_bytes()
    file.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
    with pytest.raises(Unavailable, match="move the file away"):
        Database("sqlite", tmp_path)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="cannot be made"):
        Database(f"sqlite:///{tmp_path / 'file' / 'x.sqlite'}", tmp_path)


def test_a_postgres_that_is_not_there_is_told_without_the_password(tmp_path):
    with pytest.raises(Unavailable) as caught:
        Database("postgresql://someone:secret@127.0.0.1:9/x", tmp_path)
    assert "refused" in caught.value.message
    assert "secret" not in caught.value.message


def test_connections_that_the_server_closed_are_noticed(database):
    if not database.shown_url.startswith("postgresql"):
        pytest.skip("SQLite has no server")
    documents = Documents(database)
    for number in range(3):
        with database.reading() as first, database.reading() as second:
            first_pid = first.execute(text("SELECT pg_backend_pid()")).scalar_one()
            second.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": first_pid})
        documents.put("views", f"v{number}", "name", {})
    assert len(documents.all("views")) == 3


def test_without_the_driver_it_says_what_to_install(tmp_path):
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from pathlib import Path\n"
        "from traceway_collector.metadata import Database\n"
        "from traceway_collector.errors import BadInput\n"
        "try: Database('postgresql://u:p@127.0.0.1/x', Path('.'))\n"
        "except BadInput as error: print(error.message)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout == (
        "metadata is a Postgres database, whose driver is missing; install it with: pip install 'psycopg[binary]'\n"
    )

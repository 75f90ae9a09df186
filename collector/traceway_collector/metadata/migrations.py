"""The steps from an empty database to ``tables.py``, each applied once and in order, and never changed once released.

A step says its tables itself instead of taking those of ``tables.py``: those move on, a step does not.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text, func, insert, inspect, select

from ..errors import BadInput
from .tables import SCHEMA_VERSION

Step = Callable[[Connection], None]


def _documents(connection: Connection) -> None:
    Table(
        "documents",
        MetaData(),
        Column("collection", Text, primary_key=True),
        Column("id", Text, primary_key=True),
        Column("name", Text, nullable=False),
        Column("body", Text, nullable=False),
        Column("body_bytes", BigInteger, nullable=False),
        Column("updated_ns", BigInteger, nullable=False),
    ).create(connection)


MIGRATIONS: tuple[Step, ...] = (_documents,)
"""The version of a database is how many of them it has seen."""


def migrate(connection: Connection) -> None:
    """Bring the database up to date, inside the caller's transaction, which must exclude every other writer.

    Raises ``BadInput`` for a database that a later Traceway has changed.
    """
    if not inspect(connection).has_table(SCHEMA_VERSION.name):
        SCHEMA_VERSION.create(connection)
    found = connection.execute(select(func.max(SCHEMA_VERSION.c.version))).scalar() or 0
    if found > len(MIGRATIONS):
        raise BadInput(
            f"metadata has version {found} of its tables, this Traceway knows up to {len(MIGRATIONS)}; "
            "start the newer Traceway that wrote it, or choose another --metadata",
            field="metadata",
        )
    for version, step in enumerate(MIGRATIONS[found:], found + 1):
        step(connection)
        connection.execute(insert(SCHEMA_VERSION).values(version=version, applied_ns=time.time_ns()))

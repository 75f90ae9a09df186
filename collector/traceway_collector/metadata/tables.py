"""The tables as they are now. What changes here needs a migration (``migrations.py``); a test compares the two."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

METADATA = MetaData()

SCHEMA_VERSION = Table(
    "traceway_schema",
    METADATA,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("applied_ns", BigInteger, nullable=False),
)
"""One row for each migration that was applied; unix nanoseconds."""

DOCUMENTS = Table(
    "documents",
    METADATA,
    Column("collection", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("body_bytes", BigInteger, nullable=False),
    Column("updated_ns", BigInteger, nullable=False),
)
"""``body``: JSON as text, so that both databases give back what was put in; ``body_bytes``: its length in UTF-8."""

"""Documents that people keep by name: a body of JSON in one of a few collections. The last writer wins."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import orjson
from sqlalchemy import Connection, Row, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from ..errors import BadInput, TooLarge
from .database import Database
from .tables import DOCUMENTS

Collection = Literal["views", "dashboards"]
COLLECTIONS: tuple[Collection, ...] = get_args(Collection)

ID_PATTERN = "[a-z0-9-]{1,64}"
MAX_NAME = 200
MAX_BODY_BYTES = 256 * 2**10
MAX_DOCUMENTS = 1000
MAX_COLLECTION_BYTES = 32 * 2**20
"""A list gives whole documents, so that it must stay small."""


@dataclass(frozen=True, slots=True)
class Document:
    """``body``: a JSON object as bytes. ``updated_ns``: unix nanoseconds of the last change."""

    id: str
    name: str
    body: bytes
    updated_ns: int


class Documents:
    """The documents of a database. Thread-safe; every call may wait. Raises ``Unavailable`` besides what is said."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self, collection: Collection) -> Sequence[Document]:
        """By name, then id; at most ``MAX_DOCUMENTS``."""
        mine = select(DOCUMENTS).where(DOCUMENTS.c.collection == collection)
        with self._database.reading() as connection:
            rows = connection.execute(mine).all()
        return sorted((_document(row) for row in rows), key=lambda each: (each.name.casefold(), each.id))

    def get(self, collection: Collection, document_id: str) -> Document | None:
        with self._database.reading() as connection:
            row = connection.execute(select(DOCUMENTS).where(*_is(collection, document_id))).one_or_none()
        return _document(row) if row else None

    def put(self, collection: Collection, document_id: str, name: str, body: dict[str, Any]) -> Document:
        """Keep a document, in place of the one with this id if there is one.

        Raises ``BadInput`` for an id or name that cannot be, ``TooLarge`` for a body or a collection over its limit.
        """
        document = Document(_checked_id(document_id), _checked_name(name), _checked_body(body), time.time_ns())
        size = len(document.body)
        values = {
            "name": document.name,
            "body": document.body.decode(),
            "body_bytes": size,
            "updated_ns": document.updated_ns,
        }
        with self._database.writing() as connection:
            _check_room(connection, collection, document_id, size)
            insert = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(DOCUMENTS)
            keep = insert.values(collection=collection, id=document_id, **values)
            connection.execute(keep.on_conflict_do_update(index_elements=["collection", "id"], set_=values))
        return document

    def delete(self, collection: Collection, document_id: str) -> bool:
        """Whether there was one."""
        with self._database.writing() as connection:
            return connection.execute(delete(DOCUMENTS).where(*_is(collection, document_id))).rowcount > 0


def _is(collection: Collection, document_id: str) -> tuple[Any, Any]:
    return DOCUMENTS.c.collection == collection, DOCUMENTS.c.id == document_id


def _document(row: Row[Any]) -> Document:
    return Document(row.id, row.name, row.body.encode(), row.updated_ns)


def _check_room(connection: Connection, collection: Collection, document_id: str, size: int) -> None:
    others = select(func.count(), func.coalesce(func.sum(DOCUMENTS.c.body_bytes), 0)).where(
        DOCUMENTS.c.collection == collection, DOCUMENTS.c.id != document_id
    )
    count, total = connection.execute(others).one()
    if count >= MAX_DOCUMENTS:
        raise TooLarge(f"there are {count} {collection} already, the most there can be; delete some", field="id")
    if total + size > MAX_COLLECTION_BYTES:
        raise TooLarge(
            f"all {collection} together would have {total + size} bytes; expected at most {MAX_COLLECTION_BYTES}: "
            "delete some",
            field="body",
        )


def _checked_id(document_id: str) -> str:
    if not re.fullmatch(ID_PATTERN, document_id, re.ASCII):
        raise BadInput(f"id is {document_id[:100]!r}; expected 1 to 64 of a-z, 0-9 and -", field="id")
    return document_id


def _checked_name(name: str) -> str:
    # What stands in lists and tabs is one line; format characters could make it read as another name.
    odd = any(unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp") or each in _REORDERS for each in name)
    if not name.strip() or len(name) > MAX_NAME or odd:
        shown = name if len(name) <= 100 else name[:100] + "…"
        raise BadInput(
            f"name is {shown!r}; expected 1 to {MAX_NAME} characters on one line, with no control characters",
            field="name",
        )
    return name


_REORDERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _checked_body(body: dict[str, Any]) -> bytes:
    try:
        found = orjson.dumps(body)
    except (TypeError, ValueError) as error:
        raise BadInput(f"body cannot be kept: {error}; expected a JSON object", field="body") from None
    if len(found) > MAX_BODY_BYTES:
        raise TooLarge(f"body has {len(found)} bytes; expected at most {MAX_BODY_BYTES}", field="body")
    return found

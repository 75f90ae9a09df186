"""The part of ``store.Files`` that forgets: a content goes with the last span that refers to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from string import Template
from typing import Any

from traceway_semconv import names

from . import file_rows as rows
from .engine import Engine
from .sqlfiles import read

GRACE_NS = 3_600 * 10**9
"""How long a content waits for a span that refers to it: the two come in requests of their own."""
_AT_ONCE = 500
_TABLES = ("file_contents", "file_chunks", "file_refusals")


class FileKeeper:
    """Implements the part of ``store.Files`` that forgets."""

    def __init__(self, engine: Engine, changing: threading.Lock) -> None:
        """``changing``: see ``FileWriter``."""
        self._engine = engine
        self._changing = changing

    def forget_contents(self, seen_before_ns: int, staged_before_ns: int) -> int:
        """See ``store.Files.forget_contents``."""
        parameters = {"before_key": names.FS_CONTENT_HASH_BEFORE, "seen_before_ns": seen_before_ns, "most": _AT_ONCE}
        forgotten, more = 0, True
        while more:
            with self._changing:  # let go between the batches: contents that arrive wait for it
                found = self._engine.query(read("queries/unreferenced.sql"), parameters)
                forgotten += self._forget(found)
            more = len(found) == _AT_ONCE
        with self._changing:  # bytes whose row is about to be written are not left behind
            self._forget_left_behind(staged_before_ns)
        return forgotten

    def contents_of_trace(self, trace_id: str) -> list[str]:
        """The contents that may go when this trace goes."""
        parameters = {"trace_id": trace_id, "before_key": names.FS_CONTENT_HASH_BEFORE}
        found = self._engine.query(read("queries/contents_of_trace.sql"), parameters)
        return [row[0].decode() for row in found]

    def forget_contents_of_trace(self, trace_id: str, content_ids: Sequence[str]) -> None:
        """Delete those of the contents that nothing refers to now that the trace is gone."""
        with self._changing:
            for start in range(0, len(content_ids), _AT_ONCE):
                parameters = {
                    "content_ids": rows.hexes(content_ids[start : start + _AT_ONCE]),
                    "trace_id": trace_id,
                    "before_key": names.FS_CONTENT_HASH_BEFORE,
                    "seen_before_ns": max(0, time.time_ns() - GRACE_NS),
                }
                self._forget(self._engine.query(read("queries/unreferenced_of.sql"), parameters))

    def _forget(self, found: Sequence[Sequence[Any]]) -> int:
        for start in range(0, len(found), _AT_ONCE):
            content_ids = [row[0].hex() for row in found[start : start + _AT_ONCE]]
            for table in _TABLES:
                sql = read("queries/forget_contents.sql")
                stored = Template(sql).substitute(table=self._engine.layout.stored(table))
                self._engine.command(stored, {"content_ids": content_ids})
        return sum(kept for _, kept in found)

    def _forget_left_behind(self, before_ns: int) -> None:
        """Uploads that nobody completed, and bytes that a crash left without a row."""
        found = self._engine.query(read("queries/left_behind.sql"), {"before_ns": before_ns})
        uploads, blobs = found[0]
        if uploads:
            self._delete("file_uploads", f"arrived_ns < {before_ns:d}")
        if blobs:
            self._delete("file_chunks", f"blob IN ({', '.join(f'{blob:d}' for blob in blobs)})")

    def _delete(self, table: str, condition: str) -> None:
        stored = self._engine.layout.stored(table)
        self._engine.command(f"ALTER TABLE {stored} DELETE WHERE {condition} SETTINGS mutations_sync = 2")

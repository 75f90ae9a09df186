"""The read part of ``store.Files``. Who used a path is read from the spans: they know it already."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from string import Template
from typing import Any

from traceway_semconv import names
from traceway_semconv.fields import FILE_VERSION

from ...errors import BadInput, NotFound
from ...model import ContentState, FileAccess, FileSummary, FileUse, StoredContent
from ...query.filters import FileFilter, Page, Position
from .. import PageOf
from . import file_rows as rows
from .engine import Engine, quoted_text
from .file_writer import PIECE_BYTES
from .rows import text
from .sqlfiles import read
from .where import of_files

_PIECES_AT_ONCE = 4
MOST_TRACES = 20
"""Traces named of those that used a path."""


def _attribute(key: str) -> str:
    return f"attr_values[indexOf(attr_keys, {quoted_text(key)})]"


_USES = f"greatest(toInt64OrZero({_attribute(names.FS_COUNT)}), 1)"
_SIZE = f"toInt64OrNull({_attribute(names.FS_CONTENT_SIZE)})"
_STATE = _attribute(names.FS_CONTENT_STATE)
_OF_PATH = (
    "trace_id", "span_id", "ingested_ns", "service", "kind", "start_ns", "file_path", "file_version",
    f"{_USES} AS uses", f"{_SIZE} AS size", f"{_STATE} AS state",
)  # fmt: skip
_OF_ACCESS = (
    "file_path", "trace_id", "span_id", "service", "kind", "file_operation", "file_version",
    f"{_attribute(names.FS_CONTENT_HASH_BEFORE)}", f"{_SIZE}", "file_bytes", f"{_USES}", f"{_STATE}", "source",
    "start_ns", "error_type",
)  # fmt: skip


class FileReader:
    """Implements the part of ``store.Files`` that reads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def content(self, content_id: str) -> StoredContent | None:
        """See ``store.Files.content``."""
        parameters = {"content_ids": rows.hexes([content_id]), "trace_ids": [], "fresh_ns": 0}
        found = self._engine.query(read("queries/contents_kept.sql"), parameters)
        return rows.stored_content(*found[0][:5]) if found else None

    def content_states(self, content_ids: Sequence[str]) -> Mapping[str, ContentState]:
        """See ``store.Files.content_states``."""
        if not content_ids:
            return {}
        parameters = {"content_ids": rows.hexes(content_ids)}
        found = self._engine.query(read("queries/content_states.sql"), parameters)
        return {rows.id_text(content_id): ContentState(state.decode()) for content_id, state in found}

    def content_bytes(self, content: StoredContent, start: int, stop: int) -> Iterator[bytes]:
        """See ``store.Files.content_bytes``."""
        stop = min(stop, content.size)
        while start < stop:
            first = start // PIECE_BYTES
            last = min(first + _PIECES_AT_ONCE, -(-stop // PIECE_BYTES))
            parameters = {"content_id": content.content_id.removeprefix("sha256:"), "blob": content.blob}
            parameters |= {"first": first, "stop": last}
            found = self._engine.query(read("queries/content_bytes.sql"), parameters)
            if len(found) != last - first:
                raise NotFound(f"{content.content_id} was deleted while it was read", field="hash")
            data = b"".join(row[0] for row in found)
            yield data[start - first * PIECE_BYTES : stop - first * PIECE_BYTES]
            start = last * PIECE_BYTES

    def files(self, where: FileFilter, page: Page, as_of_ns: int) -> PageOf[FileSummary]:
        """See ``store.Files.files``. Paths last used at the same moment are ordered by a hash of their text, which,
        unlike the text, has room in a cursor."""
        condition = of_files(where)
        after, position, as_of_ns = _after(page, as_of_ns, "(last_ns, path_hash)", "UInt64")
        sql = Template(read("queries/files.sql")).substitute(
            columns=", ".join(_OF_PATH), where=condition.sql, after=after
        )
        parameters = {**condition.parameters, **position, "as_of": as_of_ns, "limit": page.limit + 1}
        found = self._engine.query(sql, parameters, bounded=True)
        kept = found[: page.limit]
        items = [_summary(row) for row in kept]
        if len(found) <= page.limit:
            return PageOf(items, None)
        return PageOf(items, Position(as_of_ns, kept[-1][10], str(kept[-1][12])))

    def file_accesses(self, path: str, page: Page, as_of_ns: int) -> PageOf[FileAccess]:
        """See ``store.Files.file_accesses``."""
        after, position, as_of_ns = _after(page, as_of_ns, "(start_ns, trace_id, span_id)", "")
        sql = Template(read("queries/file_accesses.sql")).substitute(
            columns=", ".join(_OF_ACCESS), renamed_key=quoted_text(names.FS_RENAME_SOURCE), after=after
        )
        parameters = {**position, "path": _hex(path), "as_of": as_of_ns, "limit": page.limit + 1}
        found = [_access(row) for row in self._engine.query(sql, parameters, bounded=True)]
        kept = found[: page.limit]
        if len(found) <= page.limit:
            return PageOf(kept, None)
        return PageOf(kept, Position(as_of_ns, kept[-1].start_ns, kept[-1].trace_id, kept[-1].span_id))


def _after(page: Page, as_of_ns: int, columns: str, hash_type: str) -> tuple[str, dict[str, Any], int]:
    if page.after is None:
        return "1", {}, as_of_ns
    ids = f"{{after_id:{hash_type}}}" if hash_type else "unhex({after_id:String}), unhex({after_span:String})"
    at = page.after
    known = re.fullmatch(r"\d{1,20}" if hash_type else "[0-9a-f]{32}", at.trace_id, re.ASCII)
    if not isinstance(at.key, int) or known is None or (hash_type and int(at.trace_id) >> 64):
        raise BadInput("cursor holds no position of this list; leave it out to start again", field="cursor")
    position = {"after_ns": at.key, "after_id": at.trace_id, "after_span": at.span_id}
    return f"{columns} < ({{after_ns:UInt64}}, {ids})", position, at.as_of_ns


def _summary(row: Sequence[Any]) -> FileSummary:
    (
        path,
        versions,
        reads,
        readers,
        read_by,
        read_traces,
        writes,
        writers,
        written_by,
        write_traces,
        last_ns,
        latest,
        _,
    ) = row
    version, size, state = latest if isinstance(latest, tuple) else tuple(latest.values())
    return FileSummary(
        path=text(path),
        versions=versions,
        readers=_use(reads, readers, read_by, read_traces),
        writers=_use(writes, writers, written_by, write_traces),
        last_start_ns=last_ns,
        version=text(version) or None,
        size=size,
        state=text(state) or None,
    )


def _use(count: int, services: Sequence[bytes], traces: Sequence[Any], trace_count: int) -> FileUse:
    newest = dict.fromkeys(trace_id.hex() for _, trace_id in traces)
    return FileUse(count, tuple(text(each) for each in services if each), tuple(newest)[:MOST_TRACES], trace_count)


def _access(row: Sequence[Any]) -> FileAccess:
    path, trace_id, span_id, service, kind, operation, version, before, size, count_bytes, count, state, source = row[
        :13
    ]
    return FileAccess(
        path=text(path),
        trace_id=trace_id.hex(),
        span_id=span_id.hex(),
        service=text(service),
        kind=text(kind),
        operation=text(operation) or None,
        version=text(version) or None,
        version_before=text(before) if re.fullmatch(FILE_VERSION, text(before)) else None,
        size=size,
        bytes=count_bytes,
        count=count,
        state=text(state) or None,
        source=text(source) or None,
        start_ns=row[13],
        error_type=text(row[14]) or None,
    )


def _hex(path: str) -> str:
    return path.encode("utf-8", "surrogatepass").hex()

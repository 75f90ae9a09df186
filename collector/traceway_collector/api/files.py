"""Files: which paths were used, what happened to one, and how two versions differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields

from starlette.responses import PlainTextResponse, Response

from ..errors import NotFound
from ..model import ContentState, FileAccess, FileSummary
from ..query import cursor as cursors
from ..query import textdiff
from ..query.filters import FileFilter
from ..store import Store
from .endpoint import Call
from .file_content import found_content
from .responses import HEADERS, JSON
from .wire.files import access, file
from .wire.traces import envelope

DEFAULT_FILES = 100
DEFAULT_ACCESSES = 200
_FILTER_FIELDS = tuple(spec.name for spec in fields(FileFilter))


async def list_files(call: Call) -> Response:
    where = FileFilter(**{name: call.values[name] for name in _FILTER_FIELDS if name in call.values})
    question = cursors.digest("files", where)
    page, as_of_ns = call.page(question, DEFAULT_FILES)
    store = call.services.store

    def answer() -> Response:
        found = store.files(where, page, as_of_ns)
        states = _states(store, found.items)
        rows = [file(summary, states) for summary in found.items]
        return JSON(envelope("files", rows, call.next_cursor(question, found.next)))

    return await call.run(answer)


async def get_file(call: Call) -> Response:
    """The history of a path. A path that is asked for without its first slash is found with it."""
    path: str = call.values["path_file"]
    question = cursors.digest("file", path)
    page, as_of_ns = call.page(question, DEFAULT_ACCESSES)
    store = call.services.store

    def answer() -> Response:
        for name in (path, "/" + path):
            found = store.file_accesses(name, page, as_of_ns)
            if found.items:
                break
        if not found.items and page.after is None:
            raise NotFound(f"No span read or wrote {path[:200]!r}; it may not have arrived yet.", field="path")
        states = _states(store, found.items)
        rows = [access(each, states) for each in found.items]
        return JSON({"path": name, **envelope("accesses", rows, call.next_cursor(question, found.next))})

    return await call.run(answer)


async def get_file_diff(call: Call) -> Response:
    store = call.services.store
    old, new = call.values["from"], call.values["to"]

    def answer() -> Response:
        diff = textdiff.unified(_text(store, old, "from"), _text(store, new, "to"))
        if call.values.get("as_text"):
            head = f"--- {old}\n+++ {new}\n" if diff.unified else ""
            return PlainTextResponse(head + diff.unified, headers=HEADERS)
        return JSON({"from": old, "to": new, "diff": diff.unified, "added": diff.added, "removed": diff.removed})

    return await call.run(answer)


def _text(store: Store, content_id: str, field: str) -> bytes:
    content = found_content(store, content_id, field)
    # One byte more than a diff takes is enough to say that it is too large.
    return b"".join(store.content_bytes(content, 0, min(content.size, textdiff.MAX_BYTES + 1)))


def _states(store: Store, rows: Iterable[FileSummary | FileAccess]) -> Mapping[str, ContentState]:
    versions = {row.version for row in rows if row.version}
    versions |= {row.version_before for row in rows if isinstance(row, FileAccess) and row.version_before}
    return store.content_states(sorted(version for version in versions if version))

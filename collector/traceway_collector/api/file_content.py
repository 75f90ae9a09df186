"""The bytes of one content. They are somebody's file and may be anything: no browser is to run what is in them."""

from __future__ import annotations

import codecs
from collections.abc import AsyncIterator
from typing import Final

import anyio.to_thread
from starlette.responses import Response, StreamingResponse

from ..errors import NotFound
from ..model import ContentState, StoredContent
from ..query.ranges import Unsatisfiable, byte_range
from ..store import Store
from .endpoint import Call
from .responses import known_error

_SNIFFED_BYTES = 64 << 10
_BINARY: Final = "application/octet-stream"
_TEXT: Final = "text/plain; charset=utf-8"
# Image formats that hold no script, by how they begin. SVG is not among them.
_IMAGES = (
    (b"\x89PNG\r\n\x1a\n", b"", "image/png"),
    (b"\xff\xd8\xff", b"", "image/jpeg"),
    (b"GIF87a", b"", "image/gif"),
    (b"GIF89a", b"", "image/gif"),
    (b"RIFF", b"WEBP", "image/webp"),
)
# What a hash names never changes; but it is somebody's, so no cache that others share may keep it.
_HEADERS = {
    "cache-control": "private, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
    "cross-origin-resource-policy": "same-origin",
    "accept-ranges": "bytes",
}
_WHY_NOT = {
    ContentState.INCOMPLETE: "some of its chunks have not arrived yet",
    ContentState.TOO_LARGE: "it is larger than --max-file-mib allows",
    ContentState.RUN_FULL: "its run had sent more than --max-run-files-mib allows",
    ContentState.CORRUPT: "the bytes that came were not those of its hash",
}


async def get_file_content(call: Call) -> Response:
    store, request = call.services.store, call.request
    content = await call.run(found_content, store, call.values["path_hash"], "hash")
    headers = {**_HEADERS, "etag": f'"{content.content_id}"'}
    if _names(request.headers.get("if-none-match", ""), headers["etag"]):
        return Response(status_code=304, headers=headers)
    head = b"".join(await call.run(list, store.content_bytes(content, 0, _SNIFFED_BYTES)))
    headers["content-type"] = media_type(head, whole=len(head) == content.size)
    if headers["content-type"] == _BINARY:
        name = content.content_id.removeprefix("sha256:")[:16]
        headers["content-disposition"] = f'attachment; filename="{name}.bin"'
    try:
        bounds = _bounds(call, content, headers["etag"])
    except Unsatisfiable as error:
        refused = known_error(error)
        refused.headers["content-range"] = f"bytes */{content.size}"
        return refused
    start, stop = bounds or (0, content.size)
    if bounds:
        headers["content-range"] = f"bytes {start}-{stop - 1}/{content.size}"
    headers["content-length"] = str(stop - start)
    status = 206 if bounds else 200
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers)
    return StreamingResponse(_streamed(call, content, start, stop), status, headers)


def found_content(store: Store, content_id: str, field: str) -> StoredContent:
    """A content that is kept. Raises ``NotFound``, which says why it is not."""
    content = store.content(content_id)
    if content is None:
        state = store.content_states([content_id]).get(content_id)
        why = _WHY_NOT.get(state, "it was not sent, or was deleted") if state else "it was not sent, or was deleted"
        raise NotFound(f"The bytes of {content_id} are not here: {why}.", field=field)
    return content


def media_type(head: bytes, *, whole: bool) -> str:
    """What a browser may take it for: text that is shown and not run, an image without script, or just bytes.

    ``head``: its first bytes, or the ``whole`` of it. HTML, SVG and scripts are text.
    """
    for magic, at_8, image in _IMAGES:
        if head.startswith(magic) and head[8:].startswith(at_8):
            return image
    try:
        # The last letter of a head may be cut off.
        text = codecs.getincrementaldecoder("utf-8")().decode(head, final=whole)
    except UnicodeDecodeError:
        return _BINARY
    return _BINARY if "\0" in text else _TEXT


def _bounds(call: Call, content: StoredContent, etag: str) -> tuple[int, int] | None:
    headers = call.request.headers
    if call.request.method != "GET":
        return None  # no other method has ranges (RFC 9110, 14.2)
    if "range" not in headers or headers.get("if-range", etag) != etag:
        return None
    return byte_range(headers["range"], content.size)


def _names(header: str, etag: str) -> bool:
    """Whether If-None-Match names this content (RFC 9110, 13.1.2; compared weakly)."""
    return any(each.strip().removeprefix("W/") in (etag, "*") for each in header.split(","))


async def _streamed(call: Call, content: StoredContent, start: int, stop: int) -> AsyncIterator[bytes]:
    pieces = call.services.store.content_bytes(content, start, stop)
    while (piece := await anyio.to_thread.run_sync(next, pieces, None, limiter=call.limiter)) is not None:
        yield piece

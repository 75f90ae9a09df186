"""The body of an import: what it is, and its bytes, all at once or as they come."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

import anyio

from ..errors import BadInput
from ..otlp.inflate import inflate, too_large
from .endpoint import Call
from .export import FORMATS

_STALLED_AFTER_S: Final = 30.0
_PEEKED_BYTES: Final = 1 << 16
_GZIP: Final = b"\x1f\x8b"
_MEDIA: Final = {each.media_type.partition(";")[0]: name for name, each in FORMATS.items()} | {
    "application/jsonl": "jsonl",
    "application/jsonlines": "jsonl",
    "application/x-jsonlines": "jsonl",
    "application/parquet": "parquet",
    "application/x-parquet": "parquet",
}


def format_of(content_type: str, start: bytes) -> str:
    """By Content-Type, or else by how the body begins. Raises ``BadInput`` if there is nothing."""
    media = content_type.partition(";")[0].strip().lower()
    if media in _MEDIA and media != "application/json":
        return _MEDIA[media]
    if start.startswith(b"PAR1"):
        return "parquet"
    if not start.strip():
        raise BadInput(f"the body is empty; expected a file that was exported: {', '.join(FORMATS)}", field="body")
    line, newline, _ = start.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")
    if not line.startswith((b"{", b"[")):
        return "otlp" if media == "application/json" else "csv"
    if newline:
        return "jsonl" if line.rstrip().endswith(b"}") else "otlp"
    # A line that is longer than what was looked at: most likely one of several, and one is as good.
    return "jsonl" if len(start) >= _PEEKED_BYTES and media != "application/json" else "otlp"


class Body:
    """The request's body. One with a Content-Encoding is inflated whole, within the limit of an OTLP request."""

    def __init__(self, call: Call) -> None:
        self._request = call.request
        self._run = call.run
        self._chunks = call.request.stream().__aiter__()
        self._read: list[bytes] = []
        self._encoding = ", ".join(call.request.headers.getlist("content-encoding"))
        self.limit_bytes = call.services.settings.max_request_mib * 2**20

    async def peek(self) -> bytes:
        """How the body begins: a line, or 64 KiB. Raises ``BadInput`` if that is gzip and no header said so."""
        if self._encoding.strip().lower() not in ("", "identity"):
            self._read = [await self._run(inflate, await self.whole(), self._encoding, self.limit_bytes)]
            self._encoding = ""
        start = b"".join(self._read)
        while b"\n" not in start.lstrip() and len(start) < _PEEKED_BYTES:
            chunk = await self._next()
            if chunk is None:
                break
            self._read.append(chunk)
            start += chunk
        if start.startswith(_GZIP):
            raise BadInput(
                "the body is compressed with gzip; expected what is inside, or the header Content-Encoding: gzip",
                field="Content-Encoding",
            )
        return start

    async def whole(self) -> bytes:
        """All of it. Raises ``TooLarge``."""
        size = sum(map(len, self._read))
        async for chunk in self._rest():
            size += len(chunk)
            if size > self.limit_bytes:
                raise too_large(self.limit_bytes)
            self._read.append(chunk)
        return b"".join(self._read)

    async def chunks(self) -> AsyncIterator[bytes]:
        """All of it, piece by piece."""
        for chunk in self._read:
            yield chunk
        async for chunk in self._rest():
            yield chunk

    async def _rest(self) -> AsyncIterator[bytes]:
        while (chunk := await self._next()) is not None:
            yield chunk

    async def _next(self) -> bytes | None:
        try:
            with anyio.fail_after(_STALLED_AFTER_S):
                return await anext(self._chunks, None)
        except TimeoutError:
            raise BadInput(f"nothing of the body arrived for {_STALLED_AFTER_S:g} s", field="body") from None

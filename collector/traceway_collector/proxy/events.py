"""Streams taken apart while they arrive: server-sent events and lines of JSON.

Both decoders take any split of the bytes and give the same events, and any bytes at all without raising.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_CR: Final = 0x0D
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class ServerSentEvent:
    """One event. ``event`` is "message" unless the stream says otherwise."""

    event: str
    data: str


class _Lines:
    """Lines ended by LF, CR or CRLF; a CR at the end of a piece may have its LF in the next."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._after_cr = False

    def feed(self, piece: bytes) -> Iterator[bytes]:
        if self._after_cr and piece[:1] == b"\n":
            piece = piece[1:]
            self._after_cr = False
        if not piece:
            return
        self._after_cr = piece[-1] == _CR
        self._rest += piece
        if b"\n" not in piece and b"\r" not in piece:
            return
        lines = self._rest.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._rest = lines.pop()
        yield from map(bytes, lines)

    def rest(self) -> bytes:
        return bytes(self._rest)


class SseDecoder:
    """``text/event-stream`` (WHATWG HTML, 9.2.6 "Interpreting an event stream")."""

    def __init__(self) -> None:
        self._lines = _Lines()
        self._is_first = True
        self._event = b""
        self._data: list[bytes] = []

    def feed(self, piece: bytes) -> Iterator[ServerSentEvent]:
        """The events that end in this piece."""
        for line in self._lines.feed(piece):
            if event := self._line(line):
                yield event

    def finish(self) -> Iterator[ServerSentEvent]:
        """What the stream ended within. Browsers forget it; here it is what was seen last before a stream broke off."""
        for line in (self._lines.rest(), b""):
            if event := self._line(line):
                yield event

    def _line(self, line: bytes) -> ServerSentEvent | None:
        if self._is_first:
            self._is_first = False
            line = line.removeprefix(_BOM)
        if not line:
            return self._dispatched()
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
        elif name == b"event":
            self._event = value
        return None  # a comment, or a field that says nothing of the content (id, retry)

    def _dispatched(self) -> ServerSentEvent | None:
        data, event = self._data, self._event
        self._data, self._event = [], b""
        if not data:
            return None
        return ServerSentEvent(event.decode(errors="replace") or "message", b"\n".join(data).decode(errors="replace"))


class NdjsonDecoder:
    """``application/x-ndjson``: one value a line. Empty lines mean nothing."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """The lines that end in this piece."""
        self._rest += piece
        if b"\n" in piece:
            *lines, self._rest = self._rest.split(b"\n")
            yield from (bytes(line) for line in map(bytearray.strip, lines) if line)

    def finish(self) -> Iterator[bytes]:
        """The last line, if nothing ended it."""
        if line := self._rest.strip():
            yield bytes(line)

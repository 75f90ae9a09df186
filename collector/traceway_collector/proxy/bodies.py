"""A body without its content encoding, as far as it goes: what was cut off or garbled ends early and raises nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ..otlp.inflate import DECOMPRESSORS, DecompressionError
from .passing import Headers

MAX_DECODED_BYTES: Final = 64 << 20
_PIECE_BYTES: Final = 1 << 16
_MAX_ENCODINGS: Final = 3
_MAX_PARTS: Final = 16


def header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> bytes:
    """The value of a header, joined by commas if it comes several times; b"" without it."""
    return b", ".join(value for key, value in headers if key.lower() == name)


def decoded(body: bytes, headers: Headers) -> bytes | None:
    """The content of ``body`` by its Content-Encoding; None if that is one nobody here reads (Brotli)."""
    names = header(headers, b"content-encoding").decode("latin-1").lower().split(",")
    encodings = [name.strip() for name in names if name.strip() not in ("", "identity")]
    if len(encodings) > _MAX_ENCODINGS or not all(name in DECOMPRESSORS for name in encodings):
        return None
    for name in reversed(encodings):
        body = b"".join(_inflated(body, name))
    return body


def _inflated(body: bytes, name: str) -> Iterator[bytes]:
    room = MAX_DECODED_BYTES
    for _ in range(_MAX_PARTS):  # a body may have several members (RFC 1952, 2.2)
        stream = DECOMPRESSORS[name](body)
        for start in range(0, len(body), _PIECE_BYTES):
            try:
                piece = stream.decompress(body[start : start + _PIECE_BYTES], room)
            except DecompressionError:
                return
            yield piece
            room -= len(piece)
            if stream.eof:
                body = stream.unused_data + body[start + _PIECE_BYTES :]
                break
            if room <= 0:
                return
        else:
            return

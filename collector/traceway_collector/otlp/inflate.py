"""Content encodings of OTLP bodies: gzip, deflate, zstd and none, inflated under a hard cap.

OTLP asks servers to enforce their size limit after decompression as well. The cap is given to the decompressor itself,
so a body that would grow past it costs no more memory than the cap.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from typing import Protocol

from ..errors import BadInput, TooLarge, WrongMedia

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdDecompressor, ZstdError
else:
    from backports.zstd import ZstdDecompressor, ZstdError

ACCEPTED = "gzip, deflate, zstd"
"""The value of Accept-Encoding that goes with a 415 (RFC 9110, 12.5.3)."""

DecompressionError = (zlib.error, ZstdError)
"""What a decompressor raises for bytes that are not of its format."""

_MAX_PARTS = 16
"""gzip members or zstd frames in one body: parallel compressors write a few, an attack millions of empty ones."""


class _Decompressor(Protocol):
    """What zlib's and zstd's decompressors have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


def inflate(body: bytes, encoding: str, limit_bytes: int) -> bytes:
    """``body`` without its content encoding (RFC 9110 names, case-insensitive; "" and "identity" are none).

    An empty body is an empty request whatever its encoding. Raises ``WrongMedia`` for an encoding that is not known or
    for several at once, ``BadInput`` for a corrupt or truncated stream and ``TooLarge`` when more than ``limit_bytes``
    come out.
    """
    name = encoding.strip().lower()
    if name in ("", "identity") or not body:
        if len(body) > limit_bytes:
            raise too_large(limit_bytes)
        return body
    start = DECOMPRESSORS.get(name)
    if start is None:
        raise _unknown(encoding)
    try:
        return _inflate_parts(body, name, start, limit_bytes)
    except DecompressionError as error:
        raise BadInput(f"the body is not valid {name}: {error}", field="Content-Encoding") from None


def too_large(limit_bytes: int, *, inflated: bool = False) -> TooLarge:
    """The one sentence for a body over the limit."""
    when = "after inflation" if inflated else "as it was sent"
    return TooLarge(
        f"the request is larger than {limit_bytes} bytes {when}; send smaller batches, or raise --max-request-mib"
    )


def _inflate_parts(body: bytes, name: str, start: Callable[[bytes], _Decompressor], limit_bytes: int) -> bytes:
    parts: list[bytes] = []
    room = limit_bytes
    for _ in range(_MAX_PARTS):
        stream = start(body)
        part = stream.decompress(body, room + 1)
        room -= len(part)
        if room < 0:
            raise too_large(limit_bytes, inflated=True)
        if not stream.eof:
            raise BadInput(f"the {name} body ends in the middle of the stream", field="Content-Encoding")
        parts.append(part)
        body = stream.unused_data
        if not body:
            return parts[0] if len(parts) == 1 else b"".join(parts)
        if name == "deflate":
            raise BadInput(f"{len(body)} bytes follow the end of the deflate stream", field="Content-Encoding")
    raise BadInput(f"the body has more than {_MAX_PARTS} {name} streams; send it as one", field="Content-Encoding")


def _start_gzip(_: bytes) -> _Decompressor:
    return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)


def _start_deflate(body: bytes) -> _Decompressor:
    """RFC 9110 says deflate is a zlib stream; some clients send it without zlib's two-byte header (RFC 1950, 2.2)."""
    wrapped = has_zlib_header(body)
    return zlib.decompressobj(wbits=zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)


def _start_zstd(_: bytes) -> _Decompressor:
    return ZstdDecompressor()


def has_zlib_header(body: bytes) -> bool:
    """Whether a zlib stream starts here: method 8 and a header that is a multiple of 31 (RFC 1950, 2.2)."""
    return len(body) > 1 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0


def _unknown(encoding: str) -> WrongMedia:
    what = "several encodings at once" if "," in encoding else "not an encoding read here"
    return WrongMedia(
        f"Content-Encoding is {encoding[:100]!r}: {what}; expected one of {ACCEPTED}, or none", field="Content-Encoding"
    )


DECOMPRESSORS: dict[str, Callable[[bytes], _Decompressor]] = {
    "gzip": _start_gzip,
    "x-gzip": _start_gzip,
    "deflate": _start_deflate,
    "zstd": _start_zstd,
}
"""How to begin, given the first bytes, by the name of the encoding."""

"""The bytes of a segment: a file of requests that wait.

    segment = magic (8) · delivered (u64) · crc32 of the two (u32) · record…
    record  = marker (4) · crc32 of all behind it (u32) · body bytes (u32) · items (u32) · recorded ns (u64)
              · signal (u8) · encoding (u8) · body

Numbers are little-endian. ``delivered`` is the offset up to which records are settled, the only bytes ever
overwritten. A record whose checksum does not hold is damage, and so is what lies between it and the next record that
holds: a torn end, a flipped bit and a lost block cost the records they touch and no other.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from ..endpoint import Signal
from .channel import SIGNALS, Encoding
from .wire import Request

MAGIC = b"TWSPOOL1"
_HEADER = struct.Struct("<8sQI")
HEADER_BYTES = _HEADER.size

_MARKER = b"\xf5TWR"  # F5 is in no UTF-8 text.
_FRAME = struct.Struct("<4sI")
_FIELDS = struct.Struct("<IIQBB")
RECORD_BYTES = _FRAME.size + _FIELDS.size
"""What a record takes besides its body."""

_ENCODINGS: tuple[Encoding, ...] = ("identity", "gzip", "deflate")


@dataclass(frozen=True, slots=True)
class Record:
    """A request that waits, and when it was recorded (nanoseconds since 1970)."""

    request: Request
    recorded_ns: int


@dataclass(frozen=True, slots=True)
class Found:
    """What was found up to the offset ``end``: a record, or damage."""

    record: Record | None
    end: int


def encode_header(delivered: int) -> bytes:
    """The first bytes of a segment of which everything before the offset ``delivered`` is settled."""
    start = _HEADER.pack(MAGIC, delivered, 0)[:-4]
    return start + struct.pack("<I", zlib.crc32(start))


def decode_header(data: bytes, size: int) -> int:
    """The offset of the first record that is not settled, in a segment of ``size`` bytes that starts with ``data``.
    A header that does not hold settles nothing."""
    if len(data) < HEADER_BYTES:
        return HEADER_BYTES
    _, delivered, _ = _HEADER.unpack_from(data)
    is_sound = data[:HEADER_BYTES] == encode_header(delivered) and HEADER_BYTES <= delivered <= size
    return delivered if is_sound else HEADER_BYTES


def encode_record(record: Record) -> bytes:
    """One record, to be appended."""
    request = record.request
    fields = _FIELDS.pack(
        len(request.body),
        request.items,
        record.recorded_ns,
        SIGNALS.index(request.signal),
        _ENCODINGS.index(request.encoding),
    )
    return _FRAME.pack(_MARKER, zlib.crc32(request.body, zlib.crc32(fields))) + fields + request.body


def decode_records(data: bytes, start: int = 0) -> Iterator[Found]:
    """What ``data`` holds from ``start`` on; ``Found.end`` counts from the start of ``data``. Never raises."""
    position = start
    while position < len(data):
        record = _record_at(data, position)
        if record is not None:
            position += RECORD_BYTES + len(record.request.body)
            yield Found(record, position)
            continue
        position = data.find(_MARKER, position + 1)
        while position >= 0 and _record_at(data, position) is None:
            position = data.find(_MARKER, position + 1)
        position = len(data) if position < 0 else position
        yield Found(None, position)


def _record_at(data: bytes, position: int) -> Record | None:
    body_at = position + RECORD_BYTES
    if len(data) < body_at or data[position : position + 4] != _MARKER:
        return None
    fields_at = position + _FRAME.size
    _, checksum = _FRAME.unpack_from(data, position)
    length, items, recorded_ns, signal, encoding = _FIELDS.unpack_from(data, fields_at)
    if len(data) - body_at < length or signal >= len(SIGNALS) or encoding >= len(_ENCODINGS):
        return None
    if zlib.crc32(memoryview(data)[fields_at : body_at + length]) != checksum:
        return None
    name: Signal = SIGNALS[signal]
    return Record(Request(name, data[body_at : body_at + length], _ENCODINGS[encoding], items), recorded_ns)

"""Rows of the file tables: into the engine's RowBinary format, byte by byte, and back.

RowBinary (ClickHouse, "Formats"): the columns in the order of the table, numbers little-endian, a string behind its
length as a varint, a FixedString as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...model import ContentState, StoredContent
from ..files import Arrival, StagedChunk, Upload
from .frames import varint

_PREFIX = "sha256:"
_NO_TRACE = bytes(16)


def content(arrival: Arrival, stored: StoredContent, seen_ns: int) -> bytes:
    """A row of ``file_contents``."""
    head = _id(arrival.content_id) + trace_bytes(arrival.trace_id) + _u64(stored.blob) + _u64(stored.size)
    return head + _string(stored.run_id.encode()) + _u64(stored.stored_ns) + _u64(seen_ns)


def chunk(content_id: str, blob: int, position: int, data: bytes, stored_ns: int) -> bytes:
    """A row of ``file_chunks``."""
    return b"".join((_id(content_id), _u64(blob), _u32(position), _string(data), _u64(stored_ns)))


def staged(chunk: StagedChunk, arrived_ns: int) -> bytes:
    """A row of ``file_uploads``."""
    upload = chunk.upload
    key = _id(upload.content_id) + _string(upload.run_id.encode()) + _u64(upload.size) + _u32(upload.chunks)
    value = (_u32(chunk.index), _u64(chunk.offset), _string(chunk.data), trace_bytes(chunk.trace_id), _u64(arrived_ns))
    return b"".join((key, *value))


def refusal(content_id: str, state: ContentState, at_ns: int) -> bytes:
    """A row of ``file_refusals``."""
    return _id(content_id) + _string(state.encode()) + _u64(at_ns)


def stored_content(content_id: bytes, size: int, blob: int, run_id: bytes, stored_ns: int) -> StoredContent:
    """From the columns of ``contents_kept.sql``."""
    return StoredContent(id_text(content_id), size, blob, run_id.decode(), stored_ns)


def upload(content_id: bytes, run_id: bytes, size: int, chunks: int) -> Upload:
    """From the key of ``file_uploads``."""
    return Upload(id_text(content_id), run_id.decode(), size, chunks)


def upload_key(upload: Upload) -> dict[str, Any]:
    """Parameters that name the rows of one upload. Text of the application's goes as hex: it may hold anything."""
    content_id = upload.content_id.removeprefix(_PREFIX)
    run_id = upload.run_id.encode().hex()
    return {"content_id": content_id, "run_id": run_id, "size": upload.size, "chunks": upload.chunks}


def id_text(content_id: bytes) -> str:
    """The id as everyone writes it."""
    return _PREFIX + content_id.hex()


def hexes(content_ids: Iterable[str]) -> list[str]:
    """Ids as a parameter of a query."""
    return [content_id.removeprefix(_PREFIX) for content_id in content_ids]


def trace_bytes(trace_id: str) -> bytes:
    """A trace id as the column has it; zeros when there is none."""
    return bytes.fromhex(trace_id) if trace_id else _NO_TRACE


def trace_text(trace_id: bytes) -> str:
    """A trace id as the contract has it; "" when there is none."""
    return "" if trace_id == _NO_TRACE else trace_id.hex()


def _id(content_id: str) -> bytes:
    return bytes.fromhex(content_id.removeprefix(_PREFIX))


def _string(data: bytes) -> bytes:
    return varint(len(data)) + data


def _u32(number: int) -> bytes:
    return number.to_bytes(4, "little")


def _u64(number: int) -> bytes:
    return number.to_bytes(8, "little")

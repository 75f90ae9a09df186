"""From chunks as they were sent to a content that is what its hash says, or an error that says why not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from ..errors import BadInput, TooLarge
from ..otlp.inflate import inflate
from ..store.files import StagedChunk, Upload
from .content_records import ContentRecord


class Mismatch(BadInput):
    """Bytes that are not those of their hash."""


class Budget:
    """Bytes that one request may still inflate to: a chunk of a kibibyte can hold gigabytes of zeros."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self.left_bytes = limit_bytes

    def spend(self, size: int) -> None:
        """Take ``size`` bytes, which are there."""
        self.left_bytes -= size


def inflated(record: ContentRecord, budget: Budget) -> StagedChunk:
    """The chunk without its encoding.

    Raises ``Mismatch`` if it cannot be a part of its content (broken, or larger than what is announced leaves room
    for) and ``TooLarge`` if the request would inflate to more than its budget.
    """
    upload, room = record.upload, record.upload.size - record.offset
    limit = min(room, budget.left_bytes)
    try:
        data = inflate(record.body, record.encoding, limit)
    except TooLarge:
        if limit < room:
            raise TooLarge(
                f"the contents of this request inflate to more than {budget.limit_bytes} bytes; send fewer in one"
            ) from None
        raise Mismatch(
            f"chunk {record.index} of {upload.content_id} is longer than the {room} bytes of the whole that it begins "
            f"with; expected {upload.size} bytes in all"
        ) from None
    except BadInput as error:
        raise Mismatch(f"chunk {record.index} of {upload.content_id} is broken: {error.message}") from None
    budget.spend(len(data))
    return StagedChunk(upload, record.index, record.offset, data, record.trace_id)


def verified(upload: Upload, chunks: Iterable[StagedChunk]) -> Iterator[bytes]:
    """The bytes of a content, chunk by chunk; ``chunks`` come in the order of their indexes.

    Raises ``Mismatch``, at the latest behind the last chunk, if they are not all there, do not join, or are not what
    the hash says. Whoever keeps them must have come to the end.
    """
    digest = hashlib.sha256()
    position = count = 0
    for chunk in chunks:
        if chunk.index != count or chunk.offset != position:
            raise Mismatch(
                f"chunk {chunk.index} of {upload.content_id} begins at byte {chunk.offset}; expected chunk {count}, "
                f"which begins at byte {position}"
            )
        digest.update(chunk.data)
        position += len(chunk.data)
        count += 1
        yield chunk.data
    if count != upload.chunks or position != upload.size:
        raise Mismatch(
            f"{upload.content_id} has {position} bytes in {count} chunks; expected {upload.size} in {upload.chunks}"
        )
    found = f"sha256:{digest.hexdigest()}"
    if found != upload.content_id:
        raise Mismatch(f"the bytes of {upload.content_id} are those of {found}")

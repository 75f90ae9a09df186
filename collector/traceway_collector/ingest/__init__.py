"""Admission, grouping, commit and acknowledgement: what stands between a receiver and the store.

A receiver hands over one export request and awaits the outcome. The await ends when the request is durable and readable
(or was refused), never before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from google.protobuf.message import Message

from ..model import Signal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one export request: ``accepted`` and ``rejected`` count spans, log records or data points.
    ``message`` says why some were rejected ("" when none was); receivers put both into ``partial_success``.
    ``repeated``: the same request had been committed before and was not written again; its answer is the same."""

    accepted: int
    rejected: int = 0
    message: str = ""
    repeated: bool = field(default=False, compare=False)


class Ingest(Protocol):
    """What the receivers need of the ingest path."""

    async def export(self, signal: Signal, body: bytes, message: Message | None = None) -> Outcome:
        """Take one ``Export{Trace,Logs,Metrics}ServiceRequest`` and return when it is committed.

        ``body``: its protobuf bytes, inflated. ``message``: the parsed message if the caller already has it.
        Raises ``BadInput`` if the bytes are not such a message, ``TooLarge`` if a limit is passed and ``Unavailable``
        under pressure, while draining, or when the store does not take it now.
        """

    def refuse(self, signal: Signal, reason: str, detail: str, *, peer: str, bytes: int = 0) -> None:
        """Count and remember a request that a receiver turned away before admission (``reason``: a short constant such
        as "too_large", "bad_encoding", "unauthorized"; ``detail``: the sentence the client was given)."""

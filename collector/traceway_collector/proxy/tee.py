"""What is kept of one exchange while its bytes pass: bounded copies of both bodies, the times, and how it ended."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Final

from .calls import Call
from .passing import Headers

MAX_BODY_BYTES: Final = 32 << 20
"""Of one body; a large batch of embeddings is about half of it."""


class Budget:
    """Bytes that all copies together may take."""

    def __init__(self, total_bytes: int) -> None:
        self.free_bytes = total_bytes


class Copy:
    """The beginning of a body, as it passed."""

    def __init__(self, budget: Budget) -> None:
        self.pieces: list[bytes] = []
        self.kept_bytes = 0
        self.seen_bytes = 0
        self._budget = budget

    def add(self, piece: bytes) -> None:
        """Keep a piece, or the part of it that there is room for."""
        is_whole = self.kept_bytes == self.seen_bytes
        self.seen_bytes += len(piece)
        room = min(MAX_BODY_BYTES - self.kept_bytes, self._budget.free_bytes)
        if not is_whole or room <= 0:
            return
        kept = piece[:room] if len(piece) > room else bytes(piece)
        self.pieces.append(kept)
        self.kept_bytes += len(kept)
        self._budget.free_bytes -= len(kept)

    @property
    def is_truncated(self) -> bool:
        """Whether more passed than was kept."""
        return self.seen_bytes > self.kept_bytes

    def release(self) -> None:
        """Give the room back."""
        self._budget.free_bytes += self.kept_bytes
        self.pieces, self.kept_bytes = [], 0


@dataclass(slots=True)
class Failure:
    """Why an exchange has no whole response. ``kind`` becomes ``error.type``."""

    kind: str
    message: str


@dataclass(slots=True)
class Exchange:
    """One request and what came back. ``call``: what it asks of a model; None if that is nothing, and then nothing is
    kept. ``status`` is 0 without a response."""

    call: Call | None
    request_headers: Headers
    query: bytes
    request: Copy
    response: Copy
    start_ns: int = field(default_factory=time.time_ns)
    status: int = 0
    response_headers: Headers = field(default_factory=list)
    first_chunk_s: float | None = None
    duration_ns: int = 0
    failure: Failure | None = None
    _began_ns: int = field(default_factory=time.perf_counter_ns)

    def chunk(self, data: bytes) -> None:
        """Note a piece of the response's body."""
        if self.first_chunk_s is None:
            self.first_chunk_s = (time.perf_counter_ns() - self._began_ns) / 1e9
        self.response.add(data)

    def end(self) -> None:
        """Note the time at which the exchange was over."""
        self.duration_ns = time.perf_counter_ns() - self._began_ns

    def release(self) -> None:
        """Give the room of both bodies back."""
        self.request.release()
        self.response.release()

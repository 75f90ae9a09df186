"""Places in serialized bytes that are given fresh values again and again.

A message is built once with sentinels in it, eight bytes each, and serialized. Ids, fixed64 times and fixed-length
references keep their length, so from then on a new message costs one gather and one scatter over those places.
"""

from __future__ import annotations

import re

import numpy as np

_ID, _TIME, _HEX = b"\xf1\x9bI\xd5", b"\xf1\x9bT\xd5", b"zQ"
_FIND = re.compile(rb"\xf1\x9b(I|T)\xd5(.{4})|zQ([0-9]{6})", re.DOTALL)
_HEX_OF_BYTE = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), dtype="<u2")


class Slots:
    """Hands out sentinels while messages are built, then finds them in the bytes."""

    def __init__(self) -> None:
        self._ids = 0
        self._hex_halves = 0
        self._time_traces: list[int] = []
        self._time_offsets_ns: list[int] = []

    def id(self) -> bytes:
        """Eight bytes that will be random: a span id, or half a trace id; equal wherever the value is used."""
        self._ids += 1
        return _ID + (self._ids - 1).to_bytes(4, "big")

    def time(self, trace: int, offset_ns: int) -> int:
        """A fixed64 that will be ``offset_ns`` after the start of trace number ``trace``."""
        self._time_traces.append(trace)
        self._time_offsets_ns.append(offset_ns)
        return int.from_bytes(_TIME + (len(self._time_traces) - 1).to_bytes(4, "big"), "little")

    def hex(self) -> str:
        """Sixteen characters that will be random lowercase hex."""
        first = self._hex_halves
        self._hex_halves += 2
        return f"zQ{first:06d}zQ{first + 1:06d}"

    def patch(self, buffer: bytearray) -> Patch:
        """The patch that fills every sentinel in ``buffer``."""
        first = {b"I": 0, b"T": self._ids, b"H": self._ids + len(self._time_traces)}
        offsets: list[int] = []
        sources: list[int] = []
        for found in _FIND.finditer(buffer):
            kind, number, digits = found.groups()
            offsets.append(found.start())
            sources.append(first[kind] + int.from_bytes(number, "big") if kind else first[b"H"] + int(digits))
        return Patch(
            buffer, np.array(offsets), np.array(sources), self._ids, self._time_traces, self._time_offsets_ns,
            self._hex_halves // 2,
        )  # fmt: skip


class Patch:
    """Fills the places of one buffer. Not safe for several threads at once."""

    def __init__(
        self,
        buffer: bytearray,
        offsets: np.ndarray,
        sources: np.ndarray,
        ids: int,
        time_traces: list[int],
        time_offsets_ns: list[int],
        hexes: int,
    ) -> None:
        # Overlapping windows one byte apart: window[i] are the eight bytes that start at offset i.
        self._window = np.ndarray(shape=(len(buffer) - 7,), dtype="<u8", buffer=buffer, strides=(1,))
        self._offsets = offsets
        self._sources = sources
        self._ids = ids
        self._hexes = hexes
        self._time_traces = np.array(time_traces, dtype=np.int64)
        self._time_offsets_ns = np.array(time_offsets_ns, dtype=np.int64)
        traces = int(self._time_traces.max()) + 1
        self._trace_length_ns = np.zeros(traces, dtype=np.int64)
        np.maximum.at(self._trace_length_ns, self._time_traces, self._time_offsets_ns)
        self.fresh_ids = np.zeros(ids, dtype=np.uint64)
        self._rng = np.random.default_rng()  # never the same ids twice, in any process

    def refresh(self, now_ns: int) -> None:
        """New ids and references, and traces that ended within the last five seconds before ``now_ns``."""
        self.fresh_ids = ids = self._rng.integers(1, 2**63, size=self._ids, dtype=np.uint64)
        ago_ns = self._rng.integers(0, 5_000_000_000, size=len(self._trace_length_ns))
        starts = now_ns - ago_ns - self._trace_length_ns
        times = (starts[self._time_traces] + self._time_offsets_ns).view(np.uint64)
        letters = _HEX_OF_BYTE[self._rng.integers(0, 256, size=self._hexes * 8, dtype=np.uint8)]
        fresh = np.concatenate([ids, times, letters.view("<u8")])
        self._window[self._offsets] = fresh[self._sources]

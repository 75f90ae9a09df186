"""Whole traces, in pages that fit into memory however long a trace or a prompt is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from ...model import StoredSpan
from .places import BUCKET_NS
from .reader import SpanReader
from .rows import WHOLE
from .sqlfiles import read

_KEYS = 20_000
_FIRST_ROWS, _FEWEST_ROWS, _MOST_ROWS = 256, 8, 2_000
_PAGE_BYTES = 8 << 20
_BEFORE_ALL = (0, bytes(16), bytes(8))


class TraceReader(SpanReader):
    """Implements what ``store.Reader`` says of whole traces."""

    def trace_pages(
        self, trace_ids: Sequence[str], among: Collection[bytes] | None = None
    ) -> Iterator[Sequence[StoredSpan]]:
        """See ``store.Reader.trace_pages``."""
        rows = _FIRST_ROWS
        for found in self._key_pages(trace_ids):
            keys = found if among is None else [key for key in found if key[2] in among]
            start = 0
            while start < len(keys):
                # In the order in which they are stored, a page is a stretch of it; within the page, oldest first.
                chosen = sorted(keys[start : start + rows], key=lambda key: (key[1], key[3], key[2]))
                start += rows
                spans = self._spans_by_key(chosen, WHOLE)
                if spans:
                    yield spans
                    size = sum(span.message.ByteSize() for span in spans if span.message is not None)
                    rows = min(max(_FEWEST_ROWS, rows * _PAGE_BYTES // max(size, 1)), rows * 4, _MOST_ROWS)

    def _key_pages(self, trace_ids: Sequence[str]) -> Iterator[Sequence[Sequence[Any]]]:
        parameters: dict[str, Any] = {"trace_ids": list(trace_ids)}
        found = self._engine.query(read("queries/trace_ranges.sql"), parameters)
        if not found:
            return
        first_start_ns, last_start_ns, first_group_ns, last_group_ns = found[0]
        parameters |= {
            "first_bucket": first_start_ns // BUCKET_NS,
            "last_bucket": min(last_start_ns // BUCKET_NS, (1 << 32) - 1),
            "first_group": first_group_ns,
            "last_group": last_group_ns,
            "limit": _KEYS,
        }
        after = _BEFORE_ALL
        while True:
            position = {"after_trace": after[1].hex(), "after_bucket": after[0], "after_span": after[2].hex()}
            keys = self._engine.query(read("queries/trace_keys.sql"), {**parameters, **position})
            if keys:
                yield keys
            if len(keys) < _KEYS:
                return
            after = (keys[-1][0], keys[-1][1], keys[-1][2])

"""The read role for ids: from how one begins to what there is."""

from __future__ import annotations

from ...model import IdsFound
from .engine import Engine
from .sqlfiles import read

_TRACE_DIGITS, _SPAN_DIGITS = 32, 16


class IdReader:
    """Implements ``store.Reader.ids_beginning``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ids_beginning(self, prefix: str, limit: int) -> IdsFound:
        """See ``store.Reader.ids_beginning``."""
        traces = self._engine.query(read("queries/trace_ids_beginning.sql"), _bounds(prefix, _TRACE_DIGITS, limit))
        return IdsFound(tuple(trace_id.hex() for (trace_id,) in traces), self._spans_beginning(prefix, limit))

    def _spans_beginning(self, prefix: str, limit: int) -> tuple[tuple[str, str], ...]:
        if len(prefix) > _SPAN_DIGITS:
            return ()
        places = self._engine.query(read("queries/span_ids_beginning.sql"), _bounds(prefix, _SPAN_DIGITS, limit))
        if not places:
            return ()
        ids, buckets = zip(*places, strict=True)
        parameters = {
            "buckets": sorted(set(buckets)),
            "span_ids": sorted({span_id.hex().upper() for span_id in ids}),
            "limit": limit,
        }
        found = self._engine.query(read("queries/spans_of_ids.sql"), parameters)
        return tuple((trace_id.hex(), span_id.hex()) for span_id, trace_id in found)


def _bounds(prefix: str, digits: int, limit: int) -> dict[str, str | int]:
    return {"lowest": prefix.ljust(digits, "0"), "highest": prefix.ljust(digits, "f"), "limit": limit}

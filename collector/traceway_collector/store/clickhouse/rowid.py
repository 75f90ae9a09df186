"""Which row of a table a log record or a data point is: neither has an id of its own in OTLP."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...errors import BadInput
from .. import Position

_HEX = re.compile(r"[0-9a-f]{40}")
_MAX_NS = (1 << 64) - 1

# In this order, before which stands the row's time.
COLUMNS = ("ingested_ns", "request_id", "position")


@dataclass(frozen=True, slots=True, order=True)
class RowId:
    """When its group was committed (unix nanoseconds), which request it came with, and its place there. Unique and
    ordered, as a value and as its text."""

    ingested_ns: int
    request_id: int
    position: int

    def __str__(self) -> str:
        return f"{self.ingested_ns:016x}{self.request_id:016x}{self.position:08x}"

    @classmethod
    def parse(cls, text: str) -> RowId:
        """The id in ``text``. Raises ``BadInput`` for anything else."""
        if not _HEX.fullmatch(text):
            raise BadInput(f"row id is {text[:60]!r}; expected 40 hexadecimal digits", field="cursor")
        return cls(int(text[:16], 16), int(text[16:32], 16), int(text[32:], 16))


def after(position: Position | None) -> tuple[str, dict[str, int]]:
    """The condition for the rows below a position in a list whose newest rows come first, and its parameters.

    Raises ``BadInput`` if the position does not belong to such a list.
    """
    if position is None:
        return "1", {}
    if not isinstance(position.key, int) or not 0 <= position.key <= _MAX_NS:
        raise BadInput(f"position is {position.key!r}; expected unix nanoseconds", field="cursor")
    row = RowId.parse(position.span_id)
    parameters = {"after_ns": position.key, "after_ingested_ns": row.ingested_ns}
    parameters |= {"after_request_id": row.request_id, "after_position": row.position}
    # The first condition says nothing new, but it is the one that the sorting key can use.
    sql = (
        "time_ns <= {after_ns:UInt64} AND (time_ns, ingested_ns, request_id, position)"
        " < ({after_ns:UInt64}, {after_ingested_ns:UInt64}, {after_request_id:UInt64}, {after_position:UInt32})"
    )
    return sql, parameters

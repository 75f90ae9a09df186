"""Spans for the tree and the comparison, as the store gives them: columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from traceway_collector.model import TraceColumns

START_NS = 1_795_244_706_000_000_000


@dataclass(frozen=True)
class Row:
    """One span; ids are small numbers, ``parent`` 0 is none, times count from ``START_NS`` (None: not sent)."""

    id: int
    parent: int = 0
    start: int | None = 0
    end: int | None = 10
    kind: str = "span"
    name: str = "step"
    more: tuple[tuple[str, Any], ...] = ()


def call(id: int, parent: int = 0, *, inputs: int | None = 100, outputs: int | None = 20, **more: Any) -> Row:
    """A model call."""
    row = {name: more.pop(name) for name in ("start", "end", "kind", "name") if name in more}
    facts = {"input_tokens": inputs, "output_tokens": outputs, "model": "gpt-4o", **more}
    return Row(id, parent, **{"kind": "llm_call", "name": "chat gpt-4o", **row}, more=tuple(facts.items()))


def id_of(number: int) -> bytes:
    return number.to_bytes(8, "big")


def columns(rows: Sequence[Row]) -> TraceColumns:
    """The columns in the order of the starts, as the engine sorts them."""
    shapes = [_shape(row) for row in rows]
    shapes.sort(key=lambda shape: (shape["start_ns"], shape["span_id"]))
    return TraceColumns(**{field.name: [shape[field.name] for shape in shapes] for field in fields(TraceColumns)})


def _shape(row: Row) -> dict[str, Any]:
    shape: dict[str, Any] = {field.name: "" for field in fields(TraceColumns)}
    shape |= dict.fromkeys(("input_tokens", "output_tokens", "cost_usd", "time_to_first_token_ms"))
    shape |= {"status_code": 0, "service": "shop"}
    shape |= {"span_id": id_of(row.id), "parent_id": id_of(row.parent), "kind": row.kind, "name": row.name}
    shape["start_ns"] = 0 if row.start is None else START_NS + row.start
    shape["end_ns"] = 0 if row.end is None else START_NS + row.end
    return shape | dict(row.more)

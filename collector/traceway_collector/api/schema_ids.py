"""Ids by how they begin, as pydantic models (see ``schema.py``)."""

from __future__ import annotations

from pydantic import Field

from .schema import Hex16, Hex32, Model


class SpanPlace(Model):
    id: Hex16
    trace_id: Hex32


class IdsFound(Model):
    traces: list[Hex32] = Field(description="At most 20.")
    spans: list[SpanPlace] = Field(description="At most 20.")
    more: bool = Field(description="Whether there are more of either.")

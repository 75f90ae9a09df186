"""The answers about searching, as pydantic models (see ``schema.py``)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .schema import Hex16, Hex32, Model


class FacetValue(Model):
    value: str
    count: int


class Facet(Model):
    key: str
    values: list[FacetValue]
    more: bool


class FacetList(Model):
    """``counted_spans``: how many spans matched; ``sampled``: only the newest were looked at."""

    facets: list[Facet]
    counted_spans: int
    sampled: bool


class Key(Model):
    key: str
    aliases: list[str]
    type: Literal["choice", "text", "number", "duration", "time", "money", "flag"]
    operators: list[str]
    about: str
    example: str
    choices: list[str] | None = None


class KeyList(Model):
    """What ``q`` takes; ``attributes`` are names for ``attr.``."""

    keys: list[Key]
    attributes: list[str]


class QueryValue(Model):
    text: str
    quoted: bool


class Clause(Model):
    """``key`` is "" for free text; ``start`` and ``end`` count characters of the text that was given."""

    key: str
    operator: Literal["any", "text", ">", ">=", "<", "<=", "range"]
    values: list[QueryValue]
    negated: bool
    start: int
    end: int


class ParsedQuery(Model):
    """``q``: the same query in the shortest way."""

    q: str
    clauses: list[Clause]


class SpanPlace(Model):
    id: Hex16
    trace_id: Hex32


class IdsFound(Model):
    traces: list[Hex32] = Field(description="At most 20.")
    spans: list[SpanPlace] = Field(description="At most 20.")
    more: bool = Field(description="Whether there are more of either.")

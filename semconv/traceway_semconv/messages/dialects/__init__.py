"""One file per dialect, each a pure function from a span to what it says in that dialect.

``DIALECTS`` is the order of preference: the first that knows the input gives the input, the first that knows the output
gives the output. Dialects that only wrap a value (Langfuse, Laminar, MLflow, Genkit, Traceloop's entities,
OpenInference's ``input.value``) are rows of the tables in ``values.py``.
"""

from __future__ import annotations

from typing import Final

from ..model import Dialect
from . import google_adk, openinference, openllmetry, otel_attributes, otel_events, pydantic_ai, vercel
from .otel_events import CONTENT_EVENTS

DIALECTS: Final[tuple[Dialect, ...]] = (
    otel_attributes.read,
    otel_events.read_details,
    openllmetry.read,
    openinference.read,
    vercel.read,
    pydantic_ai.read,
    otel_events.read_messages,
    otel_events.read_contents,
    google_adk.read,
)

__all__ = ["CONTENT_EVENTS", "DIALECTS"]

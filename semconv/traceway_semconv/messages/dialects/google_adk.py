"""Google's Agent Development Kit: the request to Gemini and its response, each as JSON ("{}" when not captured)."""

from __future__ import annotations

from ... import names
from ..model import Exchange, SpanSource
from ..payloads import request_of, response_of


def read(span: SpanSource) -> Exchange:
    """Contents, system instruction and function declarations of the request; the content of the response."""
    found = request_of(span.attributes.get(names.ADK_LLM_REQUEST))
    return found.completed_by(response_of(span.attributes.get(names.ADK_LLM_RESPONSE)))

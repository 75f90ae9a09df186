"""Mend: dimensions of embeddings that come as base64 are the length of that text; a raw response tells nothing at all.

With ``encoding_format="base64"`` a vector is the base64 of its 4-byte floats: 8192 characters for 1536 dimensions.
"""

from __future__ import annotations

from typing import Any

from opentelemetry.util.genai.invocation import EmbeddingData

from traceway_semconv import names

from ..fields import at, count_at, text_at

_BYTES_PER_FLOAT = 4


def dimensions_of(vector: Any) -> int | None:
    """How many numbers an embedding has, be it a list or base64."""
    if isinstance(vector, str):
        return (len(vector) * 3 // 4 - vector.count("=")) // _BYTES_PER_FLOAT or None
    return len(vector) or None if isinstance(vector, (list, tuple)) else None


def describe_embeddings(data: EmbeddingData, body: Any) -> None:
    """``body`` is the answer, as a model or as JSON."""
    if dimensions := dimensions_of(at(body, "data", 0, "embedding")):
        data.attributes[names.EMBEDDINGS_DIMENSION_COUNT] = dimensions
    data.response_model = text_at(body, "model")
    data.usage_input_tokens = count_at(body, "usage", "prompt_tokens")

"""Observes the ``ollama`` client: chat, generate, embed and embeddings become OpenTelemetry GenAI spans.

``opentelemetry-instrument`` finds it by its entry point; by hand it is ``OllamaInstrumentor().instrument()``.
"""

from __future__ import annotations

from .instrumentor import OllamaInstrumentor

__all__ = ["OllamaInstrumentor"]

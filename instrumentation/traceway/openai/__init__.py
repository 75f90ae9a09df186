"""Observes the ``openai`` client: OpenTelemetry's official instrumentation, mended, and the calls it leaves out.

``opentelemetry-instrument`` finds it by its entry point; by hand it is ``OpenAIInstrumentor().instrument()``.
"""

from __future__ import annotations

from .instrumentor import OpenAIInstrumentor

__all__ = ["OpenAIInstrumentor"]

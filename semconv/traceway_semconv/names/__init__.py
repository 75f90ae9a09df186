"""Every attribute key that Traceway reads or writes: the key, its type, its unit and an example. The one home.

The constants are plain strings; ``ATTRIBUTES`` holds what is known of each. Keys are grouped by who defines them.
Sources: open-telemetry/semantic-conventions-genai (newest snapshot), semantic-conventions v1.41.0 (the last frozen
GenAI set) and v1.36.0, Arize OpenInference, Traceloop OpenLLMetry, the Vercel AI SDK 6, Pydantic AI 2 and Logfire 5,
OpenLIT, Langfuse, Laminar, MLflow, Google ADK and Genkit.
"""

from __future__ import annotations

from .registry import ATTRIBUTES, MAX_INDEXED, Attribute, indexed
from .otel import *  # the order of ATTRIBUTES: the standard's before the dialects'
from .dialects import *
from .events import *

__all__ = ["ATTRIBUTES", "MAX_INDEXED", "Attribute", "indexed"]

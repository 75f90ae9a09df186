"""Mend: the provider is always ``openai``, also where the client was pointed at another one."""

from __future__ import annotations

from typing import Any

from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.util.genai.invocation import EmbeddingData, FetchResponseData, InferenceData

from traceway_semconv import names
from traceway_semconv.providers import OPENAI, provider_of

AZURE = "azure.ai.openai"


def provider_behind(client: Any) -> str:
    """The provider by the client's class and base URL."""
    if "Azure" in type(client).__name__:
        return AZURE
    return provider_of(client.base_url.host, client.base_url.port)


def name_provider(client: Any, data: InferenceData | EmbeddingData | FetchResponseData) -> None:
    """Correct the provider of the current span, which ``data`` belongs to, and of its metrics and event."""
    provider = provider_behind(client)
    span = trace.get_current_span()
    if provider == OPENAI or not isinstance(span, ReadableSpan):
        return
    # A framework above knows better whom it calls.
    if (span.attributes or {}).get(names.PROVIDER_NAME) == OPENAI:
        span.set_attribute(names.PROVIDER_NAME, provider)
        data.attributes[names.PROVIDER_NAME] = provider
        data.metric_attributes[names.PROVIDER_NAME] = provider

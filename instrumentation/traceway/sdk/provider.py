"""The tracer provider behind a ``Traceway``: the application's own if it has one, otherwise one made here."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from weakref import WeakSet

from opentelemetry import trace
from opentelemetry.sdk.environment_variables import OTEL_SERVICE_NAME
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter

from traceway_semconv import names

from .. import endpoint, privacy
from ..contain import contained
from .session import WhoseProcessor

_lock = threading.Lock()
_preparing = threading.Lock()
_made: dict[str, TracerProvider] = {}
_prepared: WeakSet[trace.TracerProvider] = WeakSet()
_in_tests: list[TracerProvider] = []


def provider_for(url: str, api_key: str, service_name: str) -> trace.TracerProvider:
    """The provider that spans go to. ``url`` "" is wherever the environment says.

    One that was configured before, by ``opentelemetry-instrument`` or by the application, is used as it is. Otherwise
    one is made and becomes the application's; for a second address, one of its own.
    """
    with _lock:
        current = trace.get_tracer_provider()
        is_configured = not isinstance(current, trace.ProxyTracerProvider)
        is_for_another = url != "" and url not in _made and current in _made.values()
        provider: trace.TracerProvider
        if url in _made:
            provider = _made[url]
        elif is_configured and not is_for_another:
            provider = current
        else:
            _made[url] = provider = _make(url, api_key, service_name)
            if not is_configured:
                trace.set_tracer_provider(provider)
        prepare(provider)
        return provider


def test_provider() -> TracerProvider | None:
    """The provider of a test that is running, if there is one."""
    return _in_tests[-1] if _in_tests else None


@contextmanager
def sending_to(provider: TracerProvider) -> Iterator[None]:
    """For tests: in this block the spans of every ``Traceway``, in all threads, go to ``provider``."""
    prepare(provider)
    _in_tests.append(provider)
    try:
        yield
    finally:
        _in_tests.remove(provider)


def _make(url: str, api_key: str, service_name: str) -> TracerProvider:
    named = {names.SERVICE_NAME: service_name or _program_name()} if service_name or not _is_named() else {}
    provider = TracerProvider(resource=Resource.create(named))
    headers = endpoint.headers_of("traces")
    if api_key:
        headers["authorization"] = f"Bearer {api_key}"
    address = f"{url.rstrip('/')}/v1/traces" if url else endpoint.url_of("traces")
    provider.add_span_processor(BatchSpanProcessor(_exporter(address, headers)))
    return provider


def _exporter(url: str, headers: dict[str, str]) -> SpanExporter:
    from ..export import TracewaySpanExporter

    return TracewaySpanExporter(url=url, headers=headers)


def prepare(provider: trace.TracerProvider) -> None:
    """Session, user and redaction, once for each provider; one of another SDK has neither."""
    with _preparing:
        if provider in _prepared or not isinstance(provider, TracerProvider):
            return
        _prepared.add(provider)
        provider.add_span_processor(WhoseProcessor())
        with contained("sdk"):
            privacy.install(provider)


def _is_named() -> bool:
    return bool(os.environ.get(OTEL_SERVICE_NAME)) or f"{names.SERVICE_NAME}=" in os.environ.get(
        "OTEL_RESOURCE_ATTRIBUTES", ""
    )


def _program_name() -> str:
    return PurePath(sys.argv[0] if sys.argv else "").stem or "python"

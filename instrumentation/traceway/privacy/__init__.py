"""What leaves the process is redacted first: secrets by their form (``TRACEWAY_REDACT_SECRETS``), all content by a
function of the application's own (``TRACEWAY_REDACT=module:function``)."""

from __future__ import annotations

import threading
from typing import Any
from weakref import WeakSet

from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk.trace import TracerProvider

from ..settings import Settings, load
from .processors import RedactingLogRecordProcessor, RedactingSpanProcessor
from .redactor import LazyHook, Redactor
from .secrets import has_secret

_lock = threading.Lock()
_installed: WeakSet[Any] = WeakSet()


def install(tracer_provider: object = None, logger_provider: object = None, settings: Settings | None = None) -> None:
    """Redact everything that these providers export, whatever their processors and exporters, those added later too.

    ``settings`` are the environment's if not given. Each provider is done once; one that is not OpenTelemetry's SDK's
    is left alone.
    """
    settings = load()[0] if settings is None else settings
    if not settings.redact and not settings.redact_secrets:
        return
    redactor = Redactor(LazyHook(settings.redact) if settings.redact else None, settings.redact_secrets)
    with _lock:
        if isinstance(tracer_provider, TracerProvider) and tracer_provider not in _installed:
            _installed.add(tracer_provider)
            tracer_provider.add_span_processor(RedactingSpanProcessor(redactor))
            _bring_to_front(tracer_provider._active_span_processor, "_span_processors")
        if isinstance(logger_provider, LoggerProvider) and logger_provider not in _installed:
            _installed.add(logger_provider)
            logger_provider.add_log_record_processor(RedactingLogRecordProcessor(redactor))
            _bring_to_front(logger_provider._multi_log_record_processor, "_log_record_processors")


def _bring_to_front(processors: Any, attribute: str) -> None:
    """The processor added last becomes the first."""
    with processors._lock:
        *others, last = getattr(processors, attribute)
        setattr(processors, attribute, (last, *others))


__all__ = ["has_secret", "install"]

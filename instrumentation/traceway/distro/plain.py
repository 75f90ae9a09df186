"""The SDK of a user who has said nothing about it: what OpenTelemetry's own configurator makes of Traceway's defaults,
without importing that, which takes 40 ms, most of it for metrics that few programs measure."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from .defaults import EXPORTERS

if TYPE_CHECKING:
    from opentelemetry.sdk.resources import Resource

_VERSION: Final = "auto_instrumentation_version"
_SAYS_MORE: Final = (
    *EXPORTERS.values(),
    "OTEL_TRACES_SAMPLER",
    "OTEL_PYTHON_ID_GENERATOR",
    "OTEL_PYTHON_TRACER_CONFIGURATOR",
    "OTEL_PYTHON_METER_CONFIGURATOR",
    "OTEL_PYTHON_LOGGER_CONFIGURATOR",
    "OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED",
    "OTEL_PYTHON_SDK_INTERNAL_METRICS_ENABLED",
)
"""What ``opentelemetry.sdk._configuration`` reads; all other variables are read by what is made here."""


def suffices(options: Mapping[str, Any]) -> bool:
    """Whether nothing is wanted that only OpenTelemetry's configurator knows. ``options`` are its."""
    return not any(os.environ.get(name) for name in _SAYS_MORE) and not any(
        value for option, value in options.items() if option != _VERSION
    )


def resource_of(attributes: Mapping[str, str], options: Mapping[str, Any]) -> Resource:
    """What all signals belong to."""
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.semconv.resource import ResourceAttributes

    version = options.get(_VERSION)
    return Resource.create({**attributes, **({ResourceAttributes.TELEMETRY_AUTO_VERSION: version} if version else {})})


def provide_traces_and_logs(resource: Resource) -> None:
    """Their providers."""
    from opentelemetry._logs import set_logger_provider
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.trace import set_tracer_provider

    from ..export import TracewayLogExporter, TracewaySpanExporter

    tracers = TracerProvider(resource=resource, shutdown_on_exit=False)
    tracers.add_span_processor(BatchSpanProcessor(TracewaySpanExporter()))
    set_tracer_provider(tracers)
    loggers = LoggerProvider(resource=resource, shutdown_on_exit=False)
    loggers.add_log_record_processor(BatchLogRecordProcessor(TracewayLogExporter()))
    set_logger_provider(loggers)


def provide_metrics(resource: Resource) -> None:
    """Their provider, for a program that has asked for a meter."""
    from opentelemetry.metrics import set_meter_provider
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader

    from ..export import TracewayMetricExporter

    reader = PeriodicExportingMetricReader(TracewayMetricExporter())
    set_meter_provider(MeterProvider([reader], resource=resource, shutdown_on_exit=False))

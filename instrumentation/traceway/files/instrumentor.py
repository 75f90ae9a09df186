"""The entry point of OpenTelemetry. ``traceway run`` and the distro do without: what it is made of takes 60 ms to
import."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from opentelemetry.instrumentation.instrumentor import BaseInstrumentor  # type: ignore[attr-defined]

from . import hooks


class FileInstrumentor(BaseInstrumentor):  # type: ignore[misc]
    """Takes ``tracer_provider`` (the global one otherwise), ``settings`` (the environment's) and ``log_exporter``, to
    which contents go (that of the environment)."""

    def instrumentation_dependencies(self) -> Collection[str]:
        return ()

    @property
    def _is_instrumented_by_opentelemetry(self) -> bool:
        """Of the base class, which notes it here; but the hooks may have been installed without it."""
        return hooks.is_installed()

    @_is_instrumented_by_opentelemetry.setter
    def _is_instrumented_by_opentelemetry(self, _: bool) -> None:
        pass

    def _instrument(self, **kwargs: Any) -> None:
        hooks.install(kwargs.get("settings"), kwargs.get("tracer_provider"), kwargs.get("log_exporter"))

    def _uninstrument(self, **kwargs: Any) -> None:
        hooks.uninstall()

    def flush(self) -> bool:
        """Wait until what happened so far is with the tracer and the exporter; whether it is in time."""
        return hooks.flush()

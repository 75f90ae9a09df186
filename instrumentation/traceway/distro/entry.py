"""The entry points that ``opentelemetry-instrument`` calls, in this order: ``TracewayDistro.configure``,
``TracewayConfigurator.configure``, ``TracewayDistro.load_instrumentor`` for each instrumentor that is installed."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from typing import Any

from opentelemetry.instrumentation.distro import BaseDistro  # type: ignore[attr-defined]

from . import start
from .instrumentors import schedule


class TracewayDistro(BaseDistro):  # type: ignore[misc]
    """Sets defaults, and loads instrumentors when their library is imported."""

    def _configure(self, **kwargs: Any) -> None:
        start.prepare()

    def load_instrumentor(self, entry_point: EntryPoint, **kwargs: Any) -> None:
        """Never raises: one instrumentor that is broken does not prevent the others."""
        if not start.is_switched_off():
            schedule(entry_point.name, entry_point.value)


class TracewayConfigurator:
    """Provides the SDK, built when it is first used."""

    def configure(self, *, auto_instrumentation_version: str | None = None, **kwargs: Any) -> None:
        """``kwargs`` are those of ``opentelemetry.sdk._configuration``, which builds it."""
        if not start.is_switched_off():
            start.provide(auto_instrumentation_version=auto_instrumentation_version, **kwargs)

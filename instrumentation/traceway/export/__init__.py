"""OTLP exporters with a durable spool: what is recorded while the collector is down is delivered when it returns.

An exporter encodes a batch (``wire``) and hands it to the ``courier`` of its destination, the one thread that sends.
What cannot be delivered now waits in the ``spool``, on disk, for this process or the next one.

Nothing is imported before it is asked for: ``traceway.export.spool`` is read by parts that never export.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .exporters import TracewayLogExporter, TracewaySpanExporter
    from .metrics import TracewayMetricExporter

__all__ = ["TracewayLogExporter", "TracewayMetricExporter", "TracewaySpanExporter"]


def __getattr__(name: str) -> Any:
    if name == "TracewayMetricExporter":
        from . import metrics

        return metrics.TracewayMetricExporter
    if name in __all__:
        from . import exporters

        return getattr(exporters, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""The exporter of metrics. Apart, because the SDK's metrics take long to import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from opentelemetry.exporter.otlp.proto.common._internal.metrics_encoder import OTLPMetricExporterMixin
from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics
from opentelemetry.sdk.metrics.export import MetricExporter, MetricExportResult, MetricsData

from .counters import Outcome
from .dispatch import SpoolChoice
from .exporters import Outlet


class TracewayMetricExporter(OTLPMetricExporterMixin, MetricExporter):
    """``OTEL_METRICS_EXPORTER=traceway``, as ``TracewaySpanExporter`` for metrics.

    OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE and its kind hold as for OpenTelemetry's exporters."""

    def __init__(self, *, url: str = "", headers: Mapping[str, str] | None = None, spool: SpoolChoice = None) -> None:
        self._common_configuration()
        self._outlet: Outlet[MetricsData] = Outlet("metrics", _encode, url, headers, spool)

    def export(self, metrics_data: MetricsData, timeout_millis: float = 10_000, **kwargs: Any) -> MetricExportResult:
        """SUCCESS if the metrics are with the collector, or kept for it."""
        return MetricExportResult.SUCCESS if self._outlet.export([metrics_data]) else MetricExportResult.FAILURE

    def force_flush(self, timeout_millis: float = 10_000) -> bool:
        """Whether everything of this process is with the collector by then; False at once while that is down."""
        return self._outlet.flush(timeout_millis)

    def shutdown(self, timeout_millis: float = 30_000, **kwargs: Any) -> None:
        self._outlet.shutdown()

    def counts(self) -> dict[Outcome, int]:
        """What became of the items of all exporters with this destination, in this process."""
        return self._outlet.counts()


def _encode(batch: Sequence[MetricsData]) -> Any:
    """Of one element: a collection is exported as it is."""
    return encode_metrics(batch[0])

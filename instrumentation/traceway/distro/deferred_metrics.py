"""Meters before there is an SDK: the first one builds it, since some instruments measure when they are told, and some
when they are asked."""

from __future__ import annotations

from typing import Any

from opentelemetry import metrics
from opentelemetry.metrics import _internal

from .building import sdk
from .deferred import DeferredProvider, Place


class _Provider(DeferredProvider, metrics.MeterProvider):
    def get_meter(self, *arguments: Any, **named: Any) -> metrics.Meter:
        meter: metrics.Meter = self.place.real().get_meter(*arguments, **named)
        return meter


provider = _Provider()
provider.place = Place(
    _internal, "_METER_PROVIDER", provider, metrics.NoOpMeterProvider(), build=sdk.build_with_metrics
)

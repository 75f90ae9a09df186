"""Tracers before there is an SDK."""

from __future__ import annotations

from typing import Any

from opentelemetry import trace

from .deferred import Deferred, DeferredProvider, Place


class _Tracer(Deferred, trace.Tracer):
    def start_span(self, *arguments: Any, **named: Any) -> Any:
        return self._real().start_span(*arguments, **named)

    def start_as_current_span(self, *arguments: Any, **named: Any) -> Any:
        return self._real().start_as_current_span(*arguments, **named)


class _Provider(DeferredProvider, trace.TracerProvider):
    def get_tracer(self, *arguments: Any, **named: Any) -> trace.Tracer:
        return _Tracer(lambda: self.place.real().get_tracer(*arguments, **named))


provider = _Provider()
provider.place = Place(trace, "_TRACER_PROVIDER", provider, trace.NoOpTracerProvider())

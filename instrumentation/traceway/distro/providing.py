"""Providers that stand in for the SDK's until something is recorded.

``trace.get_tracer`` and its kind are called when modules are imported, in programs that may never make a span; building
the SDK and its exporters takes 200 ms and starts threads. The first span, log record or meter builds it; from then on
the API has the SDK's own providers, and a tracer made earlier passes on to the real one.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any, Final, Literal, NamedTuple

from opentelemetry import _logs, metrics, trace
from opentelemetry._logs import _internal as _logs_internal
from opentelemetry.metrics import _internal as _metrics_internal
from opentelemetry.util._once import Once

from .building import Sdk

Signal = Literal["traces", "logs", "metrics"]


class _Deferred:
    """Made by a provider, before there is one: passes everything on to what the SDK's provider makes, and to what does
    nothing as long as there is none."""

    def __init__(self, signal: Signal, *arguments: Any, **named: Any) -> None:
        self._recipe = (signal, arguments, named)
        self._made: Any = None

    def _real(self) -> Any:
        if self._made is not None:
            return self._made
        signal, arguments, named = self._recipe
        made = _SIGNALS[signal].getter(_provider(signal))(*arguments, **named)
        if sdk.is_built:
            self._made = made
        return made

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in ("_recipe", "_made"):
            raise AttributeError(name)
        return getattr(self._real(), name)


class _DeferredTracer(_Deferred, trace.Tracer):
    def start_span(self, *arguments: Any, **named: Any) -> Any:
        return self._real().start_span(*arguments, **named)

    def start_as_current_span(self, *arguments: Any, **named: Any) -> Any:
        return self._real().start_as_current_span(*arguments, **named)


class _DeferredLogger(_Deferred, _logs.Logger):
    def emit(self, *arguments: Any, **named: Any) -> None:
        self._real().emit(*arguments, **named)

    def enabled(self, *arguments: Any, **named: Any) -> bool:
        return bool(self._real().enabled(*arguments, **named))


class _DeferredProvider:
    """Asked for anything but a tracer or a logger, it is the SDK's, down to its class: programs look for the SDK's with
    ``isinstance``, to add processors, and keep in mind which they have seen."""

    signal: Signal

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return type(_provider(self.signal))

    def __eq__(self, other: object) -> bool:
        return self is other or _provider(self.signal) is other

    def __hash__(self) -> int:
        return hash(_provider(self.signal))

    def __getattr__(self, name: str) -> Any:
        return getattr(_provider(self.signal), name)


class _DeferredTracerProvider(_DeferredProvider, trace.TracerProvider):
    signal = "traces"

    def get_tracer(self, *arguments: Any, **named: Any) -> trace.Tracer:
        return _DeferredTracer("traces", *arguments, **named)


class _DeferredLoggerProvider(_DeferredProvider, _logs.LoggerProvider):
    signal = "logs"

    def get_logger(self, *arguments: Any, **named: Any) -> _logs.Logger:
        return _DeferredLogger("logs", *arguments, **named)


class _DeferredMeterProvider(_DeferredProvider, metrics.MeterProvider):
    """Builds at the first meter: of its instruments some measure when they are told, and some when they are asked."""

    signal = "metrics"

    def get_meter(self, *arguments: Any, **named: Any) -> metrics.Meter:
        meter: metrics.Meter = _provider("metrics").get_meter(*arguments, **named)
        return meter


class _Globals(NamedTuple):
    """Where the API keeps the provider of a signal."""

    module: ModuleType
    provider: str
    once: str
    deferred: Any
    nothing: Any
    method: str

    def getter(self, provider: Any) -> Any:
        return getattr(provider, self.method)

    def get(self) -> Any:
        return getattr(self.module, self.provider)

    def put(self, provider: Any) -> None:
        """Set it though it may be set already, which the API's own functions refuse; None is as at the start."""
        setattr(self.module, self.once, Once())
        setattr(self.module, self.provider, None)
        if provider is not None:
            getattr(self.module, "set" + self.provider.lower())(provider)


_SIGNALS: Final[Mapping[Signal, _Globals]] = {
    "traces": _Globals(
        trace,
        "_TRACER_PROVIDER",
        "_TRACER_PROVIDER_SET_ONCE",
        _DeferredTracerProvider(),
        trace.NoOpTracerProvider(),
        "get_tracer",
    ),
    "logs": _Globals(
        _logs_internal,
        "_LOGGER_PROVIDER",
        "_LOGGER_PROVIDER_SET_ONCE",
        _DeferredLoggerProvider(),
        _logs.NoOpLoggerProvider(),
        "get_logger",
    ),
    "metrics": _Globals(
        _metrics_internal,
        "_METER_PROVIDER",
        "_METER_PROVIDER_SET_ONCE",
        _DeferredMeterProvider(),
        metrics.NoOpMeterProvider(),
        "get_meter",
    ),
}


def install(options: Mapping[str, Any]) -> None:
    """Stand in wherever the program has no provider of its own. ``options``: of the SDK's configuration."""
    sdk.options = options
    for place in _SIGNALS.values():
        if place.get() is None:
            place.put(place.deferred)


def _provider(signal: Signal) -> Any:
    """The SDK's, or one that does nothing."""
    place = _SIGNALS[signal]
    provider = place.get() if sdk.build() else None
    return place.nothing if provider is None or provider is place.deferred else provider


def _make_room() -> None:
    for place in _SIGNALS.values():
        if place.get() is place.deferred:
            place.put(None)


def _stand_in_again() -> None:
    for place in _SIGNALS.values():
        place.put(place.deferred)


sdk: Final = Sdk(before=_make_room, undo=_stand_in_again)

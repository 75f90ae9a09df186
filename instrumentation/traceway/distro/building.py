"""Building the SDK, once, when it is needed, and ending it with the program."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Iterable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, NoReturn

from ..contain import contained
from . import defaults
from .naming import resource_attributes

if TYPE_CHECKING:
    from .deferred import Place

_PATIENCE_S: Final = 5.0
_MOST_ATTEMPTS: Final = 3
_FLUSH_S: Final = 2.0
_CONFIG_FILE: Final = "OTEL_CONFIG_FILE"


class Sdk:
    """OpenTelemetry's SDK as this process has it. ``options`` are those of ``opentelemetry.sdk._configuration``, and
    ``places`` where its providers go."""

    def __init__(self) -> None:
        self.options: Mapping[str, Any] = {}
        self.places: list[Place] = []
        self.is_built = False
        self._span_processors: list[Any] = []
        self._is_building = False
        self._attempts = 0
        self._lock = threading.RLock()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._after_fork)

    @property
    def is_under_way(self) -> bool:
        """Whether it is there, or is being made."""
        return self.is_built or self._is_building

    def build(self) -> bool:
        """Whether the SDK is there. False while it is being built, by this thread or, for too long, by another one,
        which may wait for an import of this one; and if it cannot be built. A failure may be that of a module which is
        half imported, so a few more attempts are made."""
        if self.is_built:
            return True
        if not self._lock.acquire(timeout=_PATIENCE_S):
            return False
        try:
            if self.is_built or self._is_building or self._attempts == _MOST_ATTEMPTS:
                return self.is_built
            self._attempts += 1
            self._is_building = True
            try:
                self._build()
            finally:
                self._is_building = False
            return self.is_built
        finally:
            self._lock.release()

    def add_span_processor(self, processor: Any) -> None:
        """Add it to the tracer provider, now or when it is built."""
        with self._lock:
            self._span_processors.append(processor)
            if self.is_built:
                from opentelemetry import trace

                trace.get_tracer_provider().add_span_processor(processor)  # type: ignore[attr-defined]

    def _build(self) -> None:
        from opentelemetry import context, trace
        from opentelemetry.context import _SUPPRESS_INSTRUMENTATION_KEY

        # Nothing that is done here belongs to the program, or to its trace.
        outside = context.set_value(_SUPPRESS_INSTRUMENTATION_KEY, True)
        token = context.attach(trace.set_span_in_context(trace.INVALID_SPAN, outside))
        try:
            with contained("start of the SDK"):
                for place in self.places:
                    place.make_room()
                _configure(self.options, self._span_processors)
                _end_with_program()
                self.is_built = True
            if not self.is_built:
                for place in self.places:
                    place.defer()
        finally:
            context.detach(token)

    def shut_down(self) -> None:
        """Send what is left."""
        if not self.is_built:
            return
        for provider in _providers():
            with contained("end of the SDK"):
                provider.shutdown()

    def _after_fork(self) -> None:
        """A thread that was building is not in the child, and would hold the lock for ever."""
        self._lock = threading.RLock()
        self._is_building = False


def _configure(options: Mapping[str, Any], processors: Iterable[Any]) -> None:
    """As every distribution of OpenTelemetry does it, and then what is Traceway's own."""
    defaults.apply()
    from opentelemetry import _logs, trace
    from opentelemetry.sdk._configuration import _OTelSDKConfigurator
    from opentelemetry.sdk.trace import TracerProvider

    # The base class says that it is not to be used itself.
    configurator: Any = type("Configurator", (_OTelSDKConfigurator,), {})()
    if os.environ.get(_CONFIG_FILE):  # says everything, and takes no options
        configurator.configure()
    else:
        configurator.configure(**{"resource_attributes": resource_attributes(), **defaults.exporters(), **options})
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        from .. import privacy

        for processor in processors:
            provider.add_span_processor(processor)
        privacy.install(provider, _logs.get_logger_provider())


def _end_with_program() -> None:
    """``sdk.shut_down`` is called after what the program registered with ``atexit``, though that was registered before
    the SDK was built. ``os._exit`` ends children of multiprocessing, and calls nothing."""
    for provider in _providers():
        atexit.unregister(provider.shutdown)
    exit_now = os._exit

    @wraps(exit_now)
    def _exit(status: int) -> NoReturn:
        with contained("end of the SDK"):
            flushing = threading.Thread(target=_flush, daemon=True)
            flushing.start()
            flushing.join(_FLUSH_S)
        exit_now(status)

    os._exit = _exit


def _flush() -> None:
    for provider in _providers():
        with contained("end of the SDK"):
            provider.force_flush()


def _providers() -> tuple[Any, ...]:
    """Metrics last: they count what becomes of the others."""
    from opentelemetry import _logs, metrics, trace

    all_of_them = (_logs.get_logger_provider(), trace.get_tracer_provider(), metrics.get_meter_provider())
    return tuple(provider for provider in all_of_them if hasattr(provider, "shutdown"))


sdk: Final = Sdk()

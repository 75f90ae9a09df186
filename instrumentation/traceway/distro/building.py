"""Building the SDK, once, when it is needed, and ending it with the program."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Final, NoReturn

from ..contain import contained
from ..settings import load, say
from . import defaults, plain
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
        self._provide_metrics: Callable[[], None] | None = None
        self._is_building = False
        self._is_slow = False
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

    def build_with_metrics(self) -> bool:
        """As ``build``, which may have left metrics for later."""
        if not self.build() or not self._lock.acquire(timeout=_PATIENCE_S):
            return False
        try:
            provide, self._provide_metrics = self._provide_metrics, None
            if provide is not None:
                with _outside(), contained("start of metrics"):
                    for place in self.places:
                        place.make_room()
                    provide()
            return True
        finally:
            self._lock.release()

    def add_span_processor(self, processor: Any) -> None:
        """Add it to the tracer provider, now or when it is built. Takes no lock: this is called within an import, and
        the thread that builds may wait for that."""
        self._span_processors.append(processor)
        if self.is_built:
            self._add_span_processors()

    def _add_span_processors(self) -> None:
        """Each once, also if two threads are here."""
        from opentelemetry import trace
        from opentelemetry.sdk.trace import TracerProvider

        provider = trace.get_tracer_provider()
        with suppress(IndexError):
            while isinstance(provider, TracerProvider):
                provider.add_span_processor(self._span_processors.pop(0))

    def _build(self) -> None:
        with _outside():
            with contained("start of the SDK"):
                for place in self.places:
                    place.make_room()
                self._provide_metrics = _configure(self.options)
                _end_with_program()
                self.is_built = True
                self._add_span_processors()
            for place in self.places:
                if not self.is_built or (self._provide_metrics is not None and place.get() is None):
                    place.defer()

    def flush(self) -> None:
        """Send what there is, in two seconds. Where that was not enough once, it is not tried again: something that
        never answers must not hold up the program time after time."""
        if not self.is_built or self._is_slow:
            return
        flushing = threading.Thread(target=_flush, daemon=True)
        flushing.start()
        flushing.join(_FLUSH_S)
        self._is_slow = flushing.is_alive()

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


@contextmanager
def _outside() -> Iterator[None]:
    """Nothing that is done in this block belongs to the program, or to its trace."""
    from opentelemetry import context, trace
    from opentelemetry.context import _SUPPRESS_INSTRUMENTATION_KEY

    suppressing = context.set_value(_SUPPRESS_INSTRUMENTATION_KEY, True)
    token = context.attach(trace.set_span_in_context(trace.INVALID_SPAN, suppressing))
    try:
        yield
    finally:
        context.detach(token)


def _configure(options: Mapping[str, Any]) -> Callable[[], None] | None:
    """Make the providers, and add what is Traceway's own. What is returned makes that of metrics, which is left for
    when it is needed."""
    defaults.apply()
    say(load()[1])
    later = None
    if os.environ.get(_CONFIG_FILE):  # says everything, and takes no options
        _configurator().configure()
    elif plain.suffices(options):
        resource = plain.resource_of(resource_attributes(), options)
        plain.provide_traces_and_logs(resource)
        later = partial(plain.provide_metrics, resource)
    else:
        _configurator().configure(**{"resource_attributes": resource_attributes(), **defaults.exporters(), **options})
    from opentelemetry import _logs, trace
    from opentelemetry.sdk.trace import TracerProvider

    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        from .. import privacy

        privacy.install(provider, _logs.get_logger_provider())
    return later


def _configurator() -> Any:
    """As every distribution of OpenTelemetry configures the SDK."""
    from opentelemetry.sdk._configuration import _OTelSDKConfigurator

    # The base class says that it is not to be used itself.
    return type("Configurator", (_OTelSDKConfigurator,), {})()


def _end_with_program() -> None:
    """``sdk.shut_down`` is called after what the program registered with ``atexit``, though that was registered before
    the SDK was built. ``os._exit`` ends children of multiprocessing, and calls nothing."""
    for provider in _providers():
        atexit.unregister(provider.shutdown)
    exit_now = os._exit

    @wraps(exit_now)
    def _exit(status: int) -> NoReturn:
        with contained("end of the SDK"):
            sdk.flush()
        exit_now(status)

    os._exit = _exit


def _flush() -> None:
    for provider in _providers():
        with contained("end of the SDK"):
            provider.force_flush()


def _providers() -> tuple[Any, ...]:
    """Those that have been made. Metrics last: they count what becomes of the others."""
    from opentelemetry import _logs, metrics, trace

    from .deferred import DeferredProvider

    all_of_them = (_logs.get_logger_provider(), trace.get_tracer_provider(), metrics.get_meter_provider())
    # Not ``isinstance``: what is deferred makes the real one when it is asked for its class.
    made = (provider for provider in all_of_them if not issubclass(type(provider), DeferredProvider))
    return tuple(provider for provider in made if hasattr(provider, "shutdown"))


sdk: Final = Sdk()

"""Providers that stand in for the SDK's until something is recorded.

``trace.get_tracer`` and its kind are called when modules are imported, in programs that may never make a span; building
the SDK and its exporters takes 150 ms and starts threads. The first span, log record or meter builds it, the first
meter what belongs to metrics; from then on the API has the SDK's own providers, and a tracer made earlier passes on to
the real one.

One module for each signal beside this one, as each needs only that part of the API: while one part is being imported,
others may be half imported.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from opentelemetry.util._once import Once

from .building import sdk


class Place:
    """Where the API keeps the provider of one signal, and what is there instead: ``deferred`` until the SDK is built,
    ``nothing`` as long as it cannot be. ``build`` says whether it is."""

    def __init__(
        self,
        module: ModuleType,
        variable: str,
        deferred: Any,
        nothing: Any,
        build: Callable[[], bool] = sdk.build,
    ) -> None:
        self._module = module
        self._variable = variable
        self._deferred = deferred
        self._nothing = nothing
        self._build = build

    def stand_in(self) -> None:
        """Unless the program has a provider of its own."""
        sdk.places.append(self)
        if self.get() is None and not sdk.is_under_way:
            self.defer()

    def defer(self) -> None:
        self._put(self._deferred)

    def make_room(self) -> None:
        """For the SDK to set its own, as if nothing had been there."""
        if self.get() is self._deferred:
            self._put(None)

    def get(self) -> Any:
        return getattr(self._module, self._variable)

    def real(self) -> Any:
        """The provider of the SDK, which is built if it is not; else one that does nothing."""
        provider = self.get() if self._build() else None
        return self._nothing if provider is None or provider is self._deferred else provider

    def _put(self, provider: Any) -> None:
        """Not by the API's own function, which sets one once, refuses another, and asks the one it sets, within a lock,
        for the meters that were made while there was none: that would build, and set the real one within that lock."""
        once = Once()
        if provider is not None:
            once.do_once(lambda: None)
        setattr(self._module, self._variable, provider)
        setattr(self._module, f"{self._variable}_SET_ONCE", once)


class Deferred:
    """What a provider makes, before there is one: passes on to what ``make`` makes."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._made: Any = None

    def _real(self) -> Any:
        if self._made is not None:
            return self._made
        made = self._make()
        if sdk.is_built:
            self._made = made
        return made

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in ("_make", "_made"):
            raise AttributeError(name)
        return getattr(self._real(), name)


class DeferredProvider:
    """Asked for anything but a tracer or a logger, it is the SDK's, down to its class: programs look for the SDK's with
    ``isinstance``, to add processors, and keep in mind which they have seen."""

    place: Place

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return type(self.place.real())

    def __eq__(self, other: object) -> bool:
        return self is other or self.place.real() is other

    def __hash__(self) -> int:
        return hash(self.place.real())

    def __getattr__(self, name: str) -> Any:
        if name == "place":
            raise AttributeError(name)
        return getattr(self.place.real(), name)

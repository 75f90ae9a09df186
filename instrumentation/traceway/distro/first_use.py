"""Stands in for functions until one is called, so that only programs that use them load what observes them."""

from __future__ import annotations

import _thread

from ..files.standin import Patches, StandIn

TYPE_CHECKING = False  # see importing.py
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    Function = Callable[..., Any]
    Place = tuple[Any, str]
    """A module and the name of its function."""


class FirstUse:
    """At the first call of a function at one of ``places`` the originals are put back, ``load()`` runs, and the call
    goes on to what stands there then. ``load`` must not raise. Whoever kept a stand-in is passed on the same way.

    While one thread loads, the calls of others go to the originals: waiting for an import can be a deadlock.
    """

    def __init__(self, places: Iterable[Place], load: Callable[[], object]) -> None:
        self._load = load
        self._lock = _thread.allocate_lock()
        self._places = tuple((owner, name, getattr(owner, name)) for owner, name in places if hasattr(owner, name))
        self._targets: dict[Function, Function] = {}
        self._patches = Patches()
        self._patches.put([_Waiting(real, self) for real in {real for _, _, real in self._places}])

    def now(self) -> None:
        """Load, unless that has begun. Where somebody has wrapped a stand-in meanwhile, theirs stays, and leads through
        ours to the original."""
        if not self._lock.acquire(False):
            return
        self._patches.remove()
        put_back = [place for place in self._places if getattr(place[0], place[1], None) is place[2]]
        self._load()
        self._targets = {real: getattr(owner, name) for owner, name, real in reversed(put_back)}

    def target(self, real: Function) -> Function:
        """What a call of ``real`` goes to."""
        self.now()
        return self._targets.get(real, real)


class _Waiting(StandIn):
    def __init__(self, real: Function, first_use: FirstUse) -> None:
        super().__init__(real)
        self._first_use = first_use

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        # open() of a number, such as the end of a pipe: no file is meant, and subprocess and multiprocessing do it.
        is_descriptor = bool(args) and type(args[0]) is int
        function = self.__wrapped__ if is_descriptor else self._first_use.target(self.__wrapped__)
        return function(*args, **kwargs)

"""Stands in for functions until one is called, so that only programs that use them load what observes them."""

from __future__ import annotations

import _thread
import os
import sys

from ..files.standin import Patches, StandIn

TYPE_CHECKING = False  # see importing.py
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    Function = Callable[..., Any]
    Place = tuple[Any, str]
    """A module and the name of its function."""


_INSTALLATION = tuple({os.path.join(prefix, "") for prefix in (sys.prefix, sys.base_prefix)})
_SYSTEM = ("/proc/", "/sys/", "/dev/")
_MOST_ATTEMPTS = 3


class FirstUse:
    """At the first call of a function at one of ``places`` the originals are put back, ``load()`` runs, and the call
    goes on to what stands there then. Whoever kept a stand-in is passed on the same way. If ``load`` returns False or
    raises, which may be because the call came while a module was half imported, a later call tries again.

    While one thread loads, the calls of others go to the originals: waiting for an import can be a deadlock.
    """

    def __init__(self, places: Iterable[Place], load: Callable[[], bool]) -> None:
        self._load = load
        self._lock = _thread.allocate_lock()
        self._places = tuple((owner, name, getattr(owner, name)) for owner, name in places if hasattr(owner, name))
        self._targets: dict[Function, Function] = {}
        self._patches = Patches()
        self._attempts = 0
        self._wait()

    def _wait(self) -> None:
        self._patches.put([_Waiting(real, self) for real in {real for _, _, real in self._places}])

    def now(self) -> None:
        """Load, unless that has begun. Where somebody has wrapped a stand-in meanwhile, theirs stays, and leads through
        ours to the original."""
        if not self._lock.acquire(False):
            return
        self._patches.remove()
        put_back = [place for place in self._places if getattr(place[0], place[1], None) is place[2]]
        self._attempts += 1
        if not self._loads() and self._attempts < _MOST_ATTEMPTS:
            self._wait()
            self._lock.release()
            return
        self._targets = {real: getattr(owner, name) for owner, name, real in reversed(put_back)}

    def _loads(self) -> bool:
        try:
            return self._load()
        except Exception:  # not even what would log it can be imported: sys.path was emptied, or the root changed
            return False

    def target(self, real: Function) -> Function:
        """What a call of ``real`` goes to."""
        self.now()
        return self._targets.get(real, real)


class _Waiting(StandIn):
    def __init__(self, real: Function, first_use: FirstUse) -> None:
        super().__init__(real)
        self._first_use = first_use

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        if args and _is_pythons_own(args[0]):
            return self.__wrapped__(*args, **kwargs)
        return self._first_use.target(self.__wrapped__)(*args, **kwargs)


def _is_pythons_own(file: object) -> bool:
    """Whether nobody means a file of the program: a descriptor, such as the pipes of ``subprocess`` are, a file of the
    installation, where ``importlib.metadata`` reads, or one the kernel makes up. psutil reads those while it is being
    imported, and OpenTelemetry's resources import it: what observes files would find the SDK half imported."""
    if isinstance(file, int):
        return True
    try:
        path = os.fspath(file)  # type: ignore[call-overload]
    except Exception:  # not ours: the real function will say so
        return False
    return isinstance(path, str) and path.startswith(_INSTALLATION + _SYSTEM)

"""Stands in for functions until one is called, so that only programs that use them load what observes them."""

from __future__ import annotations

import _thread

TYPE_CHECKING = False  # see importing.py
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    Function = Callable[..., Any]
    Place = tuple[Any, str]
    """An object, often a module, and the name of its attribute."""

_LIKE_THE_ORIGINAL = ("__module__", "__name__", "__qualname__", "__doc__")


class FirstUse:
    """At the first call of a function in ``places`` the originals are put back, ``load()`` runs, and the call goes on
    to what stands there then. ``load`` must not raise. Whoever kept a stand-in is passed on the same way.

    While one thread loads, the calls of others go to the originals: waiting for an import can be a deadlock.
    """

    def __init__(self, places: Iterable[Place], load: Callable[[], object]) -> None:
        self._load = load
        self._lock = _thread.allocate_lock()
        self._targets: dict[Function, Function] | None = None
        self._stood_in: list[tuple[Place, Function, Function]] = []
        stand_ins: dict[Function, Function] = {}  # what was one function stays one
        for owner, name in places:
            original = getattr(owner, name, None)
            if original is None:
                continue
            stand_in = stand_ins.setdefault(original, self._stand_in(original))
            setattr(owner, name, stand_in)
            self._stood_in.append(((owner, name), original, stand_in))

    def _stand_in(self, original: Function) -> Function:
        def stand_in(*args: Any, **kwargs: Any) -> Any:
            if self._targets is None:
                self.now()
            target = original if self._targets is None else self._targets[original]
            return target(*args, **kwargs)

        for attribute in _LIKE_THE_ORIGINAL:
            setattr(stand_in, attribute, getattr(original, attribute, None))
        stand_in.__wrapped__ = original  # type: ignore[attr-defined]
        return stand_in

    def now(self) -> None:
        """Load, if that has not happened or begun. Where somebody else has wrapped a stand-in meanwhile, theirs stays,
        and ours leads to the original."""
        if not self._lock.acquire(False):
            return
        targets = {}
        untouched = []
        for place, original, stand_in in self._stood_in:
            targets[original] = original
            if getattr(*place, None) is stand_in:
                setattr(*place, original)
                untouched.append((place, original))
        self._load()
        targets.update({original: getattr(*place) for place, original in untouched})
        self._targets = targets

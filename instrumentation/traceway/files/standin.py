"""Functions of the standard library, replaced so that the program can hardly tell."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # every program under ``traceway run`` loads this; see distro/importing.py
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, Final

_NEVER_IN: Final = frozenset(
    {"_io", "_pyio", "posix", "nt", "linecache", "tokenize", "inspect", "traceback", "pkgutil", "zipimport"}
)


class StandIn:
    """Called instead of a builtin function. Not a Python function, since that would become a method where a class keeps
    ``open`` as an attribute, as ``dbm.dumb`` does; and equal to the real one, since ``shutil`` looks for functions in
    ``os.supports_dir_fd``. Signature and documentation are the real one's. Subclasses define ``__call__``."""

    def __init__(self, real: Callable[..., Any]) -> None:
        self.__wrapped__ = real
        self.__name__ = real.__name__
        self.__qualname__ = real.__qualname__
        self.__module__ = real.__module__
        self.__doc__ = real.__doc__

    @property  # type: ignore[misc]  # what isinstance() and inspect go by
    def __class__(self) -> type:
        return type(self.__wrapped__)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        return self.__wrapped__(*args, **kwargs)

    def __eq__(self, other: object) -> bool:
        return other is self or other is self.__wrapped__

    def __hash__(self) -> int:
        return hash(self.__wrapped__)

    def __repr__(self) -> str:
        return repr(self.__wrapped__)

    def __copy__(self) -> StandIn:
        return self

    def __deepcopy__(self, memo: Any) -> StandIn:
        return self

    def __reduce__(self) -> Any:
        # By name where this name leads here, as functions are pickled. Elsewhere as the real one.
        if getattr(sys.modules.get(self.__module__), self.__name__, None) is self:
            return self.__name__
        import copy

        return copy.copy, (self.__wrapped__,)


class Patches:
    """What was replaced where, so that it can be put back."""

    def __init__(self) -> None:
        self._done: list[tuple[dict[str, Any], str, StandIn]] = []

    def put(self, stand_ins: Iterable[StandIn]) -> None:
        """Replace each real function in every module that holds it, under whatever name: modules imported before may
        have it by ``from os import rename``, and ``bz2``, ``tarfile`` and ``aiofiles`` keep ``open`` for later."""
        by_id = {id(stand_in.__wrapped__): stand_in for stand_in in stand_ins}
        for name, module in list(sys.modules.items()):
            if name in _NEVER_IN or name.startswith(("importlib", "_frozen_importlib")):
                continue
            if not issubclass(type(module), type(sys)):  # some say they were, and have no namespace (those of cffi)
                continue
            # Past the class of the module, which may import something when it is asked.
            namespace = object.__getattribute__(module, "__dict__")
            for key, value in list(namespace.items()):
                if (stand_in := by_id.get(id(value))) is not None:
                    namespace[key] = stand_in
                    self._done.append((namespace, key, stand_in))

    def remove(self) -> None:
        """Put the real functions back, except where somebody else has replaced ours since."""
        for namespace, name, stand_in in self._done:
            if namespace.get(name) is stand_in:
                namespace[name] = stand_in.__wrapped__
        self._done.clear()

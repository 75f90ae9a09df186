"""Calls a function once a module has been imported, without importing it.

As ``wrapt.register_post_import_hook`` does, whose own import takes 75 ms where Python itself starts in 11; this runs in
every program that is observed, and most of what it waits for is never imported.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # importing typing and collections takes longer than all that is done here
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

    Callback = Callable[[ModuleType], object]

_waiting: dict[str, list[Callback]] = {}


def when_imported(name: str, callback: Callback) -> None:
    """Call ``callback(module)`` when the module ``name`` has been imported; now, if it is already. Before the statement
    that imports it goes on, so that ``from name import x`` gets what ``callback`` put there. An exception of
    ``callback`` is logged and never reaches the import."""
    module = sys.modules.get(name)
    if module is not None:
        _call(callback, module)
        return
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)
    _waiting.setdefault(name, []).append(callback)


def _call(callback: Callback, module: ModuleType) -> None:
    try:
        callback(module)
    except Exception as error:
        from ..contain import contained

        with contained(f"import of {module.__name__}"):
            raise error


class _Finder:
    """First of ``sys.meta_path``: lets the others find a module that is waited for, and its loader tell when it ran.

    The loader stays what it is; only this one instance gets an ``exec_module`` of its own, until it has been called. A
    module whose loader takes none, as those of old or compiled importers, is imported as ever, and nobody is told.
    """

    def __init__(self) -> None:
        self._asking: set[str] = set()

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name not in _waiting or name in self._asking:
            return None
        self._asking.add(name)
        try:
            for finder in list(sys.meta_path):
                find = None if finder is self else getattr(finder, "find_spec", None)
                spec = find(name, path, target) if find else None
                if spec is not None:
                    # A loader that is a class is that of all built-in modules.
                    if spec.loader is not None and not isinstance(spec.loader, type):
                        _make_tell(spec.loader, name)
                    return spec
        finally:
            self._asking.discard(name)
        return None


_finder = _Finder()


def _make_tell(loader: Any, name: str) -> None:
    execute = getattr(loader, "exec_module", None)
    if execute is None:  # it has the load_module() of old
        return

    def exec_module(module: ModuleType) -> None:
        if module.__name__ != name:  # a loader of many modules, such as that of a zip file
            execute(module)
            return
        if loader.__dict__.get("exec_module") is exec_module:
            del loader.exec_module
        execute(module)
        for callback in _waiting.pop(name, ()):
            _call(callback, module)

    try:
        loader.exec_module = exec_module
    except (AttributeError, TypeError):  # its class has slots, or is not Python's
        return

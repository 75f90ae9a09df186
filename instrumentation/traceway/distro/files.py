"""When a program begins to use files."""

from __future__ import annotations

import builtins
import io
import os

from .first_use import FirstUse
from .importing import when_imported

TYPE_CHECKING = False  # see importing.py
if TYPE_CHECKING:
    from typing import Final

_OPERATIONS: Final = ("rename", "replace", "remove", "unlink", "truncate", "mkdir", "rmdir", "sendfile")
_OFF: Final = ("0", "false", "no", "off")  # as settings.py has it, which takes 20 ms to import
_LIBRARIES: Final = ("pandas", "pyarrow", "polars")
"""They open files without Python's ``open``."""


def record_when_used() -> None:
    """Record files from their first use on, or that of a library that brings its own."""
    if os.environ.get("TRACEWAY_FS", "").strip().lower() in _OFF:
        return
    places = [(io, "open"), (builtins, "open"), *((os, name) for name in _OPERATIONS)]
    if os.environ.get("TRACEWAY_FS_OS_OPEN"):
        places.append((os, "open"))
    first_use = FirstUse(places, _record)
    for library in _LIBRARIES:
        when_imported(library, lambda _: first_use.now())


def _record() -> bool:
    """Without the instrumentor, whose base class takes 60 ms to import. False if that failed, which may pass."""
    from ..contain import contained

    with contained("files"):
        from ..files import hooks
        from . import defaults

        defaults.apply()
        hooks.install()
        return True
    return False

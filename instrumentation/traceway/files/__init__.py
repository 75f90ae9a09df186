"""Files that a program reads and writes, as spans and as versions of their contents. See README.md beside this file."""

from __future__ import annotations

TYPE_CHECKING = False  # see distro/importing.py
if TYPE_CHECKING:
    from typing import Any

    from .instrumentor import FileInstrumentor

__all__ = ["FileInstrumentor"]


def __getattr__(name: str) -> Any:
    """Nothing is imported before it is asked for: ``traceway.files.standin`` is light (PEP 562)."""
    if name != "FileInstrumentor":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .instrumentor import FileInstrumentor

    return FileInstrumentor

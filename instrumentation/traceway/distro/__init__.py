"""How Traceway gets into a program and stays out of its way. See README.md beside this file.

Only what a program uses is loaded: nothing of OpenTelemetry before something of it is imported or a file is opened, an
instrumentor when its library is imported, the SDK and the exporters when the first span, log record or meter is made.
"""

from __future__ import annotations

TYPE_CHECKING = False  # see importing.py
if TYPE_CHECKING:
    from typing import Any

    from .entry import TracewayConfigurator, TracewayDistro

__all__ = ["TracewayConfigurator", "TracewayDistro"]


def __getattr__(name: str) -> Any:
    """The entry points, whose base class takes 110 ms to import: not for a program under ``traceway run`` (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import entry

    return getattr(entry, name)

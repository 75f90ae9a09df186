"""What an application installs to be seen by Traceway."""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing would take longer than what `traceway run` does at the start of a program
if TYPE_CHECKING:
    from typing import Any

    from .sdk import Span, Traceway, TracewayError, tool, trace

__all__ = ["Span", "Traceway", "TracewayError", "tool", "trace"]


def __getattr__(name: str) -> Any:
    """The SDK, imported when it is first used (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import sdk

    value = globals()[name] = getattr(sdk, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""Mend: ``messages`` given as an iterator are read up for the span, and the request goes out without them.

The client takes any iterable, as it does for ``tools``. With content recorded, the official instrumentation iterates it
first. Lists are made of iterators before it looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

_ITERABLES = ("messages", "tools")


def keep_iterators(wrapped: Callable[..., Any], instance: object, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Wraps ``create`` and ``parse``, of both clients. What an iterator raises is the application's own."""
    for name in _ITERABLES:
        if isinstance(kwargs.get(name), Iterator):
            kwargs = {**kwargs, name: list(kwargs[name])}
    return wrapped(*args, **kwargs)

"""Spans that have started and not ended, so that none is lost when the program ends."""

from __future__ import annotations

import atexit
import os
import threading
from typing import Final, Protocol
from weakref import WeakSet

MOST: Final = 10_000
"""Of more spans than these that are open at once, the oldest would be lost if the program ended."""


class Endable(Protocol):
    """An open span."""

    def abandon(self) -> None:
        """End it as one that was never completed."""


class OpenSpans:
    """The open spans of one ``Traceway``. Thread-safe; a forked child process knows none of its parent's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spans: dict[int, Endable] = {}
        self._watching = False
        _all.add(self)

    def add(self, span: Endable) -> None:
        with self._lock:
            self._spans[id(span)] = span
            if len(self._spans) > MOST:
                del self._spans[next(iter(self._spans))]

    def discard(self, span: Endable) -> None:
        with self._lock:
            if self._spans.get(id(span)) is span:
                del self._spans[id(span)]

    def watch_the_exit(self) -> None:
        """End what is open when the program ends. To be called once the tracer provider exists: what is registered
        last runs first, and the provider must not be shut down before."""
        with self._lock:
            watching, self._watching = self._watching, True
        if not watching:
            atexit.register(self.end_all)

    def end_all(self) -> None:
        """End every open span, children before their parents."""
        with self._lock:
            spans = list(self._spans.values())
            self._spans.clear()
        for span in reversed(spans):
            span.abandon()

    def forget_the_parents(self) -> None:
        """In a child process: the spans are its parent's, and its threads' is the lock."""
        self._lock = threading.Lock()
        self._spans.clear()


_all: Final[WeakSet[OpenSpans]] = WeakSet()


def _after_fork() -> None:
    for each in list(_all):
        each.forget_the_parents()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)

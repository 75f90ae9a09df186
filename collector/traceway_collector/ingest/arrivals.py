"""In which order things arrive: the stamps of groups, up to where all of them are readable, and who waits for more.

A stamp is a time (unix nanoseconds) that belongs to one group alone, and so do as many numbers behind it as the group
may have events: ids of events are such numbers, so they grow from group to group and never meet.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

IDS_AN_ITEM = 4
"""Events a span may have at most: its trace began, itself, a version of a file, its trace is complete."""


class Arrivals:
    """Gives stamps and knows what has become readable. Belongs to one event loop."""

    def __init__(self, newest_ns: int = 0) -> None:
        """``newest_ns``: nothing that is stored has a later stamp. The clock may have been set back since."""
        self._last = newest_ns
        self._held: set[int] = set()
        self._news: set[int] = set()
        self._told_ns = self.watermark_ns()
        self._changed = asyncio.Event()
        self.closed = False

    @property
    def told_ns(self) -> int:
        """The watermark when something became readable last: there is nothing to tell beyond it."""
        return self._told_ns

    def take(self, items: int) -> int:
        """The stamp of a group of ``items`` spans, records or points; held until ``release``."""
        stamp = max(self._last + 1, time.time_ns())
        self._last = stamp + max(items, 1) * IDS_AN_ITEM
        self._held.add(stamp)
        return stamp

    def release(self, stamp: int, *, news: bool) -> None:
        """The group is readable, or will never be. ``news``: it has something to tell."""
        self._held.discard(stamp)
        if news:
            self._news.add(stamp)
        self._tell()

    @contextmanager
    def stamped(self, items: int = 1) -> Iterator[int]:
        """A stamp for what is written in this block; it is news unless the block raises."""
        stamp = self.take(items)
        done = False
        try:
            yield stamp
            done = True
        finally:
            self.release(stamp, news=done)

    def watermark_ns(self) -> int:
        """All groups stamped up to this time are readable, and no later group will be stamped with it or below."""
        self._last = max(self._last, time.time_ns())
        return min(self._held) - 1 if self._held else self._last

    @property
    def changed(self) -> asyncio.Event:
        """Set as soon as more can be told than now, or when nothing more will be."""
        return self._changed

    def close(self) -> None:
        """Nothing more will be told: whoever waits goes on."""
        self.closed = True
        self._changed.set()

    def _tell(self) -> None:
        watermark = self.watermark_ns()
        readable = {stamp for stamp in self._news if stamp <= watermark}
        if not readable or self.closed:
            return
        self._news -= readable
        self._told_ns = watermark
        # Those who wait are woken; who comes later waits for the next time.
        self._changed.set()
        self._changed = asyncio.Event()

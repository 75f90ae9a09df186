"""Whether the collector answers, when to try it again, and what is said about it: one line when it stops, one when it
is back."""

from __future__ import annotations

import logging
import random
import time

from .verdict import Fate, Verdict

FIRST_PAUSE_S = 1.0
MAX_PAUSE_S = 60.0
MAX_PAUSE_LOOPBACK_S = 5.0
HELD_PAUSE_S = 60.0

_log = logging.getLogger("traceway.export")


class Health:
    """The state of one destination, as its courier sees it."""

    def __init__(self, shown: str, *, is_loopback: bool) -> None:
        self.is_down = False
        self.paused_until = 0.0
        """On the monotonic clock; nothing is tried before."""
        self._shown = shown
        self._max_pause_s = MAX_PAUSE_LOOPBACK_S if is_loopback else MAX_PAUSE_S
        self._failures = 0
        self._said: set[str] = set()

    def is_paused(self) -> bool:
        """Whether it is too early to try again."""
        return time.monotonic() < self.paused_until

    def works(self) -> None:
        """The collector answered."""
        if self.is_down:
            _log.info("%s is back; what waited is delivered", self._shown)
        self.is_down = False
        self.paused_until = 0.0
        self._failures = 0
        self._said.discard("down")
        self._said.discard("held")

    def fails(self, verdict: Verdict) -> None:
        """It did not, or not now (``Fate.LATER``, ``Fate.HELD``)."""
        if verdict.fate is Fate.HELD:
            self.say("held", f"answers {verdict.sentence}; telemetry is kept and tried again")
            pause_s = HELD_PAUSE_S
        else:
            self.say("down", f"cannot be reached ({verdict.sentence}); telemetry is kept and delivered later")
            pause_s = min(FIRST_PAUSE_S * 2.0 ** min(self._failures, 16), self._max_pause_s)
        # Programs that failed together do not come back together.
        pause_s *= random.uniform(0.8, 1.2)
        self.is_down = True
        self._failures += 1
        self.paused_until = time.monotonic() + max(pause_s, verdict.retry_after_s)

    def say(self, what: str, sentence: str) -> None:
        """Warn, once for each ``what``."""
        if what not in self._said:
            self._said.add(what)
            _log.warning("%s %s", self._shown, sentence)

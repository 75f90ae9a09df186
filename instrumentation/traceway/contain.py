"""Faults of our own code stay here: the program under observation never sees them."""

from __future__ import annotations

import logging
from collections import Counter
from types import TracebackType

FAULTS: Counter[str] = Counter()
"""How many exceptions each part has had since the program started."""

_logger = logging.getLogger("traceway")


class contained:
    """``with contained("ollama"): …`` ends the block at an exception of ours, counts it for that part in ``FAULTS``,
    and logs the first one with its traceback. What asks the program to stop (``KeyboardInterrupt``) goes on."""

    __slots__ = ("_part",)

    def __init__(self, part: str) -> None:
        self._part = part

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        FAULTS[self._part] += 1
        if FAULTS[self._part] == 1:
            _logger.warning(
                "a fault in Traceway's observation of %s; what it records may lack", self._part, exc_info=error
            )
        return True

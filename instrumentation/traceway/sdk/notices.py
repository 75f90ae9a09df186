"""What an application is told when it uses a span in a way that records nothing: in the log, once for each kind of
misuse, never as an exception."""

from __future__ import annotations

import logging

_logger = logging.getLogger("traceway")
_said: set[str] = set()


def warn(message: str, *values: object) -> None:
    """Log ``message`` with ``values``, the first time this message comes up in this process."""
    if message not in _said:
        _said.add(message)
        _logger.warning(message, *values)

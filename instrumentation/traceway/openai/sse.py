"""Server-sent events in the bytes of an answer, looked at on their way to the application.

Source: WHATWG HTML, "Server-sent events".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from ..contain import contained

PART = "openai"
# A line ends with CR, LF or both; two ends in a row are the end of an event.
_END = re.compile(rb"\r\n\r\n|\n\n|\r\r|\n\r\n")
_LONGEST_END = 4


class EventSplitter:
    """Bytes in pieces of any size in, whole events out, each with the blank line that ends it."""

    def __init__(self) -> None:
        self.pending = b""
        """The beginning of an event whose end has not come yet."""

    def feed(self, data: bytes) -> list[bytes]:
        if not self.pending and data.endswith(b"\n\n") and data.find(b"\n\n") == len(data) - 2 and b"\r" not in data:
            return [data]  # servers send each event by itself
        held = len(self.pending)
        text, start, events = self.pending + data, 0, []
        for end in _END.finditer(text, max(0, held - _LONGEST_END + 1)):
            events.append(text[start : end.end()])
            start = end.end()
        self.pending = text[start:]
        return events

    def take(self) -> bytes:
        """What is pending, which is no longer kept."""
        pending, self.pending = self.pending, b""
        return pending


def payload(event: bytes) -> Any:
    """The JSON value of an event's data; None if there is none, as in ``[DONE]``."""
    lines = [line[5:].removeprefix(b" ") for line in event.splitlines() if line.startswith(b"data:")]
    try:
        return json.loads(b"\n".join(lines))
    except ValueError:
        return None


class EventFilter:
    """Shows each event's JSON to ``seen`` and passes the bytes on: unchanged, or, with ``shown``, what that makes of
    each event (b"" hides it). To hide an event, its beginning waits for its end."""

    def __init__(self, seen: Callable[[Any], None], shown: Callable[[bytes, Any], bytes] | None = None) -> None:
        self._seen, self._shown = seen, shown
        self._splitter = EventSplitter()

    def data(self, data: bytes) -> bytes:
        """What the application gets instead of ``data``."""
        if self._shown is None:
            with contained(PART):
                self._look(data)
            return data
        return b"".join([self._pass(event) for event in self._splitter.feed(data)])

    def rest(self) -> bytes:
        """What it gets when no more data comes."""
        return b"" if self._shown is None else self._splitter.take()

    def _look(self, data: bytes) -> None:
        for event in self._splitter.feed(data):
            if (value := payload(event)) is not None:
                self._seen(value)

    def _pass(self, event: bytes) -> bytes:
        kept = event
        with contained(PART):
            value = payload(event)
            if self._shown is not None:
                kept = self._shown(event, value)
            if value is not None:
                self._seen(value)
        return kept

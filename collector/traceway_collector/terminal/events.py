"""Server-sent events, followed for as long as it takes: what breaks off is taken up where it ended."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ..errors import Unavailable
from .client import Client, Query

SILENCE_S = 45.0
"""Longer than the pauses between two heartbeats: silence for so long means that the connection is gone."""
_FIRST_WAIT_S, _LONGEST_WAIT_S = 1.0, 10.0
_PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class Event:
    """``data``: what ``GET /api/events`` says of one event."""

    id: str
    data: Any


class Parser:
    """Bytes of an event stream in any pieces to events (WHATWG HTML, "Server-sent events").

    ``last_id``: where to go on after a break. ``retry_s``: how long to wait before, if the server said so.
    """

    def __init__(self, last_id: str = "") -> None:
        self.last_id = last_id
        self.retry_s: float | None = None
        self._rest = b""
        self._data: list[str] = []
        self._new_id = last_id
        self._after_cr = False

    def feed(self, piece: bytes) -> Iterator[tuple[str, str]]:
        """The id and the data of each event that ends in this piece."""
        if not piece:
            return
        if self._after_cr:
            piece = piece.removeprefix(b"\n")
        self._after_cr = piece.endswith(b"\r")
        lines = (self._rest + piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")).split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            if line:
                self._field(line.decode("utf-8", "replace"))
                continue
            self.last_id = self._new_id
            if self._data:
                data, self._data = "\n".join(self._data), []
                yield self.last_id, data

    def _field(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "id" and "\0" not in value:
            self._new_id = value
        elif name == "retry" and value.isascii() and value.isdecimal():
            self.retry_s = int(value[:9]) / 1000


def follow(
    client: Client,
    query: Query,
    *,
    since: str | None = None,
    on_lost: Callable[[str], None] = lambda reason: None,
    on_open: Callable[[], None] = lambda: None,
    ended: Callable[[], bool] = lambda: False,
) -> Iterator[Event]:
    """Events for ever, each once. Begins with what comes now, or behind ``since``.

    Raises if the first connection fails; a later one is tried again until it holds, and ``on_lost`` is told why.
    ``ended`` is asked whenever something arrives, heartbeats included: if it says so, the connection is closed.
    """
    last_id, connected, wait_s = "", False, _FIRST_WAIT_S
    while not ended():
        parser = Parser(last_id)
        headers = {"Accept": "text/event-stream", **({"Last-Event-ID": last_id} if last_id else {})}
        try:
            with client.open("GET", "/events", {**query, "since": since}, headers=headers, timeout_s=SILENCE_S) as got:
                if got.headers.get_content_type() != "text/event-stream":
                    raise client.stranger()
                connected, wait_s = True, _FIRST_WAIT_S
                on_open()
                while piece := client.read(got, _PIECE):
                    if ended():
                        return
                    for event_id, data in parser.feed(piece):
                        yield Event(event_id, _read(client, data))
            reason = "the server closed it"
        except Unavailable as error:
            if not connected:
                raise
            reason = error.message
        last_id = parser.last_id
        on_lost(reason)
        time.sleep(parser.retry_s or wait_s)
        wait_s = min(_LONGEST_WAIT_S, wait_s * 2)


def _read(client: Client, data: str) -> Any:
    try:
        found = json.loads(data)
    except ValueError:
        raise client.stranger() from None
    if not isinstance(found, dict) or not {"type", "at"} <= found.keys():
        raise client.stranger()
    return found

"""A client of ``GET /api/events`` over a socket of its own: reads what is sent, and comes back when it is told to."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from .serving import Served

PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Heard:
    """One event: its id, its data as it was sent, and when (unix seconds) it was read."""

    id: int
    data: bytes
    at_s: float

    @property
    def event(self) -> dict[str, Any]:
        event: dict[str, Any] = json.loads(self.data)
        return event

    @property
    def key(self) -> tuple[str, str]:
        """Trace and span id of a span's event."""
        event = self.event
        return event["trace_id"], event["span"]["id"]


@dataclass
class Follower:
    """Reads in a thread. ``comes_back``: connects again after every end, with the id it has last seen."""

    server: Served
    since: int | str | None = None
    q: str = ""
    comes_back: bool = False
    heard: list[Heard] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    ends: int = 0
    last_id: str = ""

    def __enter__(self) -> Follower:
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self.connected = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self.connected.wait(PATIENCE_S), "no stream"
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self.break_off()
        self._thread.join(PATIENCE_S)

    def break_off(self) -> None:
        """Close the connection from this side."""
        with contextlib.suppress(OSError, AttributeError):
            self._connection.sock.shutdown(socket.SHUT_RDWR)

    def wait_until(self, true: Callable[[list[Heard]], bool], patience_s: float = PATIENCE_S) -> list[Heard]:
        """Everything heard, as soon as it is as it should be."""
        with self._changed:
            assert self._changed.wait_for(lambda: true(self.heard), patience_s), (
                f"heard {len(self.heard)} events, the last {self.heard[-3:]}; {self.comments[-3:]}"
            )
            return list(self.heard)

    def wait_for(self, count: int, type_: str = "") -> list[Heard]:
        """The events of a type, as soon as there are so many."""
        wanted = type_.encode()
        self.wait_until(lambda heard: sum(wanted in each.data[:60] for each in heard) >= count)
        return [each for each in self.heard if wanted in each.data[:60]]

    def wait_for_end(self) -> None:
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive(), "the stream goes on"

    def _run(self) -> None:
        while not self._stop.is_set():
            # The connection is gone, from one side or the other.
            with contextlib.suppress(OSError, http.client.HTTPException):
                self._follow()
            with self._changed:
                self.ends += 1
                self._changed.notify_all()
            if not self.comes_back:
                return
            self._stop.wait(0.05)

    def _follow(self) -> None:
        parts = urlsplit(self.server.urls["api"])
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE_S)
        query = {key: value for key, value in (("since", self.since), ("q", self.q)) if value not in (None, "")}
        headers = {"Accept-Encoding": "gzip", **({"Last-Event-ID": self.last_id} if self.last_id else {})}
        self._connection.request("GET", f"/api/events?{urlencode(query)}", headers=headers)
        response = self._connection.getresponse()
        try:
            assert response.status == 200, response.read()
            assert response.getheader("content-type") == "text/event-stream; charset=utf-8"
            for block in blocks(response):
                self._take(block)
                self.connected.set()
        finally:
            response.close()
            self._connection.close()

    def _take(self, block: list[bytes]) -> None:
        data = b"\n".join(line.removeprefix(b"data: ") for line in block if line.startswith(b"data: "))
        ids = [line.removeprefix(b"id: ").decode() for line in block if line.startswith(b"id: ")]
        with self._changed:
            if ids:
                self.last_id = ids[-1]
            if data:
                self.heard.append(Heard(int(self.last_id), data, time.time()))
            self.comments += [line.decode() for line in block if line.startswith(b":")]
            self._changed.notify_all()


def blocks(response: http.client.HTTPResponse) -> Iterator[list[bytes]]:
    """The lines between two empty ones, as soon as they are there."""
    block: list[bytes] = []
    while line := response.readline():
        if line != b"\n":
            block.append(line.rstrip(b"\n"))
            continue
        yield block
        block = []


def replayed(server: Served, since: int | str = 0, q: str = "", *, until: int) -> list[Heard]:
    """Everything behind an event, up to and including another one."""
    with Follower(server, since=since, q=q) as follower:
        heard = follower.wait_until(lambda heard: bool(heard) and heard[-1].id >= until)
    assert [each.id for each in heard] == sorted({each.id for each in heard})
    return [each for each in heard if each.id <= until]


def span_keys(heard: list[Heard]) -> list[tuple[str, str]]:
    return [each.key for each in heard if each.data.startswith(b'{"type":"span_')]

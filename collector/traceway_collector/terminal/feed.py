"""Where ``traceway monitor`` has its news from: two threads, one that listens to events and one that asks when there
were some. Sums come from the server, which counts a call once whoever recorded it."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from ..errors import TracewayError
from .board import Board
from .client import Client
from .events import follow

TRACES = 200
_PAUSE_S = 1.0
"""Between two rounds of questions, however much happens."""
_IDLE_S = 15.0
"""A round without news: the last minute and the ages move on."""
_GROUPS = 8

Change = Callable[[Board], None]


class Feed:
    """Puts changes of the board into ``changes`` until it is closed. One feed for one query."""

    def __init__(self, client: Client, query: str, changes: queue.SimpleQueue[Change]) -> None:
        self._client = client
        self._query = query
        self._changes = changes
        self._news = threading.Event()
        self._closed = threading.Event()
        self._following = False

    def start(self) -> None:
        """Ask once and begin. Raises what the server says of the query."""
        self._put(self._answers())
        for work in (self._listen, self._ask):
            threading.Thread(target=work, daemon=True).start()

    def close(self) -> None:
        """End the threads. One that waits for the network ends with the next heartbeat; what it brings is dropped."""
        self._closed.set()
        self._news.set()

    def _put(self, change: Change) -> None:
        if not self._closed.is_set():
            self._changes.put(change)

    def _listen(self) -> None:
        try:
            events = follow(
                self._client,
                {"q": self._query},
                on_open=self._opened,
                on_lost=self._lost,
                ended=self._closed.is_set,
            )
            for event in events:
                if event.data["type"].startswith("span_"):
                    now_s = time.monotonic()
                    self._put(lambda board, now_s=now_s: board.arrived(now_s))  # type: ignore[misc]
                self._news.set()
        except TracewayError:
            self._lost("")

    def _opened(self) -> None:
        self._following = True
        self._show_connected(True)
        self._news.set()

    def _lost(self, reason: str) -> None:
        self._following = False
        self._show_connected(False)

    def _show_connected(self, connected: bool) -> None:
        self._put(lambda board: setattr(board, "connected", connected))

    def _ask(self) -> None:
        while not self._closed.is_set():
            self._news.wait(_IDLE_S)
            self._news.clear()
            try:
                self._put(self._answers())
            except TracewayError:
                self._show_connected(False)
            self._closed.wait(_PAUSE_S)

    def _answers(self) -> Change:
        traces = self._client.get("/traces", {"q": self._query, "limit": TRACES})["items"]
        minute = self._count("1m", ["total_tokens", "total_cost", "error_count", "call_count"])["totals"]
        models = self._count("15m", ["call_count", "total_tokens", "total_cost", "uncosted_calls"], "model")["groups"]
        tools = self._count("15m", ["span_count", "error_count", "avg_latency_ms"], "tool")["groups"]

        def change(board: Board) -> None:
            board.traces, board.minute, board.connected = traces, minute, self._following
            board.models = [each for each in models if each["key"]["model"] is not None]
            board.tools = [each for each in tools if each["key"]["tool"] is not None]

        return change

    def _count(self, since: str, metrics: list[str], *groups: str) -> Any:
        asked = {"since": since, **({"q": self._query} if self._query else {})}
        question = {"metrics": metrics, "group_by": list(groups), "filter": asked, "limit": _GROUPS + 1}
        return self._client.ask("POST", "/analytics", None, question)

"""Where the monitor's news come from: what it does when a question fails, and what is left of it when it is closed."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from traceway_collector.terminal import feed as feed_module
from traceway_collector.terminal.board import Board
from traceway_collector.terminal.client import Client
from traceway_collector.terminal.feed import Change, Feed


class Collector:
    """Answers as a collector with nothing in it: heartbeats, empty lists, and 503 to questions while ``failing``."""

    def __init__(self) -> None:
        self.streams = 0
        self.failing = False
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path.startswith("/api/events"):
                    self._stream()
                else:
                    self._answer(200, {"items": []})

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                if collector.failing:
                    self._answer(503, {"error": {"code": "unavailable", "message": "later"}})
                else:
                    self._answer(200, {"totals": {}, "groups": []})

            def _answer(self, status: int, body: object) -> None:
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def _stream(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                collector.streams += 1
                try:
                    while True:
                        self.wfile.write(b": nothing new\n\n")
                        time.sleep(0.01)
                except OSError:
                    collector.streams -= 1

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    thread = threading.Thread(target=collector.server.serve_forever)
    thread.start()
    yield collector
    collector.server.shutdown()
    thread.join()
    collector.server.server_close()


@pytest.fixture
def board_of(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Board]]:
    """The board of a feed that asks again and again, with all changes so far."""
    monkeypatch.setattr(feed_module, "_IDLE_S", 0.02)
    monkeypatch.setattr(feed_module, "_PAUSE_S", 0.02)
    changes: queue.SimpleQueue[Change] = queue.SimpleQueue()
    feed = Feed(Client(collector.url), "", changes)
    feed.start()
    board = Board()

    def changed() -> Board:
        while not changes.empty():
            changes.get()(board)
        return board

    yield changed
    feed.close()
    until(lambda: collector.streams == 0)


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_question_that_fails_once_is_forgotten(collector, board_of):
    until(lambda: board_of().connected)
    collector.failing = True
    until(lambda: not board_of().connected)
    collector.failing = False
    until(lambda: board_of().connected)


def test_a_closed_feed_leaves_no_stream_behind(collector):
    feed = Feed(Client(collector.url), "", queue.SimpleQueue())
    feed.start()
    until(lambda: collector.streams == 1)
    feed.close()
    until(lambda: collector.streams == 0)

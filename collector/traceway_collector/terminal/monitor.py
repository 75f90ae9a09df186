"""``traceway monitor``: traces, rates and costs on the whole screen, like htop for agents."""

from __future__ import annotations

import argparse
import queue
import sys
import time
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.live import Live
from rich.text import Text

from ..errors import BadInput, TracewayError
from . import clean, output, screen, waterfall
from .board import Board
from .client import Client
from .feed import Change, Feed
from .show import header

if TYPE_CHECKING:
    from .keys import Keys

_TICK_S = 0.1
_CLOCK_S = 1.0
"""The longest time between two pictures: the clock and the ages move on."""


def run(arguments: argparse.Namespace) -> int:
    client = Client(arguments.url, arguments.api_key)
    if arguments.json:
        return _print_snapshots(client, arguments.q)
    console = output.console()
    if not (sys.stdin.isatty() and console.is_terminal and not console.is_dumb_terminal):
        raise BadInput("monitor needs a terminal to draw on; expected one, or --json for a line of JSON a second")
    try:
        from .keys import Keys
    except ImportError:
        raise BadInput("monitor needs a terminal that Python can read keys from; expected a Unix one") from None
    monitor = Monitor(client, arguments.q, console)
    monitor.open()
    with Keys() as keys, Live(console=console, screen=True, auto_refresh=False, transient=True) as live:
        while not monitor.done:
            live.update(monitor.picture(), refresh=True)
            _wait(monitor, keys)
    return 0


def _wait(monitor: Monitor, keys: Keys) -> None:
    """Return when the picture has changed."""
    until = time.monotonic() + _CLOCK_S
    size = monitor.size
    while time.monotonic() < until and monitor.size == size:
        key = keys.read(_TICK_S)
        if key is not None:
            monitor.press(key)
            return
        if monitor.take():
            return


def _print_snapshots(client: Client, query: str) -> int:
    changes: queue.SimpleQueue[Change] = queue.SimpleQueue()
    board = Board(started_s=time.monotonic())
    feed = Feed(client, query, changes)
    feed.start()
    while True:
        while not changes.empty():
            changes.get()(board)
        output.print_json_line(board.snapshot(time.monotonic()))
        time.sleep(_CLOCK_S)


class Monitor:
    """The state of the screen, changed by keys and by news."""

    def __init__(self, client: Client, query: str, console: Console) -> None:
        self.done = False
        self._client = client
        self._console = console
        self._query = query
        self._board = Board()
        self._changes: queue.SimpleQueue[Change] = queue.SimpleQueue()
        self._feed: Feed | None = None
        self._paused = False
        self._typed: str | None = None
        self._said = ""
        self._lines: list[Text] | None = None
        self._top = 0

    def open(self) -> None:
        """Begin with the query. Raises what the server says of it; what was shown before stays then."""
        changes: queue.SimpleQueue[Change] = queue.SimpleQueue()
        feed = Feed(self._client, self._query, changes)
        feed.start()
        if self._feed:
            self._feed.close()
        self._feed, self._changes = feed, changes
        self._board = Board(started_s=time.monotonic(), sort=self._board.sort)
        self._change_board()

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines of the window."""
        return self._console.size.width, self._console.size.height

    def take(self) -> bool:
        """Let the news change the board. Whether there was any."""
        return not self._paused and self._change_board()

    def _change_board(self) -> bool:
        changed = False
        while not self._changes.empty():
            self._changes.get()(self._board)
            changed = True
        return changed

    def picture(self) -> RenderableType:
        """What is to be seen now."""
        if self._lines is not None:
            return screen.detail(self._lines, self._top, self.size[1], Text("q back  ↑↓ scroll", style="dim"))
        paused = self._paused
        return screen.overview(
            self._board, self._client.url, self._query, self.size, paused=paused, footer=self._footer()
        )

    def _footer(self) -> Text:
        if self._typed is not None:
            typed = clean.line(self._typed + "▏")
            return Text.assemble(("filter: ", "bold"), typed, ("  enter apply  esc leave", "dim"))
        if self._said:
            return Text(clean.line(self._said), style="red")
        return Text(screen.HELP, style="dim")

    def press(self, key: str) -> None:
        """Do what a key asks for."""
        self._said = ""
        if key == "closed":
            self.done = True
        elif self._typed is not None:
            self._type(key)
        elif self._lines is not None:
            self._scroll(key)
        else:
            self._command(key)

    def _command(self, key: str) -> None:
        page = max(1, self.size[1] - 12)
        moves = {"up": -1, "k": -1, "down": 1, "j": 1, "page-up": -page, "page-down": page, "home": -9999, "end": 9999}
        if key in moves:
            self._board.move(moves[key])
        elif key in ("q", "Q"):
            self.done = True
        elif key == "s":
            self._board.next_sort()
        elif key == "p":
            self._paused = not self._paused
        elif key == "/":
            self._typed = self._query
        elif key == "escape" and self._query:
            self._apply("")
        elif key == "enter":
            self._show()

    def _type(self, key: str) -> None:
        typed = self._typed or ""
        if key == "enter":
            self._typed = None
            self._apply(typed.strip())
        elif key == "escape":
            self._typed = None
        elif key == "backspace":
            self._typed = typed[:-1]
        elif len(key) == 1 and key.isprintable():
            self._typed = typed + key

    def _apply(self, query: str) -> None:
        before, self._query = self._query, query
        try:
            self.open()
        except TracewayError as error:
            self._query, self._said = before, error.message.partition("\n")[0]

    def _show(self) -> None:
        rows = self._board.rows()
        if not rows:
            return
        chosen = rows[self._board.position([row["id"] for row in rows])]
        try:
            tree = self._client.get(f"/traces/{chosen['id']}/tree")
        except TracewayError as error:
            self._said = error.message
            return
        self._lines = [*header(tree["trace"], self._client.url), Text(), *waterfall.render(tree, self._console)]
        self._top = 0

    def _scroll(self, key: str) -> None:
        page = max(1, self.size[1] - 2)
        moves = {"up": -1, "k": -1, "down": 1, "j": 1, "page-up": -page, "page-down": page, " ": page,
                 "home": -(10**9), "end": 10**9}  # fmt: skip
        if key in moves and self._lines is not None:
            most = max(0, len(self._lines) - self.size[1] + 1)
            self._top = max(0, min(most, self._top + moves[key]))
        elif key in ("q", "escape", "enter"):
            self._lines = None

"""Where verbs write: a console of rich for people, JSON for programs.

Nothing is coloured unless standard output is a terminal and ``NO_COLOR`` is not set; in a pipe nothing is cut either.
Rich is given ``Text``, never markup: what a span says must not be read as instructions to it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..errors import TracewayError
from . import clean

PIPE_WIDTH = 4000
"""Cells of a line where no window limits it."""

KINDS: dict[str, tuple[str, str, str]] = {
    "llm_call": ("M", "#a78bfa", "model call"),
    "tool": ("T", "#60a5fa", "tool"),
    "agent": ("A", "#2dd4bf", "agent"),
    "workflow": ("W", "#94a3b8", "workflow"),
    "task": ("t", "#94a3b8", "task"),
    "plan": ("P", "#94a3b8", "plan"),
    "retrieval": ("R", "#4ade80", "retrieval"),
    "rerank": ("K", "#4ade80", "rerank"),
    "embedding": ("E", "#a3e635", "embedding"),
    "memory": ("m", "#e879f9", "memory"),
    "prompt": ("p", "#c4b5fd", "prompt"),
    "mcp": ("C", "#93c5fd", "MCP"),
    "guardrail": ("G", "#f472b6", "guardrail"),
    "evaluation": ("V", "#f472b6", "evaluation"),
    "fs_read": ("r", "#38bdf8", "file read"),
    "fs_write": ("w", "#fb923c", "file write"),
    "fs": ("f", "#38bdf8", "file"),
    "db": ("D", "#8f8f9c", "database"),
    "http": ("H", "#8f8f9c", "HTTP"),
    "rpc": ("c", "#8f8f9c", "RPC"),
    "messaging": ("Q", "#8f8f9c", "messaging"),
    "process": ("X", "#8f8f9c", "process"),
}
"""The letter, the colour and the name of a kind, those of the UI."""
_OTHER = ("·", "#8f8f9c", "other")
_STATUS = {"completed": ("●", "ok", "green"), "running": ("◌", "running", "yellow"), "failed": ("✗", "error", "red")}


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the command line, whose exit code says it."""
        raise BrokenPipeError


def console(*, width: int | None = None) -> Console:
    """The console of standard output. Raises ``BrokenPipeError`` when its reader is gone."""
    is_terminal = sys.stdout.isatty()
    if width is None and not is_terminal and not os.environ.get("COLUMNS", "").isdecimal():
        width = PIPE_WIDTH
    return _Console(
        markup=False,
        highlight=False,
        emoji=False,
        soft_wrap=not is_terminal,
        force_terminal=is_terminal,
        no_color=None if is_terminal else True,
        width=width,
        legacy_windows=False,
    )


def unwritable(error: OSError) -> TracewayError:
    """That standard output takes no more, as on a full disk; what is left of it is dropped, not tried again on the way
    out."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return TracewayError(f"the output cannot be written: {error.strerror or error}")


def prepare_streams() -> None:
    """What the encoding of a terminal cannot write becomes a question mark, not an error. A stream that was closed
    (``>&-``) is there and takes nothing."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def print_json(value: Any) -> None:
    """A document: indented for a person, in one line for a pipe."""
    print(clean.json_text(value, indent=2 if sys.stdout.isatty() else None))


def print_json_line(value: Any) -> None:
    """One line of JSON, sent at once."""
    print(clean.json_text(value), flush=True)


def table(*columns: str, right: tuple[str, ...] = (), flexible: str = "") -> Table:
    """A table without lines. ``flexible``: the column that gives way when the window is narrow."""
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", collapse_padding=True)
    for name in columns:
        made.add_column(
            clean.line(name),
            justify="right" if name in right else "left",
            no_wrap=True,
            overflow="ellipsis",
            ratio=1 if name == flexible else None,
            min_width=10 if name == flexible else None,
        )
    return made


def kind_mark(kind: str | None) -> Text:
    """The letter of a kind in its colour."""
    letter, colour, _ = KINDS.get(kind or "", _OTHER)
    return Text(letter, style=f"bold {colour}")


def kind_colour(kind: str | None) -> str:
    return KINDS.get(kind or "", _OTHER)[1]


def status_word(status: Any) -> str:
    """``completed``, ``running`` or ``failed`` of a status of the API."""
    return status if isinstance(status, str) else "failed"


def status_mark(status: Any, *, word: bool = True) -> Text:
    """A sign, and what it means in a word."""
    sign, name, colour = _STATUS.get(status_word(status), ("·", "unknown", "dim"))
    return Text(f"{sign} {name}" if word else sign, style=colour)


def plain(text: object, style: str = "") -> Text:
    """One line of somebody else's text."""
    return Text(clean.line(text), style=style, no_wrap=True, overflow="ellipsis")

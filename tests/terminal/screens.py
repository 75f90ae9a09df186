"""A terminal for the command line: a pseudo-terminal of a given size, keys in, what is drawn out."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from types import TracebackType

from tests.e2e.serving import TRACEWAY, clean_environment

PATIENCE_S = 60.0
_SEQUENCES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Screen:
    """``traceway`` with these words in a terminal of its own."""

    def __init__(self, *words: str, columns: int = 120, rows: int = 40) -> None:
        self.raw = ""
        self._seen = 0
        self._outer, inner = pty.openpty()
        self._size(columns, rows)
        self._inner = inner
        self._modes = termios.tcgetattr(inner)
        environ = clean_environment() | {"TERM": "xterm-256color"}
        environ.pop("COLUMNS", None)
        environ.pop("NO_COLOR", None)
        self._process = subprocess.Popen(
            [TRACEWAY, *words], stdin=inner, stdout=inner, stderr=inner, env=environ, preexec_fn=_own_terminal
        )

    def __enter__(self) -> Screen:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(PATIENCE_S)
        os.close(self._outer)
        os.close(self._inner)

    def _size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._outer, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def resize(self, columns: int, rows: int) -> None:
        self._size(columns, rows)
        self._process.send_signal(signal.SIGWINCH)

    def press(self, keys: str) -> None:
        """Type, from here on ``until`` looks at what comes."""
        self._take(0)
        self._seen = len(self.raw)
        os.write(self._outer, keys.encode())

    def until(self, *texts: str) -> None:
        """Wait until all of these have been drawn since the last key."""
        end = time.monotonic() + PATIENCE_S
        while not all(text in self.drawn for text in texts):
            assert time.monotonic() < end, f"not drawn: {texts}\n{self.drawn[-4000:]}"
            assert self._take(0.1) or self._process.poll() is None, self.drawn[-4000:]

    @property
    def drawn(self) -> str:
        """What was drawn since the last key, without colours and moves."""
        return _SEQUENCES.sub("", self.raw[self._seen :])

    def end(self) -> int:
        """Wait for its end. The exit code."""
        end = time.monotonic() + PATIENCE_S
        while self._process.poll() is None:
            assert time.monotonic() < end, self.drawn[-4000:]
            self._take(0.1)
        while self._take(0.1):
            pass
        return self._process.returncode

    @property
    def modes_restored(self) -> bool:
        """Whether the terminal is in the modes it was in before."""
        return termios.tcgetattr(self._inner) == self._modes

    def _take(self, timeout_s: float) -> bool:
        if not select.select([self._outer], [], [], timeout_s)[0]:
            return False
        try:
            piece = os.read(self._outer, 65_536)
        except OSError:
            return False
        self.raw += piece.decode("utf-8", "replace")
        return bool(piece)


def _own_terminal() -> None:
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)

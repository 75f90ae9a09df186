"""The target of the proxy and the connections to it."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections import deque
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import h11

from .wire import Wire

CONNECT_TIMEOUT_S: Final = 10.0
IDLE_S: Final = 4.0
"""How long an unused connection is kept: less than the 5 s after which the commonest Python servers close theirs."""
_MAX_IDLE: Final = 64
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Target:
    """Where requests go. ``authority`` is the Host header; ``base_path`` stands before every path, "" or "/v1"."""

    scheme: str
    host: str
    port: int
    authority: bytes
    base_path: bytes

    @classmethod
    def of(cls, url: str) -> Target:
        """The target of a checked ``--proxy-target``."""
        parts = urlsplit(url)
        return cls(
            scheme=parts.scheme,
            host=parts.hostname or "",
            port=parts.port or _DEFAULT_PORTS[parts.scheme],
            authority=parts.netloc.encode(),
            base_path=parts.path.rstrip("/").encode(),
        )

    @property
    def origin(self) -> str:
        """For people: scheme, host and port."""
        return f"{self.scheme}://{self.authority.decode()}"


class Pool:
    """Connections to one target; the one used last is used next."""

    def __init__(self, target: Target, *, connect_timeout_s: float = CONNECT_TIMEOUT_S) -> None:
        self.target = target
        self._connect_timeout_s = connect_timeout_s
        # The system's own store of certificates; names are checked.
        self._tls = ssl.create_default_context() if target.scheme == "https" else None
        self._idle: deque[tuple[float, Wire]] = deque()

    async def take(self) -> Wire:
        """A connection nobody uses. Raises ``TimeoutError`` and ``OSError`` (TLS faults are such, too)."""
        self._forget_old()
        while self._idle:
            _, wire = self._idle.pop()
            if wire.is_alive:
                return wire
            wire.abort()
        async with asyncio.timeout(self._connect_timeout_s):
            reader, writer = await asyncio.open_connection(self.target.host, self.target.port, ssl=self._tls)
        # A target that vanished without a word is noticed, however long an answer may take.
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return Wire(h11.CLIENT, reader, writer)

    def give_back(self, wire: Wire) -> None:
        """Keep the connection for another request if it can have one, otherwise cut it."""
        if wire.is_alive and wire.next_cycle() and len(self._idle) < _MAX_IDLE:
            self._idle.append((time.monotonic(), wire))
        else:
            wire.abort()

    def close(self) -> None:
        """Cut all that are idle."""
        while self._idle:
            self._idle.pop()[1].abort()

    def _forget_old(self) -> None:
        while self._idle and self._idle[0][0] < time.monotonic() - IDLE_S:
            self._idle.popleft()[1].abort()

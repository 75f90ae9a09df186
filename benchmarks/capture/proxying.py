"""What the proxy adds to a call, and how much it passes on: raw sockets, straight and through it, in turn."""

from __future__ import annotations

import json
import socket
import statistics
import time
from urllib.parse import urlsplit

_BODY = json.dumps(
    {"model": "gpt-4o-mini", "stream": True, "messages": [{"role": "user", "content": "Hello"}]}
).encode()


class Line:
    """A kept connection to a server."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host = parts.netloc
        self._socket = socket.create_connection((parts.hostname, parts.port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        self._socket.close()

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[float, float, int]:
        """Seconds to the first byte of the answer, seconds to its last, and bytes of its body."""
        head = f"{method} {path} HTTP/1.1\r\nhost: {self._host}\r\ncontent-type: application/json\r\n"
        before = time.perf_counter()
        self._socket.sendall(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
        answer = self._socket.recv(1 << 20)
        first_s = time.perf_counter() - before
        while b"\r\n\r\n" not in answer:
            answer += self._socket.recv(1 << 20)
        head_bytes, _, start = answer.partition(b"\r\n\r\n")
        length = int(head_bytes.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        received = len(start)
        while received < length:
            received += len(self._socket.recv(1 << 20))
        return first_s, time.perf_counter() - before, length


def first_byte_ms(straight: str, proxied: str, calls: int) -> tuple[float, float]:
    """Median milliseconds to the first byte of a streamed chat, straight and through the proxy."""
    lines = Line(straight), Line(proxied)
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(calls):
        for line, times in zip(lines, found, strict=True):
            times.append(line.ask("POST", "/v1/chat/completions", _BODY)[0] * 1000)
    for line in lines:
        line.close()
    return statistics.median(found[0]), statistics.median(found[1])


def calls_per_s(url: str, calls: int) -> float:
    """Streamed chats a second over one connection."""
    line = Line(url)
    before = time.perf_counter()
    for _ in range(calls):
        line.ask("POST", "/v1/chat/completions", _BODY)
    elapsed_s = time.perf_counter() - before
    line.close()
    return calls / elapsed_s


def mib_per_s(url: str, rounds: int) -> float:
    """MiB of one large answer that arrive in a second."""
    line = Line(url)
    rates = []
    for _ in range(rounds):
        _, total_s, length = line.ask("GET", "/bulk")
        rates.append(length / 2**20 / total_s)
    line.close()
    return statistics.median(rates)

"""The real server as a child process, looked at from outside: its URLs, its replies, and what /proc says it costs."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_START_TIMEOUT_S = 60.0
_KEEP_ALIVE_S = 2.0
_STOP_TIMEOUT_S = 120.0
_SERVE = (str(Path(sys.executable).parent / "traceway"), "serve")
_FREE_PORTS = ("--api-port", "0", "--otlp-grpc-port", "0", "--otlp-http-port", "0", "--proxy-port", "0")
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


class Server:
    """``traceway serve`` on free ports over a data folder of its own, which goes when this context ends."""

    def __init__(self, *flags: str) -> None:
        self._flags = flags
        self._folder = Path(tempfile.mkdtemp(prefix="traceway-bench-"))
        self._data = self._folder / "data"
        self._log = self._folder / "server.log"
        self.urls: dict[str, str] = {}
        self.ready_s = 0.0

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        if exception[0] is not None:
            sys.stderr.write(self.log_tail())
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start over the data that is there; ``ready_s`` is the time until every port accepted requests."""
        ready = self._folder / "ready.json"
        ready.unlink(missing_ok=True)
        command = [*_SERVE, *_FREE_PORTS, "--data-dir", str(self._data)]
        started = time.perf_counter()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--ready-file", str(ready), *self._flags], stdout=log, stderr=log, env=_environment()
            )
        while not ready.exists():
            if self._process.poll() is not None or time.perf_counter() - started > _START_TIMEOUT_S:
                raise RuntimeError(f"the server did not get ready:\n{self.log_tail()}")
            time.sleep(0.005)
        self.ready_s = time.perf_counter() - started
        self.urls = json.loads(ready.read_text())
        parts = urlsplit(self.urls["api"])
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
        self._used = time.monotonic()

    def stop(self) -> None:
        """SIGTERM and wait; raises if the server does not end with 0."""
        self._connection.close()
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            if (code := self._process.wait(timeout=_STOP_TIMEOUT_S)) != 0:
                raise RuntimeError(f"the server ended with {code}:\n{self.log_tail()}")

    @property
    def traces_url(self) -> str:
        return self.urls["otlp_http"].rstrip("/") + "/v1/traces"

    def get(self, path: str) -> tuple[float, bytes]:
        """Milliseconds and the body of a GET over a kept connection; any status but 200 raises."""
        if time.monotonic() - self._used > _KEEP_ALIVE_S:
            self._connection.close()  # the server has given it up, or is about to; the next request opens it again
        before = time.perf_counter()
        self._connection.request("GET", path)
        response = self._connection.getresponse()
        body = response.read()
        elapsed_ms = (time.perf_counter() - before) * 1000
        self._used = time.monotonic()
        if response.status != 200:
            raise RuntimeError(f"GET {path}: {response.status} {body[:300]!r}")
        return elapsed_ms, body

    def get_json(self, path: str) -> Any:
        return json.loads(self.get(path)[1])

    def metric(self, name: str) -> float:
        """The sum of all series of one metric of ``/api/metrics``."""
        series = [line for line in self.get("/api/metrics")[1].decode().splitlines() if _named(line, name)]
        if not series:
            raise RuntimeError(f"/api/metrics has no {name}")
        return sum(float(line.rsplit(" ", 1)[1]) for line in series)

    def cpu_s(self) -> float:
        """CPU seconds, user and system, of the server and its children so far."""
        ticks = 0
        for pid in self._tree():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(int(field) for field in fields[11:15])  # utime, stime, cutime, cstime
        return ticks / _TICKS_PER_S

    def memory_mib(self, field: str) -> float:
        """``VmRSS`` (now) or ``VmHWM`` (the most ever) of the server and its children."""
        total_kib = 0
        for pid in self._tree():
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith(field + ":"):
                    total_kib += int(line.split()[1])
        return total_kib / 1024

    def disk_bytes(self) -> int:
        """Space the data folder takes on disk, all of it."""
        return sum(path.stat().st_blocks * 512 for path in self._data.rglob("*") if path.is_file())

    def settle(self, limit_s: float = 120.0) -> float:
        """Wait until background merges are done, that is until the server is idle for two seconds; seconds waited."""
        started = time.monotonic()
        before = self.cpu_s()
        while time.monotonic() - started < limit_s:
            time.sleep(2.0)
            now = self.cpu_s()
            if now - before < 0.1:
                break
            before = now
        return time.monotonic() - started

    def log_tail(self) -> str:
        return self._log.read_text(errors="replace")[-3000:] if self._log.exists() else ""

    def _tree(self) -> list[int]:
        found = [self._process.pid]
        for pid in found:
            for task in Path(f"/proc/{pid}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
        return found


def _environment() -> dict[str, str]:
    """This process's environment without settings of another Traceway."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TRACEWAY_")}


def _named(line: str, name: str) -> bool:
    return line.startswith((name + " ", name + "{"))

"""``traceway serve`` as its users run it: a process of its own on free ports, spoken to over its sockets."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from google.protobuf.message import Message

TRACEWAY = str(Path(sys.executable).parent / "traceway")
PROTOBUF, JSON = "application/x-protobuf", "application/json"
FREE_PORTS = ("--api-port", "0", "--otlp-grpc-port", "0", "--otlp-http-port", "0", "--proxy-port", "0")
PATHS = {
    "ExportTraceServiceRequest": "/v1/traces",
    "ExportLogsServiceRequest": "/v1/logs",
    "ExportMetricsServiceRequest": "/v1/metrics",
}
_PATIENCE_S = 120.0


class Served:
    """A server over ``folder``/data, which may be started, stopped and killed again and again."""

    def __init__(self, folder: Path, *flags: str, before: tuple[str, ...] = ()) -> None:
        """``flags`` go to ``traceway serve``; ``before`` is a command line that runs it (such as unshare).
        ``headers`` go with every request."""
        self.data_dir = folder / "data"
        self.ready_file = folder / "ready.json"
        self.urls: dict[str, str] = {}
        self.headers: dict[str, str] = {}
        self._command = [*before, TRACEWAY, "serve", *FREE_PORTS, *flags]
        self._command += ["--data-dir", str(self.data_dir), "--ready-file", str(self.ready_file)]
        self._log = folder / "server.log"

    def __enter__(self) -> Served:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        if exception[0] is not None:
            sys.stderr.write(self.log())
        if self.process.poll() is None:
            self.kill() if exception[0] is not None else self.stop()

    def start(self) -> Served:
        """Return once the ready file is there; all ports answer then."""
        self.ready_file.unlink(missing_ok=True)
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(self._command, stdout=log, stderr=log, env=clean_environment())
        until = time.monotonic() + _PATIENCE_S
        while not self.ready_file.exists():
            if self.process.poll() is not None or time.monotonic() > until:
                self.process.kill()
                raise AssertionError(f"the server did not get ready:\n{self.log()}")
            time.sleep(0.01)
        self.urls = json.loads(self.ready_file.read_text())
        return self

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(_PATIENCE_S)

    def terminate(self) -> None:
        """Ask it to end, and do not wait."""
        self.process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """SIGTERM, after which it ends with 0."""
        self.terminate()
        code = self.process.wait(_PATIENCE_S)
        assert code == 0, f"the server ended with {code}:\n{self.log()}"

    def log(self) -> str:
        return self._log.read_text(errors="replace")[-5000:] if self._log.exists() else ""

    def get(self, path: str, status: int = 200, **parameters: Any) -> Any:
        """The JSON of a GET."""
        return self.ask("GET", path, status, **parameters)

    def ask(self, method: str, path: str, status: int = 200, **parameters: Any) -> Any:
        query = f"?{urlencode(parameters)}" if parameters else ""
        got, _, body = request(self.urls["api"], method, path + query, None, self.headers)
        assert got == status, f"{method} {path}{query}: {got} {body[:500]!r}\n{self.log()}"
        return json.loads(body)

    def post(self, body: bytes, path: str = "/v1/traces", media: str = PROTOBUF) -> tuple[int, bytes]:
        """Status and body of the reply to an OTLP request."""
        status, _, reply = request(self.urls["otlp_http"], "POST", path, body, {"Content-Type": media, **self.headers})
        return status, reply

    def send(self, message: Message) -> None:
        """Export a message; it must be accepted whole."""
        status, reply = self.post(message.SerializeToString(), PATHS[type(message).__name__])
        assert (status, reply) == (200, b""), (status, reply, self.log())


def request(
    url: str, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (lowercase names) and body of one request over a connection of its own."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_PATIENCE_S)
    try:
        connection.request(method, path, body, dict(headers or {}))
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        connection.close()


def run_traceway(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end."""
    return subprocess.run(
        [TRACEWAY, *arguments],
        env=clean_environment() | environ,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )


def clean_environment() -> dict[str, str]:
    """This process's environment without settings of another Traceway or another OpenTelemetry SDK, and no trace.

    Nor the size of a terminal, which readline puts there in some workers.
    """
    prefixes = ("TRACEWAY_", "OTEL_", "TRACEPARENT", "TRACESTATE", "COLUMNS", "LINES")
    return {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}

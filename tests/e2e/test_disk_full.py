"""A disk that fills up under load: clients are asked to come back, reads go on, and nothing acknowledged is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import load
from .load import Load, Sent
from .serving import Served

DISK_MIB = 160


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    """A server whose data folder is a small disk that only it (and ``/proc``) can see: no root is needed for that."""
    disk = tmp_path / "data"
    disk.mkdir()
    if (
        shutil.which("unshare") is None
        or subprocess.run(in_a_disk(disk, "true"), check=False, capture_output=True).returncode
    ):
        pytest.skip("this machine allows no mount in a namespace of its own")
    with Served(tmp_path, before=in_a_disk(disk)) as running:
        yield running


def in_a_disk(disk: Path, *command: str) -> tuple[str, ...]:
    script = 'mount -t tmpfs -o size="$0"m tmpfs "$1" && shift && exec "$@"'
    return ("unshare", "--map-root-user", "--mount", "sh", "-c", script, str(DISK_MIB), str(disk), *command)


def test_a_full_disk_loses_nothing_and_recovers(server):
    disk = Path(f"/proc/{server.process.pid}/root{server.data_dir}")
    ballast = disk / "ballast"
    acknowledged: list[Sent] = []
    unknown: list[Sent] = []
    with Load(server, threads=2, make=heavy) as sending:
        sending.wait_for(3)
        fill(ballast, disk, leave_mib=12)
        sending.wait_for_refusals(6)
    acknowledged += sending.acknowledged
    unknown += sending.unknown
    assert sending.statuses == {200, 503}
    headers, reply = sending.refusals[-1]
    assert headers["retry-after"].isdigit()
    assert b"engine" in reply or b"store" in reply

    # Reading goes on, and says nothing that is not so.
    for sent in acknowledged:
        assert server.get(f"/api/traces/{sent.trace_id}", view="skeleton")["count"] == len(sent.span_ids)
    assert server.get("/api/health")["status"] == "ok"
    refused = server.get("/api/ingest")["signals"]["traces"]["refused"]
    assert refused["unavailable"]["requests"] == len(unknown)

    ballast.unlink()
    for sent in unknown:
        assert server.post(sent.body)[0] == 200
    load.check_stored(server, acknowledged + unknown)


def heavy() -> Sent:
    return load.a_request(400, padding=4000)


def fill(ballast: Path, disk: Path, *, leave_mib: int) -> None:
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    with ballast.open("wb") as file:
        left = free - (leave_mib << 20)
        while left > 0:
            left -= file.write(bytes(min(left, 1 << 20)))

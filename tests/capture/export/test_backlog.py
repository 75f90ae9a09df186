"""What waits on disk: its order, its bounds, and what becomes of it when files are damaged or cannot be written."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from traceway.export.backlog import DiskBacklog, Drained, MemoryBacklog
from traceway.export.counters import Counters
from traceway.export.segment import Record
from traceway.export.spool import segments_of, spool_root, spool_status
from traceway.export.wire import Request

MIB = 1 << 20
DAY_S = 86400


def record(body: bytes, age_s: float = 0.0) -> Record:
    return Record(Request("traces", body, "identity", 1), time.time_ns() - int(age_s * 1e9))


def backlog(folder: Path, max_bytes: int = 256 * MIB, max_age_s: int = DAY_S) -> tuple[DiskBacklog, Counters]:
    counters = Counters()
    return DiskBacklog(folder, "http://collector", max_bytes, max_age_s, counters), counters


def taken(waiting: DiskBacklog | MemoryBacklog, limit: int = 10**9) -> list[bytes]:
    """The bodies that a pass hands out, of which ``limit`` are settled."""
    bodies: list[bytes] = []

    def settle(each: Record) -> bool:
        if len(bodies) == limit:
            return False
        bodies.append(each.request.body)
        return True

    assert waiting.drain(settle) is (Drained.STOPPED if len(bodies) == limit else Drained.EMPTY)
    return bodies


def test_it_comes_out_in_order_and_once(tmp_path: Path):
    waiting, counters = backlog(tmp_path / "a", max_bytes=64 * 1024)
    bodies = [f"{number}".encode() * 300 for number in range(30)]
    for body in bodies:
        waiting.append(record(body))
    assert len(segments_of(tmp_path / "a")) > 1
    assert waiting.holds_own()
    assert taken(waiting, 7) == bodies[:7]
    later, _ = backlog(tmp_path / "a")
    assert taken(later) == bodies[7:]
    assert (waiting.holds_own(), segments_of(tmp_path / "a"), counters.snapshot()) == (False, [], {})


def test_the_oldest_makes_room(tmp_path: Path):
    waiting, counters = backlog(tmp_path / "a", max_bytes=MIB)
    bodies = [bytes([number]) * 10_000 for number in range(200)]
    for body in bodies:
        waiting.append(record(body))
        assert sum(size for _, size in segments_of(tmp_path / "a")) <= MIB
    kept = taken(waiting)
    assert kept == bodies[-len(kept) :]
    assert len(kept) > 80
    assert counters.snapshot() == {"dropped_over_limit": 200 - len(kept)}


def test_what_is_larger_than_all_room_is_dropped_alone(tmp_path: Path):
    waiting, counters = backlog(tmp_path / "a", max_bytes=MIB)
    waiting.append(record(b"small"))
    waiting.append(record(bytes(2 * MIB)))
    assert taken(waiting) == [b"small"]
    assert counters.snapshot() == {"dropped_over_limit": 1}


def test_what_is_too_old_is_dropped(tmp_path: Path):
    waiting, counters = backlog(tmp_path / "a", max_age_s=3600)
    waiting.append(record(b"old", age_s=3601))
    waiting.append(record(b"new", age_s=3500))
    assert taken(waiting) == [b"new"]
    assert counters.snapshot() == {"dropped_too_old": 1}


def test_an_old_file_is_dropped_though_nothing_is_delivered(tmp_path: Path):
    waiting, counters = backlog(tmp_path / "a", max_age_s=3600)
    waiting.append(record(b"old"))
    ((path, _),) = segments_of(tmp_path / "a")
    started_ns = time.time_ns() - 4000 * 10**9
    os.rename(path, tmp_path / "a" / f"{started_ns:020d}-1-00.segment")
    waiting.append(record(b"new"))
    assert taken(waiting, 0) == []
    assert counters.snapshot() == {"dropped_too_old": 1}


def test_one_process_delivers_at_a_time(tmp_path: Path):
    first, _ = backlog(tmp_path / "a")
    second, _ = backlog(tmp_path / "a")
    first.append(record(b"one"))
    second.append(record(b"two"))
    seen = []

    def settle(each: Record) -> bool:
        seen.append(each.request.body)
        assert second.drain(settle) is Drained.BUSY
        return True

    assert first.drain(settle) is Drained.EMPTY
    assert seen == [b"one", b"two"]
    assert not second.holds_own()


def test_what_is_appended_while_it_is_delivered_is_delivered(tmp_path: Path):
    waiting, _ = backlog(tmp_path / "a")
    writer, _ = backlog(tmp_path / "a")
    writer.append(record(b"0"))
    seen = []

    def settle(each: Record) -> bool:
        seen.append(each.request.body)
        if len(seen) < 50:
            writer.append(record(str(len(seen)).encode()))
        return True

    while writer.holds_own():
        assert waiting.drain(settle) is Drained.EMPTY
    assert seen == [str(number).encode() for number in range(50)]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_file_costs_what_was_damaged(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject):
    folder = tmp_path_factory.mktemp("spool")
    waiting, counters = backlog(folder)
    bodies = [f"record {number}".encode() * 5 for number in range(5)]
    for body in bodies:
        waiting.append(record(body))
    ((path, size),) = segments_of(folder)
    raw = bytearray(Path(path).read_bytes())
    if data.draw(st.booleans()):
        del raw[data.draw(st.integers(0, size)) :]
    else:
        raw[data.draw(st.integers(0, size - 1))] ^= data.draw(st.integers(1, 255))
    Path(path).write_bytes(raw)
    found = taken(waiting)
    assert [body for body in bodies if body in found] == found
    assert counters.snapshot().get("corrupt", 0) <= 1
    assert segments_of(folder) == []
    waiting.append(record(b"after it"))
    assert taken(waiting) == [b"after it"]


def test_foreign_files_are_left_alone(tmp_path: Path):
    waiting, _ = backlog(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "x.segment").mkdir()
    waiting.append(record(b"a"))
    assert taken(waiting) == [b"a"]
    assert (tmp_path / "x.segment").is_dir()
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path):
    (tmp_path / "file").write_text("")
    waiting, _ = backlog(tmp_path / "file" / "a")
    with pytest.raises(OSError, match="file"):
        waiting.append(record(b"a"))
    assert taken(waiting) == []


def test_a_disk_that_is_full_takes_all_of_a_record_or_nothing(tmp_path: Path):
    """The limit on the size of a file stands for the full disk: the write stops in the middle of a record."""
    code = f"""
import resource, signal
from pathlib import Path
from tests.capture.export.test_backlog import backlog, record, taken
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
waiting, counters = backlog(Path({str(tmp_path)!r}))
waiting.append(record(b"a" * 5000))
resource.setrlimit(resource.RLIMIT_FSIZE, (8000, resource.RLIM_INFINITY))
try:
    waiting.append(record(b"b" * 5000))
except OSError as error:
    print(type(error).__name__)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
waiting.append(record(b"c" * 5000))
print(*(body[:1].decode() for body in taken(waiting)), counters.snapshot())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["OSError", "a c {}"]


def test_memory_is_bounded_too():
    counters = Counters()
    waiting = MemoryBacklog(10, counters)
    for body in (b"aaaa", b"bbbb", b"cccc"):
        waiting.append(record(body))
    assert taken(waiting) == [b"bbbb", b"cccc"]
    assert counters.snapshot() == {"dropped_over_limit": 1}


def test_where_the_spools_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("TRACEWAY_SPOOL_DIR", str(tmp_path / "chosen"))
    assert spool_root() == tmp_path / "chosen"
    assert spool_status() == []
    monkeypatch.delenv("TRACEWAY_SPOOL_DIR")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(sys, "platform", "linux")
    assert spool_root() == tmp_path / "state" / "traceway" / "spool"
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert spool_root() == tmp_path / ".local" / "state" / "traceway" / "spool"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert spool_root() == tmp_path / "Library" / "Application Support" / "traceway" / "spool"

"""What looking at a file could do to a program: locks lost, pipes answered, secrets told, time taken. It does not."""

from __future__ import annotations

import inspect
import os
import threading
import types
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.context import Context
from opentelemetry.sdk.trace import TracerProvider

from tests.capture.apps import PLAIN, run_app
from tests.capture.sink import Sink
from traceway.contain import FAULTS
from traceway.files import FileInstrumentor
from traceway.files.content import Content, State
from traceway.files.event import FileEvent
from traceway.files.recorder import Recorder
from traceway.settings import Settings
from traceway_semconv import names

from .observing import observing, of, version

LOCKED = """
    import fcntl, os, subprocess, sys

    TRY = "import fcntl, sys; fcntl.lockf(open(sys.argv[1], 'a'), fcntl.LOCK_EX | fcntl.LOCK_NB)"

    def is_locked(path):
        return subprocess.run([sys.executable, "-I", "-c", TRY, path], stderr=subprocess.DEVNULL).returncode != 0

    held = open("held", "w")
    held.write("1")
    held.flush()
    fcntl.lockf(held, fcntl.LOCK_EX)
    os.truncate("held", 0)
    print(is_locked("held"))
    os.rename("held", "moved")
    print(is_locked("moved"))
    held.close()
    print(is_locked("moved"))
"""


@pytest.mark.skipif(not os.path.exists("/proc/locks"), reason="needs Linux, which tells which files are locked")
def test_locks_of_the_program_stay(tmp_path: Path) -> None:
    with Sink() as sink:
        assert run_app(tmp_path, LOCKED, sink.url).stdout.split() == ["True", "True", "False"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("fs_before", [False, True])
def test_nobody_at_the_other_end_of_a_pipe_is_answered(tmp_path: Path, fs_before: bool) -> None:
    os.mkfifo(tmp_path / "pipe")
    pipe = tmp_path / "other-name"
    os.link(tmp_path / "pipe", pipe)
    written = threading.Event()

    def write() -> None:
        fd = os.open(pipe, os.O_WRONLY)  # waits for somebody who reads
        written.set()
        os.close(fd)

    with observing(fs_before=fs_before):
        os.rename(tmp_path / "pipe", tmp_path / "moved")
        thread = threading.Thread(target=write)
        thread.start()
        for number in range(10):
            os.rename(tmp_path / "moved", tmp_path / f"{number}")
            os.rename(tmp_path / f"{number}", tmp_path / "moved")
            assert not written.wait(0.02)
        with open(tmp_path / "moved", "rb") as file:
            assert file.read() == b""
        thread.join()


def test_a_copy_of_a_secret_is_one(tmp_path: Path) -> None:
    with observing() as observed:
        (tmp_path / ".env").write_text("A=first")
        (tmp_path / "copy.txt").write_text("A=first")
        (tmp_path / "copy.txt").read_text()
        os.rename(tmp_path / ".env", tmp_path / "moved.txt")
        (tmp_path / "moved.txt").read_text()
        (tmp_path / "id_rsa").touch()
        (tmp_path / "empty.txt").touch()
        (tmp_path / "empty.txt").read_text()
    assert set(observed.contents()) <= {version(b"")}
    for span in observed.spans():
        if of(span, names.FS_CONTENT_SIZE):
            assert of(span, names.FS_CONTENT_STATE) == "skipped_secret"


def test_a_secret_that_is_only_renamed_is_not_sent(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=before")
    with observing() as observed:
        os.rename(tmp_path / ".env", tmp_path / "moved.txt")
        (tmp_path / "moved.txt").read_text()
        assert not observed.contents()


@pytest.mark.parametrize("end", ["raise ValueError('of the program')", "import sys; sys.exit('told')"])
def test_a_program_that_fails_shows_what_it_would_show(tmp_path: Path, end: str) -> None:
    app = f"open('a.txt', 'w').close()\n{end}\n"
    with Sink() as sink:
        observed = run_app(tmp_path, app, sink.url, status=1)
    plain = run_app(tmp_path, app, under=PLAIN, status=1)
    assert observed.stderr == plain.stderr


def test_a_close_that_is_interrupted_has_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: Any) -> None:
        raise KeyboardInterrupt

    with observing():
        for mode, buffering in (("w", -1), ("wb", -1), ("wb", 0)):
            file = open(tmp_path / "a", mode, buffering)  # noqa: SIM115
            with monkeypatch.context() as patch:
                patch.setattr("traceway.files.access.Access._event", interrupted)
                with pytest.raises(KeyboardInterrupt):
                    file.close()
            assert file.closed


def test_the_stand_in_passes_for_a_builtin_function() -> None:
    with observing():
        for function in (open, os.rename, os.mkdir):
            assert isinstance(function, types.BuiltinFunctionType)
            assert inspect.isbuiltin(function)
            assert inspect.isroutine(function)


def test_what_begins_with_the_first_file_is_in_no_span(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    began: list[int] = []
    instrumentor = FileInstrumentor()
    real = "traceway.files.spans.SpanWriter.prepare"
    clock = iter(range(1000, 10_000))
    monkeypatch.setattr("time.time_ns", lambda: next(clock))
    monkeypatch.setattr(real, lambda self, flush: began.append(next(clock)))
    starts: list[int] = []
    monkeypatch.setattr("traceway.files.spans.SpanWriter.add", lambda self, event: starts.append(event.start_ns))
    instrumentor.instrument(tracer_provider=TracerProvider(), settings=Settings())
    try:
        open(tmp_path / "a", "w").close()
    finally:
        instrumentor.uninstrument()
    assert began
    assert began[0] < starts[0]


class _Kept:
    """A sink that keeps what it is given."""

    def __init__(self) -> None:
        self.events: list[FileEvent] = []
        self.came = threading.Event()

    def add(self, event: FileEvent) -> None:
        self.events.append(event)
        self.came.set()

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments: None


def test_the_program_is_not_held_up_by_the_thread_that_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("traceway.files.recorder._PAUSE_S", 3600.0)
    sink = _Kept()
    recorder = Recorder(sink)
    recorder.start()
    small = FileEvent("read", "/a", Context(), 1, 2)
    large = small._replace(content=Content("sha256:", 1 << 20, State.UPLOADED, bytes(1 << 20)))
    try:
        recorder.put(small)  # nothing is hurried, so nothing is woken
        assert not sink.came.wait(0.1)
        assert recorder.flush()
        assert len(sink.events) == 1
        for number in (3, 5):
            recorder.put(small)
            recorder.put(large)
            while len(sink.events) < number:
                assert sink.came.wait(10)
                sink.came.clear()
    finally:
        recorder.put(small)
        recorder.stop()
    assert len(sink.events) == 6


@pytest.mark.parametrize(
    "part",
    [
        "access.Access._event", "content.Contents.read", "gate.Gate.context_for", "opening.Open._begin",
        "opening.Open._watch", "operations.PathOperation._finished", "recorder.Recorder.closed",
        "recorder.Recorder.opened", "recorder.Recorder.prepare", "recorder.Recorder.put", "spans.SpanWriter.add",
    ],
)  # fmt: skip
def test_the_program_sees_no_fault_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError(part)

    faults = FAULTS["files"]
    instrumentor = FileInstrumentor()
    instrumentor.instrument(tracer_provider=TracerProvider(), settings=Settings())
    try:
        with monkeypatch.context() as patch:
            patch.setattr(f"traceway.files.{part}", fail)
            (tmp_path / "a").write_text("written")
            assert (tmp_path / "a").read_text() == "written"
            os.rename(tmp_path / "a", tmp_path / "b")
            with pytest.raises(FileNotFoundError):
                open(tmp_path / "a")  # noqa: SIM115
            instrumentor.flush()
    finally:
        instrumentor.uninstrument()
    assert FAULTS["files"] > faults

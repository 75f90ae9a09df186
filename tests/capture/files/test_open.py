"""One span from open to close, whatever the way a file is opened and closed."""

# ruff: noqa: SIM115 -- files left open, opened wrongly or closed elsewhere are what is tested here
from __future__ import annotations

import asyncio
import gc
import io
import os
import shutil
import signal
import tempfile
import threading
from pathlib import Path

import pytest
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from traceway_semconv import names
from traceway_semconv.kinds import SpanKind

from .observing import observing, of, version


def test_a_read_and_a_write(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    with observing() as observed:
        with open(path, "w") as file:
            file.write("three words here")
        with open(path) as file:
            file.read()
        written, read = observed.spans(path)
        assert (written.name, read.name) == ("fs.write", "fs.read")
        assert [of(span, names.TRACEWAY_SPAN_KIND) for span in (written, read)] == [SpanKind.FS_WRITE, SpanKind.FS_READ]
        assert of(written, names.FS_BYTES_WRITTEN) == of(read, names.FS_BYTES_READ) == 16
        assert of(written, names.FS_CONTENT_HASH) == of(read, names.FS_CONTENT_HASH) == version(b"three words here")
        assert (of(read, names.FILE_NAME), of(read, names.FILE_EXTENSION)) == ("notes.md", "md")
        assert of(read, names.FS_OPEN_MODE) == "r"
        assert observed.contents() == {version(b"three words here"): b"three words here"}


@pytest.mark.parametrize(
    ("mode", "does", "operation", "read_bytes", "written_bytes"),
    [
        ("r+", lambda file: file.read(), "read", 4, None),
        ("r+", lambda file: file.write("also"), "write", None, None),
        ("r+", lambda file: file.truncate(1), "write", None, None),
        ("a", lambda file: file.write(" later"), "append", None, 6),
        ("a", lambda file: None, "append", None, 0),
        ("w+", lambda file: file.write("new"), "write", None, 3),
        ("w", lambda file: None, "write", None, 0),
        ("r", lambda file: None, "read", 0, None),
    ],
)
def test_what_was_done(tmp_path: Path, mode, does, operation, read_bytes, written_bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_text("once")
    with observing() as observed:
        with open(path, mode) as file:
            does(file)
        span = observed.span(path)
    assert of(span, names.FS_OPERATION) == operation
    assert of(span, names.FS_BYTES_READ) == read_bytes
    assert of(span, names.FS_BYTES_WRITTEN) == written_bytes
    assert of(span, names.FS_CONTENT_HASH) == version(path.read_bytes())


def test_creating_exclusively(tmp_path: Path) -> None:
    with observing() as observed:
        (tmp_path / "new").open("x").close()
        with pytest.raises(FileExistsError):
            (tmp_path / "new").open("x")
        made, refused = observed.spans(operation="create")
    assert made.status.status_code is StatusCode.UNSET
    assert of(refused, names.ERROR_TYPE) == "FileExistsError"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with observing() as observed:
        with pytest.raises(FileNotFoundError) as caught:
            open(tmp_path / "none.txt")
        span = observed.span()
    assert caught.value.errno == 2
    assert span.status.status_code is StatusCode.ERROR
    assert of(span, names.ERROR_TYPE) == "FileNotFoundError"
    assert of(span, names.FILE_PATH) == str(tmp_path / "none.txt")


def test_copies_in_the_kernel_are_counted(tmp_path: Path) -> None:
    (tmp_path / "from.bin").write_bytes(b"x" * 100_000)
    with observing() as observed:
        shutil.copyfile(tmp_path / "from.bin", tmp_path / "to.bin")
        assert of(observed.span(tmp_path / "from.bin"), names.FS_BYTES_READ) == 100_000
        assert of(observed.span(tmp_path / "to.bin"), names.FS_BYTES_WRITTEN) == 100_000


def test_ways_to_close(tmp_path: Path) -> None:
    with observing() as observed:
        twice = open(tmp_path / "twice", "w")
        twice.close()
        twice.close()
        raw = open(tmp_path / "detached", "w").detach().detach()
        raw.write(b"raw")
        raw.close()
        by_descriptor = os.fdopen(os.open(tmp_path / "descriptor", os.O_WRONLY | os.O_CREAT), "w")
        by_descriptor.close()
        with open(tmp_path / "shared", "w") as owner, open(owner.fileno(), "w", closefd=False) as guest:
            guest.write("guest")
        with open(tmp_path / "unbuffered", "wb", buffering=0) as unbuffered:
            unbuffered.write(b"now")
        paths = [of(span, names.FILE_NAME) for span in observed.spans()]
    assert sorted(paths) == ["descriptor", "detached", "shared", "shared", "twice", "unbuffered"]


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_files_that_are_left_to_the_garbage_collector(tmp_path: Path) -> None:
    class Holder:
        pass

    with observing() as observed:
        file = open(tmp_path / "dropped", "w")
        file.write("to the end")
        del file
        holder = Holder()
        holder.me, holder.file = holder, open(tmp_path / "cycle", "w")  # type: ignore[attr-defined]
        fd = holder.file.fileno()  # type: ignore[attr-defined]
        del holder
        gc.collect()
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(fd)
        assert of(observed.span(tmp_path / "dropped"), names.FS_CONTENT_HASH) == version(b"to the end")
        assert of(observed.span(tmp_path / "cycle"), names.FS_UNCLOSED)


def test_a_number_closed_behind_the_files_back(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("other")
    with observing() as observed:
        file = open(tmp_path / "mine", "wb", buffering=0)
        fd = file.fileno()
        os.close(fd)
        taken = os.open(tmp_path / "other", os.O_RDONLY)
        assert taken == fd
        file.close()  # closes the other one, as it does without us
        assert of(observed.span(tmp_path / "mine"), names.FS_CONTENT_HASH) is None


def test_temporary_files(tmp_path: Path) -> None:
    with observing() as observed:
        with tempfile.NamedTemporaryFile("w", dir=tmp_path, suffix=".csv") as named:
            named.write("a,b")
            named.flush()
            path = named.name
        with tempfile.TemporaryFile("w", dir=tmp_path) as nameless:
            nameless.write("unseen")
        assert of(observed.span(path, "write"), names.FILE_EXTENSION) == "csv"
        assert {of(span, names.FILE_PATH) for span in observed.spans()} == {path}


def test_the_span_belongs_to_who_opened(tmp_path: Path) -> None:
    with observing() as observed:
        with observed.tracer.start_as_current_span("opener") as opener:
            file = open(tmp_path / "a", "w")
        with observed.tracer.start_as_current_span("closer"):
            file.close()
        span = observed.span()
    assert span.parent is not None
    assert span.parent.span_id == opener.get_span_context().span_id


def test_threads_and_tasks(tmp_path: Path) -> None:
    async def task(number: int) -> None:
        with observed.tracer.start_as_current_span(f"task {number}"), open(tmp_path / f"t{number}", "w"):
            await asyncio.sleep(0)

    async def tasks() -> None:
        await asyncio.gather(*(task(number) for number in range(5)))

    def thread(number: int) -> None:
        for each in range(10):
            (tmp_path / f"{number}-{each}").write_text("x")

    with observing() as observed:
        asyncio.run(tasks())
        threads = [threading.Thread(target=thread, args=(number,)) for number in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert len(observed.spans()) == 5 + 40
        parents = {span.context.span_id: span.name for span in observed.memory.get_finished_spans()}
        for span in observed.spans():
            if (name := of(span, names.FILE_NAME)).startswith("t"):
                assert span.parent is not None
                assert parents[span.parent.span_id] == f"task {name[1:]}"


def test_a_signal_handler_may_use_files(tmp_path: Path) -> None:
    def handle(*_: object) -> None:
        (tmp_path / "handler").write_text("called")

    previous = signal.signal(signal.SIGALRM, handle)
    try:
        with observing() as observed:
            signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
            for number in range(500):
                (tmp_path / str(number % 5)).write_text("x")
            signal.setitimer(signal.ITIMER_REAL, 0)
            assert observed.spans(tmp_path / "0")
            assert (tmp_path / "handler").read_text() == "called"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def test_what_stays_open_is_told_at_the_end(tmp_path: Path) -> None:
    with observing() as observed:
        log = open(tmp_path / "app.log", "a", buffering=1)
        log.write("a line\n")
    (span,) = observed.memory.get_finished_spans()
    log.write("another\n")
    log.close()
    assert of(span, names.FS_UNCLOSED) is True
    assert of(span, names.FS_CONTENT_HASH) == version(b"a line\n")


def test_flushing_the_provider_flushes_files(tmp_path: Path) -> None:
    with observing() as observed:
        batches = BatchSpanProcessor(memory := InMemorySpanExporter(), schedule_delay_millis=600_000)
        observed.provider.add_span_processor(batches)
        (tmp_path / "a").write_text("x")
        assert observed.provider.force_flush()
        assert [span.name for span in memory.get_finished_spans()] == ["fs.write"]
        (tmp_path / "b").write_text("x")
        observed.provider.shutdown()
        assert len(memory.get_finished_spans()) == 2


def test_operations_on_paths(tmp_path: Path) -> None:
    with observing() as observed:
        os.makedirs(tmp_path / "deep" / "er")
        os.makedirs(tmp_path / "deep" / "er", exist_ok=True)
        (tmp_path / "draft").write_text("final words")
        os.replace(tmp_path / "draft", tmp_path / "deep" / "text")
        os.truncate(tmp_path / "deep" / "text", 5)
        with pytest.raises(IsADirectoryError):
            os.remove(tmp_path / "deep")
        shutil.rmtree(tmp_path / "deep")
        spans = observed.spans()
    assert [of(span, names.FS_OPERATION) for span in spans] == [
        "mkdir", "mkdir", "write", "rename", "truncate", "delete", "delete", "rmdir", "rmdir",
    ]  # fmt: skip
    rename, truncate, refused = spans[3:6]
    assert (rename.name, of(rename, names.FS_RENAME_SOURCE)) == ("fs.rename", str(tmp_path / "draft"))
    assert of(rename, names.FS_CONTENT_HASH) == version(b"final words")
    assert of(truncate, names.FS_CONTENT_HASH) == version(b"final")
    assert of(refused, names.ERROR_TYPE) == "IsADirectoryError"
    assert {of(span, names.FILE_PATH) for span in spans[6:]} == {
        str(tmp_path / "deep"),
        str(tmp_path / "deep" / "er"),
        str(tmp_path / "deep" / "text"),
    }


def test_os_open_when_asked_for(tmp_path: Path) -> None:
    with observing(fs_os_open=True) as observed:
        fd = os.open(tmp_path / "raw", os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        os.write(fd, b"bytes")
        os.close(fd)
        with io.open(os.open(tmp_path / "raw", os.O_RDONLY)) as file:  # noqa: UP020
            file.read()
        written, read = observed.spans(tmp_path / "raw")
    assert (of(written, names.FS_OPERATION), of(written, names.FS_CONTENT_HASH)) == ("write", version(b"bytes"))
    assert (of(read, names.FS_OPERATION), of(read, names.FS_BYTES_READ)) == ("read", 5)


def test_what_was_there_before_and_who_did_it(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    with observing(fs_before=True, fs_caller=True) as observed:
        path.write_text("new")
        span = observed.span(path)
    assert of(span, names.FS_CONTENT_HASH_BEFORE) == version(b"old")
    assert of(span, "code.file.path") == __file__
    assert of(span, "code.function.name") == "test_what_was_there_before_and_who_did_it"

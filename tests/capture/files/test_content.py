"""Versions and their bytes: what is sent, once, in chunks that make the file again, and what is said of the rest."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, LogRecordExportResult
from opentelemetry.trace import INVALID_SPAN

from traceway.files import content as content_module
from traceway.files.content import Content, Contents, Limits, State
from traceway.files.event import FileEvent
from traceway.files.exporter import content_exporter
from traceway.files.upload import CHUNK_BYTES, MAX_PENDING_BYTES, Uploader
from traceway_semconv import names

from .observing import observing, of, version

KEY = "AKIA" + "Q3EGRIXH5NUAY7TB"


@pytest.mark.parametrize(
    ("name", "data", "settings", "state"),
    [
        ("a.txt", b"plain text", {}, State.UPLOADED),
        ("a.txt", "grüße, 你好".encode(), {}, State.UPLOADED),
        ("a.txt", "für".encode("latin-1"), {}, State.UPLOADED),
        ("empty", b"", {}, State.UPLOADED),
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0", {}, State.SKIPPED_BINARY),
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0", {"fs_binary": True}, State.UPLOADED),
        ("a.txt", b"x" * ((1 << 20) + 1), {}, State.SKIPPED_SIZE),
        ("a.txt", b"x" * ((1 << 20) + 1), {"fs_max_file_mib": 2}, State.UPLOADED),
        (".env", b"A=1", {}, State.SKIPPED_SECRET),
        ("config.txt", f"aws_access_key_id = {KEY}\n".encode(), {}, State.SKIPPED_SECRET),
        ("config.txt", f"aws_access_key_id = {KEY}\n".encode(), {"redact_secrets": False}, State.UPLOADED),
        ("a.txt", b"plain text", {"capture_content": "off"}, State.HASH_ONLY),
        ("a.txt", b"my name is Ada", {"redact": "tests.capture.files.test_content:without_ada"}, State.SKIPPED_SECRET),
    ],
)
def test_what_becomes_of_contents(tmp_path: Path, name: str, data: bytes, settings: dict[str, Any], state: State):
    path = tmp_path / name
    with observing(**settings) as observed:
        path.write_bytes(data)
        span = observed.span(path)
        contents = observed.contents()
    assert of(span, names.FS_CONTENT_STATE) == state.value
    assert of(span, names.FS_CONTENT_HASH) == version(data)
    assert of(span, names.FS_CONTENT_SIZE) == len(data)
    assert contents == ({version(data): data} if state is State.UPLOADED else {})


def without_ada(text: str) -> str:
    return text.replace("Ada", "…")


def test_a_process_sends_so_much_and_no_more(tmp_path: Path) -> None:
    with observing(fs_max_run_mib=1) as observed:
        for number in range(4):
            (tmp_path / str(number)).write_bytes(str(number).encode() * 400_000)
        states = [of(span, names.FS_CONTENT_STATE) for span in observed.spans()]
        assert len(observed.contents()) == 2
    assert states == ["uploaded", "uploaded", "skipped_run_limit", "skipped_run_limit"]


def test_too_large_to_be_hashed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content_module, "MAX_HASHED_BYTES", 10)
    with observing() as observed:
        (tmp_path / "a").write_bytes(b"x" * 11)
        span = observed.span()
    assert (of(span, names.FS_CONTENT_HASH), of(span, names.FS_CONTENT_STATE)) == (None, "skipped_size")
    assert of(span, names.FILE_SIZE) == 11


def test_the_same_size_and_time_are_not_the_same_version(tmp_path: Path) -> None:
    """A file that changes faster than the clock of the file system ticks."""
    with observing() as observed:
        for number in range(15):
            (tmp_path / "a").write_text(f"{number:05}")
            assert of(observed.spans()[-1], names.FS_CONTENT_HASH) == version(f"{number:05}".encode())


@given(st.binary(max_size=50) | st.integers(0, 3).map(lambda n: b"x\0y" * (n * CHUNK_BYTES // 2)))
def test_chunks_make_the_file_again(data: bytes) -> None:
    exporter = InMemoryLogRecordExporter()
    uploader = Uploader(lambda: exporter, max_run_bytes=1 << 30)
    assert uploader.reserve(len(data))
    content = Content(version(data), len(data), State.UPLOADED, data)
    event = FileEvent("read", "/a", {}, 1, 2, content=content)  # type: ignore[arg-type]
    assert uploader.send(event, INVALID_SPAN) is State.UPLOADED
    assert uploader.is_sent(content.id)
    uploader.close()
    records = [log.log_record for log in exporter.get_finished_logs()]
    rebuilt = bytearray(len(data))
    for record in records:
        attributes, body = record.attributes or {}, record.body
        assert isinstance(body, bytes)
        assert len(body) <= CHUNK_BYTES
        assert attributes[names.CONTENT_CHUNK_COUNT] == len(records)
        offset = int(str(attributes[names.CONTENT_CHUNK_OFFSET]))
        rebuilt[offset : offset + len(body)] = body
    assert hashlib.sha256(rebuilt).hexdigest() == content.id.removeprefix("sha256:")


class _Stuck(InMemoryLogRecordExporter):
    """Takes nothing until it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go = threading.Event()

    def export(self, batch: Sequence[ReadableLogRecord]) -> LogRecordExportResult:
        self.may_go.wait(60)
        return super().export(batch)


def test_what_waits_is_bounded_in_bytes() -> None:
    exporter = _Stuck()
    uploader = Uploader(lambda: exporter, max_run_bytes=1 << 40)
    data = b"x" * (4 << 20)
    contents = Contents(Limits(True, 8 << 20, False, uploader.is_sent, uploader.reserve))
    kept = 0
    for number in range(20):
        if uploader.reserve(len(data)):
            kept += len(data)
            content = Content(version(str(number).encode()), len(data), State.UPLOADED, data)
            event = FileEvent("read", "/a", {}, 1, 2, content=content)  # type: ignore[arg-type]
            assert uploader.send(event, INVALID_SPAN) is State.UPLOADED
    assert kept == MAX_PENDING_BYTES
    assert contents.read_path(__file__) is not None
    exporter.may_go.set()
    uploader.flush()
    assert uploader.reserve(len(data))
    uploader.close()


def test_no_room_is_said(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("text")
    full = Contents(Limits(True, 1 << 20, False, is_sent=lambda id: False, reserve=lambda size: False))
    content = full.read_path(str(tmp_path / "a"))
    assert content == Content(version(b"text"), 4, State.DROPPED)


@pytest.mark.parametrize(
    ("environ", "sends"),
    [
        ({}, True),
        ({"OTEL_LOGS_EXPORTER": "none"}, False),
        ({"OTEL_LOGS_EXPORTER": "console"}, False),
        ({"OTEL_LOGS_EXPORTER": "console,otlp"}, True),
        ({"OTEL_LOGS_EXPORTER": "traceway"}, True),
        ({"OTEL_SDK_DISABLED": "true"}, False),
    ],
)
def test_where_contents_go(environ: dict[str, str], sends: bool) -> None:
    assert (content_exporter(environ) is not None) is sends


def test_the_users_exporter_is_taken() -> None:
    make = content_exporter({"OTEL_LOGS_EXPORTER": "otlp"})
    assert make is not None
    exporter = make()
    assert type(exporter).__module__.startswith("opentelemetry.exporter.otlp.proto.http")
    exporter.shutdown()  # type: ignore[no-untyped-call]
    unknown = content_exporter({"OTEL_LOGS_EXPORTER": "nobody"})
    assert unknown is not None
    with pytest.raises(LookupError, match="nobody"):
        unknown()

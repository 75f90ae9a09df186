"""Unmodified programs under ``opentelemetry-instrument``: what arrives at a collector."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.capture.apps import run_app
from tests.capture.sink import Sink, attributes
from traceway_semconv import names

from .observing import version

STANDARD_LIBRARY = """
    import csv, gzip, json, logging, pathlib, pickle, shutil, sqlite3, tempfile, zipfile

    with open("in.json", "w") as file:
        json.dump({"a": 1}, file)
    with open("in.json") as file:
        assert json.load(file) == {"a": 1}
    with open("t.csv", "w", newline="") as file:
        csv.writer(file).writerow([1, 2])
    with open("p.pickle", "wb") as file:
        pickle.dump([1], file)
    with gzip.open("z.gz", "wt") as file:
        file.write("zipped")
    with zipfile.ZipFile("z.zip", "w") as archive:
        archive.write("in.json")
    shutil.copy("in.json", "copy.json")
    pathlib.Path("copy.json").rename("moved.json")
    handler = logging.FileHandler("app.log")
    logging.getLogger("app").addHandler(handler)
    logging.getLogger("app").warning("said")
    print(open, type(open("in.json")).__name__)
"""


def test_the_standard_library(tmp_path: Path) -> None:
    with Sink() as sink:
        done = run_app(tmp_path, STANDARD_LIBRARY, sink.url)
        spans = files_of(sink)
        contents = contents_of(sink)
    assert done.stdout == "<built-in function open> TextIOWrapper\n"
    assert done.stderr == ""
    assert len({span.trace_id for span in spans}) == 1, "what a script does is one trace"
    seen = [(span.name, attributes(span)[names.FILE_NAME]) for span in spans]
    for expected in (
        ("fs.write", "in.json"), ("fs.read", "in.json"), ("fs.write", "t.csv"), ("fs.write", "p.pickle"),
        ("fs.write", "z.gz"), ("fs.write", "z.zip"), ("fs.write", "copy.json"), ("fs.rename", "moved.json"),
        ("fs.write", "app.log"),
    ):  # fmt: skip
        assert expected in seen
    (log,) = [attributes(span) for span in spans if attributes(span)[names.FILE_NAME] == "app.log"]
    assert log[names.FS_UNCLOSED] is True
    for name in ("in.json", "t.csv", "app.log", "moved.json"):
        data = (tmp_path / name).read_bytes()
        assert contents[version(data)] == data
    for record in sink.logs(names.EVENT_FS_CONTENT):
        assert (record.trace_id, record.span_id) in {(span.trace_id, span.span_id) for span in spans}


def test_forked_children_tell_of_their_own_files_only(tmp_path: Path) -> None:
    app = """
        import os, sys
        held = open("held.txt", "w")
        held.write("by the parent")
        held.flush()
        child = os.fork()
        if child == 0:
            held.close()
            with open("child.txt", "w") as file:
                file.write("by the child")
            sys.exit(0)
        assert os.waitpid(child, 0)[1] == 0
        held.close()
    """
    with Sink() as sink:
        run_app(tmp_path, app, sink.url)
        spans = [attributes(span)[names.FILE_NAME] for span in files_of(sink)]
        contents = set(contents_of(sink).values())
    assert sorted(spans) == ["child.txt", "held.txt"]
    assert contents == {b"by the parent", b"by the child"}


@pytest.mark.parametrize(
    ("ending", "status"),
    [("raise SystemExit(3)", 3), ("raise ValueError('of the app')", 1), ("import sys; sys.exit()", 0)],
)
def test_a_program_that_ends_at_once(tmp_path: Path, ending: str, status: int) -> None:
    with Sink() as sink:
        run_app(tmp_path, f"open('a.txt', 'w').write('last words')\n{ending}\n", sink.url, status=status)
        assert [attributes(span)[names.FILE_NAME] for span in files_of(sink)] == ["a.txt"]
        assert set(contents_of(sink).values()) == {b"last words"}


def test_no_contents_where_logs_go_nowhere(tmp_path: Path) -> None:
    with Sink() as sink:
        run_app(tmp_path, "open('a.txt', 'w').write('x')", sink.url, OTEL_LOGS_EXPORTER="none")
        (span,) = files_of(sink)
        assert attributes(span)[names.FS_CONTENT_STATE] == "hash_only"
        assert attributes(span)[names.FS_CONTENT_HASH] == version(b"x")
        assert contents_of(sink) == {}


def test_no_files_when_switched_off(tmp_path: Path) -> None:
    with Sink() as sink:
        done = run_app(tmp_path, "print(type(open).__name__)", sink.url, TRACEWAY_FS="0")
        assert files_of(sink) == []
    assert done.stdout == "builtin_function_or_method\n"


def test_a_server_that_is_not_there_stops_nobody(tmp_path: Path) -> None:
    app = "open('a.txt', 'w').write('x'); print(open('a.txt').read())"
    assert run_app(tmp_path, app, "http://127.0.0.1:9").stdout == "x\n"


def files_of(sink: Sink) -> list[Span]:
    """What was recorded in the folder of the app."""
    return [span for span in sink.spans() if span.name.startswith("fs.")]


def contents_of(sink: Sink) -> dict[str, bytes]:
    whole: dict[str, bytes] = {}
    for record in sorted(sink.logs(names.EVENT_FS_CONTENT), key=_offset):
        id = attributes(record)[names.CONTENT_ID]
        whole[id] = whole.get(id, b"") + record.body.bytes_value
    assert all(id == version(data) for id, data in whole.items())
    return whole


def _offset(record: Any) -> int:
    offset: int = attributes(record)[names.CONTENT_CHUNK_OFFSET]
    return offset

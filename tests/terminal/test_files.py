"""``export`` and ``import``: what leaves one server arrives in another as it was."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import threading

import pyarrow.parquet
import pytest

from tests.api.telemetry import spans_request, trace_id
from tests.e2e.serving import TRACEWAY, Served, clean_environment

from .conftest import TRACE, Terminal, agent_run

WHOLE_ID = trace_id(TRACE)


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    with Served(tmp_path_factory.mktemp("other")) as server:
        yield Terminal(server)


@pytest.mark.parametrize("ending", ["json", "jsonl", "csv", "parquet"])
def test_a_trace_goes_round(terminal, other, ending, tmp_path):
    file = tmp_path / f"trace.{ending}"
    said = terminal.out("export", "abcd", "-o", str(file))
    assert said.endswith(f"written to {file}\n")
    assert other.out("import", str(file)) == "5 spans accepted, 0 rejected\n"
    assert other.server.get(f"/api/traces/{WHOLE_ID}/otlp") == terminal.server.get(f"/api/traces/{WHOLE_ID}/otlp")
    other.server.ask("DELETE", f"/api/traces/{WHOLE_ID}")


def test_forms_are_what_they_are_called(terminal, tmp_path):
    file = tmp_path / "spans.parquet"
    done = json.loads(terminal.out("export", "-q", "kind:llm_call", "--of", "spans", "-o", str(file), "--json"))
    assert done == {"path": str(file), "format": "parquet", "bytes": file.stat().st_size}
    assert pyarrow.parquet.read_table(file).num_rows == 2
    rows = list(csv.DictReader(io.StringIO(terminal.out("export", "abcd", "--format", "csv"))))
    assert len(rows) == 5
    lines = terminal.out("export").splitlines()
    assert all("resourceSpans" in json.loads(line) for line in lines)
    assert "resourceSpans" in json.loads(terminal.out("export", "abcd", "--format", "otlp"))


def test_an_import_from_a_pipe(terminal, other):
    lines = terminal.out("export", "abcd", "--format", "jsonl")
    done = subprocess.run(
        [TRACEWAY, "import", "-", "--format", "jsonl", "--json", "--url", other.server.urls["api"]],
        input=lines,
        capture_output=True,
        text=True,
        check=True,
        env=clean_environment(),
    )
    assert json.loads(done.stdout)["accepted"] == 5


def test_an_import_from_a_named_pipe_and_an_export_to_a_device(terminal, other, tmp_path):
    lines = terminal.out("export", "abcd", "--format", "jsonl")
    pipe = tmp_path / "spans.jsonl"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(lines,))
    writer.start()
    assert json.loads(other.out("import", str(pipe), "--json"))["rejected"] == 0
    writer.join()
    assert len(other.server.get(f"/api/traces/{WHOLE_ID}")["spans"]) == 5
    other.server.ask("DELETE", f"/api/traces/{WHOLE_ID}")
    reader = threading.Thread(target=lambda: found.append(pipe.read_text()))
    found: list[str] = []
    reader.start()
    terminal.out("export", "abcd", "-o", str(pipe))
    reader.join()
    assert found == [lines]
    assert list(tmp_path.iterdir()) == [pipe]


def test_what_was_there_stays_when_an_export_fails(terminal, tmp_path):
    file = tmp_path / "kept.jsonl"
    file.write_text("before")
    assert terminal.run("export", "-q", "nokey:x", "-o", str(file)).returncode == 2
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]
    missing = terminal.run("export", "abcd", "-o", str(tmp_path / "no" / "folder.jsonl"))
    assert missing.returncode == 2
    assert "cannot be written: No such file or directory" in missing.stderr


def test_a_file_that_is_partly_wrong_is_told_line_by_line(terminal, other, tmp_path):
    good = json.dumps(json.loads(terminal.out("export", "abcd", "--format", "jsonl").splitlines()[0]))
    file = tmp_path / "mixed.jsonl"
    file.write_text(f"{good}\nnonsense\n")
    done = other.run("import", str(file))
    assert done.returncode in (1, 2)
    assert "line 2" in done.stderr
    assert other.run("import", str(tmp_path / "none.jsonl")).returncode == 2


@pytest.mark.parametrize("ending", ["json", "jsonl"])
def test_a_file_that_is_too_large_is_told_although_it_is_still_being_sent(ending, tmp_path):
    file = tmp_path / f"large.{ending}"
    file.write_text('{"resourceSpans":[' + " " * (24 << 20) + "]}")
    with Served(tmp_path, "--max-request-mib", "1") as server:
        done = Terminal(server).run("import", str(file))
    assert (done.returncode, done.stdout) == (2, "")
    assert "than 1048576 bytes" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["export", "abcd", "-q", "kind:tool"], "q is given with the id of a trace"),
        (["export", "--json"], "expected -o FILE"),
        (["export", "-o", ""], ". cannot be written: "),
        (["export", "-o", "/"], "/ cannot be written: "),
        (["export", "--format", "xml"], "invalid choice: 'xml'"),
    ],
)
def test_what_cannot_be_asked_for_is_told(terminal, words, said):
    done = terminal.run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_many_traces_are_streamed(other, tmp_path):
    for number in range(1, 60):
        other.server.send(spans_request(agent_run(number << 64, number << 16), service="guide"))
    lines = other.out("export", "--limit", "50", "-q", "kind:tool").splitlines()
    spans = sum(
        len(scope["spans"])
        for line in lines
        for each in json.loads(line)["resourceSpans"]
        for scope in each["scopeSpans"]
    )
    assert spans == 50 * 5

"""``traceway doctor`` as its users run it: each thing that stops a program from being recorded, and none."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.capture.apps import BIN, TRACEWAY_RUN, run_app
from tests.capture.distro.test_instrumentors import install
from tests.e2e.serving import clean_environment


class Diagnosis:
    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.code = done.returncode
        self.told = json.loads(done.stdout)
        self.findings = self.told["findings"]

    def of(self, level: str) -> list[str]:
        return [finding["sentence"] for finding in self.findings if finding["level"] == level]

    def says(self, level: str, *words: str) -> bool:
        return any(all(word in sentence for word in words) for sentence in self.of(level))


def run_doctor(folder: Path, *flags: str, url: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    settings = {"TRACEWAY_SPOOL_DIR": str(folder / "spool"), "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    if url:
        settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = url
    return subprocess.run(
        [str(BIN / "traceway"), "doctor", *flags],
        cwd=folder,
        env=clean_environment() | settings | environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def examined(tmp_path):
    def examine(url: str = "", **environ: str) -> Diagnosis:
        return Diagnosis(run_doctor(tmp_path, "--json", url=url, **environ))

    return examine


def test_where_all_is_well(tmp_path, sink):
    done = run_doctor(tmp_path, url=sink.url)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{sink.url}/v1/traces (OTEL_EXPORTER_OTLP_ENDPOINT) takes telemetry" in done.stdout
    assert "starts with Traceway under `traceway run`" in done.stdout
    assert "recorded: the collector is on this machine" in done.stdout
    assert "→" not in done.stdout
    assert done.stdout.endswith("\nA program started here would be recorded.\n")


def test_as_json(examined, sink):
    diagnosis = examined(sink.url)
    assert (diagnosis.code, diagnosis.told["recorded"]) == (0, True)
    assert {finding["level"] for finding in diagnosis.findings} == {"ok"}
    assert all(set(finding) == {"level", "sentence", "advice"} for finding in diagnosis.findings)


def test_nothing_answers(examined):
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
    diagnosis = examined(TRACEWAY_URL=url)
    assert (diagnosis.code, diagnosis.told["recorded"]) == (1, False)
    assert diagnosis.says("error", "nothing answers", f"{url}/v1/traces", "TRACEWAY_URL")


@pytest.mark.parametrize(
    ("status", "level", "said"),
    [
        (401, "error", "refuses the key (401)"),
        (403, "error", "refuses the key (403)"),
        (404, "error", "no receiver of OTLP"),
        (400, "error", "refuses telemetry (400)"),
        (503, "warning", "not ready (503)"),
    ],
)
def test_answers_that_are_none(examined, sink, status, level, said):
    sink.status = status
    diagnosis = examined(sink.url)
    assert diagnosis.says(level, said)
    assert diagnosis.code == (1 if level == "error" else 0)


@contextmanager
def speaks_something_else():
    """A port that answers everything with the first bytes of HTTP/2, as one for gRPC does."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1 << 16)
                connection.sendall(b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x05\x00\x00\x40\x00\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


def test_a_port_for_something_else(examined):
    with speaks_something_else() as url:
        diagnosis = examined(url)
    assert diagnosis.says("error", "not in HTTP")


@pytest.mark.parametrize(
    ("environ", "level", "words"),
    [
        ({"OTEL_SDK_DISABLED": "true"}, "error", ["OTEL_SDK_DISABLED"]),
        ({"OTEL_TRACES_EXPORTER": "none"}, "error", ["OTEL_TRACES_EXPORTER is none"]),
        ({"OTEL_TRACES_SAMPLER": "always_off"}, "error", ["OTEL_TRACES_SAMPLER"]),
        ({"OTEL_LOGS_EXPORTER": "none"}, "warning", ["contents of files are not sent"]),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, "warning", ["keeps nothing while the collector is away"]),
        ({"TRACEWAY_SPOOL_MAX_MIB": "lots"}, "warning", ["TRACEWAY_SPOOL_MAX_MIB is 'lots'"]),
        ({"OTEL_PYTHON_DISABLED_INSTRUMENTATIONS": "openai"}, "warning", ["leaves out OpenAI calls"]),
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "warning", ["gRPC"]),
        ({"PYTHONPATH": "/no/such/folder"}, "warning", ["PYTHONPATH", "/no/such/folder"]),
        ({"OTEL_PYTHON_DISTRO": "other"}, "warning", ["OTEL_PYTHON_DISTRO is 'other'"]),
        ({"TRACEWAY_CAPTURE_CONTENT": "off"}, "ok", ["not recorded: TRACEWAY_CAPTURE_CONTENT is off"]),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "localhost:4318"}, "error", ["no HTTP address"]),
    ],
)
def test_variables(examined, sink, environ, level, words):
    diagnosis = examined(**{"OTEL_EXPORTER_OTLP_ENDPOINT": sink.url, **environ})
    assert diagnosis.says(level, *words)
    assert diagnosis.code == (1 if level == "error" else 0)
    if level != "ok":
        assert all(finding["advice"] for finding in diagnosis.findings if finding["level"] == level)


def test_content_goes_nowhere_else_unasked(examined):
    diagnosis = examined("http://192.0.2.1:1", HTTP_PROXY="http://127.0.0.1:9")
    assert diagnosis.says("warning", "not recorded", "on another machine", "192.0.2.1")


def test_a_python_without_traceway(tmp_path, examined, sink):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "other")], check=True)
    diagnosis = examined(sink.url, PATH=str(tmp_path / "other/bin"))
    assert diagnosis.says("error", str(tmp_path / "other/bin/python"), "does not start with Traceway")
    assert diagnosis.code == 1


def test_a_python_that_ignores_the_environment(tmp_path, examined, sink):
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin/python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} -E "$@"\n')
    python.chmod(0o755)
    diagnosis = examined(sink.url, PATH=str(tmp_path / "bin"))
    assert diagnosis.says("error", "ignores the environment")


def test_a_python_that_does_not_run(tmp_path, examined, sink):
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin/python"
    python.write_text("#!/bin/sh\necho broken >&2; exit 3\n")
    python.chmod(0o755)
    assert examined(sink.url, PATH=str(tmp_path / "bin")).says("error", "does not run", "broken")


def test_another_sitecustomize(tmp_path, examined, sink):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs/sitecustomize.py").write_text("")
    diagnosis = examined(sink.url, PYTHONPATH=str(tmp_path / "theirs"))
    assert diagnosis.says("warning", "another sitecustomize", str(tmp_path / "theirs/sitecustomize.py"))
    assert diagnosis.code == 0


def test_packages_that_do_the_same(tmp_path, examined, sink):
    site = tmp_path / "site"
    site.mkdir()
    install(site, "openai", module="a_vendors")
    install(site, "flask", module="one")
    install(site, "flask", module="two")
    metadata = site / "other_distro-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: other-distro\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[opentelemetry_distro]\nother = other:Distro\n")
    (site / "ollama-0.1.0.dist-info").mkdir()
    (site / "ollama-0.1.0.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: ollama\nVersion: 0.1.0\n")
    diagnosis = examined(sink.url, PYTHONPATH=str(site))
    assert diagnosis.says("ok", "openai is observed by Traceway alone", "a_vendors")
    assert diagnosis.says("warning", "flask is observed twice, by one and two")
    assert diagnosis.says("warning", "another distro, other")
    assert diagnosis.says("warning", "ollama 0.1.0 is not recorded", "0.4")
    assert diagnosis.code == 0


def test_what_waits_is_told(tmp_path, examined, sink):
    sink.status = 503
    code = "from opentelemetry import trace\ntrace.get_tracer('shop').start_span('order').end()"
    run_app(tmp_path, code, sink.url, under=TRACEWAY_RUN)
    diagnosis = examined(sink.url)
    assert diagnosis.says("warning", "KiB wait for", sink.url, str(tmp_path / "spool"), "seconds")

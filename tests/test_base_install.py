"""The base install alone: an interpreter that sees Traceway's dependencies without extras, a program's own, and nothing
of the server's."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from importlib.metadata import distribution
from pathlib import Path

import pytest

from benchmarks.capture.weight import closure
from tests.capture.sink import Sink, attributes
from tests.e2e.serving import clean_environment
from tests.models.openai_server import OpenAIServer
from traceway_semconv import names

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys._base_executable  # of the same version, with none of what is installed here
TIMEOUT_S = 120

APP = """
from pathlib import Path
from openai import OpenAI

client = OpenAI()
asked = [{"role": "user", "content": Path("question.txt").read_text()}]
answer = client.chat.completions.create(model="gpt-4o-mini", messages=asked).choices[0].message.content
stream = client.chat.completions.create(model="gpt-4o-mini", messages=asked, stream=True)
again = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
Path("answer.txt").write_text(answer + again)
"""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment whose only packages are links to those of the base install, and to the program's own."""
    packages = tmp_path / "packages"
    packages.mkdir()
    here = Path(sysconfig.get_path("purelib"))
    for name in closure("traceway", "openai"):
        for file in distribution(name).files or ():
            top = file.parts[0]
            if top not in {"..", "__pycache__"} and not (packages / top).exists():
                (packages / top).symlink_to(here / top)
    for folder in ("semconv/traceway_semconv", "instrumentation/traceway", "collector/traceway_collector"):
        (packages / Path(folder).name).symlink_to(ROOT / folder)
    return clean_environment() | {"PYTHONPATH": str(packages), "TRACEWAY_SPOOL_DIR": str(tmp_path / "spool")}


def run(environ: dict[str, str], folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PYTHON, "-s", *command],
        env=environ,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


def test_it_records_an_unmodified_program(tmp_path, environ):
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "question.txt").write_text("Where is order 7?")
    with OpenAIServer() as model, Sink() as sink:
        environ |= {
            "OPENAI_BASE_URL": model.base_url,
            "OPENAI_API_KEY": "none",
            "OTEL_EXPORTER_OTLP_ENDPOINT": sink.url,
        }
        done = run(environ, tmp_path, "-m", "traceway.cli", "run", "--", PYTHON, "-s", "app.py")
    assert (done.returncode, done.stderr) == (0, "")
    spans = {span.name: attributes(span) for span in sink.spans()}
    assert set(spans) == {"app.py", "chat gpt-4o-mini", "fs.read", "fs.write"}
    assert spans["chat gpt-4o-mini"][names.INPUT_TOKENS] > 0
    assert spans["fs.read"][names.FILE_NAME] == "question.txt"
    assert len({span.trace_id for span in sink.spans()}) == 1
    assert next(record.body.bytes_value for record in sink.logs(names.EVENT_FS_CONTENT)) == b"Where is order 7?"


def test_the_server_says_what_to_install(tmp_path, environ):
    done = run(environ, tmp_path, "-m", "traceway.cli", "serve", "--api-port", "0")
    assert done.returncode == 1
    assert "pip install 'traceway[collector]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_works(tmp_path, environ):
    done = run(environ, tmp_path, "-m", "traceway.cli", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert all(verb in done.stdout for verb in ("run", "doctor", "serve"))

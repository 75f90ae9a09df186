"""``traceway run``: it becomes the program, whatever that is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.capture.apps import BIN
from tests.e2e.serving import clean_environment
from traceway.run import environment

RUN = (str(BIN / "traceway"), "run")
ORDER = "from opentelemetry import trace\ntrace.get_tracer('shop').start_span('order').end()\n"


def run(folder: Path, *command: str, url: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    settings = {"TRACEWAY_SPOOL_DIR": str(folder / "spool"), "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    if url:
        settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = url
    return subprocess.run(
        [*RUN, *command],
        cwd=folder,
        env=clean_environment() | settings | environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def program(folder: Path, name: str, code: str = ORDER) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code)
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("command", "name", "service"),
    [
        (("--", "python", "app.py"), "app.py", "app"),
        (("python", "-m", "shop"), "shop", "shop"),
        (("python", "-Wdefault", "-X", "utf8", "-m", "shop.orders"), "shop.orders", "shop.orders"),
        (("./script.py",), "script.py", "script"),
        (("python", "-c", ORDER), "python", "python"),
        (("python", "shop"), "shop", "shop"),
    ],
)
def test_programs_of_every_kind(tmp_path, sink, command, name, service):
    program(tmp_path, "app.py")
    program(tmp_path, "shop/__main__.py")
    program(tmp_path, "shop/orders.py")
    program(tmp_path, "script.py", f"#!{sys.executable}\n{ORDER}")
    done = run(tmp_path, *command, url=sink.url)
    assert (done.returncode, done.stderr) == (0, "")
    assert {span.name for span in sink.spans()} == {"order", name}
    assert {resource["service.name"] for resource, _ in sink.resource_spans()} == {service}


def test_a_command_that_starts_python_by_another_name(tmp_path, sink):
    program(tmp_path, "app.py")
    script = program(tmp_path, "start", '#!/bin/sh\nexec python app.py "$@"\n')
    assert run(tmp_path, str(script), url=sink.url).returncode == 0
    assert "order" in {span.name for span in sink.spans()}


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (("no-such-command",), 127, "no-such-command: no such command"),
        (("./no/such/file",), 127, "no such command"),
        (("./data.txt",), 126, "permission denied"),
        (("./plain.py",), 126, "use: traceway run python ./plain.py"),
        (("./nothing",), 126, "is no program"),
        ((), 2, "traceway run python app.py"),
        (("--",), 2, "traceway run python app.py"),
    ],
)
def test_what_cannot_be_run_gets_a_sentence_and_the_code_of_a_shell(tmp_path, command, code, said):
    (tmp_path / "data.txt").write_text("1")
    (tmp_path / "plain.py").write_text("1")
    (tmp_path / "data.txt").chmod(0o644)
    program(tmp_path, "nothing", "\0\1\2")
    done = run(tmp_path, *command)
    assert done.returncode == code
    assert said in done.stderr
    assert done.stderr.startswith("traceway run: ")
    assert done.stderr.count("\n") == 1


def test_it_is_the_same_process_and_gets_the_signals(tmp_path):
    done = run(tmp_path, "sh", "-c", "kill -TERM $$")
    assert done.returncode == -15


def test_a_sitecustomize_of_the_user_runs_too(tmp_path, sink):
    program(tmp_path, "theirs/sitecustomize.py", "import os; os.environ['OTEL_SERVICE_NAME'] = 'said'")
    program(tmp_path, "app.py", f"import sys, sitecustomize; print(sitecustomize.__file__, sys.path[1])\n{ORDER}")
    theirs = str(tmp_path / "theirs")
    done = run(tmp_path, "python", "app.py", url=sink.url, PYTHONPATH=theirs)
    assert done.stdout == f"{theirs}/sitecustomize.py {theirs}\n"
    assert {resource["service.name"] for resource, _ in sink.resource_spans()} == {"said"}


def test_a_sitecustomize_that_fails_does_not_stop_us_nor_the_program(tmp_path, sink):
    program(tmp_path, "theirs/sitecustomize.py", "raise RuntimeError('theirs')")
    program(tmp_path, "app.py")
    done = run(tmp_path, "python", "app.py", url=sink.url, PYTHONPATH=str(tmp_path / "theirs"))
    assert done.returncode == 0
    assert "RuntimeError: theirs" in done.stderr
    assert "order" in {span.name for span in sink.spans()}


def test_a_python_without_traceway_runs_the_program_and_says_so(tmp_path):
    """As that of another virtual environment, or an old one."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "other")], check=True)
    program(tmp_path, "app.py", "print('ran')")
    other = str(tmp_path / "other/bin/python")
    done = run(tmp_path, other, "app.py")
    assert (done.returncode, done.stdout) == (0, "ran\n")
    assert done.stderr == f"traceway: {other} cannot be recorded: No module named 'traceway'\n"
    # Its children, which nobody asked to be recorded, say nothing.
    done = run(tmp_path, "sh", "-c", f"{other} app.py; true")
    assert (done.stdout, done.stderr) == ("ran\n", "")


@pytest.mark.parametrize("option", ["-I", "-E", "-S"])
def test_options_by_which_python_shuts_us_out_are_told(tmp_path, option):
    program(tmp_path, "app.py", "print('ran')")
    done = run(tmp_path, "python", "-B" + option[1:], "app.py")
    assert (done.returncode, done.stdout) == (0, "ran\n")
    assert f"python {option} starts without Traceway" in done.stderr


@pytest.mark.parametrize("outer", ["run", "instrument"])
def test_one_inside_the_other_records_once(tmp_path, sink, outer):
    program(tmp_path, "app.py")
    if outer == "run":
        done = run(tmp_path, "opentelemetry-instrument", "python", "app.py", url=sink.url)
    else:
        done = run(tmp_path, "traceway", "run", "python", "app.py", url=sink.url)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(span.name for span in sink.spans()) == ["app.py", "order"]


def test_environment_keeps_the_run_and_the_path():
    once = environment({"PYTHONPATH": "a:b", "TRACEWAY_RUN_ID": "7", "OTEL_PYTHON_DISTRO": "theirs"})
    assert once["PYTHONPATH"].split(":")[1:] == ["a", "b"]
    assert (once["TRACEWAY_RUN_ID"], once["OTEL_PYTHON_DISTRO"]) == ("7", "traceway")
    assert environment(once)["PYTHONPATH"] == once["PYTHONPATH"]
    assert environment({})["PYTHONPATH"].count(":") == 0

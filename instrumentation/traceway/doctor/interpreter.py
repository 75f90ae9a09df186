"""The Python that a program would run on: started as ``traceway run`` starts it, and asked."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..run import environment
from .finding import Finding, error, ok, warning

_TIMEOUT_S: Final = 60
_QUESTION: Final = """
import json, os, sys
from importlib.machinery import PathFinder
theirs = PathFinder.find_spec("sitecustomize", sys.path)
print("\\n" + json.dumps({
    "executable": sys.executable,
    "version": "%d.%d.%d" % sys.version_info[:3],
    "is_started": "traceway.distro.start" in sys.modules,
    "ignores_environment": bool(sys.flags.ignore_environment or sys.flags.no_site),
    "sitecustomize": theirs and theirs.origin,
}))
"""
_IGNORING: Final = "python -I, -E and -S start without Traceway; leave such options out, also in a #! line"


def interpreter(environ: Mapping[str, str]) -> Iterator[Finding]:
    python = shutil.which("python", path=environ.get("PATH")) or shutil.which("python3", path=environ.get("PATH"))
    if python is None:
        yield warning("there is no python on the PATH", "name the one to run: traceway run /path/to/python app.py")
        python = sys.executable
    try:
        answer = _ask(python, environ)
    except (OSError, ValueError, subprocess.SubprocessError) as problem:
        yield error(f"{python} does not run: {problem}", "repair it, or put another one on the PATH")
        return
    name = f"Python {answer['version']} ({answer['executable']})"
    if answer["is_started"]:
        yield ok(f"{name} starts with Traceway under `traceway run`")
    elif answer["ignores_environment"]:
        yield error(f"{name} ignores the environment, and so Traceway", _IGNORING)
    else:
        yield error(
            f"{name} does not start with Traceway",
            f"install it there ({answer['executable']} -m pip install traceway), or activate the environment it is in",
        )
    if theirs := answer["sitecustomize"]:
        yield warning(
            f"there is another sitecustomize, {theirs}; `traceway run` runs it first, `opentelemetry-instrument` not",
            "start programs with `traceway run` if they need it",
        )
    yield from _python_path(environ)


def _python_path(environ: Mapping[str, str]) -> Iterator[Finding]:
    gone = [path for path in environ.get("PYTHONPATH", "").split(os.pathsep) if path and not os.path.exists(path)]
    if gone:
        yield warning(f"PYTHONPATH names what is not there: {', '.join(gone)}", "correct it")


def _ask(python: str, environ: Mapping[str, str]) -> dict[str, Any]:
    """What it says of itself. Raises ``ValueError`` if that is no answer."""
    done = subprocess.run(
        [python, "-c", _QUESTION],
        env={**environment(environ), "OTEL_SDK_DISABLED": "false"},
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
    )
    if done.returncode or not done.stdout.strip():
        raise ValueError(f"exit code {done.returncode}; {done.stderr.strip().rpartition(chr(10))[2]}")
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer

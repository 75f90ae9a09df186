"""Unmodified programs, run as a user runs them: in a process of their own, under ``opentelemetry-instrument``."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

from tests.e2e.serving import clean_environment

BIN = Path(sys.executable).parent
INSTRUMENT = (str(BIN / "opentelemetry-instrument"), sys.executable)
TRACEWAY_RUN = (str(BIN / "traceway"), "run", "--", sys.executable)
PLAIN = (sys.executable,)
TIMEOUT_S = 120


def run_app(
    folder: Path,
    code: str,
    endpoint: str = "",
    *arguments: str,
    under: tuple[str, ...] = INSTRUMENT,
    status: int = 0,
    **environ: str,
) -> subprocess.CompletedProcess[str]:
    """Write ``code`` to ``folder``/app.py and run it to its end, there, with nothing of OpenTelemetry or Traceway in
    its environment but ``endpoint`` (a collector's base address), a spool in ``folder`` and ``environ``."""
    (folder / "app.py").write_text(textwrap.dedent(code))
    settings = {"TRACEWAY_SPOOL_DIR": str(folder / "spool"), **environ}
    if endpoint:
        settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint
    done = subprocess.run(
        [*under, "app.py", *arguments],
        cwd=folder,
        env=clean_environment() | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"} | settings,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.returncode == status, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done

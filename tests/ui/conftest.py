"""One browser and one server for the tests of a worker. The server holds the traffic of ``examples/agent``."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.serving import Served, clean_environment

from .browser import Complaints, launch, opened

AGENT = Path(__file__).resolve().parents[2] / "examples/agent"
AGENT_TRACES = 1
_PATIENCE_S = 120

Open = Callable[..., Page]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = launch(playwright)
        yield found
        found.close()


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with one run of the agent. Tests read it; what they add must not disturb others."""
    with Served(tmp_path_factory.mktemp("ui")) as running:
        run_agent(running, tmp_path_factory.mktemp("replies"))
        yield running


@pytest.fixture
def complaints() -> Complaints:
    """Add to ``expected`` what the test makes the page complain of."""
    return Complaints()


@pytest.fixture
def open_page(browser: Browser, served: Served, complaints: Complaints) -> Iterator[Open]:
    """``open_page("#/traces", theme="dark")``: the interface at that place. At the end no page may have complained."""
    with ExitStack() as stack:

        def opening(place: str = "#/traces", *, server: Served = served, **how: Any) -> Page:
            url = server.urls["api"]
            made: AbstractContextManager[Page] = opened(browser, url, complaints=complaints, **how)
            page = stack.enter_context(made)
            page.goto(f"{url}/{place}")
            return page

        yield opening


def run_agent(server: Served, replies: Path, agent: Path = AGENT) -> None:
    """Let the example agent do its work, recorded by this server, and wait until all of it is there."""
    told = {"TRACEWAY_URL": server.urls["api"], "OTEL_EXPORTER_OTLP_ENDPOINT": server.urls["otlp_http"]}
    subprocess.run(
        [sys.executable, str(agent / "run.py"), str(replies)],
        env={**clean_environment(), **told, "PATH": os.environ["PATH"]},
        check=True,
        capture_output=True,
        timeout=_PATIENCE_S,
    )
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        traces = server.get("/api/traces")["traces"]
        if len(traces) >= AGENT_TRACES and all(trace["status"] != "running" for trace in traces):
            return
        time.sleep(0.2)
    raise AssertionError(f"the agent's trace is not there: {server.log()}")

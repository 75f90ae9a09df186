"""What is not recorded: by path, by caller, by context."""

from __future__ import annotations

import linecache
import os
import sys
import tokenize
from pathlib import Path

import pytest
from opentelemetry import context, trace
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF

from traceway.files.content import is_secret_path
from traceway.files.paths import PathFilter

from .observing import observing


@pytest.mark.parametrize(
    "path",
    [
        os.__file__,
        os.path.join(sys.prefix, "lib", "x.py"),
        "/app/venv/lib/python3.12/site-packages/x/data.json",
        "/app/pkg/__pycache__/x.cpython-312.pyc",
        "/app/x.pyc",
        "/app/libx.so.1.2",
        "/proc/self/status",
        "/dev/null",
        "/sys/fs/cgroup/cpu.max",
        "/var/tmp/pip-build-x1/setup.cfg",
        "/opt/certifi/cacert.pem",
        "/usr/lib/os-release",
        "/etc/mime.types",
        os.path.expanduser("~/.cache/huggingface/model.bin"),
    ],
)
def test_not_by_default(path: str) -> None:
    assert not PathFilter().admits(path)


@pytest.mark.parametrize("path", ["/app/main.py", "/app/data/a.csv", "/etc/hosts", "/srv/me/project/lib/a.txt"])
def test_by_default(path: str) -> None:
    assert PathFilter().admits(path)


def test_globs() -> None:
    some = PathFilter(["*.csv", "/srv/data/*", "reports/*.md"], ["/srv/data/private/*", "*.tmp.csv"], ["/srv/data/own"])
    assert some.admits("/any/where/a.csv")
    assert some.admits("/srv/data/deep/er/b.bin")
    assert some.admits("/x/reports/may.md")
    assert some.admits("/usr/lib/site-packages/a.csv"), "what is asked for is recorded"
    assert not some.admits("/any/where/a.txt")
    assert not some.admits("/srv/data/private/a.csv")
    assert not some.admits("/srv/data/../data/private/a.csv")
    assert not some.admits("/srv/a.tmp.csv")
    assert not some.admits("/srv/data/own/segment.csv")


def test_links_lead_to_what_is_excluded(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(os.__file__)
    with observing() as observed:
        (tmp_path / "link").read_text()
        assert observed.spans() == []


@pytest.mark.parametrize(
    ("path", "secret"),
    [
        ("/app/.env", True), ("/app/.env.local", True), ("/app/prod.env", True), ("/x/server.pem", True),
        ("/srv/me/.ssh/config", True), ("/x/id_ed25519", True), ("/x/aws-credentials.json", True),
        ("/x/Credentials", True), ("/x/.netrc", True), ("/x/.npmrc", True), ("/x/kubeconfig", True), ("/x/a.key", True),
        ("/srv/me/.kube/config", True), ("/app/environment.md", False), ("/app/monkey.txt", False),
        ("/app/keys.csv", False), ("/app/grid_1.csv", False),
    ],
)  # fmt: skip
def test_places_of_secrets(path: str, secret: bool) -> None:
    assert is_secret_path(path) is secret


def test_readers_of_code(tmp_path: Path) -> None:
    source = tmp_path / "module.py"
    source.write_text("x = 1\n")
    with observing() as observed:
        linecache.getline(str(source), 1)
        with tokenize.open(source):
            pass
        assert observed.spans() == []
        source.read_text()
        assert observed.span(source)
    linecache.clearcache()


def test_suppressed_and_unsampled(tmp_path: Path) -> None:
    off = TracerProvider(sampler=ALWAYS_OFF, shutdown_on_exit=False)
    with observing() as observed:
        with suppress_instrumentation():
            (tmp_path / "a").touch()
            (tmp_path / "a").write_text("x")
        with off.get_tracer("app").start_as_current_span("unsampled"):
            (tmp_path / "a").write_text("y")
        assert observed.spans() == []


def test_only_inside_spans(tmp_path: Path) -> None:
    with observing(fs_require_parent=True) as observed:
        (tmp_path / "outside").write_text("x")
        with observed.tracer.start_as_current_span("work"):
            (tmp_path / "inside").write_text("x")
        token = context.attach(trace.set_span_in_context(trace.INVALID_SPAN, context.Context()))
        (tmp_path / "outside").read_text()
        context.detach(token)
        assert observed.span(tmp_path / "inside") in observed.spans()
        assert len(observed.spans()) == 1

"""What is built and installed: the lock files, the wheel, the version."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from benchmarks.capture.weight import base_install
from traceway.version import VERSION

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PACKAGES = ("collector/traceway_collector", "instrumentation/traceway", "semconv/traceway_semconv")


def test_lock_files_fit_the_project():
    done = subprocess.run([sys.executable, "tools/lock.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_what_is_installed_is_what_is_locked():
    """The tests speak for the pinned versions only if they run on them."""
    pinned = re.findall(
        r"^([a-z0-9._-]+)==(\S+) \\$", (ROOT / "requirements-dev.lock").read_text("utf-8"), re.MULTILINE
    )
    listed = subprocess.run([sys.executable, "-m", "pip", "freeze"], check=True, capture_output=True, text=True).stdout
    installed = {
        re.sub(r"[-_.]+", "-", name).lower(): version
        for name, version in re.findall(r"^(\S+)==(\S+)$", listed, re.MULTILINE)
    }
    different = {name: (version, installed.get(name)) for name, version in pinned if installed.get(name) != version}
    assert different == {}


def test_npm_lock_file_holds_hashes_and_no_addresses():
    text = (ROOT / "tests/js/package-lock.json").read_text("utf-8")
    assert '"resolved"' not in text
    assert "://" not in text
    assert text.count('"integrity": "sha512-') == text.count('"node_modules/') > 40


def test_changelog_is_about_this_version():
    newest = re.search(r"^## \[?(\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert newest is not None
    assert newest.group(1) == PROJECT["version"] == VERSION


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (path,) = folder.glob("traceway-*.whl")
    with zipfile.ZipFile(path) as opened:
        yield opened


def test_wheel_holds_every_file_of_the_packages(wheel):
    listed = subprocess.run(["git", "ls-files", *PACKAGES], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    expected = {name.split("/", 1)[1] for name in listed.splitlines() if (ROOT / name).is_file()}
    assert expected - set(wheel.namelist()) == set()


def test_wheel_holds_nothing_else(wheel):
    tops = {name.split("/")[0] for name in wheel.namelist()}
    dist_info = f"traceway-{PROJECT['version']}.dist-info"
    assert tops == {"traceway_collector", "traceway", "traceway_semconv", dist_info}
    assert f"{dist_info}/licenses/LICENSE" in wheel.namelist()


def test_base_install_is_light():
    """The base install goes into other people's applications: nothing of the server, no compiled giants."""
    installed = base_install()
    assert {"opentelemetry-sdk", "opentelemetry-instrumentation", "traceway"} <= set(installed)
    assert (
        set(installed) & {"grpcio", "numpy", "openai", "orjson", "pandas", "pyarrow", "pydantic", "starlette"} == set()
    )
    assert sum(installed.values()) < 20 * 2**20

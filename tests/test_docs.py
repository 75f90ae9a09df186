"""The documents are true: what they show runs, what they list is complete, what they point at exists."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import pytest

from benchmarks.server import Server
from tests.test_architecture import tracked
from traceway import settings as application
from traceway_collector.api.routes import ENDPOINTS, PREFIX
from traceway_collector.settings import Settings, env_name

ROOT = Path(__file__).resolve().parent.parent
SHOWN_PORTS = {"localhost:3000": "api", "localhost:4318": "otlp_http", "localhost:4317": "otlp_grpc"}
RUN_TIMEOUT_S = 60
EXECUTED = ("README.md", "instrumentation/traceway/sdk/README.md")


@dataclass(frozen=True)
class Block:
    """A fenced block. ``reason`` is why it is not run, "" if it is."""

    language: str
    text: str
    line: int
    reason: str


def blocks(path: Path) -> Iterator[Block]:
    pattern = re.compile(
        r"(?:^<!-- not run: (?P<reason>.+?) -->\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.M | re.S
    )
    text = path.read_text("utf-8")
    for found in pattern.finditer(text):
        line = text.count("\n", 0, found.start("text")) + 1
        yield Block(found["language"], found["text"], line, found["reason"] or "")


def commands(text: str) -> Iterator[tuple[str, str]]:
    """What is typed after each ``$`` and the output shown below it. A command goes on while a quote is open."""
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        lines = part.splitlines()
        end = 1
        while "\n".join(lines[:end]).count("'") % 2 and end < len(lines):
            end += 1
        yield "\n".join(lines[:end]), "\n".join(lines[end:])


def looks_like(shown: str, printed: str) -> bool:
    """Whether ``printed`` is what is shown; an ellipsis stands for anything."""
    parts = [re.escape(part.strip("\n")) for part in shown.strip().split("…")]
    return re.fullmatch(r"\s*" + r".*?".join(parts) + r"\s*", printed.strip(), re.S) is not None


def run(command: list[str], text: str | None = None, cwd: Path = ROOT) -> str:
    done = subprocess.run(command, input=text, cwd=cwd, capture_output=True, text=True, timeout=RUN_TIMEOUT_S)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def run_block(block: Block, text: str) -> None:
    """Run one block whose addresses are those of a running server."""
    if block.language == "python":
        run([sys.executable, "-W", "error", "-c", text])
    elif block.language == "js":
        run(["node", "--input-type=module"], text, cwd=ROOT / "tests/js")
    else:
        for command, shown in commands(text):
            printed = run(["bash", "-euo", "pipefail", "-c", command])
            assert looks_like(shown, printed), f"$ {command}\nshows\n{shown}\nbut printed\n{printed}"


@pytest.mark.parametrize("name", EXECUTED)
def test_document_does_what_it_shows(name, tmp_path, monkeypatch):
    """All blocks in order against one server, as a reader would try them."""
    monkeypatch.setenv("TRACEWAY_SPOOL_DIR", str(tmp_path))
    with Server() as server:
        monkeypatch.setenv("TRACEWAY_URL", server.urls["api"])  # what has no address goes to the usual ports
        ran = 0
        for block in blocks(ROOT / name):
            if block.reason or block.language not in {"console", "sh", "python", "js"}:
                continue
            text = block.text
            for shown, bound in SHOWN_PORTS.items():
                text = text.replace(shown, server.urls[bound].split("//")[-1].rstrip("/"))
            try:
                run_block(block, text)
            except AssertionError as error:
                raise AssertionError(f"{name}:{block.line}: {error}") from None
            ran += 1
        assert ran >= 5


def test_every_block_of_code_is_run_or_says_why_not():
    """In documents other than those above, nothing pretends to be a command that was tried."""
    found = [
        f"{path.relative_to(ROOT)}:{block.line}"
        for path in tracked(".md")
        if str(path.relative_to(ROOT)) not in EXECUTED
        for block in blocks(path)
        if block.language in {"console", "sh", "python", "js"} and not block.reason
    ]
    assert found == []


def test_generated_documents_are_fresh():
    run([sys.executable, "tools/docs.py", "--check"])


def test_every_setting_is_documented():
    text = (ROOT / "docs/settings.md").read_text("utf-8")
    missing = [
        spec.name
        for spec in fields(Settings)
        if f"`{env_name(spec.name)}`" not in text or "`--" + spec.name.replace("_", "-") not in text
    ]
    missing += [
        spec.name for spec in fields(application.Settings) if f"| `{application.env_name(spec.name)}` |" not in text
    ]
    assert missing == []


def test_every_operation_is_documented():
    text = (ROOT / "docs/api.md").read_text("utf-8")
    missing = [
        f"{each.method} {each.path}" for each in ENDPOINTS if f"### {each.method} {PREFIX}{each.path}\n" not in text
    ]
    assert missing == []


def test_every_link_points_somewhere():
    broken = []
    for path in tracked(".md"):
        for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text("utf-8")):
            if re.match(r"[a-z]+:", target) or target.startswith("#"):
                continue
            if not (path.parent / target.split("#")[0]).exists():
                broken.append(f"{path.relative_to(ROOT)}: {target}")
    assert broken == []


def test_every_make_target_and_command_of_the_documents_exists():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.M))
    named = {
        target
        for path in tracked(".md")
        for target in re.findall(r"(?:`|^\$ )make ([a-z-]+)", path.read_text("utf-8"), re.M)
    }
    assert named - targets == set()


def test_every_decision_is_in_the_index():
    index = (ROOT / "docs/decisions/README.md").read_text("utf-8")
    files = sorted(path.name for path in (ROOT / "docs/decisions").glob("[0-9]*.md"))
    assert [name for name in files if f"({name})" not in index] == []

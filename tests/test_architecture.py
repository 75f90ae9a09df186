"""The rules of ARCHITECTURE.md that a program can check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {
    "traceway_semconv": ROOT / "semconv/traceway_semconv",
    "traceway": ROOT / "instrumentation/traceway",
    "traceway_collector": ROOT / "collector/traceway_collector",
}
# Which of our packages each may import.
LAYERS = {
    "traceway_semconv": set(),
    "traceway": {"traceway_semconv"},
    "traceway_collector": {"traceway_semconv"},
}
# Inside the collector: which parts each part may import besides itself and the shared modules. An entry with a dot
# allows that module alone. The arrows are the data flow: otlp -> ingest -> store, and api -> query -> store.
SHARED = {"errors", "model"}
PARTS = {
    "otlp": {"ingest", "access", "settings"},
    # What is inside a request is inflated like the request.
    "ingest": {"store", "settings", "otlp.inflate"},
    "store": {"query.filters"},
    "query": set(),
    "metadata": {"settings"},
    # The verbs speak HTTP to a collector that may be elsewhere.
    "terminal": set(),
    # Bodies of responses come in the same encodings as those of OTLP requests: one set of decompressors.
    "proxy": {"access", "ingest", "otlp.inflate", "settings"},
    # OTLP JSON is read by the receiver and written by the API: one codec. What is imported is inflated like a request.
    "api": {"access", "query", "store", "ingest", "metadata", "settings", "otlp.inflate", "otlp.json_codec"},
}
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
# "path::function": why it may be longer. Empty is what it should be.
LONG_FUNCTIONS: dict[str, str] = {}
HEAVY = {
    "anyio", "chdb", "clickhouse_connect", "genai_prices", "google", "grpc", "numpy", "orjson", "pandas", "pyarrow",
    "pydantic", "starlette", "traceway_collector", "uvicorn",
}  # fmt: skip


def tracked(*suffixes: str) -> list[Path]:
    """Files of the repository, tracked or about to be, that end in one of ``suffixes`` (all of them without any)."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    paths = [ROOT / name for name in names if name and name.endswith(suffixes or "")]
    return [path for path in paths if path.is_file()]


def python_files(package: str) -> list[Path]:
    return sorted(PACKAGES[package].rglob("*.py"))


def imports(path: Path, package: str) -> Iterator[str]:
    """Absolute dotted names of what a module imports, also inside functions and for typing only."""
    home = [package, *path.relative_to(PACKAGES[package]).parent.parts]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = home[: len(home) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def test_packages_import_only_what_lies_below():
    found = [
        f"{path.relative_to(ROOT)} imports {name}"
        for package, allowed in LAYERS.items()
        for path in python_files(package)
        for name in imports(path, package)
        if (top := name.split(".")[0]) in LAYERS and top != package and top not in allowed
    ]
    assert found == []


def test_parts_of_the_collector_follow_the_data_flow():
    found = []
    for path in python_files("traceway_collector"):
        part = path.relative_to(PACKAGES["traceway_collector"]).parts[0]
        if part not in PARTS:
            continue
        allowed = SHARED | PARTS[part] | {part}
        for name in imports(path, "traceway_collector"):
            if not name.startswith("traceway_collector."):
                continue
            inner = name.removeprefix("traceway_collector.")
            if not any(inner == able or inner.startswith(able + ".") for able in allowed):
                found.append(f"{path.relative_to(ROOT)} imports {name}")
    assert found == []


@pytest.mark.parametrize("part", ["query", "store", "api"])
def test_the_rule_above_would_notice(part):
    """The part has files, and importing the composition root is nothing any of them may do."""
    assert list((PACKAGES["traceway_collector"] / part).rglob("*.py"))
    assert "app" not in SHARED | PARTS[part]


def test_query_runs_nothing():
    """Text and values in, text and values out: no engine, no sockets, no threads, no files."""
    forbidden = {
        "anyio",
        "asyncio",
        "chdb",
        "clickhouse_connect",
        "http",
        "socket",
        "sqlite3",
        "starlette",
        "threading",
    }
    found = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in (PACKAGES["traceway_collector"] / "query").rglob("*.py")
        for name in imports(path, "traceway_collector")
        if name.split(".")[0] in forbidden
    ]
    assert found == []


def test_files_are_short():
    found = {}
    for path in tracked(".py", ".sql", ".js", ".mjs", ".css"):
        if "vendor" in path.parts:
            continue
        lines = path.read_text("utf-8").count("\n")
        if lines > MAX_FILE_LINES:
            found[str(path.relative_to(ROOT))] = lines
    assert found == {}


def test_functions_are_short():
    found = {}
    for path in tracked(".py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                name = f"{path.relative_to(ROOT)}::{node.name}"
                if lines > MAX_FUNCTION_LINES and name not in LONG_FUNCTIONS:
                    found[name] = lines
    assert found == {}


def test_import_traceway_is_light():
    """What an application imports must not bring the server's libraries along."""
    code = "import sys, traceway; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert set(done.stdout.split()) & HEAVY == set()


def test_vocabulary_is_light():
    """The vocabulary is data: importing it needs the standard library only."""
    code = "import sys, traceway_semconv; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert set(done.stdout.split()) & (HEAVY | {"opentelemetry"}) == set()


SQL_STATEMENT = re.compile(
    r"^\s*(SELECT\s(?!1$)|CREATE\s+(TABLE|MATERIALIZED|VIEW|DICTIONARY)|WITH\s+\w+\s+AS)", re.IGNORECASE
)
# "path": why it may hold a whole statement.
SQL_IN_PYTHON: dict[str, str] = {}


def test_sql_lives_in_sql_files():
    found = []
    for path in python_files("traceway_collector"):
        name = str(path.relative_to(ROOT))
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            if SQL_STATEMENT.match(text) and name not in SQL_IN_PYTHON:
                found.append(f"{name}:{node.lineno}")
    assert found == []


# Spelt in pieces, so that this file does not hold what it forbids.
REGISTRY_NAMES = ("py" + "pi[.]", "n" + "pmjs[.]", "pythonh" + "osted", "artif" + "actory")
REGISTRY = re.compile(
    rf"https?://[\w.-]*({'|'.join(REGISTRY_NAMES)})|--(extra-)?index-u" + r"rl[ =]\S*://|find-" + "links"
)
MACHINE_PATH = re.compile(r"(?<![\w.$}])/(work|root|home/\w+|Users/\w+|tmp)/[\w.-]+")


def test_no_registry_address_and_no_path_of_a_machine():
    found = []
    for path in tracked():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            for pattern in (REGISTRY, MACHINE_PATH):
                if match := pattern.search(line):
                    found.append(f"{path.relative_to(ROOT)}:{number}: {match.group()}")
    assert found == []

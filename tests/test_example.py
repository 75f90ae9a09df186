"""The whole way: an unmodified agent under ``traceway run``, and all that REST says of what it did."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.e2e.serving import Served, clean_environment, request

EXAMPLE = Path(__file__).resolve().parent.parent / "examples/agent"
LETTERS = sorted((EXAMPLE / "letters").glob("*.txt"))
TIMEOUT_S = 120


class Ran:
    """What the agent left behind: its files, and its one trace."""

    def __init__(self, server: Served, replies: Path) -> None:
        self.server = server
        self.replies = replies
        (self.summary,) = server.get("/api/traces")["traces"]
        detail = server.get(f"/api/traces/{self.summary['id']}", limit=1000)
        assert detail["next_cursor"] is None
        self.spans: list[dict[str, Any]] = detail["spans"]

    def kind(self, kind: str) -> list[dict[str, Any]]:
        return [span for span in self.spans if span["kind"]["type"] == kind]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    folder = tmp_path_factory.mktemp("example")
    with Served(folder) as server:
        environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": server.urls["otlp_http"], "TRACEWAY_SPOOL_DIR": str(folder / "spool")}
        done = subprocess.run(
            [sys.executable, str(EXAMPLE / "run.py"), str(folder / "replies")],
            cwd=folder,
            env=clean_environment() | environ | {"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        yield Ran(server, folder / "replies")


def test_a_run_is_one_trace_and_every_span_has_its_place(ran):
    (root,) = [span for span in ran.spans if span["parent_id"] is None]
    assert (root["name"], root["kind"]["type"], root["service"]) == ("agent.py", "custom", "agent")
    assert {span["parent_id"] for span in ran.spans} - {span["id"] for span in ran.spans} == {None}
    assert ran.summary["status"] == "completed"


def test_every_model_call_is_there_with_tokens_and_cost(ran):
    calls = ran.kind("llm_call")
    assert len(calls) == 3 * len(LETTERS)
    assert all(call["kind"]["input_tokens"] and call["kind"]["output_tokens"] for call in calls)
    openai = [call for call in calls if call["kind"]["model"] == "gpt-4o-mini"]
    assert len(openai) == 2 * len(LETTERS)
    assert all(call["kind"]["cost"] > 0 for call in openai)
    assert sum(call["kind"]["streaming"] is True for call in calls) == 2 * len(LETTERS)
    assert len(ran.kind("embedding")) == len(LETTERS) + 1


def test_prompts_and_answers_show(ran):
    asked = {"role": "user", "parts": [{"type": "text", "content": LETTERS[0].read_text("utf-8")}]}
    (call,) = [call for call in ran.kind("llm_call") if call["kind"]["streaming"] and asked in call["input"]]
    assert [message["role"] for message in call["input"]] == ["system", "user", "assistant", "tool"]
    said = "".join(part["content"] for part in call["output"][0]["parts"])
    assert (ran.replies / f"{LETTERS[0].stem}.md").read_text("utf-8").startswith(said)


def test_every_tool_call_is_a_span_with_arguments_and_result(ran):
    tools = ran.kind("tool")
    assert len(tools) == len(LETTERS)
    assert {tool["kind"]["name"] for tool in tools} == {"look_up_order"}
    assert all(tool["kind"]["arguments"] and tool["kind"]["result"] for tool in tools)


def test_the_bytes_of_every_file_come_back_by_their_hash(ran):
    files = [*LETTERS, *(EXAMPLE / "policies").glob("*.txt"), EXAMPLE / "orders.csv"]
    seen = {"read": {}, "write": {}}
    for span in (*ran.kind("fs_read"), *ran.kind("fs_write")):
        if span["kind"]["operation"] in seen:
            seen[span["kind"]["operation"]][Path(span["kind"]["path"])] = span["kind"]["file_version"]
    assert set(seen["read"]) == set(files)
    assert set(seen["write"]) == set(ran.replies.iterdir())
    for path, version in (*seen["read"].items(), *seen["write"].items()):
        content = path.read_bytes()
        assert version == f"sha256:{hashlib.sha256(content).hexdigest()}"
        status, headers, body = request(ran.server.urls["api"], "GET", f"/api/files/content/{quote(version)}")
        assert (status, body) == (200, content)
        assert headers["content-type"] == "text/plain; charset=utf-8"


def test_the_history_of_a_file_says_who_read_it(ran):
    path = str(EXAMPLE / "orders.csv")
    listed = {item["path"]: item for item in ran.server.get("/api/files", limit=1000)["items"]}
    assert listed[path]["reads"] == len(LETTERS)
    assert listed[path]["writes"] == 0
    history = ran.server.get(f"/api/files/{quote(path)}", limit=1000)["items"]
    assert {each["trace_id"] for each in history} == {ran.summary["id"]}


def test_without_the_clients_it_is_said_what_to_do():
    """``make run`` alone installs no client of a model."""
    without = [sys.executable, "-S", str(EXAMPLE / "run.py")]
    done = subprocess.run(without, env={}, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    assert done.returncode == 1
    assert done.stderr == f"the agent needs ollama and openai, which {sys.executable} lacks: make agent\n"

"""A real server with an agent's run in it, and the command line as its users run it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.api.telemetry import SECOND_NS, chat, span, spans_request
from tests.e2e.serving import Served, run_traceway

MS = 10**6
TRACE = 0xABCD << 112 | 1


@dataclass
class Terminal:
    """The verbs against one server."""

    server: Served

    def run(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return run_traceway(*words, TRACEWAY_URL=self.server.urls["api"], **environ)

    def out(self, *words: str, **environ: str) -> str:
        """What it prints; it must succeed."""
        done = self.run(*words, **environ)
        assert (done.returncode, done.stderr) == (0, ""), done
        return done.stdout


def message(role: str, text: str) -> str:
    return f'[{{"role":"{role}","parts":[{{"type":"text","content":"{text}"}}]}}]'


def agent_run(trace: int, first: int) -> list[Span]:
    """An agent that asks a model, calls a tool, writes a file, and asks again; the second call fails."""
    agent = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "guide"}
    words = {
        "gen_ai.input.messages": message("user", "Where is Zürich?"),
        "gen_ai.output.messages": message("assistant", "In Switzerland."),
    }
    tool = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "search",
        "gen_ai.tool.call.arguments": '{"city": "Zürich"}',
        "gen_ai.tool.call.result": '{"found": 3}',
    }
    written = {"traceway.span.kind": "fs_write", "file.path": "/srv/agent/out/report.md"}
    root = span(trace, first, name="invoke_agent guide", took_ns=3 * SECOND_NS, attributes=agent)
    asked = chat(trace, first + 1, parent=first, after_ns=100 * MS, took_ns=SECOND_NS, attributes=words)
    called = span(trace, first + 2, parent=first + 1, name="execute_tool search", after_ns=200 * MS, attributes=tool)
    wrote = span(trace, first + 3, parent=first, name="fs.write", after_ns=1500 * MS, took_ns=MS, attributes=written)
    failed = chat(trace, first + 4, parent=first, after_ns=2 * SECOND_NS, took_ns=500 * MS)
    failed.status.code, failed.status.message = 2, "rate limit reached"
    return [root, asked, called, wrote, failed]


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """A server with one trace, of spans 0x11 to 0x15."""
    with Served(tmp_path_factory.mktemp("served")) as server:
        server.send(spans_request(agent_run(TRACE, 0x11), service="guide"))
        yield Terminal(server)

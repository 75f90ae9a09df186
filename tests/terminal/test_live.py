"""``tail`` and ``monitor``: what arrives while they look."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator

import pytest

from tests.api.telemetry import spans_request, trace_id
from tests.e2e.serving import TRACEWAY, Served, clean_environment

from .conftest import Terminal, agent_run
from .screens import Screen

_NUMBERS = itertools.count(0x1000, 0x10)


def send_again(terminal: Terminal) -> str:
    """Another run of the agent; the id of its trace."""
    number = next(_NUMBERS)
    terminal.server.send(spans_request(agent_run(number << 96 | number, number), service="guide"))
    return trace_id(number << 96 | number)


class Tail:
    """``traceway tail`` on its way; its lines as they come."""

    def __init__(self, url: str, *words: str) -> None:
        command = [TRACEWAY, "tail", "--url", url, *words]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean_environment()
        )

    def lines(self, count: int, timeout_s: float = 60) -> list[str]:
        """So many more."""
        stop = threading.Timer(timeout_s, self.process.kill)
        stop.start()
        assert self.process.stdout is not None
        try:
            found = [self.process.stdout.readline().rstrip("\n") for _ in range(count)]
        finally:
            stop.cancel()
        assert "" not in found, found
        return found

    def end(self, code: int = 130) -> str:
        """Ctrl-C; what it said on standard error."""
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=30)
        assert self.process.returncode == code, (out, err)
        return err


@pytest.fixture
def tail(terminal: Terminal) -> Iterator[Tail]:
    tail = Tail(terminal.server.urls["api"], "--json", "--since", "0")
    yield tail
    if tail.process.poll() is None:
        tail.end()


def test_tail_shows_what_was_and_what_comes(terminal, tail):
    first = [json.loads(line) for line in tail.lines(7)]
    assert {event["type"] for event in first} == {"trace_created", "span_completed", "span_failed", "trace_completed"}
    sent = send_again(terminal)
    later = [json.loads(line) for line in tail.lines(7)]
    assert {event["trace_id"] for event in later} == {sent}
    ids = [int(event["id"]) for event in first + later]
    assert ids == sorted(ids)
    assert tail.end() == ""


def test_tail_in_lines_for_people_with_a_query(terminal):
    tail = Tail(terminal.server.urls["api"], "-q", "kind:tool", "--since", "0", "-n", "1")
    (line,) = tail.lines(1)
    assert "T execute_tool search" in line or "trace" in line
    assert tail.process.wait(30) == 0
    tail.process.communicate()


def test_tail_goes_on_where_a_restart_cut_it(tmp_path):
    with Served(tmp_path, "--api-port", "0") as server:
        terminal = Terminal(server)
        port = server.urls["api"].rpartition(":")[2]
        sent = send_again(terminal)
        tail = Tail(server.urls["api"], "--json", "--since", "0")
        assert {json.loads(line)["trace_id"] for line in tail.lines(7)} == {sent}
        server.stop()
        server._command += ["--api-port", port]
        server.start()
        sent = send_again(terminal)
        later = [json.loads(line) for line in tail.lines(7)]
        assert {event["trace_id"] for event in later} == {sent}
        assert "the connection is lost" in tail.end()


def test_monitor_draws_and_obeys_keys(terminal):
    with Screen("monitor", "--url", terminal.server.urls["api"]) as screen:
        screen.until("invoke_agent guide", "● live", "q quit")
        assert "\x1b[?1049h" in screen.raw
        sent = send_again(terminal)
        screen.until(sent[:8])
        screen.press("s")
        screen.until("sorted by duration")
        screen.press("p")
        screen.until("paused")
        screen.press("/")
        screen.press("kind:tool\r")
        screen.until("/ kind:tool", "paused", "invoke_agent guide")
        screen.press("p")
        screen.press("/")
        screen.press("\x7f" * 30 + "\r")
        screen.until("● live", "invoke_agent guide")
        screen.press("/")
        screen.until("filter:")
        screen.press("name:no_such_thing\r")
        screen.until("No trace matches.", "/ name:no_such_thing")
        screen.press("/")
        screen.press("\x7f" * 30 + "nokey:x\r")
        screen.until("'nokey' is not a key")
        screen.press("\x1b")
        screen.until("invoke_agent guide")
        screen.press("\x1b[B")
        screen.press("\r")
        screen.until("critical path", "q back")
        screen.press("q")
        screen.until("q quit")
        screen.press("q")
        assert screen.end() == 0
        assert screen.raw.rstrip().endswith("\x1b[?1049l")
        assert screen.modes_restored


def test_monitor_leaves_the_terminal_as_it_was_on_ctrl_c(terminal):
    with Screen("monitor", "--url", terminal.server.urls["api"]) as screen:
        screen.until("q quit")
        screen.press("\x03")
        assert screen.end() == 130
        assert "Traceback" not in screen.raw
        assert "\x1b[?1049l" in screen.raw
        assert screen.modes_restored


def test_monitor_fits_a_small_window_and_follows_its_size(terminal):
    with Screen("monitor", "--url", terminal.server.urls["api"], columns=50, rows=10) as screen:
        screen.until("q quit")
        screen.resize(120, 40)
        screen.until("model, last 15 min", "q quit")
        screen.press("q")
        assert screen.end() == 0


def test_monitor_says_that_nobody_answers_before_it_draws():
    with Screen("monitor", "--url", "http://127.0.0.1:9") as screen:
        assert screen.end() == 5
        assert "no collector answers" in screen.raw
        assert "\x1b[?1049h" not in screen.raw


def test_monitor_as_json_is_a_line_a_second(terminal):
    process = subprocess.Popen(
        [TRACEWAY, "monitor", "--json", "--url", terminal.server.urls["api"]],
        stdout=subprocess.PIPE,
        env=clean_environment(),
    )
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    second = json.loads(process.stdout.readline())
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130
    process.stdout.close()
    assert first["traces"][0]["name"] == second["traces"][0]["name"] == "invoke_agent guide"
    assert {"spans_per_second", "last_minute", "running", "models", "tools"} <= set(second)


def test_a_hung_server_does_not_hang_the_keys(terminal):
    """The keyboard works while the feed waits for an answer."""
    with Screen("monitor", "--url", terminal.server.urls["api"]) as screen:
        screen.until("q quit")
        os.kill(terminal.server.process.pid, signal.SIGSTOP)
        try:
            time.sleep(0.2)
            screen.press("s")
            screen.until("sorted by duration")
            screen.press("q")
            assert screen.end() == 0
        finally:
            os.kill(terminal.server.process.pid, signal.SIGCONT)

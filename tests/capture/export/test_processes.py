"""Processes that share a spool, fork, are killed, or end while the collector is down."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path

import pytest

from tests.capture.sink import Sink
from tests.e2e.serving import clean_environment
from traceway.export.spool import spool_status

PRELUDE = """
import os, sys, time
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from traceway.export import TracewaySpanExporter
exporter = TracewaySpanExporter()
provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(exporter))
def record(*names):
    for name in names:
        provider.get_tracer("test").start_span(name).end()
    provider.force_flush()
def deliver():
    while not exporter.force_flush():
        time.sleep(0.05)
def say(word):
    os.write(1, f"{word}\\n".encode())
"""


@contextmanager
def program(folder: Path, port: int, code: str, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """A process with its spool in ``folder`` and the collector at ``port``; killed at the end if it still runs."""
    environ |= {"TRACEWAY_SPOOL_DIR": str(folder), "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"}
    process = subprocess.Popen(
        [sys.executable, "-c", PRELUDE + textwrap.dedent(code)],
        env=clean_environment() | environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def lines(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout is not None
    return (line.strip() for line in process.stdout)


def run(folder: Path, port: int, code: str, **environ: str) -> list[str]:
    """What a program prints."""
    with program(folder, port, code, **environ) as process:
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        return output.split("\n")[:-1]


def names(sink: Sink) -> list[str]:
    return [span.name for span in sink.spans()]


def test_what_one_run_leaves_the_next_one_delivers(tmp_path: Path, port: int):
    run(tmp_path, port, "record('a')\nrecord('b')")
    run(tmp_path, port, "record('c')")
    (status,) = spool_status(tmp_path)
    assert status.destination == f"http://127.0.0.1:{port}"
    with Sink(port) as sink:
        run(tmp_path, port, "")
        assert names(sink) == ["a", "b", "c"]
    assert spool_status(tmp_path) == []


def test_a_script_that_ends_at_once_is_not_lost(tmp_path: Path, port: int):
    """Its spans are first exported while the interpreter ends."""
    code = "provider.get_tracer('test').start_span('a').end()"
    run(tmp_path, port, code)
    with Sink(port) as sink:
        run(tmp_path, port, code)
        assert names(sink) == ["a", "a"]


def test_two_processes_share_a_spool(tmp_path: Path, port: int):
    code = """
    me = sys.stdin.readline().strip()
    for number in range(30):
        record(f"{me} {number}")
    say("waiting")
    sys.stdin.readline()
    for number in range(30, 60):
        record(f"{me} {number}")
    deliver()
    say("delivered")
    """
    with program(tmp_path, port, code) as first, program(tmp_path, port, code) as second:
        both = (first, second)
        for name, process in zip("ab", both, strict=True):
            process.stdin.write(name + "\n")
            process.stdin.flush()
        assert [next(lines(process)) for process in both] == ["waiting", "waiting"]
        with Sink(port) as sink:
            for process in both:
                process.stdin.write("go\n")
                process.stdin.flush()
            assert [next(lines(process)) for process in both] == ["delivered", "delivered"]
            assert [process.wait(60) for process in both] == [0, 0]
            got = names(sink)
    for name in "ab":
        assert [each for each in got if each.startswith(name)] == [f"{name} {number}" for number in range(60)]
    assert len(got) == 120
    assert spool_status(tmp_path) == []


@pytest.mark.parametrize("seed", range(4))
def test_killed_while_it_puts_spans_aside(tmp_path: Path, port: int, seed: int):
    code = """
    number = 0
    while True:
        record(f"{number}")
        say(number)
        number += 1
    """
    with program(tmp_path, port, code) as process:
        wanted = random.Random(seed).randrange(1, 200)
        kept = [int(line) for line in islice(lines(process), wanted)]
        process.send_signal(signal.SIGKILL)
        kept += [int(line) for line in lines(process)]
    with Sink(port) as sink:
        run(tmp_path, port, "deliver()\nrecord('after')")
        got = [int(name) for name in names(sink) if name != "after"]
    assert got == list(range(len(got)))
    assert len(got) in (len(kept), len(kept) + 1)


def test_killed_while_it_delivers(tmp_path: Path, port: int):
    """The request that was under way is sent again, with the same bytes, which a collector recognises."""
    run(tmp_path, port, "for number in range(300):\n    record(f'{number}')")
    with Sink(port) as sink:
        with program(tmp_path, port, "time.sleep(60)") as process:
            sink.wait(lambda sink: len(sink.requests) > 40)
            process.send_signal(signal.SIGKILL)
        seen = len(sink.requests)
        assert seen < 300
        run(tmp_path, port, "")
        sink.wait(lambda sink: len(set(sink.bodies)) == 300)
        assert [name for index, name in enumerate(names(sink)) if name not in names(sink)[:index]] == [
            str(number) for number in range(300)
        ]
        assert len(sink.requests) <= 301


def test_an_idle_process_delivers_what_another_left(tmp_path: Path, port: int):
    code = """
    record('of the idle one')
    say('down')
    time.sleep(60)
    """
    with program(tmp_path, port, code) as idle:
        next(lines(idle))
        run(tmp_path, port, "record('of the dead one')")
        with Sink(port) as sink:
            sink.wait(lambda sink: len(sink.spans()) == 2)


def test_a_fork_goes_on_by_itself(tmp_path: Path, port: int):
    """The parent's spans stay the parent's, each has its own thread, and nothing is delivered twice."""
    code = """
    record('parent 0')
    children = []
    for child in range(3):
        pid = os.fork()
        if pid == 0:
            record(f'child {child}')
            say(exporter.counts())
            provider.shutdown()
            os._exit(0)
        children.append(pid)
    record('parent 1')
    for pid in children:
        assert os.waitpid(pid, 0)[1] == 0
    say(exporter.counts())
    """
    printed = run(tmp_path, port, code)
    assert sorted(printed) == ["{'spooled': 1}"] * 3 + ["{'spooled': 2}"]
    with Sink(port) as sink:
        run(tmp_path, port, "")
        got = names(sink)
    assert sorted(got) == ["child 0", "child 1", "child 2", "parent 0", "parent 1"]
    assert got.index("parent 0") < got.index("parent 1")


def test_a_fork_sends_by_a_connection_of_its_own(tmp_path: Path):
    code = """
    record('parent 0')
    pid = os.fork()
    if pid == 0:
        record('child 0', 'child 1')
        provider.shutdown()
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    record('parent 1')
    """
    with Sink() as sink:
        run(tmp_path, int(sink.url.rpartition(":")[2]), code)
        assert names(sink) == ["parent 0", "child 0", "child 1", "parent 1"]
    assert not list(tmp_path.iterdir())


def test_a_parent_that_leaves_does_not_take_the_lock_with_it(tmp_path: Path, port: int):
    """As a daemon does: the child lives on while the parent is gone."""
    code = """
    record('parent')
    if os.fork() == 0:
        record('child')
        say('child is there')
        sys.stdin.readline()
        deliver()
        say('delivered')
        provider.shutdown()
        os._exit(0)
    os._exit(0)
    """
    with program(tmp_path, port, code) as process:
        assert next(lines(process)) == "child is there"
        with Sink(port) as sink:
            process.stdin.write("go\n")
            process.stdin.flush()
            assert next(lines(process)) == "delivered"
            sink.wait(lambda sink: len(sink.spans()) == 2)
            assert sorted(names(sink)) == ["child", "parent"]


@pytest.mark.parametrize("takes_connections", [True, False])
def test_a_collector_that_never_answers_does_not_keep_a_program(tmp_path: Path, takes_connections: bool):
    """The time limit of a request is an hour; the program has a minute in all, and needs a few seconds of it."""
    with ExitStack() as stack:
        silent = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=128 if takes_connections else 0))
        port = silent.getsockname()[1]
        if not takes_connections:
            stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        code = "provider.get_tracer('test').start_span('a').end()"
        run(tmp_path, port, code, OTEL_EXPORTER_OTLP_TIMEOUT="3600")
    (status,) = spool_status(tmp_path)
    assert status.waiting_bytes > 0

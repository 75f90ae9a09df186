"""A program that forks while another of its threads is within our code: the child process does not have that thread,
and would wait for ever for the locks it held."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_FORK = """
import os, signal, threading
{make}
held, may_go = threading.Event(), threading.Event()
def hold():
    with thing._lock:
        held.set()
        may_go.wait()
threading.Thread(target=hold).start()
held.wait()
child = os.fork()
if child == 0:
    signal.alarm(10)
    {use}
    os._exit(0)
may_go.set()
print(os.waitpid(child, 0)[1])
"""
_PROGRAM = "from traceway.program import ProgramSpan; thing = ProgramSpan('app.py')"
_OPEN_SPANS = "from traceway import Traceway; tw = Traceway('http://127.0.0.1:9'); thing = tw.open_spans"
_TOOL_CALLS = "from traceway.toolcalls import tool_calls as thing"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
@pytest.mark.parametrize(
    ("make", "use"),
    [
        (_PROGRAM, "thing.get_span_context()"),
        (_OPEN_SPANS, "tw.span('s')"),
        (_TOOL_CALLS, "thing._take(1, '', 'look_up')"),
    ],
    ids=["program", "sdk", "tool calls"],
)
def test_a_fork_while_another_thread_is_within_our_code(make, use):
    code = _FORK.format(make=make, use=use)
    # From 3.12 on Python warns of any fork of a program with threads.
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("0\n", "")

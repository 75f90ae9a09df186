"""However a program ends, what it recorded arrives; and forks, threads and tasks keep their context."""

from __future__ import annotations

import pytest

from tests.capture.apps import run_app

START = """
import os, sys, threading
from opentelemetry import trace
tracer = trace.get_tracer("shop")
"""


def names_of(sink):
    return [span.name for span in sink.spans()]


@pytest.mark.parametrize(
    ("ending", "status"),
    [("", 0), ("sys.exit(3)", 3), ("raise ValueError('no such order')", 1), ("os._exit(4)", 4)],
    ids=["end", "exit", "exception", "_exit"],
)
def test_what_was_recorded_arrives(tmp_path, sink, under, ending, status):
    code = f"{START}\ntracer.start_span('order').end()\n{ending}\n"
    done = run_app(tmp_path, code, sink.url, under=under, status=status)
    assert "order" in names_of(sink)
    if "raise" in ending:
        (program,) = [span for span in sink.spans() if span.name == "app.py"]
        assert program.status.message == "no such order"
        assert "ValueError: no such order" in done.stderr


def test_what_the_program_does_at_its_end_is_recorded(tmp_path, sink, under):
    """Its handlers of ``atexit`` run before the SDK shuts down, though the SDK was built after they were registered."""
    code = f"""import atexit
atexit.register(lambda: tracer.start_span("goodbye").end())
{START}
tracer.start_span("order").end()
"""
    run_app(tmp_path, code, sink.url, under=under)
    assert sorted(names_of(sink)) == ["app.py", "goodbye", "order"]


def test_parents_and_children_of_a_fork_record_each_once(tmp_path, sink, under):
    """As a pre-forking server does: spans before, then children that end by ``os._exit``."""
    code = f"""{START}
tracer.start_span("before").end()
children = []
for number in range(3):
    child = os.fork()
    if child == 0:
        tracer.start_span(f"child {{number}}").end()
        os._exit(0)
    children.append(child)
for child in children:
    os.waitpid(child, 0)
tracer.start_span("after").end()
"""
    run_app(tmp_path, code, sink.url, under=under)
    assert sorted(names_of(sink)) == ["after", "app.py", "before", "child 0", "child 1", "child 2"]
    assert len({span.trace_id for span in sink.spans()}) == 1


def test_a_child_forked_before_anything_was_recorded_is_whole(tmp_path, sink, under):
    code = f"""{START}
child = os.fork()
if child == 0:
    tracer.start_span("child").end()
    sys.exit(0)
os.waitpid(child, 0)
"""
    run_app(tmp_path, code, sink.url, under=under)
    spans = {span.name: span for span in sink.spans()}
    assert set(spans) == {"child", "app.py"}
    assert spans["child"].parent_span_id == spans["app.py"].span_id


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_multiprocessing(tmp_path, sink, under, method):
    code = f"""{START}
import multiprocessing
def work(number):
    tracer.start_span(f"work {{number}}").end()
if __name__ == "__main__":
    tracer.start_span("main").end()
    child = multiprocessing.get_context("{method}").Process(target=work, args=(1,))
    child.start()
    child.join()
"""
    run_app(tmp_path, code, sink.url, under=under)
    assert {"main", "work 1"} <= set(names_of(sink))
    assert {resource["service.name"] for resource, _ in sink.resource_spans()} == {"app"}


def test_threads_pools_and_tasks_keep_the_context(tmp_path, sink, under):
    code = f"""{START}
import asyncio
from concurrent.futures import ThreadPoolExecutor
def work(name):
    tracer.start_span(name).end()
async def tasks():
    await asyncio.gather(asyncio.to_thread(work, "to_thread"), task())
    await asyncio.get_running_loop().run_in_executor(None, work, "executor")
async def task():
    work("task")
with tracer.start_as_current_span("parent"):
    thread = threading.Thread(target=work, args=("thread",))
    thread.start()
    thread.join()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work, "pool").result()
    asyncio.run(tasks())
"""
    run_app(tmp_path, code, sink.url, under=under)
    spans = {span.name: span for span in sink.spans()}
    parent = spans["parent"].span_id
    inside = {name for name, span in spans.items() if span.parent_span_id == parent}
    assert inside == {"thread", "pool", "to_thread", "task", "executor"}


def test_a_pre_forking_server_has_no_span_around_it(tmp_path, sink, under):
    """A program in the manner of gunicorn: its module is found by its name, and its workers serve."""
    package = tmp_path / "gunicorn" / "app"
    package.mkdir(parents=True)
    (tmp_path / "gunicorn" / "__init__.py").write_text("")
    (package / "__init__.py").write_text("")
    (package / "base.py").write_text("class BaseApplication:\n    def run(self):\n        self.serve()\n")
    code = f"""{START}
from gunicorn.app.base import BaseApplication
class Application(BaseApplication):
    def serve(self):
        child = os.fork()
        if child == 0:
            for number in range(2):
                tracer.start_span(f"request {{number}}").end()
            os._exit(0)
        os.waitpid(child, 0)
Application().run()
"""
    run_app(tmp_path, code, sink.url, under=under)
    assert sorted(names_of(sink)) == ["request 0", "request 1"]
    assert len({span.trace_id for span in sink.spans()}) == 2

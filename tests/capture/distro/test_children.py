"""What child processes record arrives, and belongs to the trace of the program that started them."""

from __future__ import annotations

import pytest

from tests.capture.apps import PLAIN, run_app

from .test_ending import START, names_of


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_workers_of_a_pool_that_a_block_ends(tmp_path, sink, under, method):
    """Leaving the block ends them by a signal."""
    code = f"""{START}
import multiprocessing
def work(number):
    open(f"{{number}}.txt", "w").close()
    tracer.start_span(f"work {{number}}").end()
    return number
if __name__ == "__main__":
    tracer.start_span("main").end()
    with multiprocessing.get_context("{method}").Pool(2) as pool:
        print(sorted(pool.map(work, range(6), chunksize=1)))
"""
    assert run_app(tmp_path, code, sink.url, under=under).stdout == "[0, 1, 2, 3, 4, 5]\n"
    assert {f"work {number}" for number in range(6)} <= set(names_of(sink))
    assert names_of(sink).count("fs.write") == 6
    assert len({span.trace_id for span in sink.spans()}) == 1


def test_a_task_that_fails_fails_as_it_does(tmp_path, sink, under):
    code = f"""{START}
import multiprocessing
def work(number):
    tracer.start_span("work").end()
    raise ValueError(number)
if __name__ == "__main__":
    with multiprocessing.Pool(1) as pool:
        try:
            pool.map(work, [7])
        except ValueError as error:
            print(repr(error))
"""
    assert run_app(tmp_path, code, sink.url, under=under).stdout == "ValueError(7)\n"
    assert "work" in names_of(sink)


def test_a_pool_of_threads_is_left_alone(tmp_path, sink, under):
    code = f"""{START}
from multiprocessing.pool import ThreadPool
with ThreadPool(2) as pool:
    print(sum(pool.map(lambda number: number, range(100))))
tracer.start_span("main").end()
"""
    assert run_app(tmp_path, code, sink.url, under=under).stdout == "4950\n"
    assert "main" in names_of(sink)


def test_a_program_that_a_program_starts_is_part_of_its_trace(tmp_path, sink, under):
    code = f"""{START}
import subprocess
tracer.start_span("order").end()
if len(sys.argv) == 1:
    subprocess.run([sys.executable, __file__, "child"], check=True)
"""
    run_app(tmp_path, code, sink.url, under=under)
    outer, inner = sorted(
        (span for span in sink.spans() if span.name == "app.py"), key=lambda span: span.start_time_unix_nano
    )
    assert (inner.trace_id, inner.parent_span_id) == (outer.trace_id, outer.span_id)


def test_one_that_is_not_observed_is_left_as_it_is(tmp_path):
    code = "import os; print('TRACEPARENT' in os.environ)"
    assert run_app(tmp_path, code, under=PLAIN).stdout == "False\n"

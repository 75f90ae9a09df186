"""The span around a program: one trace for a script, none around a server."""

from __future__ import annotations

import contextvars
import os
import sys
import types
from collections.abc import Callable, Iterator

import pytest
from opentelemetry import context, trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from traceway import program
from traceway.program import ProgramSpan, stand_around
from traceway_semconv import names


@pytest.fixture
def finished(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[ReadableSpan]]]:
    monkeypatch.setenv("TRACEPARENT", "")  # set by the program, and as it was when the test has ended
    memory = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(memory))
    monkeypatch.setattr(program.trace, "get_tracer", lambda name: provider.get_tracer(name))
    monkeypatch.setattr(program.atexit, "register", lambda function: function)
    yield lambda: list(memory.get_finished_spans())
    provider.shutdown()


def in_a_program(work: Callable[[ProgramSpan | None], None], name: str = "app.py", **options: bool) -> None:
    """Run ``work`` as a program of this name would be, in a context of its own."""
    contextvars.Context().run(lambda: work(stand_around(name, **options)))


def call(name: str) -> None:
    trace.get_tracer(name).start_span(name).end()


def test_what_a_script_does_is_one_trace(finished):
    def script(span):
        call("first")
        call("second")
        span.finish()

    in_a_program(script)
    first, second, root = finished()
    assert (root.name, root.parent) == ("app.py", None)
    assert first.parent == second.parent == root.context
    assert root.start_time <= first.start_time
    assert root.end_time >= second.end_time
    assert root.attributes[names.TRACEWAY_SPAN_KIND] == "process"


def test_a_program_of_which_nothing_is_recorded_records_nothing(finished):
    in_a_program(lambda span: span.finish())
    assert finished() == []


@pytest.mark.parametrize("name", ["gunicorn", "uvicorn", "/usr/bin/celery", "flask"])
def test_a_server_has_no_span_around_it(finished, name):
    assert stand_around(name) is None
    in_a_program(lambda span: call("request"), name)
    assert [span.parent for span in finished()] == [None]


def test_unless_it_is_wanted(finished):
    in_a_program(lambda span: (call("request"), span.finish()), "gunicorn", always=True)
    assert [span.name for span in finished()] == ["request", "gunicorn"]


def test_a_script_that_starts_to_serve_steps_aside(finished, monkeypatch):
    """Before: children of the program. From then on: traces of their own."""
    werkzeug = types.ModuleType("werkzeug.serving")
    werkzeug.run_simple = lambda: call("request")

    def script(span):
        monkeypatch.setitem(sys.modules, "werkzeug.serving", werkzeug)
        call("reads its configuration")
        werkzeug.run_simple()
        span.finish()

    monkeypatch.setitem(sys.modules, "werkzeug.serving", werkzeug)
    in_a_program(script)
    spans = {span.name: span for span in finished()}
    assert spans["reads its configuration"].parent == spans["app.py"].context
    assert spans["request"].parent is None
    assert len(spans) == 3


def test_an_exception_that_ends_the_program_is_told(finished, monkeypatch):
    def script(span):
        call("first")
        monkeypatch.setattr(sys, "last_value", ValueError("no such order"), raising=False)
        span.finish()

    in_a_program(script)
    root = finished()[-1]
    assert (root.status.is_ok, root.status.description) == (False, "no such order")
    assert root.attributes[names.ERROR_TYPE] == "ValueError"
    assert [event.name for event in root.events] == ["exception"]


def test_a_program_that_another_one_started_belongs_to_its_trace(finished):
    outer = trace.NonRecordingSpan(trace.SpanContext(7, 9, is_remote=True, trace_flags=trace.TraceFlags(1)))

    def script():
        span = stand_around("child.py", parent=trace.set_span_in_context(outer, context.Context()))
        call("first")
        span.finish()

    contextvars.Context().run(script)
    first, root = finished()
    assert (root.context.trace_id, root.parent.span_id) == (7, 9)
    assert first.parent == root.context


def test_programs_that_it_starts_are_told_where_they_belong(finished):
    def script(span):
        assert os.environ["TRACEPARENT"] == ""
        call("first")
        told = os.environ["TRACEPARENT"]
        span.finish()
        root = finished()[-1]
        assert told.startswith(f"00-{root.context.trace_id:032x}-{root.context.span_id:016x}-")

    in_a_program(script)


def test_it_can_be_used_as_any_current_span(finished):
    def script(span):
        current = trace.get_current_span()
        assert current is span
        assert current.is_recording()
        current.set_attribute("shop.order", 7)
        current.add_event("found")
        current.update_name("order 7")
        current.end()
        assert current.is_recording()
        span.finish()
        assert not current.is_recording()

    in_a_program(script)
    (root,) = finished()
    assert (root.name, root.attributes["shop.order"], root.events[0].name) == ("order 7", 7, "found")


def test_a_child_process_leaves_the_span_to_its_parent(finished, monkeypatch):
    def script(span):
        call("first")
        with monkeypatch.context() as child:
            child.setattr(program.os, "getpid", lambda: -1)
            span.finish()
        assert len(finished()) == 1
        span.finish()

    in_a_program(script)
    assert [span.name for span in finished()] == ["first", "app.py"]

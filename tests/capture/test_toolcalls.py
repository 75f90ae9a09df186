"""Tool spans that are read out of the messages of model calls."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.util.genai.handler import TelemetryHandler
from opentelemetry.util.genai.types import (
    InputMessage,
    OutputMessage,
    TextPart,
    ToolCallRequestPart,
    ToolCallResponsePart,
)

from traceway import toolcalls
from traceway.toolcalls import ToolCalls
from traceway_semconv import names


class Program:
    """A program that calls a model through util-genai, and what is recorded of it."""

    def __init__(self) -> None:
        self.memory = InMemorySpanExporter()
        self.calls = ToolCalls()
        self.provider = TracerProvider(shutdown_on_exit=False)
        self.provider.add_span_processor(self.calls)
        self.provider.add_span_processor(SimpleSpanProcessor(self.memory))
        self.tracer = self.provider.get_tracer("tests")
        self._handler = TelemetryHandler(self.provider, completion_hook=self.calls)

    def ask(self, *inputs: InputMessage, calls: tuple[ToolCallRequestPart, ...] = ()) -> None:
        invocation = self._handler.inference("openai", request_model="gpt-4o-mini")
        invocation.input_messages = [InputMessage("user", [TextPart("Where is order 7?")]), *inputs]
        invocation.output_messages = [OutputMessage("assistant", [TextPart("One moment."), *calls], "tool_call")]
        invocation.stop()

    def spans(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.memory.get_finished_spans() if span.name == name]


def assistant(*calls: ToolCallRequestPart) -> InputMessage:
    return InputMessage("assistant", [*calls])


def result(response: object, call_id: str | None = None) -> InputMessage:
    return InputMessage("tool", [ToolCallResponsePart(response, call_id)])


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "SPAN_ONLY")
    program = Program()
    monkeypatch.setattr(toolcalls.trace, "get_tracer", lambda name: program.provider.get_tracer(name))
    yield program
    program.provider.shutdown()


LOOK_UP = ToolCallRequestPart({"order": 7}, "look_up", "call-1")


def test_a_tool_ran_between_the_call_that_asked_and_the_call_that_brought_the_result(program):
    with program.tracer.start_as_current_span("agent"):
        program.ask(calls=(LOOK_UP,))
        program.ask(assistant(LOOK_UP), result("on its way", "call-1"))
    (tool,) = program.spans("execute_tool look_up")
    agent, (first, second) = program.spans("agent")[0], program.spans("chat gpt-4o-mini")
    assert tool.parent == agent.context
    assert tool.start_time <= first.end_time
    assert tool.end_time == second.start_time
    assert dict(tool.attributes) == {
        names.OPERATION_NAME: "execute_tool",
        names.TOOL_NAME: "look_up",
        names.TOOL_TYPE: "function",
        names.TOOL_CALL_ID: "call-1",
        names.TOOL_CALL_ARGUMENTS: '{"order": 7}',
        names.TOOL_CALL_RESULT: "on its way",
        names.SPAN_INFERRED: True,
    }


def test_history_is_not_a_new_result(program):
    with program.tracer.start_as_current_span("agent"):
        program.ask(calls=(LOOK_UP,))
        history = (assistant(LOOK_UP), result("on its way", "call-1"))
        program.ask(*history)
        program.ask(*history, InputMessage("assistant", [TextPart("It is on its way.")]))
    assert len(program.spans("execute_tool look_up")) == 1


def test_results_without_ids_come_in_the_order_of_the_calls(program):
    """As Ollama sends them; the same tool is called again with the first result still in the history."""
    first, second = ToolCallRequestPart({"order": 7}, "look_up", None), ToolCallRequestPart({}, "weather", None)
    with program.tracer.start_as_current_span("agent"):
        program.ask(calls=(first, second))
        turn = (assistant(first, second), result("on its way"), result("rain"))
        program.ask(*turn, calls=(first,))
        program.ask(*turn, assistant(first), result("arrived"))
    results = [span.attributes[names.TOOL_CALL_RESULT] for span in program.spans("execute_tool look_up")]
    assert results == ["on its way", "arrived"]
    assert [span.attributes[names.TOOL_CALL_RESULT] for span in program.spans("execute_tool weather")] == ["rain"]


@pytest.mark.parametrize("call_id", ["call-1", ""])
def test_a_tool_that_was_recorded_is_not_told_twice(program, call_id):
    with program.tracer.start_as_current_span("agent"):
        program.ask(calls=(LOOK_UP,))
        with program.tracer.start_as_current_span("own") as own:
            own.set_attributes({names.OPERATION_NAME: "execute_tool", names.TOOL_NAME: "look_up"})
            if call_id:
                own.set_attribute(names.TOOL_CALL_ID, call_id)
        program.ask(assistant(LOOK_UP), result("on its way", "call-1"))
    assert program.spans("execute_tool look_up") == []


def test_without_a_parent_the_tool_belongs_to_the_call_that_asked(program):
    program.ask(calls=(LOOK_UP,))
    program.ask(assistant(LOOK_UP), result("on its way", "call-1"))
    (tool,) = program.spans("execute_tool look_up")
    assert tool.parent == program.spans("chat gpt-4o-mini")[0].context


def test_no_content_where_none_is_to_be_recorded(program, monkeypatch):
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "NO_CONTENT")
    program.ask(calls=(LOOK_UP,))
    program.ask(assistant(LOOK_UP), result("on its way", "call-1"))
    (tool,) = program.spans("execute_tool look_up")
    assert names.TOOL_CALL_ARGUMENTS not in tool.attributes
    assert names.TOOL_CALL_RESULT not in tool.attributes


def test_an_unsampled_call_has_no_tool_span(program, monkeypatch):
    monkeypatch.setattr(toolcalls.trace, "get_tracer", lambda name: trace.NoOpTracer())
    program.ask(calls=(LOOK_UP,))
    program.ask(assistant(LOOK_UP), result("on its way", "call-1"))
    assert program.spans("execute_tool look_up") == []


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=12))
def test_every_call_with_a_result_is_told_once_and_with_its_own_result(turns):
    """Any order of tools, with ids and without, several in one turn."""
    program = Program()
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "SPAN_ONLY")
    monkeypatch.setattr(toolcalls.trace, "get_tracer", lambda name: program.provider.get_tracer(name))
    with monkeypatch.context(), program.tracer.start_as_current_span("agent"):
        history: list[InputMessage] = []
        for number, (name, with_id) in enumerate(turns):
            call = ToolCallRequestPart({"number": number}, name, f"call-{number}" if with_id else None)
            program.ask(*history, calls=(call,))
            history += [assistant(call), result(f"result {number}", call.id)]
        program.ask(*history)
    monkeypatch.undo()
    told = [span for name in "abc" for span in program.spans(f"execute_tool {name}")]
    pairs = {json.loads(s.attributes[names.TOOL_CALL_ARGUMENTS])["number"]: s for s in told}
    assert len(told) == len(pairs) == len(turns)
    for number, span in pairs.items():
        assert span.attributes[names.TOOL_CALL_RESULT] == f"result {number}"
    program.provider.shutdown()

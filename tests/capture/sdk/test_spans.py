"""What spans record, how they nest and how they end."""

from __future__ import annotations

import asyncio
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from traceway import Traceway
from traceway.contain import FAULTS
from traceway.testing import record
from traceway_semconv import names
from traceway_semconv.kinds import SpanKind


def test_a_trace_with_a_call_of_a_model(tw, recorded):
    with tw.trace("task", session="s-1", user="u-1", tags=["beta", "b"], metadata={"run": 7}, input="Hello") as task:
        with task.span("ask", kind="llm_call", model="gpt-4o-mini", provider="openai", input="Capital of Peru?") as ask:
            ask.set_output("Lima.", tokens_input=12, tokens_output=3, cost_usd=0.25, model="gpt-4o-mini-2024")
        task.set_output({"answer": "Lima."})

    root, call = recorded.spans
    assert (root.name, root.kind, root.input, root.output) == ("task", "workflow", "Hello", {"answer": "Lima."})
    assert root.attributes[names.OI_METADATA] == '{"run":7}'
    assert root.tags == ("beta", "b")
    assert call.parent is root
    assert (call.kind, call.model, call.provider) == ("llm_call", "gpt-4o-mini-2024", "openai")
    assert (call.input_tokens, call.output_tokens, call.cost_usd) == (12, 3, 0.25)
    assert call.input == [{"role": "user", "parts": [{"type": "text", "content": "Capital of Peru?"}]}]
    assert call.output == [{"role": "assistant", "parts": [{"type": "text", "content": "Lima."}]}]
    assert {(span.session_id, span.user_id) for span in recorded.spans} == {("s-1", "u-1")}
    assert call.tags == ()


def test_a_span_as_a_plain_object(tw, recorded):
    trace = tw.trace("task")
    span = trace.span("ask", kind="llm_call", model="m", input="Hi")
    span.complete(output="Ho", input_tokens=1, output_tokens=2)
    trace.complete()
    root, call = recorded.spans
    assert (call.parent, call.output[0]["parts"][0]["content"], call.input_tokens) == (root, "Ho", 1)


def test_every_kind_is_recorded_as_that_kind(tw, recorded):
    for kind in SpanKind:
        with tw.span(f"a {kind}", kind=kind, input="in") as span:
            span.set_output([{"id": "1", "content": "out"}])
    assert [span.kind for span in recorded.spans] == list(SpanKind)
    assert FAULTS["sdk"] == 0
    assert all(span.input for span in recorded.spans)
    assert all(span.output for span in recorded.spans)


def test_the_kinds_that_have_methods_of_their_own(tw, recorded):
    with (
        tw.agent("researcher", model="m") as agent,
        agent.tool("weather", input={"city": "Bern"}, call_id="c1") as tool,
    ):
        tool.complete({"celsius": 21})
        agent.retrieval("handbook", input="holidays").complete([{"id": "7", "score": 0.5, "content": "28 days"}])
        agent.llm_call("ask", model="m", provider="p").complete("yes")
    agent, tool, retrieval, call = recorded.spans
    assert [span.kind for span in recorded.spans] == ["agent", "tool", "retrieval", "llm_call"]
    assert (tool.input, tool.output) == ({"city": "Bern"}, {"celsius": 21})
    assert tool.attributes[names.TOOL_CALL_ID] == "c1"
    assert (retrieval.input, retrieval.output) == ("holidays", [{"id": "7", "score": 0.5, "content": "28 days"}])
    assert {span.parent for span in (tool, retrieval, call)} == {agent} == {call.parent}


def test_a_kind_may_be_an_object_another_name_or_a_word_of_ones_own(tw, recorded):
    tw.span("a", kind={"type": "llm_call", "model": "m", "input_tokens": 3, "cost": 0.5}).complete()
    tw.span("b", kind={"type": "fs_read", "path": "/srv/notes.md", "bytes_read": 12}).complete()
    tw.span("c", kind={"type": "custom", "kind": "billing", "attributes": {"plan": "pro"}}).complete()
    tw.span("d", kind="Chain").complete()
    tw.span("e", kind="My kind!").complete()
    tw.span("f", model="m").complete()
    later = tw.span("g")
    later.set_kind("tool")
    later.complete("done")
    assert [span.kind for span in recorded.spans] == [
        *("llm_call", "fs_read", "billing", "workflow", "my_kind_", "llm_call", "tool")
    ]
    call, read, custom = recorded.spans[:3]
    assert (call.model, call.input_tokens, call.cost_usd) == ("m", 3, 0.5)
    assert read.attributes[names.FILE_PATH] == "/srv/notes.md"
    assert custom.attributes["plan"] == "pro"


def test_messages_of_other_apis_have_the_shape_of_opentelemetry(tw, recorded):
    call = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Bern"}'}}
    request = [
        {"role": "system", "content": "Be brief."},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "21 degrees"},
    ]
    answer = {"choices": [{"message": {"role": "assistant", "content": "21."}, "finish_reason": "stop"}]}
    with tw.llm_call("ask", model="m", input=request) as span:
        span.set_output(answer)
    (found,) = recorded.spans
    assert [message["role"] for message in found.input] == ["system", "assistant", "tool"]
    assert found.input[1]["parts"] == [
        {"type": "tool_call", "id": "c1", "name": "weather", "arguments": {"city": "Bern"}}
    ]
    assert found.output == [
        {"role": "assistant", "parts": [{"type": "text", "content": "21."}], "finish_reason": "stop"}
    ]


def test_a_failure_is_recorded_and_goes_on(tw, recorded):
    with pytest.raises(ValueError, match="no such city"), tw.trace("task"), tw.tool("weather"):
        raise ValueError("no such city")
    assert [(span.failed, span.error) for span in recorded.spans] == [(True, "no such city")] * 2
    tw.span("by hand").fail("gave up")
    assert (recorded.spans[-1].failed, recorded.spans[-1].error) == (True, "gave up")


def test_after_its_end_a_span_records_nothing_and_says_so_once(tw, recorded, caplog):
    with tw.span("once") as span:
        span.complete("first")
    span.complete("second")
    span.complete("third")
    span.fail("late")
    span.set_output("late")
    span.set_input("late")
    span.set_kind("tool")
    span.set_attribute("late", 1)
    with span:
        tw.span("inside").complete()
    once, inside = recorded.spans
    assert (once.output, once.failed, once.kind) == ("first", False, "span")
    assert inside.parent is once
    assert sum("complete() of a span that has ended" in line for line in caplog.messages) == 1


def test_what_has_no_sense_is_left_out_and_said(tw, recorded, caplog):
    span = tw.span("odd", kind="!?", attributes={"a": object, 3: [1, {}]})
    span.set_output("out", tokens_input="many", colour="red")
    span.complete()
    assert recorded.one("odd").kind == "span"
    assert len(caplog.messages) == 3
    assert FAULTS["sdk"] == 0


def test_content_can_be_switched_off(monkeypatch, recorded):
    monkeypatch.setenv("TRACEWAY_CAPTURE_CONTENT", "off")
    with Traceway().llm_call("ask", model="m", input="secret plan") as span:
        span.set_output("of course", output_tokens=2)
    (found,) = recorded.spans
    assert (found.input, found.output, found.output_tokens) == (None, None, 2)


def test_another_parent_of_the_trace_by_its_id(tw, recorded):
    with tw.trace("task") as task:
        first = task.span("first")
        task.span("second", parent_id=first.span_id).complete()
        first.complete()
    assert recorded.one("second").parent is not None
    assert recorded.one("second").parent.name == "first"
    assert len(recorded.traces) == 1


def test_threads_and_tasks_know_their_parent(tw, recorded):
    async def work(trace, name):
        with tw.span(name) as span:
            await asyncio.sleep(0)
            with tw.span(f"in {name}"):
                await asyncio.sleep(0)
        return span

    async def main():
        async with tw.trace("task", session="s") as task:
            await asyncio.gather(*(work(task, f"job {n}") for n in range(5)))
            thread = threading.Thread(target=lambda: task.span("thread").complete())
            thread.start()
            thread.join()

    asyncio.run(main())
    for n in range(5):
        assert recorded.one(f"in job {n}").parent.name == f"job {n}"
    assert recorded.one("thread").parent.name == "task"
    assert recorded.one("thread").session_id == "s"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(["enter", "leave", "child of current", "child of known"]), st.integers(0, 99)))
)
def test_any_order_of_starting_and_ending_gives_the_right_parents(steps):
    with record() as recorded:
        tw = Traceway()
        stack, known, expected = [], [], {}
        for number, (step, which) in enumerate(steps):
            name = f"span {number}"
            if step == "leave" and stack:
                stack.pop().__exit__(None, None, None)
            elif step == "enter":
                expected[name] = stack[-1]._start.name if stack else None
                stack.append(tw.span(name).__enter__())
                known.append(stack[-1])
            elif step == "child of current":
                expected[name] = stack[-1]._start.name if stack else None
                tw.span(name).complete()
            elif step == "child of known" and known:
                expected[name] = known[which % len(known)]._start.name
                known[which % len(known)].span(name).complete()
        while stack:
            stack.pop().__exit__(None, None, None)
        assert {span.name: span.parent.name if span.parent else None for span in recorded.spans} == expected

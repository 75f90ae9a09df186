"""A run of an agent with a sub-agent, a retrieval, files, a tool that fails and a parent that never arrives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.api.file_telemetry import content_id, content_records, contents_request
from tests.e2e.serving import Served

from .traffic import Trace, answered, asked, exception, text

NOTES_BEFORE = b"# Notes\n\nNothing yet.\n"
NOTES = b"# Notes\n\n- Ferries run from May to October.\n- The last one leaves at 18:40.\n"
_STACK = 'Traceback (most recent call last):\n  File "weather.py", line 12\nTimeoutError: no answer in 5 s\n'
_ANSWER = """Here is the **plan**:

1. Take the ferry at *9:10*
2. Walk to the castle, see [the map](https://example.org/map)

| leg | minutes |
|---|---|
| ferry | 35 |
| walk | 20 |
"""


@dataclass
class Research:
    """The trace as it was sent and the ids of some of its spans."""

    trace: Trace
    spans: dict[str, str]


def research(server: Served) -> Research:
    """Send it."""
    trace = Trace()
    ids: dict[str, str] = {}
    about = {"gen_ai.conversation.id": "trip-7", "user.id": "user-12", "gen_ai.operation.name": "invoke_workflow"}
    ids["root"] = trace.span("plan a trip", 0, 9_800, {**about, "gen_ai.workflow.name": "plan a trip"})
    agent = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "planner"}
    ids["planner"] = trace.span("invoke_agent planner", 20, 9_700, agent, parent=ids["root"])
    said = [
        text("system", "You plan trips. Be brief.\nUse the tools."),
        text("user", "A day at the lake, two of us, no car. What do you suggest?"),
    ]
    first = asked("search_docs", "call_1", {"query": "ferry timetable", "limit": 3}, said="Let me see what we have.")
    first["parts"].insert(0, {"type": "reasoning", "content": "They have no car, so ferries matter most."})
    _first_steps(trace, ids, said, first)
    found = answered("call_1", "three documents")
    second = asked("delegate", "call_2", {"task": "summarise the timetable"})
    said2 = [*said, {key: first[key] for key in ("role", "parts")}, found]
    ids["second"] = trace.call(
        "gpt-4o", 1_500, 2_600, said2, second, parent=ids["planner"], tokens=(1_500, 60), **_cached(1_024)
    )
    _sub_agent(trace, ids)
    said3 = [*said2, {key: second[key] for key in ("role", "parts")}, answered("call_2", "Ferries run from May.")]
    third = asked("weather", "call_3", {"place": "the lake"})
    ids["third"] = trace.call("lake-model-9b", 6_000, 6_400, said3, third, parent=ids["planner"], tokens=(1_700, 30))
    ids["weather"] = trace.tool(
        "weather", "call_3", 6_420, 8_000, {"place": "the lake"}, None, parent=ids["planner"], error="no answer in 5 s",
        more=exception("TimeoutError", "no answer in 5 s", trace.start_ns + 8_000_000_000, _STACK),
    )  # fmt: skip
    said4 = [*said3, {key: third[key] for key in ("role", "parts")}, answered("call_3", "error: no answer in 5 s")]
    ids["last"] = trace.call("gpt-4o", 8_100, 9_600, said4, text("assistant", _ANSWER), parent=ids["planner"])
    ids["orphan"] = trace.span("a step of a service that is late", 3_000, 3_400, {}, parent="00000000000000ff")
    server.send(contents_request([*content_records(NOTES_BEFORE), *content_records(NOTES)]))
    trace.send(server)
    trace.log(server, "the weather service does not answer", span=ids["weather"], severity=17, at_ms=7_900)
    trace.log(server, "searching", span=ids["search"], at_ms=1_100)
    return Research(trace, ids)


def _first_steps(trace: Trace, ids: dict[str, str], said: list[dict[str, object]], first: dict[str, object]) -> None:
    streamed: dict[str, Any] = {"gen_ai.response.time_to_first_chunk": 0.21, "gen_ai.request.stream": True}
    ids["first"] = trace.call("gpt-4o", 40, 1_000, said, first, parent=ids["planner"], **streamed)
    arguments = {"query": "ferry timetable", "limit": 3}
    ids["search"] = trace.tool(
        "search_docs", "call_1", 1_010, 1_450, arguments, "three documents", parent=ids["planner"]
    )
    documents = (
        '[{"id": "d1", "score": 0.91, "content": "Ferries run from May to October."},'
        ' {"id": "d2", "score": 0.62, "content": "The castle opens at ten."}]'
    )
    asked_for = {"gen_ai.retrieval.query.text": "ferry timetable", "gen_ai.retrieval.documents": documents}
    ids["retrieval"] = trace.span(
        "retrieval docs", 1_050, 1_400, {"gen_ai.operation.name": "retrieval", **asked_for}, parent=ids["search"]
    )


def _sub_agent(trace: Trace, ids: dict[str, str]) -> None:
    ids["delegate"] = trace.tool(
        "delegate", "call_2", 2_610, 5_900, {"task": "summarise the timetable"}, "Ferries run from May.",
        parent=ids["planner"],
    )  # fmt: skip
    agent = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "summariser"}
    ids["summariser"] = trace.span("invoke_agent summariser", 2_620, 5_880, agent, parent=ids["delegate"])
    said = [text("system", "You summarise."), text("user", "Summarise the timetable.")]
    answer = text("assistant", "Ferries run from May.")
    ids["read"] = _file(trace, ids["summariser"], "read", 2_700, NOTES_BEFORE)
    ids["summary"] = trace.call("claude-sonnet-4-5", 2_800, 5_600, said, answer, parent=ids["summariser"])
    ids["write"] = _file(trace, ids["summariser"], "write", 5_700, NOTES, NOTES_BEFORE)


def _file(trace: Trace, parent: str, operation: str, at_ms: int, data: bytes, before: bytes | None = None) -> str:
    attributes = {
        "traceway.fs.operation": operation,
        "file.path": "/srv/trip/notes.md",
        "traceway.fs.content.hash": content_id(data),
        "traceway.fs.content.size": len(data),
        "traceway.fs.bytes_read" if operation == "read" else "traceway.fs.bytes_written": len(data),
    }
    if before is not None:
        attributes["traceway.fs.content.hash_before"] = content_id(before)
    return trace.span(f"{operation} notes.md", at_ms, at_ms + 8, attributes, parent=parent)


def _cached(tokens: int) -> dict[str, Any]:
    return {"gen_ai.usage.cache_read.input_tokens": tokens}

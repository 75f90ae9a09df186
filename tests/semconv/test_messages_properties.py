"""Whatever a span carries, reading it neither fails nor gives anything but plain JSON of the promised shape."""

from __future__ import annotations

import json
from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from traceway_semconv import names
from traceway_semconv.messages import CONTENT_EVENTS, Event, LogEvent, content_of

KINDS = ("llm_call", "embedding", "tool", "agent", "workflow", "retrieval", "rerank", "memory", "fs_read", "custom", "")
# The words that dialects look for, so that random objects resemble messages, parts, requests and responses.
KEY_WORDS = """
role content parts type kind text name id function arguments args input output tool_calls toolCalls toolCallId toolName
tool_use_id tool_call_id call_id finish_reason stop_reason message messages contents system instructions choices
candidates generations response result image_url url source data inline_data mime_type media file file_id functionCall
function_response toolUse toolResult toolRequest reasoningContent reasoningText reasoning thinking summary kwargs lc
additional_kwargs images config tools function_declarations parameters query documents document score metadata node
event.name index value truncated thought page_content toolSpec inputSchema json
"""
VALUE_WORDS = """
user assistant system tool human ai model text tool_call tool_call_response tool_use tool_result tool-call tool-result
function function_call function_call_output reasoning thinking image image_url input_audio file blob uri refusal
compaction message output_text HumanMessage AIMessage stop STOP end_turn server_tool_use {} [] null
https://example.org/a.png data:image/png;base64,AAAA gen_ai.choice gen_ai.user.message
"""
WORDS = KEY_WORDS.split()
TERMS = VALUE_WORDS.split()
TEXTS = st.sampled_from(TERMS) | st.text(max_size=20) | st.text(st.characters(categories=["Cs"]), max_size=2)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**63, -(2**63) - 1, 2**64, 10**400])
    | st.floats()
    | st.binary(max_size=8)
    | TEXTS
)
KEYS = st.sampled_from(WORDS)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | TEXTS, inner, max_size=5),
    max_leaves=8,
)
JSON_TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=8,
)


@st.composite
def json_texts(draw: st.DrawFn) -> str:
    """JSON, perhaps encoded twice, perhaps cut off."""
    text = json.dumps(draw(JSON_TREES))
    if draw(st.booleans()):
        text = json.dumps(text)
    return text[: draw(st.integers(0, len(text)))] if draw(st.booleans()) else text


VALUES = TREES | json_texts()
FLATTENED = ("0", "1.role", "0.content", "0.message.content", "0.message.role", "0.tool_calls.0.name", "0.tool_calls")
MORE = ("0.message.contents.0.message_content.type", "0.message.tool_calls.0.tool_call.function.arguments", "00.", ".")
NAMES = st.sampled_from([key.replace("{n}", "0") for key in names.ATTRIBUTES]) | st.builds(
    "{}.{}".format,
    st.sampled_from(
        [names.PROMPT, names.COMPLETION, names.OI_INPUT_MESSAGES, names.OI_OUTPUT_MESSAGES, names.OI_TOOLS]
    ),
    st.sampled_from([*FLATTENED, *MORE]),
)
ATTRIBUTES = st.dictionaries(NAMES, VALUES, max_size=4)
EVENT_NAMES = st.sampled_from([*CONTENT_EVENTS, *names.EVENT_VECTOR_DB_RESULT, "exception"])
EVENTS = st.lists(st.builds(Event, EVENT_NAMES, ATTRIBUTES | st.dictionaries(KEYS, VALUES, max_size=4)), max_size=2)
LOGS = st.lists(st.builds(LogEvent, EVENT_NAMES, ATTRIBUTES, VALUES), max_size=2)
CONTENT_NAMES = st.sampled_from(
    [names.INPUT_MESSAGES, names.OUTPUT_MESSAGES, names.AI_PROMPT, names.LF_INPUT, names.LF_OUTPUT, names.PY_EVENTS]
)


def assert_part(part: Any) -> None:
    assert isinstance(part, dict)
    assert isinstance(part["type"], str)
    match part["type"]:
        case "text" | "reasoning":
            assert isinstance(part["content"], str)
        case "tool_call":
            assert part["name"] is None or isinstance(part["name"], str)
            assert "arguments" in part
            assert isinstance(part.get("id", ""), str)
        case "tool_call_response":
            assert "response" in part
            assert isinstance(part.get("id", ""), str)
        case "blob":
            assert isinstance(part["content"], str)
        case "uri" | "file":
            assert isinstance(part["uri" if part["type"] == "uri" else "file_id"], str)


def assert_messages(messages: Any) -> None:
    assert isinstance(messages, list)
    assert any(message["parts"] for message in messages)
    for message in messages:
        assert {"role", "parts"} <= message.keys() <= {"role", "parts", "name", "finish_reason", "truncated"}
        assert isinstance(message["role"], str)
        assert message["role"]
        assert isinstance(message.get("name", ""), str)
        assert isinstance(message.get("finish_reason", ""), str)
        assert message.get("truncated", True) is True
        for part in message["parts"]:
            assert_part(part)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ATTRIBUTES, EVENTS, LOGS, st.sampled_from(KINDS), st.sampled_from(["", "logfire.openai", "ai"]))
def test_anything_is_read(attributes: Any, events: Any, logs: Any, kind: str, scope_name: str):
    found = content_of(attributes, events, logs, kind=kind, scope_name=scope_name)
    for value in (found.input, found.output, found.system_instructions, found.tool_definitions):
        json.dumps(value, allow_nan=False)
        assert orjson.loads(orjson.dumps(value)) == value
    if kind == "llm_call":
        if found.input is not None:
            assert_messages(found.input)
        if found.output is not None:
            assert_messages(found.output)
    for part in found.system_instructions or ():
        assert_part(part)
    for tool in found.tool_definitions or ():
        assert isinstance(tool["type"], str)
    assert found.system_instructions != []
    assert found.tool_definitions != []


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CONTENT_NAMES, VALUES)
def test_any_value_becomes_messages(name: str, value: Any):
    found = content_of({name: value}, kind="llm_call")
    for messages in (found.input, found.output):
        if messages is not None:
            assert_messages(messages)
            orjson.dumps(messages)


def test_deep_structures_are_cut_and_not_refused():
    deep: Any = "bottom"
    for _ in range(5_000):
        deep = {"content": [deep]}
    for kind in KINDS:
        for name in (names.INPUT_MESSAGES, names.OI_INPUT_VALUE, names.TOOL_CALL_ARGUMENTS, names.TOOL_DEFINITIONS):
            found = content_of({name: deep}, kind=kind)
            orjson.dumps([found.input, found.output, found.tool_definitions])

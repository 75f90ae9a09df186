"""OTel GenAI content in its three generations: attributes, events on the span, and events as log records."""

from __future__ import annotations

import json

from traceway_semconv.messages import CONTENT_EVENTS, Content, Event, LogEvent, content_of

WEATHER_INPUT = [
    {"role": "user", "parts": [{"type": "text", "content": "Weather in Bern?"}]},
    {
        "role": "assistant",
        "parts": [{"type": "tool_call", "id": "call_7", "name": "get_weather", "arguments": {"city": "Bern"}}],
    },
    {"role": "tool", "parts": [{"type": "tool_call_response", "id": "call_7", "response": "rainy, 8 °C"}]},
]
WEATHER_OUTPUT = [
    {
        "role": "assistant",
        "parts": [{"type": "text", "content": "It rains in Bern, at 8 degrees."}],
        "finish_reason": "stop",
    }
]
SYSTEM = [{"type": "text", "content": "You are a meteorologist."}]
TOOLS = [
    {
        "type": "function",
        "name": "get_weather",
        "description": "Current weather of a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    }
]
SYSTEM_MESSAGE = {"role": "system", "parts": SYSTEM}
WHOLE = Content([SYSTEM_MESSAGE, *WEATHER_INPUT], WEATHER_OUTPUT, SYSTEM, TOOLS)


def test_span_attributes_as_json_strings():
    attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o-mini",
        "gen_ai.input.messages": json.dumps(WEATHER_INPUT),
        "gen_ai.output.messages": json.dumps(WEATHER_OUTPUT),
        "gen_ai.system_instructions": json.dumps(SYSTEM),
        "gen_ai.tool.definitions": json.dumps(TOOLS),
    }
    assert content_of(attributes, kind="llm_call") == WHOLE


def test_span_attributes_structured():
    attributes = {
        "gen_ai.input.messages": WEATHER_INPUT,
        "gen_ai.output.messages": WEATHER_OUTPUT,
        "gen_ai.system_instructions": SYSTEM,
        "gen_ai.tool.definitions": TOOLS,
    }
    found = content_of(attributes, kind="llm_call")
    assert found == WHOLE
    found.input[1]["parts"].clear()
    assert WEATHER_INPUT[0]["parts"], "what content_of returns is the caller's own"


def test_operation_details_as_a_log_record():
    log = LogEvent(
        "gen_ai.client.inference.operation.details",
        {
            "gen_ai.operation.name": "chat",
            "gen_ai.input.messages": WEATHER_INPUT,
            "gen_ai.output.messages": WEATHER_OUTPUT,
            "gen_ai.system_instructions": SYSTEM,
            "gen_ai.tool.definitions": TOOLS,
        },
    )
    assert content_of({"gen_ai.operation.name": "chat"}, logs=[log], kind="llm_call") == WHOLE


def test_operation_details_as_a_span_event_and_in_a_body():
    details = {"gen_ai.input.messages": json.dumps(WEATHER_INPUT), "gen_ai.output.messages": json.dumps(WEATHER_OUTPUT)}
    on_span = content_of({}, [Event("gen_ai.client.inference.operation.details", details)], kind="llm_call")
    log = LogEvent("gen_ai.client.inference.operation.details", {}, details)
    assert on_span == content_of({}, logs=[log], kind="llm_call") == Content(WEATHER_INPUT, WEATHER_OUTPUT)


def test_attributes_and_events_complete_each_other():
    attributes = {"gen_ai.input.messages": json.dumps(WEATHER_INPUT)}
    logs = [
        LogEvent(
            "gen_ai.client.inference.operation.details",
            {"gen_ai.input.messages": [], "gen_ai.output.messages": WEATHER_OUTPUT},
        )
    ]
    assert content_of(attributes, logs=logs, kind="llm_call") == Content(WEATHER_INPUT, WEATHER_OUTPUT)


def test_message_events_as_log_records():
    provider = {"gen_ai.system": "openai"}
    logs = [
        LogEvent("gen_ai.system.message", provider, {"content": "You are a meteorologist."}),
        LogEvent("gen_ai.user.message", provider, {"content": "Weather in Bern?"}),
        LogEvent(
            "gen_ai.assistant.message",
            provider,
            {
                "tool_calls": [
                    {
                        "id": "call_7",
                        "type": "function",
                        "function": {"name": "get_weather", "arguments": '{"city": "Bern"}'},
                    }
                ]
            },
        ),
        LogEvent("gen_ai.tool.message", provider, {"id": "call_7", "content": "rainy, 8 °C"}),
        LogEvent(
            "gen_ai.choice",
            provider,
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": "It rains in Bern, at 8 degrees."},
            },
        ),
    ]
    found = content_of({"gen_ai.operation.name": "chat"}, logs=logs, kind="llm_call")
    assert found == Content([SYSTEM_MESSAGE, *WEATHER_INPUT], WEATHER_OUTPUT, SYSTEM)


def test_message_events_without_content_are_no_messages():
    logs = [
        LogEvent("gen_ai.user.message", {"gen_ai.system": "openai"}, None),
        LogEvent("gen_ai.choice", {}, {"index": 0, "finish_reason": "stop", "message": {"role": "assistant"}}),
    ]
    assert content_of({}, logs=logs, kind="llm_call") == Content()


def test_message_events_on_the_span_with_azures_json():
    events = [
        Event("gen_ai.system.message", {"gen_ai.event.content": '{"role": "system", "content": "Be brief."}'}),
        Event(
            "gen_ai.user.message",
            {"gen_ai.system": "az.ai.inference", "gen_ai.event.content": '{"role": "user", "content": "Hi"}'},
        ),
        Event(
            "gen_ai.choice",
            {"gen_ai.event.content": '{"message": {"content": "Hello!"}, "finish_reason": "stop", "index": 0}'},
        ),
    ]
    assert content_of({}, events, kind="llm_call") == Content(
        input=[
            {"role": "system", "parts": [{"type": "text", "content": "Be brief."}]},
            {"role": "user", "parts": [{"type": "text", "content": "Hi"}]},
        ],
        output=[{"role": "assistant", "parts": [{"type": "text", "content": "Hello!"}], "finish_reason": "stop"}],
        system_instructions=[{"type": "text", "content": "Be brief."}],
    )


def test_message_events_with_bedrock_blocks_in_attributes():
    """As Strands Agents sends them: JSON texts of Bedrock blocks in plain event attributes."""
    events = [
        Event("gen_ai.user.message", {"content": '[{"text": "Add 2 and 3"}]'}),
        Event(
            "gen_ai.assistant.message",
            {"content": '[{"toolUse": {"toolUseId": "t1", "name": "add", "input": {"a": 2, "b": 3}}}]'},
        ),
        Event(
            "gen_ai.tool.message",
            {"content": '[{"toolResult": {"toolUseId": "t1", "content": [{"text": "5"}], "status": "success"}}]'},
        ),
        Event("gen_ai.choice", {"finish_reason": "end_turn", "message": '[{"text": "It is 5."}]'}),
    ]
    assert content_of({}, events, kind="llm_call") == Content(
        input=[
            {"role": "user", "parts": [{"type": "text", "content": "Add 2 and 3"}]},
            {
                "role": "assistant",
                "parts": [{"type": "tool_call", "id": "t1", "name": "add", "arguments": {"a": 2, "b": 3}}],
            },
            {"role": "tool", "parts": [{"type": "tool_call_response", "id": "t1", "response": "5"}]},
        ],
        output=[{"role": "assistant", "parts": [{"type": "text", "content": "It is 5."}], "finish_reason": "stop"}],
    )


def test_prompt_and_completion_events():
    events = [
        Event("gen_ai.content.prompt", {"gen_ai.prompt": '[{"role": "user", "content": "Hi"}]'}),
        Event("gen_ai.content.completion", {"gen_ai.completion": '[{"role": "assistant", "content": "Hello!"}]'}),
    ]
    assert content_of({}, events, kind="llm_call") == Content(
        input=[{"role": "user", "parts": [{"type": "text", "content": "Hi"}]}],
        output=[{"role": "assistant", "parts": [{"type": "text", "content": "Hello!"}]}],
    )


def test_prompt_and_completion_attributes_of_openlit():
    attributes = {"gen_ai.content.prompt": "user: Hi", "gen_ai.content.completion": "Hello!"}
    assert content_of(attributes, kind="llm_call") == Content(
        input=[{"role": "user", "parts": [{"type": "text", "content": "user: Hi"}]}],
        output=[{"role": "assistant", "parts": [{"type": "text", "content": "Hello!"}]}],
    )


def test_all_parts_of_the_schema_are_kept():
    parts = [
        {"type": "reasoning", "content": "She means the canton."},
        {"type": "text", "content": ""},
        {"type": "blob", "modality": "image", "mime_type": "image/png", "content": "iVBORw0KGgo="},
        {"type": "file", "modality": "document", "file_id": "file-9"},
        {"type": "uri", "modality": "video", "mime_type": "video/mp4", "uri": "gs://bucket/a.mp4"},
        {"type": "server_tool_call", "id": "s1", "name": "web_search", "server_tool_call": {"type": "web_search"}},
        {"type": "compaction", "content": "They spoke of rain."},
        {"type": "weather_map", "layer": 3},
    ]
    messages = [{"role": "user", "parts": parts, "name": "Vreni"}]
    assert content_of({"gen_ai.input.messages": messages}, kind="llm_call").input == messages


def test_the_older_field_result_is_a_response():
    messages = [{"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "result": {"celsius": 8}}]}]
    assert content_of({"gen_ai.input.messages": messages}, kind="llm_call").input == [
        {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "response": {"celsius": 8}}]}
    ]


def test_system_instructions_are_not_said_twice():
    system_message = {"role": "system", "parts": SYSTEM}
    attributes = {
        "gen_ai.input.messages": [system_message, *WEATHER_INPUT],
        "gen_ai.system_instructions": SYSTEM,
    }
    assert content_of(attributes, kind="llm_call").input == [system_message, *WEATHER_INPUT]


def test_one_output_message_for_each_choice():
    answers = [
        {"role": "assistant", "parts": [{"type": "text", "content": text}], "finish_reason": "stop"} for text in "AB"
    ]
    assert content_of({"gen_ai.output.messages": json.dumps(answers)}, kind="llm_call").output == answers


def test_agents_have_messages_too():
    attributes = {"gen_ai.operation.name": "invoke_agent", "gen_ai.input.messages": json.dumps(WEATHER_INPUT)}
    assert content_of(attributes, kind="agent").input == WEATHER_INPUT


def test_execute_tool():
    attributes = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "get_weather",
        "gen_ai.tool.call.arguments": '{"city": "Bern"}',
        "gen_ai.tool.call.result": {"celsius": 8, "sky": None},
    }
    assert content_of(attributes, kind="tool") == Content({"city": "Bern"}, {"celsius": 8, "sky": None})


def test_retrieval_and_memory():
    retrieval = {
        "gen_ai.retrieval.query.text": "holiday rules",
        "gen_ai.retrieval.documents": '[{"id": "d7", "score": 0.91}, {"id": "d9", "score": 0.4, "page": 3}]',
    }
    assert content_of(retrieval, kind="retrieval") == Content(
        "holiday rules", [{"id": "d7", "score": 0.91}, {"id": "d9", "score": 0.4, "metadata": {"page": 3}}]
    )
    memory = {
        "gen_ai.memory.query.text": "what does she like?",
        "gen_ai.memory.records": [{"content": "tea", "id": "m1", "metadata": {"since": 2024}}],
    }
    assert content_of(memory, kind="memory") == Content(
        "what does she like?", [{"id": "m1", "content": "tea", "metadata": {"since": 2024}}]
    )


def test_the_content_events():
    assert CONTENT_EVENTS == (
        "gen_ai.client.inference.operation.details",
        "gen_ai.system.message",
        "gen_ai.user.message",
        "gen_ai.assistant.message",
        "gen_ai.tool.message",
        "gen_ai.choice",
        "gen_ai.content.prompt",
        "gen_ai.content.completion",
    )

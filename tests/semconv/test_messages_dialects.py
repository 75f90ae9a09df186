"""One realistic span for each dialect of instrumentations, and the messages it must become."""

from __future__ import annotations

import json

from traceway_semconv.messages import Content, content_of

from .message_shapes import ADD, answer, call, text


def test_openllmetry():
    attributes = {
        "gen_ai.system": "OpenAI",
        "llm.request.type": "chat",
        "gen_ai.prompt.0.role": "system",
        "gen_ai.prompt.0.content": "Use the tools.",
        "gen_ai.prompt.1.role": "user",
        "gen_ai.prompt.1.content": '[{"type": "text", "text": "2+3?"}, '
        '{"type": "image_url", "image_url": {"url": "https://example.org/sum.png"}}]',
        "gen_ai.prompt.2.role": "assistant",
        "gen_ai.prompt.2.tool_calls.0.id": "c1",
        "gen_ai.prompt.2.tool_calls.0.name": "add",
        "gen_ai.prompt.2.tool_calls.0.arguments": '{"a": 2, "b": 3}',
        "gen_ai.prompt.2.tool_calls.1.id": "c2",
        "gen_ai.prompt.2.tool_calls.1.name": "add",
        "gen_ai.prompt.2.tool_calls.1.arguments": '{"a": 2, "b',
        "gen_ai.prompt.3.role": "tool",
        "gen_ai.prompt.3.tool_call_id": "c1",
        "gen_ai.prompt.3.content": "5",
        "gen_ai.prompt.10.role": "user",
        "gen_ai.prompt.10.content": "And?",
        "gen_ai.completion.0.role": "assistant",
        "gen_ai.completion.0.content": "Five.",
        "gen_ai.completion.0.finish_reason": "stop",
        "llm.request.functions.0.name": "add",
        "llm.request.functions.0.description": "Adds",
        "llm.request.functions.0.parameters": '{"type": "object"}',
    }
    found = content_of(attributes, kind="llm_call")
    assert found.input == [
        text("system", "Use the tools."),
        {
            "role": "user",
            "parts": [
                {"type": "text", "content": "2+3?"},
                {"type": "uri", "modality": "image", "uri": "https://example.org/sum.png"},
            ],
        },
        {
            "role": "assistant",
            "parts": [
                call("c1", "add", a=2, b=3),
                {"type": "tool_call", "id": "c2", "name": "add", "arguments": '{"a": 2, "b'},
            ],
        },
        {"role": "tool", "parts": [answer("c1", "5")]},
        text("user", "And?"),
    ]
    assert found.output == [text("assistant", "Five.", finish_reason="stop")]
    assert found.system_instructions == [{"type": "text", "content": "Use the tools."}]
    assert found.tool_definitions == [ADD]


def test_openllmetry_workflow():
    attributes = {
        "traceloop.span.kind": "workflow",
        "traceloop.entity.input": '{"args": ["Bern"], "kwargs": {}}',
        "traceloop.entity.output": '"rainy"',
    }
    assert content_of(attributes, kind="workflow") == Content({"args": ["Bern"], "kwargs": {}}, "rainy")


def test_prompt_and_completion_as_plain_texts():
    attributes = {"gen_ai.prompt": "Say hi", "gen_ai.completion": "[1] Hi, [2] hello"}
    assert content_of(attributes, kind="llm_call") == Content(
        [text("user", "Say hi")], [text("assistant", "[1] Hi, [2] hello")]
    )


def test_openinference():
    attributes = {
        "openinference.span.kind": "LLM",
        "input.value": '{"messages": [{"role": "user", "content": "not this"}]}',
        "llm.input_messages.0.message.role": "system",
        "llm.input_messages.0.message.content": "Look closely.",
        "llm.input_messages.1.message.role": "user",
        "llm.input_messages.1.message.contents.0.message_content.type": "text",
        "llm.input_messages.1.message.contents.0.message_content.text": "What is this?",
        "llm.input_messages.1.message.contents.1.message_content.type": "image",
        "llm.input_messages.1.message.contents.1.message_content.image.image.url": "data:image/png;base64,iVBORw0K",
        "llm.input_messages.2.message.role": "assistant",
        "llm.input_messages.2.message.tool_calls.0.tool_call.id": "c1",
        "llm.input_messages.2.message.tool_calls.0.tool_call.function.name": "zoom",
        "llm.input_messages.2.message.tool_calls.0.tool_call.function.arguments": '{"factor": 2}',
        "llm.input_messages.3.message.role": "tool",
        "llm.input_messages.3.message.content": "a cat's nose",
        "llm.input_messages.3.message.tool_call_id": "c1",
        "llm.output_messages.0.message.role": "assistant",
        "llm.output_messages.0.message.contents.0.message_content.type": "reasoning",
        "llm.output_messages.0.message.contents.0.message_content.text": "A nose means a cat.",
        "llm.output_messages.0.message.contents.1.message_content.type": "text",
        "llm.output_messages.0.message.contents.1.message_content.text": "A cat.",
        "llm.output_messages.0.message.contents.2.message_content.type": "tool_use",
        "llm.output_messages.0.message.contents.2.tool_call.id": "c2",
        "llm.output_messages.0.message.contents.2.tool_call.function.name": "meow",
        "llm.output_messages.0.message.contents.2.tool_call.function.arguments": "{}",
        "llm.output_messages.0.message.tool_calls.0.tool_call.id": "c2",
        "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "meow",
        "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": "{}",
        "llm.finish_reason": "tool_calls",
        "llm.tools.0.tool.json_schema": '{"type": "function", "function": {"name": "add", "description": "Adds", '
        '"parameters": {"type": "object"}}}',
    }
    found = content_of(attributes, kind="llm_call")
    assert found.input == [
        text("system", "Look closely."),
        {
            "role": "user",
            "parts": [
                {"type": "text", "content": "What is this?"},
                {"type": "blob", "modality": "image", "mime_type": "image/png", "content": "iVBORw0K"},
            ],
        },
        {"role": "assistant", "parts": [call("c1", "zoom", factor=2)]},
        {"role": "tool", "parts": [answer("c1", "a cat's nose")]},
    ]
    assert found.output == [
        {
            "role": "assistant",
            "parts": [
                {"type": "reasoning", "content": "A nose means a cat."},
                {"type": "text", "content": "A cat."},
                call("c2", "meow"),
            ],
            "finish_reason": "tool_call",
        }
    ]
    assert found.tool_definitions == [ADD]


def test_openinference_completion_and_whole_lists():
    completion = {"llm.prompts.0.prompt.text": "def fib(n):", "llm.choices.0.completion.text": " return n"}
    assert content_of(completion, kind="llm_call") == Content(
        [text("user", "def fib(n):")], [text("assistant", " return n")]
    )
    whole = {"llm.input_messages": '[{"message.role": "user", "message.content": "Hi"}]'}
    assert content_of(whole, kind="llm_call").input == [text("user", "Hi")]


def test_openinference_values():
    chain = {"input.value": '{"question": "why?"}', "input.mime_type": "application/json", "output.value": "because"}
    assert content_of(chain, kind="workflow") == Content({"question": "why?"}, "because")
    plain = {"input.value": "[1]", "input.mime_type": "text/plain"}
    assert content_of(plain, kind="agent").input == "[1]"
    model = {
        "input.value": '{"messages": [{"role": "user", "content": "Hi"}], "model": "gpt-4o"}',
        "output.value": '{"choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello!"}, '
        '"finish_reason": "stop"}], "id": "chatcmpl-1"}',
    }
    assert content_of(model, kind="llm_call") == Content(
        [text("user", "Hi")], [text("assistant", "Hello!", finish_reason="stop")]
    )


def test_openinference_retriever_reranker_embedding_and_tool():
    retriever = {
        "input.value": "holiday rules",
        "retrieval.documents.0.document.id": "d7",
        "retrieval.documents.0.document.score": 0.91,
        "retrieval.documents.0.document.content": "Holidays are …",
        "retrieval.documents.0.document.metadata": '{"page": 3}',
        "retrieval.documents.1.document.content": "Rules of holidays",
    }
    assert content_of(retriever, kind="retrieval") == Content(
        "holiday rules",
        [
            {"id": "d7", "score": 0.91, "content": "Holidays are …", "metadata": {"page": 3}},
            {"content": "Rules of holidays"},
        ],
    )
    reranker = {
        "reranker.query": "holiday rules",
        "reranker.input_documents.0.document.content": "A",
        "reranker.input_documents.1.document.content": "B",
        "reranker.output_documents.0.document.content": "B",
        "reranker.output_documents.0.document.score": 0.8,
    }
    assert content_of(reranker, kind="rerank") == Content(
        {"query": "holiday rules", "documents": [{"content": "A"}, {"content": "B"}]}, [{"score": 0.8, "content": "B"}]
    )
    embedding = {"embedding.embeddings.0.embedding.text": "one", "embedding.embeddings.1.embedding.text": "two"}
    assert content_of(embedding, kind="embedding").input == ["one", "two"]
    tool = {
        "tool.name": "add",
        "tool.parameters": '{"a": {"type": "integer"}}',
        "input.value": '{"a": 2}',
        "output.value": "2",
    }
    assert content_of(tool, kind="tool") == Content({"a": 2}, 2)


VERCEL_PROMPT = [
    {"role": "system", "content": "Be brief."},
    {
        "role": "user",
        "content": [
            {"type": "text", "text": "Weather here?"},
            {"type": "file", "mediaType": "image/jpeg", "data": "/9j/4AAQSkZJRg=="},
        ],
    },
    {
        "role": "assistant",
        "content": [
            {"type": "reasoning", "text": "Where is here?"},
            {"type": "tool-call", "toolCallId": "c1", "toolName": "locate", "input": {"exact": True}},
        ],
    },
    {
        "role": "tool",
        "content": [
            {
                "type": "tool-result",
                "toolCallId": "c1",
                "toolName": "locate",
                "output": {"type": "json", "value": {"city": "Bern"}},
            }
        ],
    },
]


def test_vercel_model_call():
    attributes = {
        "operation.name": "ai.generateText.doGenerate",
        "ai.operationId": "ai.generateText.doGenerate",
        "gen_ai.system": "openai.chat",
        "ai.prompt.messages": json.dumps(VERCEL_PROMPT),
        "ai.prompt.tools": [
            '{"type":"function","name":"add","description":"Adds","inputSchema":{"type":"object"}}',
            '{"type":"provider-defined","name":"web"}',
        ],
        "ai.response.reasoning": "Now the weather.",
        "ai.response.text": "",
        "ai.response.toolCalls": '[{"toolCallType":"function","toolCallId":"c2","toolName":"weather",'
        '"args":"{\\"city\\":\\"Bern\\"}"}]',
        "ai.response.finishReason": "tool-calls",
    }
    found = content_of(attributes, kind="llm_call")
    assert found.input == [
        text("system", "Be brief."),
        {
            "role": "user",
            "parts": [
                {"type": "text", "content": "Weather here?"},
                {"type": "blob", "modality": "image", "mime_type": "image/jpeg", "content": "/9j/4AAQSkZJRg=="},
            ],
        },
        {
            "role": "assistant",
            "parts": [{"type": "reasoning", "content": "Where is here?"}, call("c1", "locate", exact=True)],
        },
        {"role": "tool", "parts": [answer("c1", {"city": "Bern"}, name="locate")]},
    ]
    assert found.output == [
        {
            "role": "assistant",
            "parts": [{"type": "reasoning", "content": "Now the weather."}, call("c2", "weather", city="Bern")],
            "finish_reason": "tool_call",
        }
    ]
    assert found.tool_definitions == [ADD, {"type": "provider-defined", "name": "web"}]


def test_vercel_outer_span_object_tool_and_embedding():
    outer = {"ai.prompt": '{"system":"Be brief.","prompt":"A city?"}', "ai.response.object": '{"city":"Bern"}'}
    assert content_of(outer, kind="workflow") == Content(
        [text("system", "Be brief."), text("user", "A city?")],
        [text("assistant", '{"city":"Bern"}')],
        [{"type": "text", "content": "Be brief."}],
    )
    chat = {"ai.prompt": '{"messages":[{"role":"user","content":"A city?"}]}', "ai.response.text": "Bern"}
    assert content_of(chat, kind="workflow") == Content([text("user", "A city?")], [text("assistant", "Bern")])
    tool = {"ai.toolCall.name": "weather", "ai.toolCall.args": '{"city":"Bern"}', "ai.toolCall.result": '"rainy"'}
    assert content_of(tool, kind="tool") == Content({"city": "Bern"}, "rainy")
    assert content_of({"ai.value": '"holiday rules"'}, kind="embedding").input == ["holiday rules"]
    assert content_of({"ai.values": ['"one"', '"two"']}, kind="embedding").input == ["one", "two"]


def test_pydantic_ai_agent_run():
    conversation = [
        {"role": "system", "parts": [{"type": "text", "content": "Add numbers."}]},
        {
            "role": "user",
            "parts": [{"type": "text", "content": "2+3?"}, {"type": "image-url", "url": "https://e.org/a"}],
        },
        {
            "role": "assistant",
            "parts": [
                {"type": "thinking", "content": "I need the tool."},
                {"type": "tool_call", "id": "c1", "name": "add", "arguments": '{"a":2,"b":3}'},
            ],
        },
        {"role": "user", "parts": [{"type": "tool_call_response", "id": "c1", "name": "add", "result": 5}]},
        {"role": "assistant", "parts": [{"type": "text", "content": "Five."}], "finish_reason": "stop"},
    ]
    attributes = {
        "gen_ai.agent.name": "agent",
        "pydantic_ai.all_messages": json.dumps(conversation),
        "final_result": "Five.",
        "model_request_parameters": '{"function_tools": [{"name": "add", "description": "Adds", '
        '"parameters_json_schema": {"type": "object"}}], "output_tools": [], "allow_text_output": true}',
    }
    found = content_of(attributes, kind="agent", scope_name="pydantic-ai")
    assert found.input == [
        text("system", "Add numbers."),
        {
            "role": "user",
            "parts": [
                {"type": "text", "content": "2+3?"},
                {"type": "uri", "modality": "image", "uri": "https://e.org/a"},
            ],
        },
        {
            "role": "assistant",
            "parts": [{"type": "reasoning", "content": "I need the tool."}, call("c1", "add", a=2, b=3)],
        },
        {"role": "user", "parts": [answer("c1", 5, name="add")]},
    ]
    assert found.output == [text("assistant", "Five.", finish_reason="stop")]
    assert found.tool_definitions == [ADD]


def test_pydantic_ai_structured_result_and_tool():
    attributes = {
        "pydantic_ai.all_messages": '[{"role":"user","parts":[{"type":"text","content":"A city?"}]}]',
        "final_result": '{"city": "Bern"}',
    }
    assert content_of(attributes, kind="agent") == Content(
        [text("user", "A city?")], [{"role": "assistant", "parts": [{"type": "json", "content": {"city": "Bern"}}]}]
    )
    tool = {"gen_ai.tool.name": "add", "tool_arguments": '{"a":2,"b":3}', "tool_response": "5"}
    assert content_of(tool, kind="tool") == Content({"a": 2, "b": 3}, 5)


def test_pydantic_ai_events_attribute():
    events = [
        {"content": "Be brief.", "role": "system", "gen_ai.message.index": 0, "event.name": "gen_ai.system.message"},
        {
            "content": ["See", {"kind": "image-url", "url": "https://e.org/a.png"}],
            "role": "user",
            "gen_ai.message.index": 0,
            "event.name": "gen_ai.user.message",
        },
        {
            "role": "assistant",
            "content": [{"kind": "text", "text": "Looking"}],
            "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "zoom", "arguments": {"factor": 2}}}],
            "gen_ai.message.index": 1,
            "event.name": "gen_ai.assistant.message",
        },
        {"content": "a cat", "role": "tool", "id": "c1", "name": "zoom", "event.name": "gen_ai.tool.message"},
        {"index": 0, "message": {"role": "assistant", "content": "A cat."}, "event.name": "gen_ai.choice"},
    ]
    found = content_of({"events": json.dumps(events)}, kind="llm_call")
    assert found.input == [
        text("system", "Be brief."),
        {
            "role": "user",
            "parts": [
                {"type": "text", "content": "See"},
                {"type": "uri", "modality": "image", "uri": "https://e.org/a.png"},
            ],
        },
        {"role": "assistant", "parts": [{"type": "text", "content": "Looking"}, call("c1", "zoom", factor=2)]},
        {"role": "tool", "parts": [answer("c1", "a cat")], "name": "zoom"},
    ]
    assert found.output == [text("assistant", "A cat.")]
    agent = content_of({"all_messages_events": json.dumps(events[:3])}, kind="agent")
    assert (agent.input, agent.output) == (found.input[:2], found.input[2:3])


def test_logfire_request_and_response_data():
    attributes = {
        "request_data": '{"messages": [{"role": "user", "content": "Hi"}], "model": "gpt-4o", "stream": false}',
        "response_data": '{"message": {"content": "Hello!", "role": "assistant", "tool_calls": null}, "usage": {}}',
    }
    expected = Content([text("user", "Hi")], [text("assistant", "Hello!")])
    assert content_of(attributes, kind="llm_call", scope_name="logfire.openai") == expected
    streamed = {**attributes, "response_data": '{"combined_chunk_content": "Hello!", "chunk_count": 2}'}
    assert content_of(streamed, kind="llm_call", scope_name="logfire.openai") == expected
    assert content_of(attributes, kind="http", scope_name="my.web.app") == Content()

"""One realistic span for each dialect of platforms and frameworks, and the messages it must become."""

from __future__ import annotations

from traceway_semconv.messages import Content, content_of

from .message_shapes import ADD, answer, call, text


def test_langfuse():
    attributes = {
        "langfuse.observation.type": "generation",
        "langfuse.observation.input": '{"messages": [{"role": "user", "content": "Hi"}], "tools": '
        '[{"type": "function", "function": {"name": "add", "description": "Adds", "parameters": {"type": "object"}}}]}',
        "langfuse.observation.output": '{"role": "assistant", "content": "Hello!"}',
    }
    assert content_of(attributes, kind="llm_call") == Content(
        [text("user", "Hi")], [text("assistant", "Hello!")], None, [ADD]
    )
    free = {"langfuse.observation.input": '{"topic": "rain"}', "langfuse.observation.output": "It rains."}
    assert content_of(free, kind="llm_call") == Content(
        [{"role": "user", "parts": [{"type": "json", "content": {"topic": "rain"}}]}], [text("assistant", "It rains.")]
    )
    assert content_of(free, kind="workflow") == Content({"topic": "rain"}, "It rains.")


def test_laminar():
    attributes = {
        "lmnr.span.type": "LLM",
        "lmnr.span.input": '[{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}]',
        "lmnr.span.output": '[{"role": "assistant", "content": [{"type": "thinking", "thinking": "A greeting."}, '
        '{"type": "text", "text": "Hello!"}]}]',
    }
    assert content_of(attributes, kind="llm_call") == Content(
        [text("system", "Be brief."), text("user", "Hi")],
        [
            {
                "role": "assistant",
                "parts": [{"type": "reasoning", "content": "A greeting."}, {"type": "text", "content": "Hello!"}],
            }
        ],
        [{"type": "text", "content": "Be brief."}],
    )


def test_mlflow():
    attributes = {
        "mlflow.spanType": '"CHAT_MODEL"',
        "mlflow.spanInputs": '{"model": "claude", "system": "Be brief.", "max_tokens": 99, '
        '"messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]}',
        "mlflow.spanOutputs": '{"id": "msg_1", "type": "message", "role": "assistant", "stop_reason": "end_turn", '
        '"content": [{"type": "text", "text": "Hello!"}]}',
    }
    assert content_of(attributes, kind="llm_call") == Content(
        [text("system", "Be brief."), text("user", "Hi")],
        [text("assistant", "Hello!", finish_reason="stop")],
        [{"type": "text", "content": "Be brief."}],
    )
    assert content_of({"mlflow.spanOutputs": '"Hello!"'}, kind="llm_call").output == [text("assistant", "Hello!")]


def test_google_adk():
    attributes = {
        "gcp.vertex.agent.llm_request": '{"model": "gemini-2.5-flash", "config": {"system_instruction": "Be brief.", '
        '"tools": [{"function_declarations": [{"name": "add", "description": "Adds", '
        '"parameters": {"type": "object"}}]}]}, "contents": [{"parts": [{"text": "2+3?"}], "role": "user"}, '
        '{"parts": [{"function_call": {"id": "adk-1", "args": {"a": 2, "b": 3}, "name": "add"}}], "role": "model"}, '
        '{"parts": [{"function_response": {"id": "adk-1", "name": "add", "response": {"result": 5}}}], '
        '"role": "user"}]}',
        "gcp.vertex.agent.llm_response": '{"content": {"parts": [{"text": "Five, I think.", "thought": true}, '
        '{"text": "Five."}], "role": "model"}, "finish_reason": "STOP", "usage_metadata": {"total_token_count": 9}}',
    }
    assert content_of(attributes, kind="llm_call") == Content(
        [
            text("system", "Be brief."),
            text("user", "2+3?"),
            {"role": "assistant", "parts": [call("adk-1", "add", a=2, b=3)]},
            {"role": "user", "parts": [answer("adk-1", {"result": 5}, name="add")]},
        ],
        [
            {
                "role": "assistant",
                "parts": [{"type": "reasoning", "content": "Five, I think."}, {"type": "text", "content": "Five."}],
                "finish_reason": "stop",
            }
        ],
        [{"type": "text", "content": "Be brief."}],
        [ADD],
    )
    tool = {
        "gcp.vertex.agent.llm_request": "{}",
        "gcp.vertex.agent.llm_response": "{}",
        "gcp.vertex.agent.tool_call_args": '{"a": 2}',
        "gcp.vertex.agent.tool_response": '{"result": 5}',
    }
    assert content_of(tool, kind="tool") == Content({"a": 2}, {"result": 5})
    assert content_of(tool, kind="llm_call") == Content()


def test_genkit():
    attributes = {
        "genkit:metadata:subtype": "model",
        "genkit:input": '{"messages": [{"role": "system", "content": [{"text": "Be brief."}]}, {"role": "user", '
        '"content": [{"text": "2+3?"}, {"media": {"url": "https://e.org/a.png", "contentType": "image/png"}}]}, '
        '{"role": "model", "content": [{"toolRequest": {"name": "add", "ref": "r1", "input": {"a": 2, "b": 3}}}]}, '
        '{"role": "tool", "content": [{"toolResponse": {"name": "add", "ref": "r1", "output": 5}}]}], '
        '"tools": [{"name": "add", "description": "Adds", "inputSchema": {"type": "object"}}], "config": {}}',
        "genkit:output": '{"message": {"role": "model", "content": [{"text": "Five."}]}, "finishReason": "stop"}',
    }
    found = content_of(attributes, kind="llm_call")
    assert found.input == [
        text("system", "Be brief."),
        {
            "role": "user",
            "parts": [
                {"type": "text", "content": "2+3?"},
                {"type": "uri", "modality": "image", "mime_type": "image/png", "uri": "https://e.org/a.png"},
            ],
        },
        {"role": "assistant", "parts": [call("r1", "add", a=2, b=3)]},
        {"role": "tool", "parts": [answer("r1", 5, name="add")]},
    ]
    assert found.output == [text("assistant", "Five.", finish_reason="stop")]
    assert found.tool_definitions == [ADD]
    retriever = {
        "genkit:input": '{"query": {"content": [{"text": "rules"}]}}',
        "genkit:output": '{"documents": [{"content": [{"text": "Holidays"}], "metadata": {"page": 3}}]}',
    }
    assert content_of(retriever, kind="retrieval").output == [{"content": "Holidays", "metadata": {"page": 3}}]
    assert content_of({"genkit:output": '"bar foo"'}, kind="workflow").output == "bar foo"

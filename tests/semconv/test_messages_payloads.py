"""Requests, responses and blocks of content, wherever they turn up."""

from __future__ import annotations

import json
from typing import Any

import pytest

from traceway_semconv.messages import Event, content_of

from .message_shapes import answer, call, text

LANGCHAIN_DUMP = {
    "lc": 1,
    "type": "constructor",
    "id": ["langchain", "schema", "messages", "HumanMessage"],
    "kwargs": {"content": "Hi", "type": "human"},
}
RESPONSES_INPUT = [
    {"role": "user", "content": [{"type": "input_text", "text": "2+3?"}]},
    {"type": "function_call", "call_id": "c1", "id": "fc_9", "name": "add", "arguments": '{"a":2}'},
    {"type": "function_call_output", "call_id": "c1", "output": "5"},
]


@pytest.mark.parametrize(
    ("value", "messages"),
    [
        ("Hi", [text("user", "Hi")]),
        ("42", [text("user", "42")]),
        ([LANGCHAIN_DUMP], [text("user", "Hi")]),
        ([[LANGCHAIN_DUMP]], [text("user", "Hi")]),
        ({"messages": [["human", "Hi"]]}, [text("user", "Hi")]),
        ({"inputs": {"messages": [{"type": "human", "data": {"content": "Hi"}}]}}, [text("user", "Hi")]),
        (
            {"prompt": "Hi", "model": "llama3", "system": "Be brief."},
            [text("system", "Be brief."), text("user", "Hi")],
        ),
        (
            [{"role": "user", "content": "What?", "images": ["aGVsbG8="]}],
            [
                {
                    "role": "user",
                    "parts": [
                        {"type": "text", "content": "What?"},
                        {"type": "blob", "modality": "image", "content": "aGVsbG8="},
                    ],
                }
            ],
        ),
        (
            {"input": RESPONSES_INPUT, "instructions": "Add."},
            [
                text("system", "Add."),
                text("user", "2+3?"),
                {"role": "assistant", "parts": [call("c1", "add", a=2)]},
                {"role": "tool", "parts": [answer("c1", "5")]},
            ],
        ),
        (
            [
                {
                    "role": "user",
                    "content": [
                        {"type": "tool_result", "tool_use_id": "t1", "is_error": True, "content": "no such city"},
                        {
                            "type": "document",
                            "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBE"},
                        },
                    ],
                }
            ],
            [
                {
                    "role": "user",
                    "parts": [
                        {**answer("t1", "no such city"), "is_error": True},
                        {"type": "blob", "modality": "document", "mime_type": "application/pdf", "content": "JVBE"},
                    ],
                }
            ],
        ),
    ],
)
def test_requests_wherever_they_turn_up(value: Any, messages: Any):
    recorded = value if isinstance(value, str) else json.dumps(value)
    assert content_of({"langfuse.observation.input": recorded}, kind="llm_call").input == messages


@pytest.mark.parametrize(
    ("value", "messages"),
    [
        (
            {"choices": [{"text": "Hello!", "finish_reason": "length"}]},
            [text("assistant", "Hello!", finish_reason="length")],
        ),
        (
            {"candidates": [{"content": {"role": "model", "parts": [{"text": "Hello!"}]}, "finishReason": "SAFETY"}]},
            [text("assistant", "Hello!", finish_reason="content_filter")],
        ),
        (
            {"output": {"message": {"role": "assistant", "content": [{"text": "Hello!"}]}}, "stopReason": "max_tokens"},
            [text("assistant", "Hello!", finish_reason="length")],
        ),
        (
            {
                "generations": [
                    [
                        {
                            "text": "Hello!",
                            "generation_info": {"finish_reason": "stop"},
                            "message": {
                                "lc": 1,
                                "id": ["langchain", "schema", "messages", "AIMessage"],
                                "kwargs": {
                                    "content": "Hello!",
                                    "tool_calls": [{"name": "add", "args": {}, "id": "c1"}],
                                },
                            },
                        }
                    ]
                ]
            },
            [{"role": "assistant", "parts": [{"type": "text", "content": "Hello!"}, call("c1", "add")]}],
        ),
        (
            {
                "object": "response",
                "output": [
                    {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "A greeting."}]},
                    {
                        "type": "message",
                        "role": "assistant",
                        "content": [{"type": "output_text", "text": "Hello!"}],
                    },
                    {"type": "web_search_call", "id": "ws_1", "status": "completed"},
                    {"type": "function_call", "call_id": "c1", "name": "add", "arguments": "{}"},
                ],
            },
            [
                {
                    "role": "assistant",
                    "parts": [
                        {"type": "reasoning", "content": "A greeting."},
                        {"type": "text", "content": "Hello!"},
                        {"type": "web_search_call", "id": "ws_1", "status": "completed"},
                        call("c1", "add"),
                    ],
                }
            ],
        ),
        (
            {
                "message": {
                    "role": "assistant",
                    "content": "",
                    "thinking": "Add.",
                    "tool_calls": [{"function": {"name": "add"}}],
                }
            },
            [
                {
                    "role": "assistant",
                    "parts": [
                        {"type": "reasoning", "content": "Add."},
                        {"type": "tool_call", "name": "add", "arguments": None},
                    ],
                }
            ],
        ),
        (
            {"role": "assistant", "content": None, "refusal": "No."},
            [{"role": "assistant", "parts": [{"type": "refusal", "content": "No."}]}],
        ),
        ({"response": "Hello!", "done_reason": "stop"}, [text("assistant", "Hello!", finish_reason="stop")]),
    ],
)
def test_responses_wherever_they_turn_up(value: Any, messages: Any):
    assert content_of({"output.value": json.dumps(value)}, kind="llm_call").output == messages


@pytest.mark.parametrize(
    ("block", "part"),
    [
        (
            {"type": "image_url", "image_url": "https://e.org/a"},
            {"type": "uri", "modality": "image", "uri": "https://e.org/a"},
        ),
        ({"type": "input_image", "file_id": "file-1"}, {"type": "file", "modality": "image", "file_id": "file-1"}),
        (
            {"type": "file", "file": {"file_id": "file-1"}},
            {"type": "file", "modality": "document", "file_id": "file-1"},
        ),
        (
            {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}},
            {"type": "blob", "modality": "audio", "mime_type": "audio/wav", "content": "UklGRg=="},
        ),
        (
            {"type": "image", "source": {"type": "url", "url": "https://e.org/a"}},
            {"type": "uri", "modality": "image", "uri": "https://e.org/a"},
        ),
        (
            {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "Rules"}},
            {"type": "text", "content": "Rules"},
        ),
        (
            {"inlineData": {"mimeType": "video/mp4", "data": "AAAA"}},
            {"type": "blob", "modality": "video", "mime_type": "video/mp4", "content": "AAAA"},
        ),
        (
            {"file_data": {"file_uri": "gs://bucket/a.pdf", "mime_type": "application/pdf"}},
            {"type": "uri", "modality": "document", "mime_type": "application/pdf", "uri": "gs://bucket/a.pdf"},
        ),
        (
            {"image": {"format": "png", "source": {"bytes": b"\x89PNG"}}},
            {"type": "blob", "modality": "image", "mime_type": "image/png", "content": "iVBORw=="},
        ),
        (
            {"kind": "binary", "media_type": "image/png", "binary_content": "iVBORw=="},
            {"type": "blob", "modality": "image", "mime_type": "image/png", "content": "iVBORw=="},
        ),
        (
            {"type": "binary", "media_type": "image/png"},
            {"type": "omitted", "modality": "image", "mime_type": "image/png"},
        ),
        (
            {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "rain"}},
            {
                "type": "server_tool_call",
                "id": "s1",
                "name": "web_search",
                "server_tool_call": {"type": "web_search", "arguments": {"query": "rain"}},
            },
        ),
        (
            {"reasoningContent": {"reasoningText": {"text": "Hm.", "signature": "x"}}},
            {"type": "reasoning", "content": "Hm."},
        ),
        ({"type": "refusal", "refusal": "No."}, {"type": "refusal", "content": "No."}),
        ({"type": "redacted_thinking", "data": "Emw="}, {"type": "redacted_thinking", "data": "Emw="}),
    ],
)
def test_blocks_of_content(block: Any, part: Any):
    messages = [{"role": "user", "content": [block]}]
    assert content_of({"langfuse.observation.input": messages}, kind="llm_call").input == [
        {"role": "user", "parts": [part]}
    ]


def test_hits_of_a_vector_database():
    events = [
        Event(
            "db.query.result",
            {
                "db.query.result.id": "d7",
                "db.query.result.score": 0.91,
                "db.query.result.metadata": '{"page": 3}',
                "db.query.result.document": "Holidays",
            },
        ),
        Event("exception", {"exception.type": "E"}),
    ]
    assert content_of({}, events, kind="retrieval").output == [
        {"id": "d7", "score": 0.91, "content": "Holidays", "metadata": {"page": 3}}
    ]


def test_documents_of_frameworks():
    langchain = {
        "traceloop.entity.output": '[{"page_content": "Holidays", "metadata": {"page": 3}, "type": "Document"}]'
    }
    assert content_of(langchain, kind="retrieval").output == [
        {"content": "Holidays", "metadata": {"type": "Document", "page": 3}}
    ]
    llamaindex = {"output.value": '{"results": [{"node": {"id_": "n1", "text": "Holidays"}, "score": "0.5"}]}'}
    assert content_of(llamaindex, kind="retrieval").output == [{"id": "n1", "score": 0.5, "content": "Holidays"}]
    assert content_of({"output.value": "nothing found"}, kind="retrieval").output == "nothing found"

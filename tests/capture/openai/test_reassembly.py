"""However a stream is cut into deltas, events and bytes, it gives the same message and usage, and hides the same."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.util.genai.invocation import InferenceData
from opentelemetry.util.genai.types import ReasoningPart, TextPart, ToolCallRequestPart

from traceway.openai.mends.messages import ChatAnswer
from traceway.openai.mends.stream_usage import describe_usage, without_usage
from traceway.openai.sse import EventFilter, EventSplitter, payload

USAGE = {"prompt_tokens": 3, "completion_tokens": 5}
ENDS = st.sampled_from(["\n\n", "\r\n\r\n", "\r\r"])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def pieces(draw: st.DrawFn, text: str) -> list[str]:
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=4)))
    return [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]


@st.composite
def answers(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The messages of a chat completion, and chunks in which they arrive: each text in its order, all interleaved."""
    choices, queues = [], []
    for index in range(draw(st.integers(1, 3))):
        texts = {name: draw(st.text(max_size=12)) for name in ("reasoning_content", "content", "refusal")}
        calls = draw(st.lists(st.tuples(st.text(min_size=1, max_size=5), json_values), max_size=2))
        choices.append({"index": index, "texts": texts, "calls": calls})
        for name, text in texts.items():
            queues.append([(index, {name: piece}) for piece in draw(pieces(text))])
        for number, (name, value) in enumerate(calls):
            head = {"index": number, "id": f"c{number}", "function": {"name": name, "arguments": ""}}
            tail = [{"index": number, "function": {"arguments": piece}} for piece in draw(pieces(json.dumps(value)))]
            queues.append([(index, {"tool_calls": [each]}) for each in (head, *tail)])
    chunks = []
    while queues := [queue for queue in queues if queue]:
        index, delta = queues[draw(st.integers(0, len(queues) - 1))].pop(0)
        chunks.append({"choices": [{"index": index, "delta": delta, "finish_reason": None}], "usage": None})
    last = [{"index": each["index"], "delta": {}, "finish_reason": "stop"} for each in choices]
    return choices, [*chunks, {"choices": last, "usage": None}]


def expected(choice: dict[str, Any]) -> list[Any]:
    texts = choice["texts"]
    parts: list[Any] = [ReasoningPart(content=texts["reasoning_content"])] if texts["reasoning_content"] else []
    parts += [TextPart(content=texts[name]) for name in ("content", "refusal") if texts[name]]
    calls = enumerate(choice["calls"])
    return parts + [ToolCallRequestPart(id=f"c{n}", name=name, arguments=value) for n, (name, value) in calls]


@given(answers(), ENDS, st.data())
def test_any_chunking_gives_the_same(
    answer: tuple[list[dict[str, Any]], list[dict[str, Any]]], end: str, data: st.DataObject
) -> None:
    choices, chunks = answer
    chat, usage, read = ChatAnswer(keeps_content=True), InferenceData(), []

    def seen(chunk: Any) -> None:
        read.append(chunk)
        chat.add(chunk)
        if chunk.get("usage"):
            describe_usage(usage, chunk["usage"])

    sent = [*chunks, {"choices": [], "usage": USAGE}]
    body = "".join(f"data: {json.dumps(chunk)}{end}" for chunk in sent).encode() + f"data: [DONE]{end}".encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(body)), max_size=12)))
    events = EventFilter(seen, without_usage)
    parts = [body[start:stop] for start, stop in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    shown = b"".join(events.data(part) for part in parts) + events.rest()

    assert read == sent
    assert [message.parts for message in chat.messages()] == [expected(choice) for choice in choices]
    assert chat.finish_reasons() == ["stop"] * len(choices)
    assert (usage.usage_input_tokens, usage.usage_output_tokens) == (3, 5)
    splitter = EventSplitter()
    visible = [payload(event) for event in splitter.feed(shown)]
    assert visible == [{"choices": chunk["choices"]} for chunk in chunks] + [None]
    assert splitter.pending == b""


@given(st.lists(st.binary(max_size=40) | st.sampled_from([b"data: {}", b"\n", b"\r", b"\r\n", b'{"usage":null}'])))
def test_no_bytes_are_lost_and_none_are_invented(parts: list[bytes]) -> None:
    for shown in (None, lambda event, value: event):
        events = EventFilter(lambda value: None, shown)
        assert b"".join(events.data(part) for part in parts) + events.rest() == b"".join(parts)


@given(json_values)
def test_any_json_can_be_a_chunk(value: Any) -> None:
    chat, data = ChatAnswer(keeps_content=True), InferenceData()
    for chunk in (value, {"choices": value}, {"choices": [value]}, {"choices": [{"delta": value, "message": value}]}):
        chat.add(chunk)
        describe_usage(data, chunk)
        without_usage(b"data: {}\n\n", chunk)
    chat.describe(data)

"""Streams taken apart and put together again: any split of any bytes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceway_collector.proxy.calls import Api
from traceway_collector.proxy.events import NdjsonDecoder, ServerSentEvent, SseDecoder
from traceway_collector.proxy.streams import joined

# Bytes of which an event stream is made, so that random ones meet every rule.
STREAMS = st.lists(
    st.sampled_from([b"\r", b"\n", b"\r\n", b"\n\n", b":", b" ", b"data", b"data: ", b"event: x", b"id: 1", b"\xff"])
    | st.sampled_from([b"\xef\xbb\xbf", b"a", b"[DONE]", b'{"a":1}', b"\xc3", b"\xa4"])
).map(b"".join)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def split(draw, whole: bytes) -> list[bytes]:
    cuts = sorted(draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    return [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]


def read(decoder, pieces):
    return [event for piece in pieces for event in decoder.feed(piece)] + list(decoder.finish())


@given(STREAMS | st.binary(), st.data())
def test_any_split_gives_the_same_events(whole, data):
    pieces = split(data.draw, whole)
    for decoder in (SseDecoder, NdjsonDecoder):
        assert read(decoder(), pieces) == read(decoder(), [whole])
        assert read(decoder(), [bytes([byte]) for byte in whole]) == read(decoder(), [whole])


@given(STREAMS)
def test_lines_may_end_in_any_of_three_ways(whole):
    plain = whole.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    assert read(SseDecoder(), [whole]) == read(SseDecoder(), [plain])
    assert read(SseDecoder(), [plain.replace(b"\n", b"\r\n")]) == read(SseDecoder(), [plain])


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n")), min_size=1), max_size=4))
def test_what_was_sent_as_events_is_read_as_events(events):
    sent = "".join("".join(f"data: {line}\n" for line in lines) + "\n" for lines in events).encode()
    assert read(SseDecoder(), [sent]) == [ServerSentEvent("message", "\n".join(lines)) for lines in events]


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        # The examples of the specification.
        (b"data: YHOO\ndata: +2\ndata: 10\n\n", [("message", "YHOO\n+2\n10")]),
        (b": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event", None),
        (b"data\n\ndata\ndata\n\n", [("message", ""), ("message", "\n")]),
        (b"data:test\n\ndata: test\n\n", [("message", "test"), ("message", "test")]),
        (b"\xef\xbb\xbfdata: a\n\n", [("message", "a")]),
        (b"event: x\n\nevent: done\ndata: 1\n\ndata: 2\n\n", [("done", "1"), ("message", "2")]),
        (b"data: [DONE]", [("message", "[DONE]")]),
        (b"datas: 1\n\nDATA: 2\n\n", []),
    ],
)
def test_the_rules_of_event_streams(stream, events):
    if events is None:
        events = [("message", "first event"), ("message", "second event"), ("message", " third event")]
    assert [(event.event, event.data) for event in read(SseDecoder(), [stream])] == events


@given(st.lists(JSON))
def test_lines_of_json_come_back(values):
    sent = b"".join(json.dumps(value).encode() + b"\r\n\n" for value in values)
    assert [json.loads(line) for line in read(NdjsonDecoder(), [sent])] == values


KEYS = st.sampled_from(["choices", "delta", "message", "index", "content", "tool_calls", "function", "arguments"]) | (
    st.sampled_from(["name", "id", "type", "response", "item", "output_index", "output", "thinking", "usage", "error"])
)
VALUES = st.sampled_from(["", "x", "response.output_item.done", "response.output_text.delta", "error", "a", 0, 1, -1])
PIECES = st.recursive(
    st.none() | st.booleans() | VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)


@given(st.sampled_from(Api), st.lists(PIECES, max_size=6))
def test_pieces_of_any_make_never_raise_and_give_json(api, pieces):
    assert isinstance(joined(api, pieces), dict)
    json.dumps(joined(api, pieces))


@given(st.lists(st.text(), max_size=8), st.lists(st.text(), max_size=8))
def test_texts_are_joined_in_their_order(said, thought):
    def chunk(**delta):
        return {"id": "c", "choices": [{"index": 0, "delta": delta}]}

    pieces = [chunk(role="assistant", reasoning_content=each) for each in thought] + [chunk(content=e) for e in said]
    message = joined(Api.CHAT, pieces).get("choices", [{"message": {}}])[0]["message"]
    assert message.get("content", "") == "".join(said)
    assert message.get("reasoning_content", "") == "".join(thought)


def test_calls_of_tools_are_joined_by_index_or_by_id():
    def chunk(*calls):
        return {"choices": [{"index": 0, "delta": {"tool_calls": list(calls)}}]}

    by_index = joined(
        Api.CHAT,
        [
            chunk({"index": 1, "id": "b", "function": {"name": "time", "arguments": ""}}),
            chunk({"index": 0, "id": "a", "function": {"name": "weather", "arguments": '{"ci'}}),
            chunk({"index": 0, "function": {"arguments": 'ty":1}'}}, {"index": 1, "function": {"arguments": "{}"}}),
        ],
    )
    by_id = joined(
        Api.CHAT,
        [
            chunk({"id": "a", "function": {"name": "weather", "arguments": '{"city":1}'}}),
            chunk({"id": "b", "function": {"name": "time", "arguments": "{}"}}),
        ],
    )
    assert by_index["choices"][0]["message"] == by_id["choices"][0]["message"] | {"role": "assistant"}
    assert [call["id"] for call in by_id["choices"][0]["message"]["tool_calls"]] == ["a", "b"]


def test_a_response_that_broke_off_keeps_its_items():
    events = [
        {"type": "response.created", "response": {"id": "r", "model": "m", "status": "in_progress", "output": []}},
        {"type": "response.reasoning_summary_text.delta", "output_index": 0, "delta": "Hm"},
        {"type": "response.output_item.added", "output_index": 1, "item": {"type": "message", "content": []}},
        {"type": "response.output_text.delta", "output_index": 1, "delta": "Hel"},
        {"type": "response.output_text.delta", "output_index": 1, "delta": "lo"},
        {"type": "response.output_item.added", "output_index": 2, "item": {"type": "function_call", "name": "f"}},
        {"type": "response.function_call_arguments.delta", "output_index": 2, "delta": '{"a"'},
    ]
    response = joined(Api.RESPONSES, events)
    assert response["id"] == "r"
    assert [item["type"] for item in response["output"]] == ["reasoning", "message", "function_call"]
    assert response["output"][1]["content"] == [{"type": "output_text", "text": "Hello"}]
    assert response["output"][2]["arguments"] == '{"a"'

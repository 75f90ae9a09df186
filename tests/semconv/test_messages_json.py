"""JSON in attributes: whole, encoded twice, cut off, or no JSON at all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from traceway_semconv.messages import Content, content_of
from traceway_semconv.messages.tolerant_json import decode, decode_value

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=6)
OBJECTS = st.dictionaries(st.text(), VALUES, min_size=1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('[{"a": 1}, {"b": "cut of', [{"a": 1}, {"b": "cut of"}]),
        ('[{"a": "ends with an escape\\', [{"a": "ends with an escape"}]),
        ('[{"a": "half a letter \\u00', [{"a": "half a letter "}]),
        ('[{"a": "whole"', [{"a": "whole"}]),
        ('[{"a": 1}, {"ke', [{"a": 1}, {}]),
        ('[{"a": 1, "b": 12', [{"a": 1}]),
        ('[{"a": 1, "b": tru', [{"a": 1}]),
        ('{"a": {"b": [1, 2], "c":', {"a": {"b": [1, 2]}}),
        ('[{"a": 1}, {"b": 2}...', [{"a": 1}, {"b": 2}]),
        ('[{"a": 1}, {"b": 2}, [truncated]', [{"a": 1}, {"b": 2}]),
    ],
)
def test_what_was_cut_off_gives_what_came_before(text: str, value: Any):
    assert decode(text) == (value, True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "42",
        "[1] says so, [2] does not",
        "[see above",
        "{name} is",
        '"quoted"',
        "[{",
        "[[[[",
        "]",
        '{"a": 1} and more',
    ],
)
def test_what_is_no_json_stays_text(text: str):
    assert decode(text) == (text, False)


def test_encoded_twice():
    assert decode(json.dumps(json.dumps([{"a": 1}]))) == ([{"a": 1}], False)
    assert decode(b'[{"a": 1}]') == ([{"a": 1}], False)


def test_too_deep_for_a_parser():
    deep = "[" * 100_000
    assert decode(deep) == (deep, False)
    assert decode(deep + "]" * 100_000) == (deep + "]" * 100_000, False)
    assert decode_value('{"a":' * 100_000) == '{"a":' * 100_000


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("42", 42),
        ("true", True),
        ("null", None),
        ('"a"', "a"),
        ('{"a": 1}', {"a": 1}),
        ("1e5", "1e5"),
        ("007", "007"),
        ("NaN", "NaN"),
        ("0.10", "0.10"),
        ('{"a": ', '{"a": '),
    ],
)
def test_values_are_parsed_only_without_loss(text: str, value: Any):
    assert decode_value(text) == value


@UNHURRIED
@given(st.lists(VALUES) | OBJECTS)
def test_whole_json_is_read_as_it_is(value: Any):
    assert decode(json.dumps(value)) == (value, False)


@UNHURRIED
@given(st.text() | st.binary())
def test_any_text_is_taken(text: str | bytes):
    decode(text)
    decode_value(text)


@UNHURRIED
@given(st.lists(st.dictionaries(st.text(), VALUES), min_size=1), st.data())
def test_any_cut_gives_a_beginning(value: list[Any], data: st.DataObject):
    text = json.dumps(value)
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    salvaged, truncated = decode(cut)
    assert truncated or salvaged == cut
    if truncated:
        assert len(salvaged) <= len(value)
        assert salvaged[:-1] == value[: len(salvaged) - 1]
        assert set(salvaged[-1]) <= set(value[len(salvaged) - 1])


@UNHURRIED
@given(st.lists(st.text(min_size=1), min_size=1), st.data())
def test_cut_messages_are_a_beginning_and_say_so(texts: list[str], data: st.DataObject):
    messages = [{"role": "user", "parts": [{"type": "text", "content": text}]} for text in texts]
    recorded = json.dumps(messages)
    cut = data.draw(st.integers(recorded.index("]"), len(recorded) - 1))
    found = content_of({"gen_ai.input.messages": recorded[:cut]}, kind="llm_call").input
    assert found[:-1] == messages[: len(found) - 1]
    assert found[-1]["truncated"] is True


def test_a_message_cut_within_its_text():
    attributes = {
        "gen_ai.input.messages": '[{"role":"user","parts":[{"type":"text","content":"Once upon a ti',
        "gen_ai.output.messages": '[{"role":"assistant","parts":[{"type":"text","content":"The end"}],'
        '"finish_reason":"sto',
    }
    assert content_of(attributes, kind="llm_call") == Content(
        [{"role": "user", "parts": [{"type": "text", "content": "Once upon a ti"}], "truncated": True}],
        [
            {
                "role": "assistant",
                "parts": [{"type": "text", "content": "The end"}],
                "finish_reason": "sto",
                "truncated": True,
            }
        ],
    )


def test_a_request_and_a_response_cut_off():
    attributes = {
        "langfuse.observation.input": '{"messages": [{"role": "user", "content": "Once upon',
        "langfuse.observation.output": '{"choices": [{"message": {"role": "assistant", "content": "The e',
    }
    assert content_of(attributes, kind="llm_call") == Content(
        [{"role": "user", "parts": [{"type": "text", "content": "Once upon"}], "truncated": True}],
        [{"role": "assistant", "parts": [{"type": "text", "content": "The e"}], "truncated": True}],
    )


def test_what_cannot_be_salvaged_is_the_text_that_arrived():
    attributes = {"gen_ai.input.messages": '[{"role"', "ai.toolCall.args": '{"city": "Be'}
    assert content_of(attributes, kind="llm_call").input == [
        {"role": "user", "parts": [{"type": "text", "content": '[{"role"'}]}
    ]
    assert content_of(attributes, kind="tool").input == '{"city": "Be'


def test_documents_cut_off():
    attributes = {"gen_ai.retrieval.documents": '[{"id": "d1", "content": "Holidays"}, {"id": "d2", "content": "Ru'}
    assert content_of(attributes, kind="retrieval").output == [
        {"id": "d1", "content": "Holidays"},
        {"id": "d2", "content": "Ru", "truncated": True},
    ]

"""A stream gives the messages and counts that the same answer gives in one piece, however it is cut into chunks."""

from __future__ import annotations

import json

import ollama
from hypothesis import given
from hypothesis import strategies as st

from tests.models.ollama_server import USAGE, Answer, chunks, whole
from traceway.ollama.answer import Answer as Reassembled
from traceway.ollama.instrumentor import CHAT, GENERATE

CLASSES = {CHAT: ollama.ChatResponse, GENERATE: ollama.GenerateResponse}
texts = st.text(max_size=20)
tool_calls = st.lists(
    st.builds(
        lambda name, arguments: {"function": {"name": name, "arguments": arguments}},
        texts,
        st.dictionaries(
            texts, st.none() | st.booleans() | st.integers() | texts | st.lists(texts, max_size=2), max_size=3
        ),
    ),
    max_size=3,
)
usages = st.dictionaries(st.sampled_from(sorted(USAGE)), st.integers(0, 2**62))


@st.composite
def cut(draw, value):
    """Some pieces that are ``value`` when put together, empty ones among them."""
    at = sorted(draw(st.lists(st.integers(0, len(value)), max_size=4)))
    return [value[start:end] for start, end in zip([0, *at], [*at, len(value)], strict=True)]


@st.composite
def answers(draw, kinds):
    """An answer in pieces: each kind cut as it may be, the pieces of different kinds in any order."""
    queues = {kind: draw(cut(draw(tool_calls if kind == "tool_calls" else texts))) for kind in kinds}
    order = draw(st.permutations([kind for kind, pieces in queues.items() for _ in pieces]))
    pieces = tuple({kind: queues[kind].pop(0)} for kind in order)
    reason = draw(st.sampled_from(["stop", "length", "load"]))
    return Answer(pieces, usage=draw(usages), done_reason=reason)


class Facts:
    """An invocation as far as an answer fills one in."""

    def __init__(self):
        self.attributes = {}


def facts_of(path, objects):
    reassembled, facts = Reassembled(keeps_content=True), Facts()
    for each in objects:
        # Through JSON and the client's classes, as they come off the wire.
        reassembled.add(CLASSES[path](**json.loads(json.dumps(each))))
    reassembled.describe(facts)
    return vars(facts)


@given(answers(("content", "thinking", "tool_calls")))
def test_chat(answer):
    assert facts_of(CHAT, chunks(CHAT, "m", answer)) == facts_of(CHAT, [whole(CHAT, "m", answer)])


@given(answers(("content", "thinking")))
def test_generate(answer):
    assert facts_of(GENERATE, chunks(GENERATE, "m", answer)) == facts_of(GENERATE, [whole(GENERATE, "m", answer)])


@given(answers(("content", "thinking", "tool_calls")))
def test_nothing_is_lost_on_the_way(answer):
    facts = facts_of(CHAT, chunks(CHAT, "m", answer))
    parts = facts["output_messages"][0].parts if "output_messages" in facts else []
    for kind, key in (("text", "content"), ("reasoning", "thinking")):
        sent = "".join(piece.get(key, "") for piece in answer.pieces)
        assert [part.content for part in parts if part.type == kind] == ([sent] if sent else [])
    calls = [call["function"] for piece in answer.pieces for call in piece.get("tool_calls", [])]
    got = [{"name": part.name, "arguments": part.arguments} for part in parts if part.type == "tool_call"]
    assert got == calls
    assert (facts["input_tokens"], facts["output_tokens"]) == (
        answer.usage.get("prompt_eval_count"),
        answer.usage.get("eval_count"),
    )
    assert facts["attributes"] == {f"ollama.{key}": n for key, n in answer.usage.items() if key.endswith("_duration")}
    assert facts["finish_reasons"] == [answer.done_reason]

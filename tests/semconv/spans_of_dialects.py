"""Generated spans: attributes of every dialect with sensible and senseless values, in any combination."""

from __future__ import annotations

import json

from hypothesis import strategies as st
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from traceway_semconv import fields, names
from traceway_semconv.codes import SIGNAL_CODES, attribute_codes
from traceway_semconv.spanview import SpanView, view_of

KEYS = tuple(attribute_codes())
SIGNALS = tuple(SIGNAL_CODES)

texts = st.text(st.characters(codec="utf-8"), max_size=40) | st.text('ab"\\ \n\t\r{}[]:,u0é你\U0001f600', max_size=40)
numbers = st.integers(-3, 200_000) | st.integers(-(2**63), 2**63 - 1) | st.sampled_from([2**31, 2**32 - 1, 2**32])
floats = st.floats() | st.floats(0, 1000) | st.sampled_from([0.0, 0.35, 1e-7, 1e16, 1e22, 1e300])
number_texts = (
    numbers.map(str)
    | floats.map(str)
    | st.text("0123456789+-.eE_ ", max_size=12)
    | st.sampled_from(["+5", "007", "1e3", "5.", ".5", "5.e1", "nan", "inf", "Infinity", "-0", "1e400", "9" * 25, "٣"])
)
words = st.sampled_from(
    [
        *("stop", "tool_calls", "end_turn", "MAX_TOKENS", "content-filter", "true", "False", "1", "0"),
        *("openai", "OpenAI", "openai.chat", "Gemini", "az.ai.openai", "xai", "11434", "443", "gpt-4o", "my model"),
        *("sha256:" + "0f" * 32, "sha256:xyz", "sha256:" + "0f" * 32 + "\n", "ai.generateText.doGenerate my-function"),
    ]
)
objects = st.fixed_dictionaries(
    {},
    optional={
        "content": texts
        | st.none()
        | st.lists(st.fixed_dictionaries({"type": st.just("text"), "text": texts}), max_size=2),
        "parts": st.lists(st.fixed_dictionaries({"type": st.just("text"), "content": texts}), max_size=2),
        "role": st.sampled_from(["user", "assistant"]),
        "session_id": texts,
        "input": numbers,
        "output": numbers,
        "total": st.floats(0, 2) | numbers,
        "text": texts,
    },
)


@st.composite
def json_texts(draw: st.DrawFn) -> str:
    """JSON of messages, escaped or not, with or without spaces, sometimes cut off."""
    value = draw(objects | st.lists(objects, max_size=3) | st.lists(texts, max_size=3))
    separators = draw(st.sampled_from([(",", ":"), (", ", ": ")]))
    text = json.dumps(value, ensure_ascii=draw(st.booleans()), separators=separators)
    if draw(st.booleans()):
        text = text.replace('"content"', '"content": "' + draw(texts) * draw(st.integers(0, 60)) + '", "content"')
    if draw(st.booleans()):
        text += '"content":"' + draw(st.text('\\\\\\\\uuubtx"dD890 acCe', max_size=30))
    return text[: draw(st.integers(0, len(text)))] if draw(st.booleans()) else text


strings = texts | number_texts | words | json_texts() | st.just("")


def any_value(value: object) -> AnyValue:
    """The AnyValue of a Python value."""
    match value:
        case bool():
            return AnyValue(bool_value=value)
        case int():
            return AnyValue(int_value=value)
        case float():
            return AnyValue(double_value=value)
        case str():
            return AnyValue(string_value=value)
        case bytes():
            return AnyValue(bytes_value=value)
        case list():
            return AnyValue(array_value=ArrayValue(values=[any_value(item) for item in value]))
        case dict():
            items = [KeyValue(key=key, value=any_value(item)) for key, item in value.items()]
            return AnyValue(kvlist_value=KeyValueList(values=items))
    return AnyValue()


lists = st.lists(words | texts | numbers | st.text("ab", min_size=60, max_size=300), max_size=4)
values = (
    strings
    | numbers
    | floats
    | st.booleans()
    | lists
    | st.binary(max_size=20)
    | st.none()
    | st.dictionaries(st.sampled_from(["a", "content"]), texts, max_size=2)
).map(any_value)

unknown_keys = texts | st.sampled_from(["thread.id", "mcp.session.id", names.OI_TOOL_PARAMETERS, "gen_ai"])
pairs = st.builds(lambda key, value: KeyValue(key=key, value=value), st.sampled_from(KEYS) | unknown_keys, values)
signals = st.sampled_from(SIGNALS).flatmap(
    lambda signal: st.sampled_from([str.lower, str.upper, str.title]).map(
        lambda case: KeyValue(key=signal[0], value=any_value(case(signal[1])))
    )
)
explicit = st.sampled_from(["llm_call", "my.kind-1", "Not", "a" * 65, "a" * 64, "tool\n", "llm_call x", "9"]).map(
    lambda kind: KeyValue(key=names.TRACEWAY_SPAN_KIND, value=any_value(kind))
)
numeric_keys = [key for slot in fields.Slot for key in fields.SLOTS[slot] if "token" in key or "cost" in key]
counts = st.builds(
    lambda key, value: KeyValue(key=key, value=any_value(value)),
    st.sampled_from(numeric_keys),
    numbers | number_texts | floats,
)


def _sensible(key: str) -> st.SearchStrategy[KeyValue]:
    """An attribute as its dialect sends it."""
    known = names.ATTRIBUTES.get(key)
    example = known.example if known else "text"
    sent: st.SearchStrategy[object] = st.just(example) | words
    match known.type if known else "any":
        case "int":
            sent = st.integers(0, 20_000)
        case "double":
            sent = st.floats(0, 10)
        case "boolean":
            sent = st.booleans()
        case "string[]":
            sent = lists | st.just(example) | words
        case "any":
            sent = json_texts()
    return sent.map(lambda value: KeyValue(key=key, value=any_value(value)))


sensible = st.sampled_from(KEYS).flatmap(_sensible)
chat = st.just(KeyValue(key=names.OPERATION_NAME, value=any_value("chat")))
event_names = st.sampled_from([names.EVENT_EXCEPTION, *names.EVENT_FIRST_CHUNK, "other", ""])
event_keys = st.sampled_from([names.EXCEPTION_TYPE, names.EXCEPTION_MESSAGE, "exception.stacktrace"])
times = st.integers(0, 2**64 - 1) | st.integers(10**18, 10**18 + 10**10)
events = st.builds(
    lambda name, time, items: Span.Event(name=name, time_unix_nano=time, attributes=items),
    event_names,
    times,
    st.lists(st.builds(lambda key, value: KeyValue(key=key, value=value), event_keys, values), max_size=3),
)
statuses = st.builds(
    lambda code, message: Status(code=code, message=message),
    st.sampled_from([0, 1, 2]),
    texts | texts.map(lambda t: t * 30),
)


@st.composite
def span_views(draw: st.DrawFn) -> SpanView:
    """A span with up to a dozen attributes of any dialects."""
    span = Span(
        name=draw(texts | st.sampled_from(["fs.read", "fs.write x", "chat gpt-4o"])),
        attributes=draw(st.lists(sensible | counts | signals | chat | explicit | pairs, max_size=12)),
        start_time_unix_nano=draw(times),
        events=draw(st.lists(events, max_size=3)),
        status=draw(statuses),
    )
    return view_of(span)

"""OTLP JSON and protobuf say the same, in both directions, and nothing but BadInput comes of bad JSON."""

from __future__ import annotations

import json
from contextlib import suppress

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue

from traceway_collector.errors import BadInput
from traceway_collector.model import Signal
from traceway_collector.otlp import json_codec

from .strategies import requests

generous = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


def span(content: str) -> bytes:
    return f'{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{content}]}}]}}]}}'.encode()


def decoded_span(content: str):
    request = json_codec.decode(Signal.TRACES, span(content))
    assert isinstance(request, ExportTraceServiceRequest)
    return request.resource_spans[0].scope_spans[0].spans[0]


def value(content: str) -> AnyValue:
    return decoded_span(f'{{"attributes":[{{"key":"k","value":{content}}}]}}').attributes[0].value


@generous
@given(st.sampled_from(Signal).flatmap(lambda signal: st.tuples(st.just(signal), requests(signal))))
def test_protobuf_to_json_and_back_is_identity(drawn):
    signal, message = drawn
    again = json_codec.decode(signal, json_codec.dump(message))
    assert again.SerializeToString(deterministic=True) == message.SerializeToString(deterministic=True)


@generous
@given(requests(Signal.TRACES))
def test_json_is_what_any_json_reader_reads(message):
    text = json_codec.dump(message)
    assert json.loads(text, parse_constant=pytest.fail) == json_codec.encode(message)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(Signal), st.binary(max_size=200))
def test_arbitrary_bytes_are_bad_input_at_worst(signal, body):
    with suppress(BadInput):
        json_codec.decode(signal, body)


@generous
@given(st.sampled_from(Signal), st.data())
def test_a_value_of_the_wrong_shape_anywhere_is_bad_input_at_worst(signal, data):
    content = json_codec.encode(data.draw(requests(signal)))
    node = content
    while isinstance(node, dict | list) and node:
        key = data.draw(st.sampled_from(list(node) if isinstance(node, dict) else range(len(node))))
        inner = node[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            node[key] = data.draw(json_values)
            break
        node = inner
    error = None
    try:
        json_codec.decode(signal, orjson.dumps(content)).SerializeToString()
    except BadInput as bad:
        error = bad
    assert error is None or (error.field and error.message.startswith(error.field))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"stringValue":""}', AnyValue(string_value="")),
        ('{"string_value":"a"}', AnyValue(string_value="a")),
        ('{"boolValue":false}', AnyValue(bool_value=False)),
        ('{"intValue":"-9223372036854775808"}', AnyValue(int_value=-(2**63))),
        ('{"intValue":9223372036854775807}', AnyValue(int_value=2**63 - 1)),
        ('{"intValue":7.0}', AnyValue(int_value=7)),
        ('{"doubleValue":1}', AnyValue(double_value=1.0)),
        ('{"doubleValue":"-Infinity"}', AnyValue(double_value=float("-inf"))),
        ('{"doubleValue":"1.5"}', AnyValue(double_value=1.5)),
        ('{"bytesValue":"_-8"}', AnyValue(bytes_value=b"\xff\xef")),
        ('{"bytesValue":"/+8="}', AnyValue(bytes_value=b"\xff\xef")),
        ('{"arrayValue":{}}', AnyValue(array_value={})),
        (
            '{"kvlistValue":{"values":[{"key":"a","value":{}}]}}',
            AnyValue(kvlist_value={"values": [{"key": "a", "value": {}}]}),
        ),
        ("{}", AnyValue()),
        ('{"stringValue":null}', AnyValue()),
        ('{"unknownValue":{"deep":[1]}}', AnyValue()),
    ],
)
def test_values(content, expected):
    assert value(content) == expected


def test_nan_is_a_string():
    assert str(value('{"doubleValue":"NaN"}').double_value) == "nan"


def test_ids_are_hex_in_either_case():
    found = decoded_span('{"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"eee19b7ec3c1b174","parentSpanId":""}')
    assert found.trace_id.hex() == "5b8efff798038103d269b633813fc60c"
    assert found.span_id.hex() == "eee19b7ec3c1b174"
    assert found.parent_span_id == b""


def test_hex_of_a_wrong_length_is_for_admission_to_judge():
    found = decoded_span('{"traceId":"5b8e","spanId":"EEE19B7EC3C1B17400","parentSpanId":"00"}')
    assert (found.trace_id, found.span_id) == (b"\x5b\x8e", bytes.fromhex("eee19b7ec3c1b17400"))
    assert found.parent_span_id == b"\x00"


def test_the_ids_of_a_log_record_are_whole():
    body = b'{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":"5b8e"}]}]}]}'
    with pytest.raises(BadInput, match='"5b8e"; expected 32 hexadecimal digits') as caught:
        json_codec.decode(Signal.LOGS, body)
    assert caught.value.field == "resourceLogs[0].scopeLogs[0].logRecords[0].traceId"


def test_enums_are_numbers_or_names():
    assert decoded_span('{"kind":3,"status":{"code":"STATUS_CODE_ERROR"}}').status.code == 2
    assert decoded_span('{"kind":"SPAN_KIND_CLIENT"}').kind == 3


def test_null_is_absent_and_an_absent_value_is_not_an_empty_one():
    request = decoded_span('{"name":null,"attributes":[{"key":"a","value":null},{"key":"b","value":{}}],"events":null}')
    assert [a.HasField("value") for a in request.attributes] == [False, True]


@pytest.mark.parametrize(
    ("content", "place", "words"),
    [
        ('{},{},{},{"traceId":"5b8"}', "spans[3].traceId", '"5b8"; expected 32 hexadecimal digits'),
        ('{"traceId":"5b8efff798038103d269b633813fc6 c"}', "spans[0].traceId", "32 hexadecimal digits"),
        ('{"spanId":"éééééééééééééééé"}', "spans[0].spanId", "16 hexadecimal digits"),
        ('{"spanId":7}', "spans[0].spanId", "7; expected 16 hexadecimal digits"),
        ('{"parentSpanId":"eee19b7ec3c1b17"}', "spans[0].parentSpanId", "expected 16 hexadecimal digits"),
        ('{"links":[{"traceId":"5b8e"}]}', "spans[0].links[0].traceId", '"5b8e"; expected 32 hexadecimal digits'),
        ('{"links":[{"spanId":"5b8e"}]}', "spans[0].links[0].spanId", '"5b8e"; expected 16 hexadecimal digits'),
        ('{"kind":"CLIENT"}', "spans[0].kind", "SPAN_KIND_CLIENT"),
        ('{"name":5}', "spans[0].name", "5; expected a string"),
        ('{"startTimeUnixNano":"-1"}', "spans[0].startTimeUnixNano", "an integer from 0 to 18446744073709551615"),
        ('{"startTimeUnixNano":18446744073709551616}', "spans[0].startTimeUnixNano", "an integer from 0"),
        ('{"startTimeUnixNano":1.5}', "spans[0].startTimeUnixNano", "1.5; expected an integer"),
        ('{"flags":true}', "spans[0].flags", "true; expected an integer"),
        ('{"events":[{},{"name":[]}]}', "spans[0].events[1].name", "a list; expected a string"),
        ('{"attributes":{}}', "spans[0].attributes", "an object; expected a list"),
        ('{"attributes":[null]}', "spans[0].attributes[0]", "null; expected an object"),
        (
            '{"attributes":[{"key":"a","value":{"intValue":1,"stringValue":"b"}}]}',
            "spans[0].attributes[0].value",
            "only one of intValue and stringValue",
        ),
        ('{"attributes":[{"value":{"doubleValue":"nan"}}]}', "attributes[0].value.doubleValue", '"NaN"'),
        ('{"attributes":[{"value":{"boolValue":"true"}}]}', "attributes[0].value.boolValue", "true or false"),
        ('{"attributes":[{"value":{"bytesValue":"*"}}]}', "attributes[0].value.bytesValue", "base64"),
    ],
)
def test_what_does_not_fit_is_named(content, place, words):
    with pytest.raises(BadInput) as caught:
        decoded_span(content)
    assert caught.value.field is not None
    assert caught.value.field.startswith("resourceSpans[0].scopeSpans[0].spans[")
    assert caught.value.field.endswith(place)
    assert words in caught.value.message


@pytest.mark.parametrize("body", [b"[]", b"null", b'"a"', b"{", b"\xff", b'{"resourceSpans":NaN}', b"[" * 5000])
def test_what_is_no_request_at_all(body):
    with pytest.raises(BadInput, match="the body is"):
        json_codec.decode(Signal.TRACES, body)


def nested(levels: int) -> str:
    return '{"arrayValue":{"values":[' * levels + "{}" + "]}}" * levels


def test_depth_ends_where_protobuf_parsers_end():
    deepest = json_codec.decode(Signal.TRACES, span(f'{{"attributes":[{{"value":{nested(47)}}}]}}'))
    assert ExportTraceServiceRequest.FromString(deepest.SerializeToString()) == deepest
    with pytest.raises(BadInput, match="at most 100 messages inside one another"):
        value(nested(48))


def test_an_empty_body_is_an_empty_request():
    assert json_codec.decode(Signal.LOGS, b"").SerializeToString() == b""


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"cut \ud83d", "cut \ufffd"),
        (r"\uDE00 first", "\ufffd first"),
        (r"\ud83d\ud83d\ude00 \ud83d\n", "\ufffd😀 \ufffd\n"),
        (r"\\ud83d is no escape, \ud83d is", "\\ud83d is no escape, \ufffd is"),
    ],
)
def test_half_a_surrogate_pair_costs_one_character_and_not_the_batch(written, read):
    span = f'{{"traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174", "name": "{written}"}}'
    body = f'{{"resourceSpans": [{{"scopeSpans": [{{"spans": [{span}]}}]}}]}}'
    request = json_codec.decode(Signal.TRACES, body.encode())
    assert request.resource_spans[0].scope_spans[0].spans[0].name == read


def test_a_very_deep_place_is_shown_shortened():
    value = {"arrayValue": {"values": []}}
    for _ in range(100):
        value = {"arrayValue": {"values": [value]}}
    body = {"resourceSpans": [{"resource": {"attributes": [{"key": "deep", "value": value}]}}]}
    with pytest.raises(BadInput) as caught:
        json_codec.decode(Signal.TRACES, json.dumps(body).encode())
    assert "resourceSpans[0].resource.attributes[0]" in caught.value.message
    assert "messages inside one another" in caught.value.message
    assert len(caught.value.message) < 400

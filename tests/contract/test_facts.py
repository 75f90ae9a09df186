"""The facts a store keeps beside a span are those the vocabulary finds in it, whatever path they took."""

from __future__ import annotations

import json

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status

from traceway_collector.model import SpanFacts
from traceway_collector.store import Store

from .conftest import Feed

_TRACE, _ROOT, _CHILD = b"\x01" * 16, b"\x02" * 8, b"\x03" * 8
_NOW_NS = 1_700_000_000_000_000_000


def _facts(feed: Feed, store: Store, span: Span) -> SpanFacts:
    span.trace_id, span.start_time_unix_nano, span.end_time_unix_nano = _TRACE, _NOW_NS, _NOW_NS + 5
    span.span_id = span.span_id or _ROOT
    feed.write(ExportTraceServiceRequest(resource_spans=[ResourceSpans(scope_spans=[ScopeSpans(spans=[span])])]))
    (stored,) = store.span(span.span_id.hex())
    return stored.facts


def _attributes(**values: str | int) -> list[KeyValue]:
    return [
        KeyValue(
            key=key.replace("__", "."),
            value=AnyValue(string_value=value) if isinstance(value, str) else AnyValue(int_value=value),
        )
        for key, value in values.items()
    ]


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 128, 129, 16_380, 16_383, 16_384, 16_390])
def test_the_message_of_an_exception_is_read_at_any_length(feed: Feed, store: Store, length: int) -> None:
    message = "é" * (length // 2) + "x" * (length % 2)
    event = Span.Event(
        name="exception", attributes=_attributes(exception__type="builtins.ValueError", exception__message=message)
    )
    facts = _facts(feed, store, Span(events=[event], status=Status(code=Status.STATUS_CODE_ERROR)))
    assert facts.error_type == "builtins.ValueError"
    assert (facts.error_message or "") == message[:500]


def test_previews_are_whole_for_roots_and_short_for_model_calls(feed: Feed, store: Store) -> None:
    prompt = "Where is order 17? " * 40
    messages = json.dumps([{"role": "user", "parts": [{"type": "text", "content": prompt}]}])
    shown = " ".join(prompt.split())
    call = _attributes(gen_ai__operation__name="chat", gen_ai__input__messages=messages)
    root = _facts(feed, store, Span(attributes=call))
    assert root.input_preview is not None
    assert len(root.input_preview) <= 200
    assert shown.startswith(root.input_preview.strip())
    child = _facts(feed, store, Span(span_id=_CHILD, parent_span_id=_ROOT, attributes=call))
    assert child.input_preview is not None
    assert child.input_preview.strip() == shown[:80].strip()
    tool = _attributes(gen_ai__operation__name="execute_tool", gen_ai__tool__call__arguments=messages)
    assert _facts(feed, store, Span(span_id=b"\x04" * 8, parent_span_id=_ROOT, attributes=tool)).input_preview is None


def test_a_trace_whose_root_says_nothing_shows_its_model_calls(feed: Feed, store: Store) -> None:
    messages = json.dumps([{"role": "user", "parts": [{"type": "text", "content": "Refund it, 请退款"}]}])
    call = _attributes(
        gen_ai__operation__name="chat", gen_ai__input__messages=messages, gen_ai__output__messages="done"
    )
    _facts(feed, store, Span(name="POST /chat"))
    _facts(feed, store, Span(span_id=_CHILD, parent_span_id=_ROOT, attributes=call))
    summary = store.trace_summary(_TRACE.hex())
    assert summary is not None
    assert (summary.input_preview, summary.output_preview) == ("Refund it, 请退款", "done")

"""Requests are split between items and never within one, and compressed to the same bytes every time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from traceway.export.wire import Request, compress, decompress, halves_of, requests_of

ENCODINGS = st.sampled_from(["identity", "gzip", "deflate"])
SHAPES = st.lists(st.lists(st.lists(st.integers(0, 300), max_size=5), max_size=3), max_size=3)
"""Lengths of span names, in scopes, in resources."""


def message_of(shape: list[list[list[int]]]) -> ExportTraceServiceRequest:
    message = ExportTraceServiceRequest()
    for number, scopes in enumerate(shape):
        resource = message.resource_spans.add(schema_url=f"resource {number}")
        resource.resource.attributes.add(key=f"resource {number}")
        for scope_number, lengths in enumerate(scopes):
            scope = resource.scope_spans.add(schema_url=f"scope {scope_number}")
            scope.scope.name = f"scope {scope_number}"
            for index, length in enumerate(lengths):
                scope.spans.add(name=f"{index}:" + "x" * length)
    return message


def spans_of(*messages: ExportTraceServiceRequest) -> list[tuple[bytes, bytes, str, str, bytes]]:
    """Every span with all that it lies in."""
    return [
        (resource.resource.SerializeToString(), scope.scope.SerializeToString(), resource.schema_url, scope.schema_url,
         span.SerializeToString())
        for message in messages
        for resource in message.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]  # fmt: skip


def parse(request: Request) -> ExportTraceServiceRequest:
    return ExportTraceServiceRequest.FromString(decompress(request.body, request.encoding))


@given(SHAPES, ENCODINGS, st.integers(1, 1000))
def test_a_split_loses_nothing_and_keeps_the_order(shape, encoding, max_bytes):
    message = message_of(shape)
    requests = requests_of("traces", message, encoding, max_bytes)
    parts = [parse(request) for request in requests]
    assert spans_of(*parts) == spans_of(message)
    assert [request.items for request in requests] == [len(spans_of(part)) for part in parts]
    assert all(part.ByteSize() <= max_bytes or len(spans_of(part)) == 1 for part in parts)


@given(SHAPES, ENCODINGS)
def test_halves_are_the_whole(shape, encoding):
    message = message_of(shape)
    for request in requests_of("traces", message, encoding):
        halves = halves_of(request)
        assert halves == halves_of(request)
        if request.items < 2:
            assert halves == []
        else:
            assert [each.items for each in halves] == [request.items // 2, request.items - request.items // 2]
            assert spans_of(*map(parse, halves)) == spans_of(message)


def test_a_request_that_cannot_be_read_has_no_halves():
    assert halves_of(Request("traces", b"\xff\xff", "identity", 2)) == []
    assert halves_of(Request("traces", b"no gzip", "gzip", 2)) == []


@given(st.binary(max_size=1000), ENCODINGS)
def test_compression_can_be_undone_and_repeats(body, encoding):
    assert decompress(compress(body, encoding), encoding) == body
    assert compress(body, encoding) == compress(body, encoding)


def test_file_contents_go_in_requests_of_four_mib():
    message = ExportLogsServiceRequest()
    records = message.resource_logs.add().scope_logs.add().log_records
    for _ in range(9):
        records.add().body.bytes_value = bytes(1 << 20)
    records.add().body.bytes_value = bytes(5 << 20)
    requests = requests_of("logs", message, "identity")
    sizes = [len(request.body) for request in requests]
    assert sum(request.items for request in requests) == 10
    assert sizes[-1] > 5 << 20
    assert all(size < 4 << 20 for size in sizes[:-1])

"""OTLP/HTTP from outside: formats, encodings, limits, and every status with its body and headers."""

from __future__ import annotations

import gzip
import json
import sys
import zlib

import pytest
from google.rpc.error_details_pb2 import BadRequest, RetryInfo
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from traceway_collector.errors import BadInput, TooLarge, Unavailable
from traceway_collector.model import Signal
from traceway_collector.otlp import json_codec

from .conftest import Collector

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PROTOBUF = {"Content-Type": "application/x-protobuf"}
JSON = {"Content-Type": "application/json"}
RESPONSES = {
    Signal.TRACES: ExportTraceServiceResponse,
    Signal.LOGS: ExportLogsServiceResponse,
    Signal.METRICS: ExportMetricsServiceResponse,
}

REQUEST = ExportTraceServiceRequest(
    resource_spans=[{"scope_spans": [{"spans": [{"name": "chat", "trace_id": b"t" * 16, "span_id": b"s" * 8}]}]}]
)
BODY = REQUEST.SerializeToString()


def bulky(size: int) -> bytes:
    """A valid protobuf request of about ``size`` bytes."""
    filler = {"key": "k", "value": {"string_value": "x" * size}}
    spans = [{"name": "chat", "attributes": [filler]}]
    return ExportTraceServiceRequest(resource_spans=[{"scope_spans": [{"spans": spans}]}]).SerializeToString()


@pytest.mark.parametrize("signal", Signal)
@pytest.mark.parametrize("media", ["application/x-protobuf", "Application/X-Protobuf; v=1"])
def test_protobuf_is_taken_and_answered_in_protobuf(collector: Collector, signal, media):
    reply = collector.send(f"/v1/{signal}", b"", {"Content-Type": media})
    assert (reply.status, reply.body) == (200, b"")
    assert reply.headers["content-type"] == "application/x-protobuf"
    assert collector.ingest.taken == [(signal, b"")]


@pytest.mark.parametrize("signal", Signal)
@pytest.mark.parametrize("media", ["application/json", "APPLICATION/JSON;charset=utf-8"])
@pytest.mark.parametrize("body", [b"", b"{}"])
def test_json_is_taken_and_answered_in_json(collector: Collector, signal, media, body):
    reply = collector.send(f"/v1/{signal}", body, {"Content-Type": media})
    assert (reply.status, json.loads(reply.body)) == (200, {})
    assert reply.headers["content-type"] == "application/json"
    assert collector.ingest.taken == [(signal, b"")]


@pytest.mark.parametrize(
    ("encoding", "compress"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("ZSTD", zstd.compress), ("identity", bytes)],
)
@pytest.mark.parametrize("size", [10, 300_000, 1_500_000])
def test_every_encoding_small_and_large_in_both_formats(collector: Collector, encoding, compress, size):
    body = bulky(size)
    message = ExportTraceServiceRequest.FromString(body)
    for media, text in ((PROTOBUF, body), (JSON, json_codec.dump(message))):
        assert collector.send("/v1/traces", compress(text), {**media, "Content-Encoding": encoding}).status == 200
    assert collector.ingest.messages() == [message, message]


@pytest.mark.parametrize(
    ("signal", "field"),
    [
        (Signal.TRACES, "rejectedSpans"),
        (Signal.LOGS, "rejectedLogRecords"),
        (Signal.METRICS, "rejectedDataPoints"),
    ],
)
def test_partial_success_says_how_many_and_why(collector: Collector, signal, field):
    collector.ingest.rejects = 3
    reply = collector.send(f"/v1/{signal}", b"{}", JSON)
    expected = {"partialSuccess": {field: "3", "errorMessage": "spanId is empty"}}
    assert (reply.status, json.loads(reply.body)) == (200, expected)
    reply = collector.send(f"/v1/{signal}", b"", PROTOBUF)
    assert json_codec.encode(RESPONSES[signal].FromString(reply.body)) == expected
    assert collector.ingest.refused == []


@pytest.mark.parametrize(
    ("error", "status", "code", "retry_after"),
    [
        (BadInput("no", field="spans[0].traceId"), 400, 3, None),
        (TooLarge("too many spans"), 413, 8, None),
        (Unavailable("the disk is full", retry_after_s=7), 503, 14, "7"),
        (RuntimeError("a fault of ours: secret"), 500, 13, None),
    ],
)
def test_what_ingest_raises_reaches_the_client_in_its_own_format(
    collector: Collector, error, status, code, retry_after
):
    collector.ingest.fails_with = error
    reply = collector.send("/v1/traces", BODY, PROTOBUF)
    told = Status.FromString(reply.body)
    assert (reply.status, reply.headers["content-type"], told.code) == (status, "application/x-protobuf", code)
    assert reply.headers.get("retry-after") == retry_after
    assert "secret" not in told.message
    assert [detail.TypeName() for detail in told.details] == {
        400: ["google.rpc.BadRequest"],
        503: ["google.rpc.RetryInfo"],
    }.get(status, [])
    reply = collector.send("/v1/traces", b"{}", JSON)
    spelled = json.loads(reply.body)
    assert (reply.status, spelled["code"], spelled["message"]) == (status, code, told.message)
    # What was admitted is ingest's own to count.
    assert collector.ingest.refused == []


def test_details_name_the_field_and_the_pause(collector: Collector):
    collector.ingest.fails_with = BadInput("spans[0].traceId is short", field="spans[0].traceId")
    detail = Status.FromString(collector.send("/v1/traces", BODY, PROTOBUF).body).details[0]
    violations = BadRequest()
    assert detail.Unpack(violations)
    assert violations.field_violations[0].field == "spans[0].traceId"
    collector.ingest.fails_with = Unavailable("later", retry_after_s=3)
    detail = Status.FromString(collector.send("/v1/traces", BODY, PROTOBUF).body).details[0]
    retry = RetryInfo()
    assert detail.Unpack(retry)
    assert retry.retry_delay.seconds == 3
    answer = json.loads(collector.send("/v1/traces", b"{}", JSON).body)
    assert answer["details"] == [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "3s"}]


@pytest.mark.parametrize(
    ("headers", "body", "status", "reason", "words"),
    [
        ({}, BODY, 415, "wrong_media", "expected application/x-protobuf or application/json"),
        ({"Content-Type": "text/plain"}, BODY, 415, "wrong_media", "'text/plain'"),
        ({**PROTOBUF, "Content-Encoding": "br"}, BODY, 415, "wrong_media", "gzip, deflate, zstd"),
        ({**PROTOBUF, "Content-Encoding": "gzip, gzip"}, BODY, 415, "wrong_media", "several encodings"),
        ({**PROTOBUF, "Content-Encoding": "gzip"}, BODY, 400, "bad_input", "not valid gzip"),
        ({**JSON, "Content-Encoding": "zstd"}, BODY, 400, "bad_input", "not valid zstd"),
        (JSON, b'{"resourceLogs":7}', 400, "bad_input", "resourceLogs is 7; expected a list"),
        (JSON, BODY, 400, "bad_input", "not valid JSON"),
        (PROTOBUF, b"x" * (2 * 2**20 + 1), 413, "too_large", "2097152 bytes as it was sent"),
        (
            {**PROTOBUF, "Content-Encoding": "gzip"},
            gzip.compress(bytes(3 * 2**20)),
            413,
            "too_large",
            "2097152 bytes after inflation",
        ),
        (
            {**JSON, "Content-Encoding": "zstd"},
            zstd.compress(bytes(300 * 2**20)),
            413,
            "too_large",
            "2097152 bytes after inflation",
        ),
    ],
)
def test_what_is_refused_before_admission_is_answered_and_reported(
    collector: Collector, headers, body, status, reason, words
):
    reply = collector.send("/v1/logs", body, headers)
    if headers.get("Content-Type") == "application/x-protobuf":
        message = Status.FromString(reply.body).message
    else:
        message = json.loads(reply.body)["message"]
    assert reply.status == status
    assert words in message
    (refused,) = collector.ingest.refused
    assert (refused.signal, refused.reason, refused.detail) == (Signal.LOGS, reason, message)
    assert refused.peer.startswith("127.0.0.1:")
    assert refused.bytes == len(body)
    assert collector.ingest.taken == []


def test_an_unknown_encoding_is_told_the_known_ones_in_a_header(collector: Collector):
    reply = collector.send("/v1/traces", BODY, {**PROTOBUF, "Content-Encoding": "br"})
    assert reply.headers["accept-encoding"] == "gzip, deflate, zstd"


def test_bad_protobuf_is_a_400(collector: Collector):
    reply = collector.send("/v1/traces", b"\xff\xff\xff", PROTOBUF)
    assert (reply.status, Status.FromString(reply.body).code) == (400, 3)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_are_told_to_post(collector: Collector, method):
    reply = collector.send("/v1/traces", method=method)
    assert (reply.status, reply.headers["allow"]) == (405, "POST")
    assert f"{method} /v1/traces: this path takes OTLP traces by POST" in json.loads(reply.body)["message"]
    assert collector.ingest.refused[0].reason == "wrong_method"


@pytest.mark.parametrize("path", ["/", "/v1/trace", "/v1/traces/", "/v1/profiles"])
def test_a_wrong_path_is_told_the_right_ones(collector: Collector, path):
    reply = collector.send(path, BODY, PROTOBUF)
    assert reply.status == 404
    assert "/v1/traces, /v1/logs, /v1/metrics" in Status.FromString(reply.body).message


def test_a_body_in_chunks_is_put_together(collector: Collector):
    body = bulky(700_000)

    def pieces():
        for start in range(0, len(body), 10_000):
            yield body[start : start + 10_000]

    reply = collector.send("/v1/traces", pieces(), PROTOBUF)  # type: ignore[arg-type]
    assert reply.status == 200
    assert collector.ingest.taken == [(Signal.TRACES, body)]


def test_a_body_in_chunks_is_stopped_at_the_limit(collector: Collector):
    reply = collector.send("/v1/traces", iter([b"x" * 100_000] * 22), PROTOBUF)  # type: ignore[arg-type]
    assert reply.status == 413
    assert collector.ingest.refused[0].reason == "too_large"

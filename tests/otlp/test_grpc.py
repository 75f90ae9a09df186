"""OTLP/gRPC from outside: codes, details, limits, health and the life cycle."""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
import threading
import zlib
from dataclasses import replace

import grpc
import pytest
from google.rpc.error_details_pb2 import BadRequest, RetryInfo
from google.rpc.status_pb2 import Status
from grpc_health.v1 import health_pb2, health_pb2_grpc
from opentelemetry.proto.collector.logs.v1.logs_service_pb2_grpc import LogsServiceStub
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2_grpc import MetricsServiceStub
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import TraceServiceStub

from traceway_collector.errors import BadInput, TooLarge, Unavailable
from traceway_collector.model import Signal
from traceway_collector.otlp import grpc as otlp_grpc

from .conftest import Collector, serving
from .strategies import REQUESTS
from .test_broken_clients import eventually

STUBS = {Signal.TRACES: TraceServiceStub, Signal.LOGS: LogsServiceStub, Signal.METRICS: MetricsServiceStub}
EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
UNLIMITED = [("grpc.max_send_message_length", -1)]


def export(collector: Collector, body: bytes, metadata=(), compression=None, address: str | None = None) -> bytes:
    with grpc.insecure_channel(address or collector.grpc_address, options=UNLIMITED) as channel:
        call = channel.unary_unary(EXPORT)
        reply: bytes = call(body, timeout=20, metadata=metadata, compression=compression)
        return reply


def failure(collector: Collector, body: bytes = b"", **how) -> tuple[grpc.StatusCode, Status]:
    with pytest.raises(grpc.RpcError) as caught:
        export(collector, body, **how)
    trailers = dict(caught.value.trailing_metadata())
    status = Status.FromString(trailers["grpc-status-details-bin"])
    assert (status.code, status.message) == (caught.value.code().value[0], caught.value.details())
    return caught.value.code(), status


@pytest.mark.parametrize("signal", Signal)
def test_success_leaves_partial_success_unset(collector: Collector, signal):
    with grpc.insecure_channel(collector.grpc_address) as channel:
        reply = STUBS[signal](channel).Export(REQUESTS[signal](), timeout=10)
    assert not reply.HasField("partial_success")
    assert collector.ingest.taken == [(signal, b"")]


@pytest.mark.parametrize(
    ("signal", "field"),
    [
        (Signal.TRACES, "rejected_spans"),
        (Signal.LOGS, "rejected_log_records"),
        (Signal.METRICS, "rejected_data_points"),
    ],
)
def test_partial_success_says_how_many_and_why(collector: Collector, signal, field):
    collector.ingest.rejects = 4
    with grpc.insecure_channel(collector.grpc_address) as channel:
        partial = STUBS[signal](channel).Export(REQUESTS[signal](), timeout=10).partial_success
    assert (getattr(partial, field), partial.error_message) == (4, "spanId is empty")


@pytest.mark.parametrize("compression", grpc.Compression)
@pytest.mark.parametrize("size", [0, 100, 1_500_000])
def test_every_compression_small_and_large(collector: Collector, compression, size):
    request = ExportTraceServiceRequest(resource_spans=[{"schema_url": "x" * size}]).SerializeToString()
    assert export(collector, request, compression=compression) == b""
    assert collector.ingest.taken == [(Signal.TRACES, request)]


@pytest.mark.parametrize(
    ("error", "code", "details"),
    [
        (BadInput("no", field="spans[0].traceId"), grpc.StatusCode.INVALID_ARGUMENT, "google.rpc.BadRequest"),
        (TooLarge("too many spans"), grpc.StatusCode.RESOURCE_EXHAUSTED, None),
        (Unavailable("the disk is full", retry_after_s=7), grpc.StatusCode.UNAVAILABLE, "google.rpc.RetryInfo"),
        (RuntimeError("a fault of ours: secret"), grpc.StatusCode.INTERNAL, None),
        (BadInput("ünïcode " * 2000, field="f"), grpc.StatusCode.INVALID_ARGUMENT, "google.rpc.BadRequest"),
    ],
)
def test_what_ingest_raises_becomes_a_code_with_details(collector: Collector, error, code, details):
    collector.ingest.fails_with = error
    found, status = failure(collector)
    assert found is code
    assert [detail.TypeName() for detail in status.details] == ([details] if details else [])
    assert "secret" not in status.message
    assert collector.ingest.refused == []


def test_details_name_the_field_and_the_pause(collector: Collector):
    collector.ingest.fails_with = Unavailable("later", retry_after_s=3)
    retry = RetryInfo()
    assert failure(collector)[1].details[0].Unpack(retry)
    assert retry.retry_delay.seconds == 3
    collector.ingest.fails_with = BadInput("no", field="spans[0].traceId")
    request = BadRequest()
    assert failure(collector)[1].details[0].Unpack(request)
    assert request.field_violations[0].field == "spans[0].traceId"


def test_bad_protobuf_is_invalid_argument(collector: Collector):
    assert failure(collector, b"\xff\xff\xff")[0] is grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize("compress", [gzip.compress, zlib.compress])
def test_a_corrupt_or_truncated_body_is_invalid_argument_and_counted(collector: Collector, compress):
    code, status = failure(collector, compress(b"\x0a\x00" * 50)[:-4])
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert "ends in the middle of the stream" in status.message
    (refused,) = collector.ingest.refused
    assert (refused.reason, refused.detail) == ("bad_input", status.message)
    assert refused.peer.startswith("127.0.0.1:")


@pytest.mark.parametrize("compress", [gzip.compress, zlib.compress])
@pytest.mark.parametrize("size", [3 * 2**20, 300 * 2**20])
def test_a_bomb_is_resource_exhausted_and_counted(collector: Collector, compress, size):
    code, status = failure(collector, compress(bytes(size)))
    assert code is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert "2097152 bytes after inflation" in status.message
    assert not status.details
    assert collector.ingest.refused[0].reason == "too_large"


def test_a_message_over_the_limit_is_resource_exhausted_and_counted(collector: Collector):
    with pytest.raises(grpc.RpcError) as caught:
        export(collector, b"x" * (2 * 2**20 + 1))
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert "larger than max (2097153 vs. 2097152)" in caught.value.details()
    eventually(lambda: len(collector.ingest.refused) == 1)
    assert collector.ingest.refused[0].reason == "not_received"
    assert export(collector, b"") == b""


def literal(name: bytes, value: bytes) -> bytes:
    """An HPACK header field that is not indexed (RFC 7541, 6.2.2)."""
    return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    """An HTTP/2 frame (RFC 9113, 4.1)."""
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b"")
"""How an HTTP/2 connection begins: the magic words and empty SETTINGS (RFC 9113, 3.4)."""


def test_a_client_that_keeps_its_idle_connection_alive_is_left_alone(collector: Collector):
    ping, goaway, acknowledged = 6, 7, 1
    with socket.create_connection(("127.0.0.1", collector.receiver.port), timeout=10) as connection:
        connection.sendall(PREFACE)
        stream = connection.makefile("rb")
        answered = 0
        while answered < 10:
            connection.sendall(frame(ping, 0, 0, b"12345678"))
            kind, flags = -1, 0
            while (kind, flags) != (ping, acknowledged):
                head = stream.read(9)
                kind, flags = head[3], head[4]
                stream.read(int.from_bytes(head[:3], "big"))
                assert kind != goaway
            answered += 1


def test_an_encoding_grpc_does_not_know_is_answered_and_counted(collector: Collector):
    headers = {
        b":method": b"POST",
        b":scheme": b"http",
        b":path": EXPORT.encode(),
        b":authority": b"localhost",
        b"te": b"trailers",
        b"content-type": b"application/grpc",
        b"grpc-encoding": b"zstd",
    }
    block = b"".join(literal(name, value) for name, value in headers.items())
    message = b"\x01" + struct.pack(">I", 4) + b"\x28\xb5\x2f\xfd"
    with serving(collector.loop) as other:
        with socket.create_connection(("127.0.0.1", other.receiver.port), timeout=10) as connection:
            connection.sendall(PREFACE + frame(1, 4, 1, block))
            connection.sendall(frame(0, 1, 1, message))
            received = b""
            while b"grpc-status" not in received:
                received += connection.recv(4096)
        assert b"grpc-encoding" in received
        eventually(lambda: len(other.ingest.refused) == 1)
        assert "identity, gzip and deflate" in other.ingest.refused[0].detail
        assert other.ingest.taken == []


def test_an_unknown_method_is_unimplemented(collector: Collector):
    with grpc.insecure_channel(collector.grpc_address) as channel:
        with pytest.raises(grpc.RpcError) as caught:
            channel.unary_unary(EXPORT.replace("trace", "profiles"))(b"", timeout=10)
        assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize("service", ["", *otlp_grpc.SERVICES])
def test_health_is_serving_until_the_server_drains(loop, service):
    with serving(loop, api_key="secret") as collector, grpc.insecure_channel(collector.grpc_address) as channel:
        health = health_pb2_grpc.HealthStub(channel)
        request = health_pb2.HealthCheckRequest(service=service)
        assert health.Check(request, timeout=10).status == health_pb2.HealthCheckResponse.SERVING
        collector.run(collector.receiver.drain())
        assert health.Check(request, timeout=10).status == health_pb2.HealthCheckResponse.NOT_SERVING
        assert export(collector, b"", metadata=(("x-api-key", "secret"),)) == b""


def test_stop_lets_a_running_call_finish(loop):
    with serving(loop) as collector:
        entered = threading.Event()
        take = collector.ingest.export

        async def slowly(*arguments):
            entered.set()
            await asyncio.sleep(0.3)
            return await take(*arguments)

        collector.ingest.export = slowly  # type: ignore[method-assign]
        replies: list[bytes] = []
        caller = threading.Thread(target=lambda: replies.append(export(collector, b"\x0a\x00")))
        caller.start()
        assert entered.wait(10)
        collector.run(collector.receiver.stop(10))
        caller.join(10)
        assert replies == [b""]


def test_a_port_that_is_taken_is_a_clear_error(collector: Collector):
    async def build() -> None:
        otlp_grpc.build(collector.ingest, replace(collector.settings, otlp_grpc_port=collector.receiver.port))

    with pytest.raises(BadInput, match="--otlp-grpc-port") as caught:
        collector.run(build())
    assert caught.value.field == "otlp_grpc_port"

"""Whatever arrives, by HTTP or gRPC, the answer never blames the server and the server goes on."""

from __future__ import annotations

import grpc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from traceway_collector.model import Signal

from .conftest import Collector
from .strategies import requests

fuzz = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

header_values = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30).map(str.strip)
media = st.sampled_from(["application/x-protobuf", "application/json", "application/json; charset=x", "text/plain"])
encodings = st.sampled_from(["", "gzip", "deflate", "zstd", "identity", "gzip,gzip", "br"])
bodies = st.binary(max_size=300) | requests(Signal.TRACES).map(lambda message: message.SerializeToString())


@fuzz
@given(
    signal=st.sampled_from(Signal),
    method=st.sampled_from(["POST", "POST", "POST", "GET", "PUT"]),
    content_type=media | header_values,
    encoding=encodings | header_values,
    others=st.dictionaries(
        st.sampled_from(["Authorization", "X-Api-Key", "Origin", "Sec-Fetch-Site", "Accept", "Traceparent"]),
        header_values,
    ),
    body=bodies,
)
def test_http_never_answers_5xx(collector: Collector, signal, method, content_type, encoding, others, body):
    headers = {"Content-Type": content_type, "Content-Encoding": encoding, **others}
    assert 200 <= collector.send(f"/v1/{signal}", body, headers, method).status < 500


@pytest.fixture(scope="module")
def channel(shared: Collector):
    with grpc.insecure_channel(shared.grpc_address) as channel:
        yield channel


@fuzz
@given(signal=st.sampled_from(["trace.v1.Trace", "logs.v1.Logs", "metrics.v1.Metrics"]), body=bodies)
def test_grpc_never_answers_internal(channel: grpc.Channel, signal, body):
    call = channel.unary_unary(f"/opentelemetry.proto.collector.{signal}Service/Export")
    assert call.future(body, timeout=10).code() in (grpc.StatusCode.OK, grpc.StatusCode.INVALID_ARGUMENT)

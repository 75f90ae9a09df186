"""Keys, hosts, origins, CORS and TLS, on both protocols."""

from __future__ import annotations

import datetime
import ipaddress
import json
import re

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from google.rpc.status_pb2 import Status
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GrpcSpans
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HttpSpans
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from traceway_collector import access
from traceway_collector.errors import BadInput, Forbidden, Unauthorized
from traceway_collector.model import Signal
from traceway_collector.otlp import grpc as otlp_grpc
from traceway_collector.otlp import http as otlp_http
from traceway_collector.settings import Settings

from .conftest import Collector, RecordingIngest, serving

PROTOBUF = {"Content-Type": "application/x-protobuf"}
EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"


@pytest.fixture(scope="module")
def locked(loop):
    with serving(loop, api_key="s3cret-ключ", cors_origins="https://app.example, https://b.example") as collector:
        yield collector


KEY = "s3cret-ключ".encode().decode("latin-1")


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": f"Bearer {KEY}"},
        {"authorization": f"bearer   {KEY} "},
        {"X-Api-Key": KEY},
        {"X-Api-Key": "stale", "Authorization": f"Bearer {KEY}"},
    ],
)
def test_the_right_key_opens_http(locked: Collector, headers):
    assert locked.send("/v1/traces", b"", {**PROTOBUF, **headers}).status == 200


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({}, "an API key is needed"),
        ({"Authorization": f"Basic {KEY}"}, "the API key is wrong"),
        ({"Authorization": "Bearer"}, "the API key is wrong"),
        ({"X-Api-Key": KEY[:-1]}, "the API key is wrong"),
        ({"X-Api-Key": ""}, "the API key is wrong"),
    ],
)
def test_no_other_key_does(locked: Collector, headers, words):
    locked.ingest.__init__()
    reply = locked.send("/v1/traces", b"abc", {**PROTOBUF, **headers})
    assert (reply.status, reply.headers["www-authenticate"]) == (401, 'Bearer realm="traceway"')
    status = Status.FromString(reply.body)
    assert status.code == 16
    assert words in status.message
    assert KEY not in status.message
    (refused,) = locked.ingest.refused
    assert (refused.signal, refused.reason, refused.detail) == (Signal.TRACES, "unauthorized", status.message)
    assert locked.ingest.taken == []


@pytest.mark.parametrize(
    ("metadata", "code"),
    [
        ((("authorization", "Bearer k"),), grpc.StatusCode.OK),
        ((("x-api-key", "k"),), grpc.StatusCode.OK),
        ((("x-api-key", "wrong"),), grpc.StatusCode.UNAUTHENTICATED),
        ((), grpc.StatusCode.UNAUTHENTICATED),
    ],
)
def test_the_key_over_grpc(loop, metadata, code):
    with serving(loop, api_key="k") as collector, grpc.insecure_channel(collector.grpc_address) as channel:
        call = channel.unary_unary(EXPORT).future(b"\x0a\x00" * 100_000, metadata=metadata, timeout=10)
        assert call.code() is code
        expected = [] if code is grpc.StatusCode.OK else ["unauthorized"]
        assert [refused.reason for refused in collector.ingest.refused] == expected


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:4318", "127.0.0.1:1", "127.8.9.1", "[::1]:4318", "traceway.test", "Other.Test:80"]
)
def test_names_of_loopback_are_answered(loop, host):
    with serving(loop, allowed_hosts="traceway.test, other.test") as collector:
        assert collector.send("/v1/traces", b"", {**PROTOBUF, "Host": host}).status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:4318", "10.0.0.1", "[::2]:4318", ""]
)
def test_other_names_are_not(collector: Collector, host):
    reply = collector.send("/v1/traces", b"", {**PROTOBUF, "Host": host})
    status = Status.FromString(reply.body)
    assert (reply.status, status.code) == (403, 7)
    assert repr(host) in status.message
    assert "--allowed-hosts" in status.message
    assert collector.ingest.refused[0].reason == "forbidden"


def test_a_server_that_is_not_on_loopback_has_any_name():
    scope = {"type": "http", "method": "GET", "headers": [(b"host", b"traces.example")]}
    access.Access(Settings(host="0.0.0.0", insecure=True)).check(scope)
    with pytest.raises(Forbidden):
        access.Access(Settings()).check(scope)


@pytest.mark.parametrize(
    ("method", "headers", "allowed"),
    [
        ("POST", {}, True),
        ("POST", {"sec-fetch-site": "same-origin", "origin": "http://localhost:3000"}, True),
        ("POST", {"sec-fetch-site": "none", "origin": "null"}, True),
        ("POST", {"sec-fetch-site": "same-site", "origin": "http://localhost:8000"}, False),
        ("POST", {"sec-fetch-site": "cross-site", "origin": "https://evil.example"}, False),
        ("DELETE", {"origin": "https://evil.example"}, False),
        ("POST", {"origin": "null"}, False),
        ("POST", {"origin": "http://localhost:3000"}, True),
        ("POST", {"origin": "http://localhost:3001"}, False),
        ("POST", {"sec-fetch-site": "cross-site", "origin": "https://app.example"}, True),
        ("GET", {"sec-fetch-site": "cross-site", "origin": "https://evil.example"}, True),
    ],
)
def test_pages_of_other_origins_change_nothing(method, headers, allowed):
    checks = access.Access(Settings(cors_origins="https://app.example"))
    pairs = [(b"host", b"localhost:3000"), *((k.encode(), v.encode()) for k, v in headers.items())]
    scope = {"type": "http", "method": method, "headers": pairs}
    if allowed:
        checks.check(scope)
    else:
        with pytest.raises(Forbidden, match="--cors-origins"):
            checks.check(scope)


def test_cors_is_off_by_default(collector: Collector):
    preflight = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    reply = collector.send("/v1/traces", headers=preflight, method="OPTIONS")
    assert reply.status == 405
    assert not [name for name in reply.headers if name.startswith("access-control")]
    reply = collector.send("/v1/traces", b"", {**PROTOBUF, "Origin": "https://app.example"})
    assert reply.status == 403


def test_cors_answers_configured_origins_and_their_refusals(locked: Collector):
    preflight = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type, x-api-key, traceparent",
    }
    reply = locked.send("/v1/traces", headers=preflight, method="OPTIONS")
    assert (reply.status, reply.headers["access-control-allow-origin"]) == (200, "https://app.example")
    assert "x-api-key" in reply.headers["access-control-allow-headers"]
    reply = locked.send("/v1/traces", b"", {**PROTOBUF, "Origin": "https://app.example"})
    assert (reply.status, reply.headers["access-control-allow-origin"]) == (401, "https://app.example")
    reply = locked.send("/v1/traces", b"", {**PROTOBUF, "Origin": "https://app.example", "X-Api-Key": KEY})
    assert (reply.status, reply.headers["access-control-allow-origin"]) == (200, "https://app.example")
    reply = locked.send("/v1/traces", headers={**preflight, "Origin": "https://evil.example"}, method="OPTIONS")
    assert "access-control-allow-origin" not in reply.headers


def api_port(settings: Settings, ingest: RecordingIngest) -> TestClient:
    """An API port as app.py builds it: REST routes and OTLP routes behind one middleware."""

    def hello(request):
        return PlainTextResponse("hello")

    routes = [Route(path, hello) for path in ("/api/traces", "/api/health", "/health", "/live")]
    refused = otlp_http.Refusal(ingest, otherwise=access.refused_as_json)
    app = Starlette(
        routes=[*routes, *otlp_http.routes(ingest, settings)], middleware=access.middleware(settings, refused)
    )
    return TestClient(app, base_url="http://localhost:3000")


def test_on_the_api_port_each_protocol_gets_its_own_refusal_and_health_is_open():
    ingest = RecordingIngest()
    client = api_port(Settings(api_key="k"), ingest)
    reply = client.get("/api/traces")
    assert reply.status_code == 401
    assert reply.json()["error"]["code"] == "unauthorized"
    assert reply.json()["error"]["field"] == "Authorization"
    assert client.post("/v1/logs", json={}).json()["code"] == 16
    assert [refused.signal for refused in ingest.refused] == [Signal.LOGS]
    assert client.post("/v1/logs", json={}, headers={"x-api-key": "k"}).json() == {}
    assert client.get("/api/traces", headers={"x-api-key": "k"}).text == "hello"
    assert [client.get(path).status_code for path in ("/api/health", "/health", "/live")] == [200, 200, 200]
    assert client.get("/health", headers={"Host": "evil.example"}).status_code == 403


def certificate(folder):
    """A self-signed certificate for 127.0.0.1 and localhost, as PEM files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_path, key_path = folder / "cert.pem", folder / "key.pem"
    cert_path.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    encoding, shape = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    key_path.write_bytes(key.private_bytes(encoding, shape, serialization.NoEncryption()))
    return cert_path, key_path


def test_tls_on_both_protocols_with_a_key(loop, tmp_path, monkeypatch):
    # The requests library prefers these to the certificate it is given.
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    cert, key = certificate(tmp_path)
    with serving(loop, tls_cert=cert, tls_key=key, api_key="k") as collector:
        headers = {"x-api-key": "k"}
        credentials = grpc.ssl_channel_credentials(cert.read_bytes())
        for exporter in (
            HttpSpans(endpoint=f"{collector.url}/v1/traces", certificate_file=str(cert), headers=headers, timeout=10),
            GrpcSpans(endpoint=collector.grpc_address, credentials=credentials, headers=headers, timeout=10),
        ):
            provider = TracerProvider()
            provider.add_span_processor(SimpleSpanProcessor(exporter))
            provider.get_tracer("tests").start_span("chat").end()
            provider.shutdown()
        names = [m.resource_spans[0].scope_spans[0].spans[0].name for m in collector.ingest.messages()]
        assert names == ["chat", "chat"]
        assert collector.ingest.refused == []


def test_files_that_are_no_certificate_are_a_clear_error(collector: Collector, tmp_path):
    cert, _ = certificate(tmp_path)
    other = tmp_path / "other.pem"
    other.write_text("not a key")

    async def build() -> None:
        otlp_grpc.build(collector.ingest, Settings(otlp_grpc_port=0, tls_cert=cert, tls_key=other))

    with pytest.raises(BadInput, match=re.escape(str(other))) as caught:
        collector.run(build())
    assert caught.value.field == "tls_cert"


def test_a_websocket_of_another_origin_is_refused():
    headers = [(b"host", b"localhost:3000"), (b"origin", b"https://evil.example")]
    with pytest.raises(Forbidden):
        access.Access(Settings()).check({"type": "websocket", "headers": headers})


def test_check_keys_without_a_configured_key_asks_for_none():
    access.Access(Settings()).check_keys([])
    with pytest.raises(Unauthorized):
        access.Access(Settings(api_key="k")).check_keys([b"", b"K"])


def test_errors_over_json_are_status_too(collector: Collector):
    reply = collector.send("/v1/traces", b"{}", {"Content-Type": "application/json", "Host": "evil.example"})
    assert json.loads(reply.body)["code"] == 7

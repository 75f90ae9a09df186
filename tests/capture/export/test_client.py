"""The connection: kept, made again, encrypted, through a proxy."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.capture.sink import Sink
from traceway.export.channel import Channel, channel_of
from traceway.export.client import Client, _proxy_of


@pytest.fixture
def pem(tmp_path: Path) -> str:
    """A certificate for 127.0.0.1 with its key, signed by itself: that of the server, the client and the CA."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "both.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return str(path)


def test_one_connection_serves_many_requests_and_is_made_again(port: int):
    client = Client(Channel("traces", f"http://127.0.0.1:{port}/v1/traces"))
    with Sink(port) as sink:
        assert not client.is_connected
        assert [client.post(b"", "identity").status for _ in range(3)] == [200] * 3
        assert len(sink.connections) == 1
    with Sink(port) as sink:
        # The kept connection is dead, and that says nothing of the collector.
        assert client.post(b"", "identity").status == 200
        assert len(sink.requests) == 1
    with pytest.raises(ConnectionRefusedError):
        client.post(b"", "identity")
    client.close()


def test_compressed_requests_say_so(port: int):
    import gzip

    client = Client(Channel("traces", f"http://127.0.0.1:{port}/v1/traces"))
    with Sink(port) as sink:
        client.post(gzip.compress(b""), "gzip")
        assert sink.headers[0]["content-encoding"] == "gzip"
        assert sink.headers[0]["content-type"] == "application/x-protobuf"
    client.close()


def test_both_sides_show_certificates(port: int, pem: str):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=pem)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(pem)
    environ = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"https://127.0.0.1:{port}",
        "OTEL_EXPORTER_OTLP_CERTIFICATE": pem,
        "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE": pem,
        "OTEL_EXPORTER_OTLP_CLIENT_KEY": pem,
    }
    with Sink(port, tls=context) as sink:
        client = Client(channel_of("traces", environ=environ))
        assert client.post(b"", "identity").status == 200
        assert len(sink.requests) == 1
        client.close()
        stranger = Client(channel_of("traces", environ={"OTEL_EXPORTER_OTLP_ENDPOINT": f"https://127.0.0.1:{port}"}))
        with pytest.raises(ssl.SSLCertVerificationError):
            stranger.post(b"", "identity")


def test_a_proxy_of_the_environment_is_used_for_other_machines(monkeypatch):
    seen: list[tuple[str, str | None]] = []

    class Proxy(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            seen.append((self.path, self.headers["proxy-authorization"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        monkeypatch.setenv("http_proxy", f"http://me:word@127.0.0.1:{server.server_port}")
        monkeypatch.setenv("no_proxy", "near.example")
        assert _proxy_of(urlsplit("http://near.example:4318/")) is None
        assert _proxy_of(urlsplit("http://127.0.0.1:4318/")) is None
        client = Client(Channel("traces", "http://far.example:4318/v1/traces"))
        assert client.post(b"", "identity").status == 200
        client.close()
        assert seen == [("http://far.example:4318/v1/traces", "Basic bWU6d29yZA==")]
        server.shutdown()


@pytest.mark.parametrize(
    ("answer", "error"), [(b"", "closed connection"), (b"SSH-2.0-OpenSSH\r\n", "BadStatusLine: SSH-2.0")]
)
def test_what_is_no_answer_is_an_error_of_the_connection(answer: bytes, error: str):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer_once() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        thread = threading.Thread(target=answer_once)
        thread.start()
        client = Client(Channel("traces", f"http://127.0.0.1:{server.getsockname()[1]}/v1/traces"))
        with pytest.raises(OSError, match=error):
            client.post(b"body", "identity")
        assert not client.is_connected
        thread.join()


def test_a_header_that_cannot_be_sent_is_an_error_of_the_connection(port: int):
    with Sink(port) as sink:
        client = Client(Channel("traces", f"{sink.url}/v1/traces", headers=(("x-a", "two\nlines"),)))
        with pytest.raises(OSError, match="two"):
            client.post(b"", "identity")

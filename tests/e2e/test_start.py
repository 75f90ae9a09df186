"""Starting and stopping from outside: settings, ports, keys, the ready file, and who owns the data folder."""

from __future__ import annotations

import json
import socket
import threading

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import TraceServiceStub

from tests.api.telemetry import span, spans_request
from traceway_collector import app
from traceway_collector.settings import Settings

from .serving import FREE_PORTS, PROTOBUF, Served, request, run_traceway

WRONG = {
    "--api-port 65536": "api_port is '65536'; expected a port from 0 to 65535 (--api-port, TRACEWAY_API_PORT)",
    "--otlp-grpc-port -1": "otlp_grpc_port is '-1'; expected a port from 0 to 65535 (--otlp-grpc-port, "
    "TRACEWAY_OTLP_GRPC_PORT)",
    "--otlp-http-port http": "otlp_http_port is 'http'; expected a whole number (--otlp-http-port, "
    "TRACEWAY_OTLP_HTTP_PORT)",
    "--max-request-mib 0": "max_request_mib is '0'; expected a whole number of at least 1 (--max-request-mib, "
    "TRACEWAY_MAX_REQUEST_MIB)",
    "--max-pending-mib 8": "max_pending_mib is '8'; expected at least max_request_mib (64) (--max-pending-mib, "
    "TRACEWAY_MAX_PENDING_MIB)",
    "--writers 1.5": "writers is '1.5'; expected a whole number (--writers, TRACEWAY_WRITERS)",
    "--retention 30": 'retention is \'30\'; expected a number of days or weeks such as "30d" or "2w" (--retention, '
    "TRACEWAY_RETENTION)",
    "--retention 0d": 'retention is \'0d\'; expected a number of days or weeks such as "30d" or "2w" (--retention, '
    "TRACEWAY_RETENTION)",
    "--prices /nowhere.json": "prices is '/nowhere.json'; expected a readable file (--prices, TRACEWAY_PRICES)",
    "--tls-cert /nowhere.pem": "tls_key is 'not set'; expected a PEM file: --tls-cert and --tls-key go together "
    "(--tls-key, TRACEWAY_TLS_KEY)",
    "--host 0.0.0.0": "host is '0.0.0.0', which other machines can reach: set --api-key, or say --insecure to leave "
    "the server open to all of them",
    "--store postgres://localhost/db": "store is 'postgres://localhost/db'; expected chdb or "
    "clickhouse://user:password@host:8123/database[?cluster=NAME]",
}


@pytest.mark.parametrize("flags", WRONG)
def test_a_wrong_setting_is_named_and_ends_with_2(tmp_path, flags):
    done = run_traceway("serve", *FREE_PORTS, "--data-dir", str(tmp_path), *flags.split())
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"traceway: {WRONG[flags]}\n")


def test_the_environment_sets_what_flags_do_and_flags_win(tmp_path):
    done = run_traceway("serve", *FREE_PORTS, "--data-dir", str(tmp_path), TRACEWAY_WRITERS="none")
    assert "writers is 'none'" in done.stderr
    done = run_traceway("serve", *FREE_PORTS, "--writers", "0", TRACEWAY_WRITERS="none")
    assert "writers is '0'" in done.stderr
    done = run_traceway("serve", TRACEWAY_INSECURE="maybe")
    assert done.returncode == 2
    assert "insecure is 'maybe'; expected true or false" in done.stderr


def test_an_unknown_flag_is_named():
    done = run_traceway("serve", "--colour", "red")
    assert done.returncode == 2
    assert "--colour" in done.stderr


@pytest.mark.parametrize("setting", ["api-port", "otlp-http-port", "otlp-grpc-port", "proxy-port"])
def test_a_port_that_is_taken_is_named_and_the_data_folder_is_free_again(tmp_path, setting):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run_traceway("serve", *FREE_PORTS, "--data-dir", str(tmp_path), f"--{setting}", port)
    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert f"--{setting} (0 for a free one)" in done.stderr
    assert "Traceback" not in done.stderr


def test_one_data_folder_has_one_server_and_outlives_it(tmp_path):
    with Served(tmp_path) as server:
        server.send(spans_request([span(1, 1)]))
        second = run_traceway("serve", *FREE_PORTS, "--data-dir", str(server.data_dir))
        assert second.returncode == 2
        assert second.stderr == (
            f"traceway: data_dir '{server.data_dir}' is in use by another traceway (process {server.process.pid}); "
            "stop it, or choose another --data-dir\n"
        )
        assert server.get("/api/health")["status"] == "ok"
        server.stop()
        server.start()
        assert server.get("/api/traces")["count"] == 1


def test_a_data_folder_that_cannot_be_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    done = run_traceway("serve", *FREE_PORTS, "--data-dir", str(tmp_path / "file" / "data"))
    assert done.returncode == 2
    assert done.stderr == f"traceway: data_dir '{tmp_path / 'file' / 'data'}' cannot be used: Not a directory\n"
    done = run_traceway("serve", *FREE_PORTS, "--data-dir", str(tmp_path / "file"))
    assert done.returncode == 2
    assert done.stderr == f"traceway: data_dir is '{tmp_path / 'file'}', which is a file; expected a folder\n"


def test_when_the_ready_file_is_there_every_port_answers(tmp_path):
    seen: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        target = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    server = Served(tmp_path, "--proxy-target", target)

    def watch() -> None:
        """Whoever sees the file sees all of it, at any moment."""
        while not seen:
            try:
                text = server.ready_file.read_text()
            except FileNotFoundError:
                continue
            try:
                seen.append(json.loads(text))
            except ValueError:
                seen.append(text)

    watcher = threading.Thread(target=watch)
    watcher.start()
    with server:
        watcher.join(60)
        assert seen == [server.urls]
        assert set(server.urls) == {"api", "otlp_http", "otlp_grpc", "proxy"}
        assert not list(server.ready_file.parent.glob("ready.json?*"))
        assert server.get("/api/ready") == server.get("/ready") == {"status": "ok"}
        assert server.post(b"") == (200, b"")
        assert request(server.urls["api"], "POST", "/v1/traces", b"", {"Content-Type": PROTOBUF})[0] == 200
        with grpc.insecure_channel(server.urls["otlp_grpc"].removeprefix("http://")) as channel:
            TraceServiceStub(channel).Export(spans_request([span(9, 9)]), timeout=30)
        assert server.get("/api/traces")["count"] == 1
        status, _, refused = request(server.urls["proxy"], "GET", "/api/tags")
        assert (status, "--proxy-target" in json.loads(refused)["error"]) == (502, True)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:1"),
        ("0.0.0.0", "http://127.0.0.1:1"),
        ("::1", "http://[::1]:1"),
        ("[::1]", "http://[::1]:1"),
        ("::", "http://[::1]:1"),
        ("[::]", "http://[::1]:1"),
    ],
)
def test_an_address_is_shown_as_one_that_can_be_called(host, url):
    assert app._url(Settings(host=host), 1) == url


def test_the_key_is_asked_for_on_every_port(tmp_path):
    body = spans_request([span(1, 1)]).SerializeToString()
    with Served(tmp_path, "--host", "0.0.0.0", "--api-key", "s3cret") as server:
        api, http = server.urls["api"], server.urls["otlp_http"]
        assert f"interface  {api}\n" in server.log()
        for key in ({}, {"Authorization": "Bearer wrong"}, {"x-api-key": "s3cret "[:-2]}):
            headers = {"Content-Type": PROTOBUF, **key}
            assert request(api, "GET", "/api/traces", headers=key)[0] == 401
            assert request(api, "POST", "/v1/traces", body, headers)[0] == 401
            status, replied, _ = request(http, "POST", "/v1/traces", body, headers)
            assert (status, replied["www-authenticate"]) == (401, 'Bearer realm="traceway"')
        assert request(api, "GET", "/api/health")[0] == 200
        with grpc.insecure_channel(server.urls["otlp_grpc"].removeprefix("http://")) as channel:
            stub = TraceServiceStub(channel)
            with pytest.raises(grpc.RpcError) as raised:
                stub.Export(spans_request([span(1, 1)]), timeout=30)
            assert raised.value.code() is grpc.StatusCode.UNAUTHENTICATED
            stub.Export(spans_request([span(1, 1)]), timeout=30, metadata=[("authorization", "Bearer s3cret")])
        key = {"x-api-key": "s3cret", "Content-Type": PROTOBUF}
        assert request(http, "POST", "/v1/traces", spans_request([span(2, 2)]).SerializeToString(), key)[0] == 200
        status, _, listed = request(api, "GET", "/api/traces", headers={"Authorization": "Bearer s3cret"})
        assert (status, json.loads(listed)["count"]) == (200, 2)
        refused = json.loads(request(api, "GET", "/api/ingest", headers=key)[2])["signals"]["traces"]["refused"]
        assert refused["unauthorized"]["requests"] == 7

"""Health, readiness, figures, errors, compression, the description of it all, and the index page."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
import threading
import time

import pytest

from traceway_collector.api import schema, schema_live, schema_signals
from traceway_collector.api.routes import ENDPOINTS
from traceway_collector.errors import BadInput, Unavailable
from traceway_collector.ingest.contents import Limits
from traceway_collector.ingest.pipeline import Pipeline
from traceway_collector.model import Signal
from traceway_collector.settings import Settings

from .telemetry import SECOND_NS, chat, span, spans_request, trace_id


@pytest.mark.parametrize("path", ["/api/health", "/health"])
def test_health(api, path):
    found = api.get(path)
    schema_signals.Health.model_validate(found)
    assert (found["status"], found["instance_id"], found["version"]) == ("ok", "test-instance", "1.2.3")
    assert api.client.head(path).status_code == 200
    assert api.get(path, added_by="a load balancer")["status"] == "ok"


def test_health_does_not_wait_for_the_store(api, monkeypatch):
    let_go = threading.Event()
    started = threading.Semaphore(0)

    def stuck(*args, **kwargs):
        started.release()
        let_go.wait(30)
        return

    monkeypatch.setattr(api.store, "trace_summary", stuck)
    with api.client:
        readers = [threading.Thread(target=api.client.get, args=(f"/api/traces/{trace_id(n)}",)) for n in range(12)]
        for reader in readers:
            reader.start()
        try:
            for _ in range(8):
                assert started.acquire(timeout=30)
            assert api.get("/api/health")["status"] == "ok"
            assert api.get("/api/ready")["status"] == "ok"
        finally:
            let_go.set()
            for reader in readers:
                reader.join()


def test_ready_until_the_store_is_gone_or_the_server_drains(api, monkeypatch):
    assert api.get("/api/live") == api.get("/api/ready") == {"status": "ok"}

    def gone():
        raise Unavailable("the store is gone", retry_after_s=7)

    monkeypatch.setattr(api.store, "ping", gone)
    response = api.client.get("/api/ready")
    assert (response.status_code, response.headers["retry-after"]) == (503, "7")
    assert response.json()["error"] == {"code": "unavailable", "message": "the store is gone"}
    monkeypatch.undo()
    api.ingest.draining = True
    assert "shutting down" in api.get("/api/ready", 503)["error"]["message"]
    assert api.get("/api/live")["status"] == "ok"


def test_the_ledger(api):
    api.send(spans_request([span(1, 1)]))
    found = api.get("/api/ingest")
    schema_live.IngestReport.model_validate(found)
    assert found["signals"]["traces"]["accepted"] == 1
    assert [service["spans_last_hour"] for service in found["services"]] == [1]
    schema_live.Connect.model_validate(api.get("/api/connect"))


def test_the_real_ingest_path_keeps_the_ledger_that_is_described(embedded):
    async def use() -> dict:
        pipeline = Pipeline(embedded, writers=1, max_pending_bytes=1 << 20, limits=Limits.of(Settings()))
        before_ns = pipeline.watermark_ns()
        await pipeline.export(Signal.TRACES, spans_request([span(1, 1)]).SerializeToString())
        with contextlib.suppress(BadInput):
            await pipeline.export(Signal.LOGS, b"not protobuf")
        assert pipeline.watermark_ns() > before_ns
        assert pipeline.draining is False
        await pipeline.drain()
        return pipeline.status()

    try:
        ledger = schema_signals.IngestLedger.model_validate(json.loads(json.dumps(asyncio.run(use()))))
    finally:
        embedded.delete_before(2**63 - 1)
    assert ledger.draining
    assert ledger.signals["traces"].accepted == 1
    assert [(refusal.signal, refusal.items) for refusal in ledger.refusals] == [("logs", 0)]


def test_prometheus(api):
    api.send(spans_request([span(1, 1)]))
    response = api.client.get("/api/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = response.text.splitlines()
    assert "traceway_store_spans 1" in lines
    assert 'traceway_ingest_accepted_total{signal="traces"} 1' in lines
    assert "# TYPE process_cpu_seconds_total counter" in lines
    sample = re.compile(r'[a-z_]+(\{([a-z_]+="[^"]*",?)+\})? [0-9.e+-]+')
    for line in lines:
        assert line.startswith(("# HELP ", "# TYPE ")) or sample.fullmatch(line), line
    typed = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(typed) == len(set(typed))


def test_delete_a_trace(api):
    api.send(spans_request([span(1, 1), span(1, 2), span(2, 3)]))
    assert api.ask("DELETE", f"/api/traces/{trace_id(1)}") == {"deleted": 2}
    assert api.ask("DELETE", f"/api/traces/{trace_id(1)}", 404)["error"]["code"] == "not_found"
    assert [row["id"] for row in api.get("/api/traces")["items"]] == [trace_id(2)]


def test_retention_on_demand(api):
    api.send(spans_request([span(1, 1)]))
    between_ns = time.time_ns()
    api.send(spans_request([span(2, 2)]))
    assert "before is missing" in api.ask("DELETE", "/api/telemetry", 400)["error"]["message"]
    assert api.ask("DELETE", "/api/telemetry", before=str(between_ns)) == {"deleted": 1}
    assert [row["id"] for row in api.get("/api/traces")["items"]] == [trace_id(2)]


def test_reprice(api):
    api.send(spans_request([span(1, 1)]))
    assert api.ask("POST", "/api/reprice") == {"changed": 0}
    assert api.ask("POST", "/api/reprice", since="30d", until="1s") == {"changed": 0}
    assert api.ask("POST", "/api/reprice", 400, since="yesterday")["error"]["field"] == "since"
    assert "since is above until" in api.ask("POST", "/api/reprice", 400, since="1h", until="2h")["error"]["message"]
    assert api.client.get("/api/reprice").status_code == 405


def test_unknown_paths_and_wrong_methods(api):
    assert api.get("/api/nothing", 404)["error"]["code"] == "not_found"
    response = api.client.post(f"/api/traces/{trace_id(1)}")
    assert (response.status_code, response.headers["allow"]) == (405, "DELETE, GET, HEAD")
    assert response.json()["error"]["code"] == "method_not_allowed"


def test_a_defect_is_a_500_with_an_id_that_the_log_has(api, caplog, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(api.store, "traces", broken)
    with caplog.at_level(logging.ERROR):
        error = api.get("/api/traces", 500)["error"]
    assert "secret" not in str(error)
    (error_id,) = re.findall(r"[0-9a-f]{16}", error["message"])
    assert error_id in caplog.text
    assert "secret detail" in caplog.text


def test_big_answers_are_compressed_and_none_are_cached(api):
    api.send(spans_request([chat(1, n) for n in range(1, 100)]))
    path = f"/api/traces/{trace_id(1)}"
    plain = api.client.get(path, headers={"accept-encoding": "identity"})
    packed = api.client.get(path, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) * 5 < int(plain.headers["content-length"])
    assert packed.json() == plain.json()
    assert packed.headers["cache-control"] == "no-store"


def test_every_answer_is_what_openapi_says(api):
    api.send(spans_request([span(1, 1, name="agent"), chat(1, 2, parent=1, took_ns=SECOND_NS)]))
    schema.TraceList.model_validate(api.get("/api/traces"))
    schema.TraceDetail.model_validate(api.get(f"/api/traces/{trace_id(1)}"))
    schema.TraceDetail.model_validate(api.get(f"/api/traces/{trace_id(1)}", view="skeleton"))
    schema_signals.Otlp.model_validate(api.get(f"/api/traces/{trace_id(1)}/otlp"))
    schema_signals.Error.model_validate(api.get("/api/traces/x", 400))


def references(node):
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_openapi_tells_which_questions_may_be_too_large_and_which_bodies(api):
    paths = api.get("/api/openapi.json")["paths"]
    for path in ("traces", "spans", "sessions", "logs", "files", "facets", "export", "analytics/summary"):
        assert "422" in paths[f"/api/{path}"]["get"]["responses"], path
    for operation in (paths["/api/analytics"]["post"], paths["/api/views/{document_id}"]["put"]):
        assert {"400", "413", "415"} <= set(operation["responses"])
    assert "422" in paths["/api/analytics"]["post"]["responses"]


def test_the_openapi_document_is_whole(api):
    document = api.get("/api/openapi.json")
    schema_signals.OpenApi.model_validate(document)
    assert document["info"]["version"] == "1.2.3"
    operations = [(path, method, op) for path, ops in document["paths"].items() for method, op in ops.items()]
    assert len(operations) == len(ENDPOINTS)
    ids = [operation["operationId"] for _, _, operation in operations]
    assert len(ids) == len(set(ids))
    for path, _, operation in operations:
        in_path = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
        assert in_path == set(re.findall(r"\{(\w+)\}", path))
        assert {"200", "400", "503"} <= set(operation["responses"])
        names = [p["name"] for p in operation["parameters"]]
        assert len(names) == len(set(names))
    schemas = document["components"]["schemas"]
    for reference in references(document):
        assert reference.removeprefix("#/components/schemas/") in schemas
    kinds = schemas["SpanSkeleton"]["properties"]["kind"]["discriminator"]["mapping"]
    assert {"llm_call", "tool", "fs_read", "custom"} <= set(kinds)


def test_the_index_page_loads_nothing_from_elsewhere(api):
    response = api.client.get("/")
    assert response.headers["content-type"].startswith("text/html")
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self' 'sha256-")
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'; trusted-types 'none'" in policy
    assert not re.search(r'(src|href)="(https?:)?//', response.text)
    for link in re.findall(r'(?:src|href)="([^"]+)"', response.text):
        assert api.client.get("/" + link).status_code == 200, link


def test_files_of_the_interface_are_kept_for_ever_under_a_name_that_changes_with_them(api):
    page = api.client.get("/")
    (main,) = re.findall(r'src="(static/[0-9a-f]{16}/app/main.js)"', page.text)
    script = api.client.get("/" + main)
    assert script.headers["content-type"].startswith(("text/javascript", "application/javascript"))
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert page.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["__init__.py", "..%2fpages.py", "%2e%2e/%2e%2e/pages.py", "app", "no-such-file.js"])
def test_nothing_but_files_of_the_interface_is_served(api, path):
    (digest,) = set(re.findall(r"static/([0-9a-f]{16})/", api.client.get("/").text))
    assert api.client.get(f"/static/{digest}/{path}").status_code == 404

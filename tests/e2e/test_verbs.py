"""The verbs that talk to a running server, retention, and prices of one's own."""

from __future__ import annotations

import json
import time

import pytest

from tests.api.telemetry import chat, span, span_id, spans_request, trace_id

from .serving import Served, run_traceway


def test_reprice_computes_stored_costs_again(tmp_path):
    prices = tmp_path / "prices.json"
    unknown = {"gen_ai.request.model": "house-model", "gen_ai.response.model": None, "gen_ai.provider.name": "house"}
    server = Served(tmp_path, "--prices", str(prices))
    prices.write_text(json.dumps({"as_of": "2026-11-01", "prices": []}))
    with server:
        server.send(spans_request([chat(1, 1), chat(1, 2, attributes=unknown), span(1, 3)]))
        summary = server.get(f"/api/traces/{trace_id(1)}", view="skeleton")["trace"]
        assert summary["cost_complete"] is False
        known_usd = summary["cost_usd"]
        assert known_usd > 0
        server.stop()
        entry = {"model": "house-model", "input_usd_per_mtok": 10, "output_usd_per_mtok": 100}
        prices.write_text(json.dumps({"as_of": "2026-11-20", "prices": [entry]}))
        server.start()
        again = run_traceway("reprice", "--url", server.urls["api"])
        assert (again.returncode, again.stdout) == (0, "1 spans have another cost now\n"), again.stderr
        summary = server.get(f"/api/traces/{trace_id(1)}", view="skeleton")["trace"]
        assert summary["cost_complete"] is True
        assert summary["cost_usd"] == pytest.approx(known_usd + (100 * 10 + 20 * 100) / 1e6)
        assert run_traceway("reprice", TRACEWAY_URL=server.urls["api"]).stdout == "0 spans have another cost now\n"
        wrong = run_traceway("reprice", "--since", "yesterday", "--url", server.urls["api"])
        assert wrong.returncode == 2
        assert wrong.stderr.startswith("traceway: since is 'yesterday'; expected an RFC 3339 time")


def test_forget_deletes_what_arrived_before(tmp_path):
    with Served(tmp_path, "--retention", "30d", "--api-key", "k") as server:
        server.headers = {"Authorization": "Bearer k"}
        server.send(spans_request([span(1, 1), span(1, 2)]))
        between_ns = time.time_ns()
        server.send(spans_request([span(2, 3)]))
        done = run_traceway("forget", "--before", str(between_ns), "--url", server.urls["api"], "--api-key", "k")
        assert (done.returncode, done.stdout) == (0, "2 spans, log records and data points deleted\n"), done.stderr
        assert [row["id"] for row in server.get("/api/traces")["items"]] == [trace_id(2)]
        server.get(f"/api/traces/{trace_id(1)}", status=404)
        server.get(f"/api/spans/{span_id(1)}", status=404)
        denied = run_traceway("forget", "--before", "1d", "--url", server.urls["api"])
        assert denied.returncode == 3
        assert denied.stderr.startswith("traceway: an API key is needed")


def test_no_verb_lists_them_all():
    done = run_traceway()
    assert (done.returncode, done.stdout) == (2, "")
    assert "serve     start the collector" in done.stderr


def test_a_verb_without_a_server_says_so():
    done = run_traceway("forget", "--before", "1d", "--url", "http://127.0.0.1:9")
    assert done.returncode == 5
    assert done.stderr == "traceway: no collector answers at http://127.0.0.1:9: [Errno 111] Connection refused\n"


def test_what_is_older_than_the_retention_is_not_kept_by_a_restart(tmp_path):
    """Retention can be set, changed and lifted on data that is there."""
    for flags in ([], ["--retention", "1d"], ["--retention", "2w"], []):
        with Served(tmp_path, *flags) as server:
            server.send(spans_request([span(1, 1)]))
            assert server.get("/api/traces")["count"] == 1


@pytest.mark.parametrize("url", ["banana", "http://127.0.0.1:port", "http://"])
def test_an_address_that_is_none_is_named(url):
    done = run_traceway("reprice", "--url", url)
    assert done.returncode in (2, 5)
    assert url in done.stderr
    assert "Traceback" not in done.stderr

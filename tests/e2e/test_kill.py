"""``kill -9`` under load, again and again: what was acknowledged is there, once, and can be found every way."""

from __future__ import annotations

import random

from . import load
from .load import Load, Sent
from .serving import Served

KILLS = 5


def test_kill_under_load(tmp_path):
    acknowledged: list[Sent] = []
    unknown: list[Sent] = []
    server = Served(tmp_path, "--writers", "2")
    for round_ in range(KILLS):
        server.start()
        if round_:
            check_each(server, acknowledged[-10:])
        with Load(server, make=some_request) as sending:
            sending.wait_for(random.randrange(10, 40))
            server.kill()
        assert sending.statuses == {200}
        acknowledged += sending.acknowledged
        unknown += sending.unknown
    with server:
        retry(server, [*unknown, *acknowledged[-30:]])
        load.check_stored(server, acknowledged + unknown)
        check_each(server, acknowledged + unknown)
        stored = sum(len(sent.span_ids) for sent in acknowledged + unknown)
        figures = server.get("/api/ingest")["signals"]["traces"]
        assert figures["duplicate_requests"] >= 30
        assert figures["refused"] == {}
        retry(server, acknowledged + unknown)
        assert len(load.everything(server, "/api/spans", "spans", view="skeleton")) == stored


def some_request() -> Sent:
    return load.a_request(random.choice((1, 3, 10, 60)))


def retry(server: Served, requests: list[Sent]) -> None:
    """What an exporter does after an answer that was lost: the same bytes again."""
    for sent in requests:
        assert server.post(sent.body)[0] == 200


def check_each(server: Served, requests: list[Sent]) -> None:
    """By trace id and by span id, which have lookup tables of their own."""
    for sent in requests:
        trace = server.get(f"/api/traces/{sent.trace_id}", view="skeleton")
        assert trace["trace"]["span_count"] == trace["count"] == len(sent.span_ids)
        assert server.get(f"/api/spans/{random.choice(sent.span_ids)}")["trace_id"] == sent.trace_id

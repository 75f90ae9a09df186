"""Forgetting, correcting, and versions of the schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

from tests.api.telemetry import START_NS, chat, logs_request, span
from traceway_collector.errors import BadInput, Unsupported
from traceway_collector.model import Signal
from traceway_collector.query.filters import LogFilter, Page, SpanFilter
from traceway_collector.store.clickhouse.schema import AGING, VERSION

from .conftest import Feed
from .telemetry import all_spans, all_traces, ids, new_trace_id, put_in_trace, request, whole_trace


def test_a_deleted_trace_is_gone_from_everywhere(feed: Feed):
    gone, kept = new_trace_id(), new_trace_id()
    spans = [chat(1, 1), chat(1, 2, parent=1), chat(1, 2, parent=1, name="again")]
    for trace_id in (gone, kept):
        feed.write(request(*(put_in_trace(each, trace_id) for each in spans)))
        record = LogRecord(time_unix_nano=START_NS, trace_id=bytes.fromhex(trace_id), event_name="said")
        feed.write(logs_request([record]), signal=Signal.LOGS)
    whole = whole_trace(feed.store, kept)
    assert feed.store.delete_trace(gone) == 2
    store = feed.store
    for _ in range(2):
        assert store.trace_summary(gone) is None
        assert whole_trace(store, gone) == []
        assert not store.trace_logs([gone])
        assert ids(all_traces(store, SpanFilter(), feed.now_ns)) == [kept]
        assert {each.trace_id for each in all_spans(store, SpanFilter(), feed.now_ns)} == {kept}
        assert [each.trace_id for each in store.span(spans[0].span_id.hex())] == [kept]
        assert whole_trace(store, kept) == whole
        assert len(store.trace_logs([kept])) == 1
        assert len(store.logs(LogFilter(), Page(10), feed.now_ns).items) == 1
        assert store.delete_trace(gone) == 0
        store = feed.backend.reopen()
    with feed.backend.engine() as engine:
        for table in ("spans", "trace_times", "logs"):
            [[rows]] = engine.query(f"SELECT count() FROM {table} WHERE trace_id = unhex('{gone}')")
            assert rows == 0, table


def test_delete_before_is_by_the_time_of_arrival(feed: Feed):
    first, second = new_trace_id(), new_trace_id()
    feed.write(request(put_in_trace(span(1, 1), first), put_in_trace(span(1, 2, parent=1), first)))
    feed.write(logs_request([LogRecord(time_unix_nano=START_NS, event_name="old")]), signal=Signal.LOGS)
    moment = feed.write(request(put_in_trace(span(1, 1), second)))
    assert feed.store.delete_before(moment) == 3
    assert feed.store.trace_summary(first) is None
    assert ids(all_traces(feed.store, SpanFilter(), feed.now_ns)) == [second]
    assert not feed.store.logs(LogFilter(), Page(10), feed.now_ns).items
    assert feed.store.delete_before(moment) == 0
    assert feed.store.delete_before(0) == 0
    assert feed.store.delete_before(moment + 1) == 1
    assert feed.store.stats()["spans"] == 0


def test_retention_is_set_changed_and_lifted(feed: Feed):
    feed.write(request(span(1, 1)))

    def ttls() -> list[str]:
        with feed.backend.engine() as engine:
            sql = "SELECT create_table_query FROM system.tables WHERE database = currentDatabase() AND name IN "
            found = [row[0] for row in engine.query(sql + "{tables:Array(String)}", {"tables": list(AGING)})]
        texts = [each.decode() for each in found]
        assert len(texts) == len(AGING)
        return [text.partition(" TTL ")[2].partition(" SETTINGS ")[0] for text in texts]

    assert set(ttls()) == {""}
    for days in (30, 30, 7):
        feed.store.set_retention(days)
        assert all(f"toIntervalDay({days})" in text for text in ttls())
    assert feed.store.stats()["spans"] == 1
    feed.backend.reopen(retention_days=7)
    assert all("toIntervalDay(7)" in text for text in ttls())
    feed.backend.reopen()
    assert set(ttls()) == {""}
    feed.store.set_retention(None)


def test_repricing_with_another_price_file(feed: Feed, tmp_path: Path):
    trace_id, reported = new_trace_id(), new_trace_id()
    model = {"gen_ai.request.model": "house-model", "gen_ai.response.model": "house-model"}
    feed.write(
        request(put_in_trace(chat(1, 1, attributes=model), trace_id)),
        request(put_in_trace(chat(1, 1, attributes={**model, "gen_ai.usage.cost": 0.5}), reported)),
    )
    assert _costs(feed, trace_id) == [(None, None)]
    prices = tmp_path / "prices.json"
    entry = {"model": "house-model", "input_usd_per_mtok": 1000, "output_usd_per_mtok": 0}
    prices.write_text(json.dumps({"as_of": "2026-11-01", "prices": [entry]}))
    feed.backend.reopen(prices=prices)
    assert _costs(feed, trace_id) == [(None, None)]
    assert feed.store.reprice(until_ns=START_NS - 1) == 0
    assert feed.store.reprice(since_ns=START_NS, until_ns=START_NS) == 1
    [(cost, source)] = _costs(feed, trace_id)
    assert cost == pytest.approx(0.1)
    assert source is not None
    assert "prices.json" in source
    assert feed.store.reprice() == 0
    assert _costs(feed, reported)[0][1] == "reported"
    another = new_trace_id()
    feed.write(request(put_in_trace(chat(1, 1, attributes=model), another)))
    assert _costs(feed, another)[0][0] == pytest.approx(0.1)
    feed.backend.reopen()
    assert feed.store.reprice() == 2
    assert _costs(feed, trace_id) == [(None, None)]


def test_a_wrong_price_file_is_bad_input(feed: Feed, tmp_path: Path):
    prices = tmp_path / "prices.json"
    prices.write_text("{")
    feed.store.close()
    with pytest.raises(BadInput):
        feed.backend.reopen(prices=prices)
    feed.backend.reopen()


def test_a_newer_schema_is_refused_before_anything_is_touched(feed: Feed):
    backend = feed.backend
    with backend.another_place("newer"):
        backend.reopen().close()
        with backend.engine() as engine:
            engine.command(f"INSERT INTO schema_version (version) VALUES ({VERSION + 1})")
            engine.command("DROP VIEW spans_in SYNC")
            before = _objects(engine)
        with pytest.raises(Unsupported, match=f"version {VERSION + 1}"):
            backend.reopen()
        with backend.engine() as engine:
            assert _objects(engine) == before


def test_views_are_made_again_when_their_text_has_changed(feed: Feed):
    with feed.backend.engine() as engine:
        engine.command("DROP VIEW spans_in SYNC")
    feed.backend.reopen()
    feed.write(request(span(1, 1)))
    assert feed.store.stats()["spans"] == 1


def test_the_engine_logs_in_to_itself_as_the_user_it_was_given(feed: Feed):
    if not feed.backend.server:
        pytest.skip("the embedded engine has one user, without a password")
    with feed.backend.engine() as engine:
        made = {row[0]: row[1] for row in _objects(engine)}
        assert f"USER '{engine.user}'".encode() in made[b"prices_dictionary"]


def _costs(feed: Feed, trace_id: str) -> list[tuple[float | None, str | None]]:
    return [(each.facts.cost_usd, each.facts.price_source) for each in whole_trace(feed.store, trace_id)]


def _objects(engine) -> list[tuple]:
    sql = "SELECT name, create_table_query FROM system.tables WHERE database = currentDatabase() ORDER BY name"
    return [tuple(row) for row in engine.query(sql)]

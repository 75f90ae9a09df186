"""Clients that leave, retries, the watermark and the ledger, over a store that records."""

from __future__ import annotations

import asyncio

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from traceway_collector.errors import BadInput
from traceway_collector.ingest import Outcome
from traceway_collector.ingest.admission import request_id
from traceway_collector.ingest.committer import WORTHWHILE_ITEMS
from traceway_collector.ingest.ledger import KEPT_REFUSALS
from traceway_collector.model import Signal
from traceway_collector.store import RefusedRequest

from .recording import REFUSED, log_request, request_of, trace_request
from .scenario import TRACES, counts, entered, run, settled, started


def test_a_client_that_goes_away_does_not_stop_the_commit_nor_spoil_the_answer_of_its_retry():
    async def scenario(pipeline, writer):
        body = trace_request(1, spans=3)
        writer.gate.clear()
        (gone,) = started(pipeline, body)
        await entered(writer)
        (before,) = started(pipeline, body)
        await settled()
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        assert gone.cancelled()
        # What was admitted still counts against the limit, and a retry that comes only now finds it as well.
        assert pipeline.status()["pending_bytes"] == len(body)
        (after,) = started(pipeline, body)
        await settled()
        assert not before.done()
        assert not after.done()
        writer.gate.set()
        assert await asyncio.gather(before, after) == [Outcome(3)] * 2
        assert await pipeline.export(TRACES, body) == Outcome(3)
        assert writer.stored() == [body]
        figures = counts(pipeline)
        assert (figures["requests"], figures["accepted"]) == (1, 3)
        assert (figures["duplicate_requests"], figures["duplicate_items"]) == (3, 9)

    run(scenario)


def test_a_client_that_goes_away_while_it_waits_for_a_group_is_stored_all_the_same():
    async def scenario(pipeline, writer):
        writer.gate.clear()
        tasks = started(pipeline, trace_request(1))
        await entered(writer)
        (gone, other) = started(pipeline, trace_request(2), trace_request(3))
        await settled()
        gone.cancel()
        await settled()
        writer.gate.set()
        assert await asyncio.gather(*tasks, other) == [Outcome(1)] * 2
        await pipeline.drain()
        assert sorted(writer.stored()) == [trace_request(number) for number in (1, 2, 3)]

    run(scenario)


def test_failure_after_everyone_has_gone_is_counted_and_leaves_the_way_free():
    async def scenario(pipeline, writer):
        body = trace_request(1)
        writer.unavailable = True
        writer.gate.clear()
        (gone,) = started(pipeline, body)
        await entered(writer)
        gone.cancel()
        await settled()
        writer.gate.set()
        while pipeline.status()["pending_bytes"]:
            await asyncio.sleep(0.001)
        assert counts(pipeline)["refused"] == {"unavailable": {"requests": 1, "items": 1}}
        writer.unavailable = False
        assert await pipeline.export(TRACES, body) == Outcome(1)

    run(scenario)


def test_the_same_request_at_the_same_time_is_committed_once():
    async def scenario(pipeline, writer):
        body = trace_request(1, spans=4)
        assert await asyncio.gather(*started(pipeline, *[body] * 20)) == [Outcome(4)] * 20
        assert writer.stored() == [body]
        assert counts(pipeline)["duplicate_requests"] == 19
        assert counts(pipeline)["duplicate_items"] == 76

    run(scenario)


def test_the_same_request_at_the_same_time_fails_for_all_and_every_answer_is_counted():
    async def scenario(pipeline, writer):
        body = trace_request(1, name=REFUSED)
        errors = await asyncio.gather(*started(pipeline, *[body] * 3), return_exceptions=True)
        assert [type(error) for error in errors] == [RefusedRequest] * 3
        assert counts(pipeline)["refused"]["bad_input"]["requests"] == 3
        assert counts(pipeline)["duplicate_requests"] == 0

    run(scenario)


def test_a_retry_after_a_lost_reply_is_answered_as_the_first_time():
    async def scenario(pipeline, writer):
        sound = Span(trace_id=b"a" * 16, span_id=b"b" * 8)
        body = request_of([sound, Span(trace_id=b"short", span_id=b"c" * 8)])
        first = await pipeline.export(TRACES, body)
        assert first == Outcome(1, 1, "1 span rejected: trace_id has 5 bytes, expected 16")
        assert await pipeline.export(TRACES, body) == first
        assert len(writer.groups) == 1
        figures = counts(pipeline)
        assert (figures["duplicate_requests"], figures["duplicate_items"]) == (1, 1)
        assert figures["refused"] == {"bad_span": {"requests": 1, "items": 1}}

    run(scenario)


def test_a_retry_after_a_restart_is_recognised_by_what_the_store_remembers():
    body = trace_request(1)

    async def scenario(pipeline, writer):
        assert await pipeline.export(TRACES, body) == Outcome(1)
        assert writer.attempts == []
        assert await pipeline.export(TRACES, trace_request(2)) == Outcome(1)
        assert len(writer.attempts) == 1

    run(scenario, known=(5, request_id(TRACES, body), 6))


def test_what_was_deleted_is_stored_again_when_it_is_sent_again():
    kept, deleted = trace_request(1), trace_request(2)

    async def scenario(pipeline, writer):
        for body in (kept, deleted):
            assert await pipeline.export(TRACES, body) == Outcome(1)
        writer.known = (request_id(TRACES, kept),)
        await pipeline.relearn()
        for body in (kept, deleted):
            assert await pipeline.export(TRACES, body) == Outcome(1)
        assert writer.stored() == [kept, deleted, deleted]

    run(scenario)


def test_the_watermark_never_passes_a_group_that_is_not_committed():
    async def scenario(pipeline, writer):
        seen: list[tuple[int, int]] = []
        writer.before_commit = lambda stamp: seen.append((stamp, pipeline.watermark_ns()))
        last = 0
        for number in range(1, 200, 4):
            tasks = started(
                pipeline, *(trace_request(number + index, spans=WORTHWHILE_ITEMS // 2) for index in range(4))
            )
            tasks += started(pipeline, log_request(str(number)), signal=Signal.LOGS)
            while not all(task.done() for task in tasks):
                mark = pipeline.watermark_ns()
                assert mark >= last
                last = mark
                await asyncio.sleep(0)
            await asyncio.gather(*tasks)
            assert pipeline.watermark_ns() >= max(stamp for _, _, stamp in writer.groups)
        assert seen
        assert all(mark < stamp for stamp, mark in seen)
        stamps = [stamp for _, _, stamp in writer.groups]
        assert len(set(stamps)) == len(stamps)

    run(scenario, writers=2)


def test_a_group_stamped_after_a_watermark_was_read_lies_above_it():
    async def scenario(pipeline, writer):
        for number in range(1, 30):
            mark = pipeline.watermark_ns()
            await pipeline.export(TRACES, trace_request(number))
            assert writer.groups[-1][2] > mark

    run(scenario)


def test_an_empty_request_is_accepted_and_stores_nothing():
    async def scenario(pipeline, writer):
        for signal in Signal:
            assert await pipeline.export(signal, b"") == Outcome(0)
        assert writer.attempts == []

    run(scenario)


def test_the_ledger_counts_by_reason_and_keeps_the_last_refusals():
    async def scenario(pipeline, writer):
        with pytest.raises(BadInput):
            await pipeline.export(Signal.LOGS, b"not protobuf")
        for number in range(KEPT_REFUSALS + 5):
            pipeline.refuse(TRACES, "too_large", f"number {number}", peer="127.0.0.1:9", bytes=number)
        status = pipeline.status()
        assert counts(pipeline)["refused"] == {"too_large": {"requests": KEPT_REFUSALS + 5, "items": 0}}
        assert counts(pipeline, Signal.LOGS)["refused"] == {"bad_input": {"requests": 1, "items": 0}}
        assert len(status["refusals"]) == KEPT_REFUSALS
        newest = status["refusals"][0]
        assert newest | {"at_ns": ""} == {
            "at_ns": "",
            "signal": "traces",
            "reason": "too_large",
            "detail": f"number {KEPT_REFUSALS + 4}",
            "peer": "127.0.0.1:9",
            "field": "",
            "items": 0,
            "bytes": KEPT_REFUSALS + 4,
        }

    run(scenario)


def test_a_large_request_is_admitted_beside_the_loop():
    async def scenario(pipeline, writer):
        body = trace_request(1, name=b"x" * (5 << 20))
        assert await pipeline.export(TRACES, body) == Outcome(1)
        with pytest.raises(BadInput):
            await pipeline.export(TRACES, b"\xff" * (5 << 20))

    run(scenario)

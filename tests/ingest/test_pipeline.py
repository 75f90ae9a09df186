"""The whole ingest path over a store that records: grouping, refusals, retries, pressure, drain and the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from traceway_collector.errors import BadInput, Unavailable
from traceway_collector.ingest import Outcome
from traceway_collector.ingest.admission import request_id
from traceway_collector.ingest.committer import MAX_GROUP_BYTES, MAX_GROUP_ITEMS, WORTHWHILE_ITEMS
from traceway_collector.ingest.ledger import KEPT_REFUSALS
from traceway_collector.ingest.pipeline import Pipeline
from traceway_collector.model import Signal
from traceway_collector.store import RefusedRequest

from .recording import BROKEN, FAILING, REFUSED, RecordingWriter, log_request, request_of, trace_request

TRACES = Signal.TRACES
Scenario = Callable[[Pipeline, RecordingWriter], Awaitable[None]]


def run(scenario: Scenario, *, writers: int = 1, max_pending_bytes: int = 1 << 30, known: tuple[int, ...] = ()) -> None:
    """Play one scenario on a fresh pipeline, and drain it: nothing may be left hanging, whatever happened."""

    async def play() -> None:
        writer = RecordingWriter(known=known)
        pipeline = Pipeline(writer, writers=writers, max_pending_bytes=max_pending_bytes)
        try:
            await scenario(pipeline, writer)
        finally:
            writer.gate.set()
            await asyncio.wait_for(pipeline.drain(), 20)
        assert pipeline.status()["pending_bytes"] == 0

    asyncio.run(asyncio.wait_for(play(), 60))


async def entered(writer: RecordingWriter, times: int = 1) -> None:
    """Wait until that many writes have begun."""
    for _ in range(times):
        assert await asyncio.to_thread(writer.entered.acquire, timeout=20), "no write began"


def started(pipeline: Pipeline, *bodies: bytes, signal: Signal = TRACES) -> list[asyncio.Task[Outcome]]:
    return [asyncio.create_task(pipeline.export(signal, body)) for body in bodies]


async def settled() -> None:
    """Let everything that is ready to run do so."""
    for _ in range(5):
        await asyncio.sleep(0)


def counts(pipeline: Pipeline, signal: Signal = TRACES) -> dict:
    return pipeline.status()["signals"][signal]


def test_what_waits_together_is_committed_together():
    async def scenario(pipeline, writer):
        writer.gate.clear()
        first = started(pipeline, trace_request(1))
        await entered(writer)
        others = started(pipeline, *(trace_request(number, spans=3) for number in range(2, 12)))
        await settled()
        assert not any(task.done() for task in [*first, *others])
        writer.gate.set()
        assert await asyncio.gather(*first, *others) == [Outcome(1)] + [Outcome(3)] * 10
        assert [len(group) for _, group, _ in writer.groups] == [1, 10]
        figures = counts(pipeline)
        assert (figures["requests"], figures["accepted"], figures["groups"]) == (11, 31, 2)
        assert figures["bytes"] == sum(len(body) for body in writer.stored())

    run(scenario)


def test_requests_that_come_together_share_the_first_group():
    async def scenario(pipeline, writer):
        await asyncio.gather(*started(pipeline, *(trace_request(number) for number in range(1, 51))))
        assert [len(group) for _, group, _ in writer.groups] == [50]

    run(scenario)


def test_a_group_is_bounded_by_items_and_by_bytes():
    async def scenario(pipeline, writer):
        writer.gate.clear()
        tasks = started(pipeline, trace_request(1))
        await entered(writer)
        tasks += started(pipeline, *(trace_request(number, spans=MAX_GROUP_ITEMS // 2) for number in (2, 3, 4)))
        huge = b"x" * (MAX_GROUP_BYTES // 2)
        tasks += started(pipeline, *(trace_request(number, name=huge) for number in (5, 6, 7)))
        writer.gate.set()
        await asyncio.gather(*tasks)
        for _, group, _ in writer.groups:
            assert sum(request.items for request in group) <= MAX_GROUP_ITEMS
            assert len(group) == 1 or sum(len(request.body) for request in group) <= MAX_GROUP_BYTES

    run(scenario)


def test_a_further_writer_starts_only_for_a_worthwhile_group():
    async def scenario(pipeline, writer):
        writer.gate.clear()
        tasks = started(pipeline, trace_request(1))
        await entered(writer)
        tasks += started(pipeline, trace_request(2))
        await asyncio.sleep(0.02)
        assert writer.at_once == 1
        tasks += started(pipeline, trace_request(3, spans=WORTHWHILE_ITEMS))
        await entered(writer)
        tasks += started(pipeline, trace_request(4, spans=WORTHWHILE_ITEMS))
        await asyncio.sleep(0.02)
        assert writer.at_once == 2
        writer.gate.set()
        await asyncio.gather(*tasks)
        assert writer.most_at_once == 2
        assert len(writer.stored()) == 4

    run(scenario, writers=2)


def test_no_request_is_left_behind_when_writers_come_and_go():
    """Requests that arrive in the very moment a writer leaves find another one."""

    async def scenario(pipeline, writer):
        async def sender(number: int) -> None:
            for round_ in range(60):
                body = trace_request(number * 1000 + round_ + 1, spans=WORTHWHILE_ITEMS if round_ % 7 == 0 else 1)
                assert (await pipeline.export(TRACES, body)).accepted
                for _ in range(number):
                    await asyncio.sleep(0)

        await asyncio.gather(*(sender(number) for number in range(8)))
        assert len(set(writer.stored())) == len(writer.stored()) == 8 * 60

    run(scenario, writers=3)


@pytest.mark.parametrize("place", [0, 1, 6, 12])
def test_a_refused_request_fails_alone(place):
    async def scenario(pipeline, writer):
        writer.gate.clear()
        first = started(pipeline, trace_request(100))
        await entered(writer)
        bodies = [trace_request(number) for number in range(1, 13)]
        bodies.insert(place, trace_request(50, name=REFUSED))
        tasks = started(pipeline, *bodies)
        await settled()
        writer.gate.set()
        await asyncio.gather(*first)
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(answers[place], RefusedRequest)
        assert isinstance(answers[place], BadInput)
        del answers[place]
        assert answers == [Outcome(1)] * 12
        assert sorted(writer.stored()[1:]) == sorted(body for body in bodies if REFUSED not in body)
        assert len(writer.attempts) <= 1 + 2 * 4 + 1  # halving: no more than two inserts for every doubling
        assert counts(pipeline)["refused"] == {"bad_input": {"requests": 1, "items": 1}}
        (refusal,) = pipeline.status()["refusals"]
        assert (refusal["reason"], refusal["detail"], refusal["items"]) == (
            "bad_input",
            "the engine cannot read this data",
            1,
        )

    run(scenario)


def test_several_culprits_fail_alone_and_a_mistake_of_the_store_is_not_the_neighbours():
    async def scenario(pipeline, writer):
        writer.gate.clear()
        first = started(pipeline, trace_request(100))
        await entered(writer)
        names = [b"a", REFUSED, b"b", BROKEN, b"c", REFUSED]
        tasks = started(pipeline, *(trace_request(number, name=name) for number, name in enumerate(names, 1)))
        await settled()
        writer.gate.set()
        await asyncio.gather(*first)
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        kinds = [type(answer) for answer in answers]
        assert kinds == [Outcome, RefusedRequest, Outcome, Unavailable, Outcome, RefusedRequest]
        assert "ZeroDivisionError: a mistake" in str(answers[3])

    run(scenario)


def test_what_the_store_cannot_take_now_is_unavailable_and_taken_later():
    async def scenario(pipeline, writer):
        body = trace_request(1, spans=2)
        writer.unavailable = True
        for _ in range(2):
            with pytest.raises(Unavailable, match="the disk is full") as raised:
                await pipeline.export(TRACES, body)
            assert raised.value.retry_after_s == 7
        writer.unavailable = False
        assert await pipeline.export(TRACES, body) == Outcome(2)
        assert counts(pipeline)["refused"] == {"unavailable": {"requests": 2, "items": 4}}
        assert writer.stored() == [body]

    run(scenario)


def test_every_caller_of_a_failed_group_gets_an_error_of_its_own():
    async def scenario(pipeline, writer):
        bodies = [trace_request(number, name=FAILING) for number in (1, 2, 3)]
        errors = await asyncio.gather(*started(pipeline, *bodies), return_exceptions=True)
        assert [type(error) for error in errors] == [Unavailable] * 3
        assert len({id(error) for error in errors}) == 3
        assert len(writer.attempts) == 1

    run(scenario)


def test_pressure_is_answered_with_unavailable_and_counted():
    async def scenario(pipeline, writer):
        body = trace_request(1, name=b"x" * 600)
        writer.gate.clear()
        waiting = started(pipeline, body)
        await entered(writer)
        with pytest.raises(Unavailable, match=r"\d+ bytes wait for commit, the limit is 1000 \(--max-pending-mib\)"):
            await pipeline.export(TRACES, trace_request(2, name=b"x" * 600))
        assert pipeline.status()["pending_bytes"] == len(body)
        assert counts(pipeline)["refused"]["back_pressure"]["requests"] == 1
        writer.gate.set()
        assert await waiting[0] == Outcome(1)
        assert await pipeline.export(TRACES, trace_request(2, name=b"x" * 600)) == Outcome(1)
        # More than the limit all by itself, which admission allows up to --max-request-mib: taken when nothing waits.
        assert await pipeline.export(TRACES, trace_request(3, name=b"x" * 2000)) == Outcome(1)

    run(scenario, max_pending_bytes=1000)


def test_drain_commits_everything_admitted_and_takes_no_more():
    async def scenario(pipeline, writer):
        writer.gate.clear()
        tasks = started(pipeline, *(trace_request(number) for number in range(1, 6)))
        await entered(writer)
        tasks += started(pipeline, *(trace_request(number) for number in range(6, 11)))
        tasks += started(pipeline, log_request("INFO"), signal=Signal.LOGS)
        await settled()
        draining = asyncio.create_task(pipeline.drain())
        await settled()
        assert pipeline.draining
        with pytest.raises(Unavailable, match="the server is shutting down"):
            await pipeline.export(TRACES, trace_request(11))
        assert not draining.done()
        writer.gate.set()
        await draining
        assert await asyncio.gather(*tasks) == [Outcome(1)] * 11
        assert len(writer.stored()) == 10
        assert len(writer.stored(Signal.LOGS)) == 1
        assert counts(pipeline)["refused"] == {"draining": {"requests": 1, "items": 0}}

    run(scenario)


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

"""The whole ingest path over a store that records: grouping, refusals, retries, pressure, drain and the ledger."""

from __future__ import annotations

import asyncio

import pytest

from traceway_collector.errors import BadInput, Unavailable
from traceway_collector.ingest import Outcome
from traceway_collector.ingest.committer import MAX_GROUP_BYTES, MAX_GROUP_ITEMS, WORTHWHILE_ITEMS
from traceway_collector.model import Signal
from traceway_collector.store import RefusedRequest

from .recording import BROKEN, FAILING, REFUSED, log_request, trace_request
from .scenario import TRACES, counts, entered, run, settled, started


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

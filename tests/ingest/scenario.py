"""Scenes for a pipeline over a store that records."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from traceway_collector.ingest import Outcome
from traceway_collector.ingest.contents import Limits
from traceway_collector.ingest.pipeline import Pipeline
from traceway_collector.model import Signal
from traceway_collector.settings import Settings

from .recording import RecordingWriter

TRACES = Signal.TRACES
Scenario = Callable[[Pipeline, RecordingWriter], Awaitable[None]]


def run(scenario: Scenario, *, writers: int = 1, max_pending_bytes: int = 1 << 30, known: tuple[int, ...] = ()) -> None:
    """Play one scenario on a fresh pipeline, and drain it: nothing may be left hanging, whatever happened."""

    async def play() -> None:
        writer = RecordingWriter(known=known)
        limits = Limits.of(Settings())
        pipeline = Pipeline(writer, writers=writers, max_pending_bytes=max_pending_bytes, limits=limits)
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

"""One suite for every store: ``backend`` is each of them in turn, ``store`` is it, open and empty."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from google.protobuf.message import Message

from traceway_collector.model import Signal
from traceway_collector.store import Request, Store

from .backends import Backend, opened

BACKENDS = ["chdb", "clickhouse-http", *(["clickhouse"] if os.environ.get("CLICKHOUSE_URL") else [])]
IDS_NS = 1000
"""How far stamps are apart, so that the events of a group have their ids to themselves."""
_REQUEST_IDS = itertools.count(2**63)


def _stamps() -> Iterator[int]:
    """Times of commits, as ingest gives them: of now, growing, none in the future."""
    last_ns = 0
    while True:
        last_ns = max(time.time_ns() - 10**9, last_ns + IDS_NS)
        yield last_ns


_CLOCK = _stamps()


@pytest.fixture(scope="package", params=BACKENDS)
def backend(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    with opened(request.param, tmp_path_factory.mktemp(request.param)) as backend:
        yield backend


def as_request(message: Message, signal: Signal = Signal.TRACES) -> Request:
    """An admitted request; ids count up."""
    return Request(signal, next(_REQUEST_IDS), message.SerializeToString(), 1)


@dataclass
class Feed:
    """What writes, and keeps the time. ``now_ns`` is when the last group was committed."""

    backend: Backend
    now_ns: int = 0

    @property
    def store(self) -> Store:
        return self.backend.store

    def write(self, *messages: Message, signal: Signal = Signal.TRACES) -> int:
        """Commit the messages as one group. When it was."""
        return self.commit([as_request(message, signal) for message in messages], signal)

    def commit(self, group: Sequence[Request], signal: Signal = Signal.TRACES) -> int:
        self.now_ns = next(_CLOCK)
        self.store.write(signal, group, self.now_ns)
        return self.now_ns


@pytest.fixture
def feed(backend: Backend) -> Iterator[Feed]:
    """An empty store and the way to fill it."""
    feed = Feed(backend)
    yield feed
    if feed.now_ns:
        backend.store.delete_before(2**63 - 1)


@pytest.fixture
def store(feed: Feed) -> Store:
    return feed.store

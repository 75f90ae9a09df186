"""What the routes are built from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import anyio
from google.protobuf.message import Message

from ..ingest import Outcome
from ..ingest.arrivals import Arrivals
from ..ingest.ledger import Ledger
from ..metadata import Documents
from ..model import Signal
from ..settings import Settings
from ..store import Store
from ..store.events import Deletion
from .event_feed import EventFeed

MOST_IMPORTS = 4
"""Imports at the same time: each may hold a whole body."""


class IngestView(Protocol):
    """What reading needs of the ingest path. Asked from the event loop, and never waits."""

    @property
    def draining(self) -> bool:
        """Whether the server is on its way down."""

    @property
    def ledger(self) -> Ledger:
        """What was accepted and refused."""

    @property
    def arrivals(self) -> Arrivals:
        """What becomes readable, and when."""

    def status(self) -> dict[str, Any]:
        """The ledger: what was accepted, refused and is waiting (``schema_signals.IngestLedger``)."""

    async def export(self, signal: Signal, body: bytes, message: Message | None = None) -> Outcome:
        """See ``ingest.Ingest.export``: how an import is committed."""

    async def forgotten(self, deletion: Deletion) -> None:
        """Called after a deletion: it becomes an event, and what was deleted is stored again if it is sent again."""

    def watermark_ns(self) -> int:
        """All groups with an ``ingested_ns`` up to this are readable and no later group will get one: a list read as of
        this time is complete."""


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of a running collector that answer requests. ``started_ns``: unix nanoseconds.

    ``urls``: the URLs bound, by the names of the ready file (``api``, ``otlp_http``, ``otlp_grpc``); called per
    request, because ports are known late.
    """

    store: Store
    metadata: Documents
    ingest: IngestView
    settings: Settings
    instance_id: str
    version: str
    started_ns: int
    urls: Callable[[], Mapping[str, str]]
    events: EventFeed = field(init=False)
    imports: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(MOST_IMPORTS))

    def __post_init__(self) -> None:
        object.__setattr__(self, "events", EventFeed(self.store, self.ingest.arrivals))

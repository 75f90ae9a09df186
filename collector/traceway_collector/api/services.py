"""What the routes are built from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ..settings import Settings
from ..store import Store


class IngestView(Protocol):
    """What reading needs of the ingest path."""

    def status(self) -> dict[str, Any]:
        """The ledger: what was accepted, refused and is waiting, as JSON-ready values. Never waits."""

    def watermark(self) -> int:
        """``ingested_ns`` of the last group such that it and all groups before it are committed. A list read as of
        this time is complete: no row of it can still arrive. Never waits."""


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of a running collector that answer requests. ``started_ns``: unix nanoseconds.

    ``urls``: the URLs bound, by the names of the ready file (``api``, ``otlp_http``, ``otlp_grpc``); called per
    request, because ports are known late. ``draining``: True once SIGTERM was received.
    """

    store: Store
    ingest: IngestView
    settings: Settings
    instance_id: str
    version: str
    started_ns: int
    urls: Callable[[], Mapping[str, str]]
    draining: Callable[[], bool]

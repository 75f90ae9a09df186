"""The operations that tell what arrives."""

from __future__ import annotations

from . import arrivals, events, schema_live
from .endpoint import Endpoint
from .event_stream import MEDIA_TYPE

LIVE: tuple[Endpoint, ...] = (
    Endpoint(
        "GET",
        "/events",
        events.stream_events,
        "What happens, as it happens: server-sent events, which can be read again from any of them.",
        parameters=events.PARAMETERS,
        media_type=MEDIA_TYPE,
        compressed=False,
    ),
    Endpoint(
        "GET",
        "/ingest",
        arrivals.ingest,
        "What arrives: how much, how fast, how late, from whom, and what was refused.",
        schema_live.IngestReport,
    ),
    Endpoint("GET", "/connect", arrivals.connect, "Where to send, and what a client must know.", schema_live.Connect),
)

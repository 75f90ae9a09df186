"""The operations that follow what arrives."""

from __future__ import annotations

from . import events
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
)

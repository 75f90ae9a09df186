"""``GET /api/events``: what happens, as it happens, and what happened before, in one order."""

from __future__ import annotations

from starlette.responses import Response

from ..errors import BadInput
from ..query import parameters as query
from ..store.events import EventPlace
from .endpoint import Call
from .event_stream import EventStream
from .traces import span_filter

_HIGHEST_ID = (1 << 63) - 1
_EXPECTED = "the id of an event, or 0 for everything that is kept"

# The start of a span or trace is bounded by since: and until: within q; here since is an event.
PARAMETERS: tuple[query.Parameter, ...] = (
    *(parameter for parameter in query.SPAN_FILTER if parameter not in (query.SINCE, query.UNTIL)),
    query.Parameter(
        "since",
        "since_id",
        lambda text, now_ns: event_id(text),
        _EXPECTED,
        "Begin after this event; 0 is everything that is kept. The header Last-Event-ID wins. Without both: now.",
        {"type": "integer", "minimum": 0},
    ),
)


async def stream_events(call: Call) -> Response:
    feed = call.services.events
    since: int | None = call.values.get("since_id")
    last = call.request.headers.get("last-event-id")
    if last:
        try:
            since = event_id(last)
        except ValueError:
            raise BadInput(f"Last-Event-ID is {last[:100]!r}; expected {_EXPECTED}", field="Last-Event-ID") from None
    feed.check_room()
    now_ns = call.services.ingest.watermark_ns()
    # An id ahead of its time is that of another server, or of a clock that was set back: begin with what comes.
    after = EventPlace(now_ns, now_ns + 1) if since is None or since > now_ns else EventPlace.after(since)
    return EventStream(feed, span_filter(call), after)


def event_id(text: str) -> int:
    """The id of an event. Raises ``ValueError``."""
    if not text.isascii() or not text.isdecimal() or len(text) > 19 or int(text) > _HIGHEST_ID:
        raise ValueError("not an id")
    return int(text)

"""OTel GenAI content in events, on the span or as log records: the details event (from 1.37), the message events (up to
1.36, also with Azure's JSON attribute) and the prompt and completion events (up to 1.27)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from ... import names
from ..model import Exchange, SpanSource
from ..named_events import MESSAGE_EVENTS, exchange_of_events
from ..payloads import request_of, response_of
from .otel_attributes import exchange_of_attributes

CONTENT_EVENTS: Final[tuple[str, ...]] = (
    names.EVENT_OPERATION_DETAILS,
    *MESSAGE_EVENTS,
    names.EVENT_CONTENT_PROMPT,
    names.EVENT_CONTENT_COMPLETION,
)


def read_details(span: SpanSource) -> Exchange:
    """The first details event that has content; some SDKs put the attributes into the body."""
    found = Exchange()
    for name, attributes, body in _events(span):
        if name == names.EVENT_OPERATION_DETAILS:
            found = found.completed_by(exchange_of_attributes(attributes))
            if isinstance(body, Mapping):
                found = found.completed_by(exchange_of_attributes(body))
    return found


def read_messages(span: SpanSource) -> Exchange:
    """One event per message. Where the same messages are on the span and in the logs, the span's count."""
    on_span = exchange_of_events((event.name, _payload(event.attributes, None)) for event in span.events)
    in_logs = exchange_of_events((log.event_name, _payload(log.attributes, log.body)) for log in span.logs)
    return on_span.completed_by(in_logs)


def read_contents(span: SpanSource) -> Exchange:
    """The whole prompt in one event, the whole completion in another. OpenLIT has attributes of the same names."""
    found = request_of(span.attributes.get(names.EVENT_CONTENT_PROMPT))
    found = found.completed_by(response_of(span.attributes.get(names.EVENT_CONTENT_COMPLETION)))
    for name, attributes, body in _events(span):
        if name == names.EVENT_CONTENT_PROMPT:
            found = found.completed_by(request_of(attributes.get(names.PROMPT, body)))
        elif name == names.EVENT_CONTENT_COMPLETION:
            found = found.completed_by(response_of(attributes.get(names.COMPLETION, body)))
    return found


def _events(span: SpanSource) -> Iterable[tuple[str, Mapping[str, Any], Any]]:
    yield from ((event.name, event.attributes, None) for event in span.events)
    yield from ((log.event_name, log.attributes, log.body) for log in span.logs)


def _payload(attributes: Mapping[str, Any], body: Any) -> Any:
    if body is not None and body != "":
        return body
    return attributes.get(names.EVENT_CONTENT, attributes)

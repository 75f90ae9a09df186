"""Which headers pass, and under which path: everything but what belongs to one connection (RFC 9110, 7.6.1), the Host,
which is the target's, and what a client says to Traceway.

Names keep their case and headers their order; h11 puts the Host first, as RFC 9112 asks, and ends a body of unknown
length by chunks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

import h11

from .upstream import Target

Headers: TypeAlias = list[tuple[bytes, bytes]]

OWN_PREFIX: Final = b"x-traceway-"
"""Headers for Traceway: ``-key``, ``-service``, ``-session`` and ``-user``. The target never sees them."""

_HOP_BY_HOP: Final = frozenset((b"connection", b"keep-alive", b"proxy-connection", b"te", b"upgrade"))
# A Connection header may not take these away: the message could not be told from the next one, or not be routed.
_FRAMING: Final = frozenset((b"content-length", b"transfer-encoding", b"host"))


def passing(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """The headers of a message that go on to the other side."""
    headers = list(headers)
    names = {name.lower() for name, _ in headers}
    left_out = _HOP_BY_HOP | (_named(headers) - _FRAMING)
    if b"transfer-encoding" in names:
        left_out |= {b"content-length"}  # RFC 9112, 6.1: a forwarder removes it
    return [(name, value) for name, value in headers if name.lower() not in left_out]


def request_to_target(request: h11.Request, path: bytes, target: Target) -> h11.Request:
    """The head of a request as the target gets it."""
    kept = [
        (name, value)
        for name, value in passing(request.headers.raw_items())
        if name.lower() != b"host" and not name.lower().startswith(OWN_PREFIX)
    ]
    return h11.Request(method=request.method, target=path, headers=[(b"Host", target.authority), *kept])


def event_to_target(event: h11.Event) -> h11.Event:
    """What follows the head: pieces of the body, and trailers with their names as they came."""
    return h11.EndOfMessage(headers=event.headers.raw_items()) if isinstance(event, h11.EndOfMessage) else event


def response_to_client(events: Iterable[h11.Event], *, is_modern: bool) -> Iterator[h11.Event]:
    """A response as the client gets it. ``is_modern``: it speaks HTTP/1.1 and not 1.0, which knows neither interim
    responses (RFC 9110, 15.2) nor chunks with trailers."""
    for event in events:
        match event:
            case h11.Response(status_code=status, reason=reason):
                yield h11.Response(status_code=status, reason=reason, headers=passing(event.headers.raw_items()))
            case h11.InformationalResponse(status_code=status, reason=reason):
                if is_modern:
                    headers = passing(event.headers.raw_items())
                    yield h11.InformationalResponse(status_code=status, reason=reason, headers=headers)
            case h11.EndOfMessage():
                yield h11.EndOfMessage(headers=event.headers.raw_items() if is_modern else [])
            case _:
                yield event


def target_path(request_target: bytes, target: Target) -> bytes:
    """The path and query asked of the target. An absolute address (RFC 9112, 3.2.2) is as good as its path."""
    if not request_target.startswith(b"/") and b"://" in request_target:
        _, slash, rest = request_target.partition(b"://")[2].partition(b"/")
        request_target = slash + rest or b"/"
    return request_target if request_target == b"*" else target.base_path + request_target


def _named(headers: Iterable[tuple[bytes, bytes]]) -> frozenset[bytes]:
    """Headers that a Connection header says are for this connection only."""
    values = [value for name, value in headers if name.lower() == b"connection"]
    return frozenset(name.strip().lower() for value in values for name in value.split(b","))

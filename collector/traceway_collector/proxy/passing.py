"""Which headers pass, and under which path: everything but what belongs to one connection (RFC 9110, 7.6.1), the Host,
which is the target's, and what a client says to Traceway.

Names keep their case and headers their order; h11 puts the Host first, as RFC 9112 asks, and ends a body of unknown
length by chunks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias

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


def to_target(headers: Iterable[tuple[bytes, bytes]], target: Target) -> Headers:
    """The headers of a request as the target gets them."""
    kept = [pair for pair in passing(headers) if pair[0].lower() != b"host"]
    kept = [(name, value) for name, value in kept if not name.lower().startswith(OWN_PREFIX)]
    return [(b"Host", target.authority), *kept]


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

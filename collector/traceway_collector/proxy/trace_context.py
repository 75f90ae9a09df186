"""Where a call belongs: the parent that ``traceparent`` names (W3C Trace Context, level 2), or a trace of its own."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

# Later versions may add to the end, after a hyphen (3.2.4, "Versioning of traceparent").
_TRACEPARENT: Final = re.compile(rb"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", re.DOTALL)
_MAX_STATE_BYTES: Final = 8192
_SAMPLED: Final = 1
# OTLP, SpanFlags: whether the parent is remote is known, and it is.
_REMOTE_IS_KNOWN: Final = 0x100
_IS_REMOTE: Final = 0x200


@dataclass(frozen=True, slots=True)
class Place:
    """The ids and flags of a span. ``parent_span_id`` is empty at the root."""

    trace_id: bytes
    span_id: bytes
    parent_span_id: bytes = b""
    state: str = ""
    flags: int = _SAMPLED | _REMOTE_IS_KNOWN


def place_of(headers: Iterable[tuple[bytes, bytes]]) -> Place:
    """A new span under the parent these headers name. A parent that is not sampled is one all the same: who sends
    through the proxy wants its calls recorded."""
    parents: list[bytes] = []
    states: list[bytes] = []
    for name, value in headers:
        if name.lower() == b"traceparent":
            parents.append(value.strip().lower())
        elif name.lower() == b"tracestate":
            states.append(value)
    span_id = secrets.token_bytes(8)
    match = _TRACEPARENT.fullmatch(parents[0]) if len(parents) == 1 else None
    if match is None or match[1] == b"ff" or (match[1] == b"00" and match[5]):
        return Place(secrets.token_bytes(16), span_id)
    trace_id, parent = bytes.fromhex(match[2].decode()), bytes.fromhex(match[3].decode())
    if not any(trace_id) or not any(parent):
        return Place(secrets.token_bytes(16), span_id)
    state = b",".join(states)
    return Place(
        trace_id,
        span_id,
        parent,
        state.decode("latin-1") if len(state) <= _MAX_STATE_BYTES else "",
        int(match[4], 16) | _REMOTE_IS_KNOWN | _IS_REMOTE,
    )

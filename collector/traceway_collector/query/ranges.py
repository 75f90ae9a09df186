"""Range requests (RFC 9110, section 14): text in, byte bounds out."""

from __future__ import annotations

import re

from ..errors import BadInput

_ONE = re.compile(r"\s*bytes\s*=\s*(?:(\d{1,99})\s*-\s*(\d{1,99})?|-\s*(\d{1,99}))\s*", re.ASCII | re.IGNORECASE)


class Unsatisfiable(BadInput):
    """A range that lies behind the end."""

    code = "range_not_satisfiable"
    http_status = 416


def byte_range(header: str, size: int) -> tuple[int, int] | None:
    """The first byte and the one after the last that a Range header asks for; None for the whole.

    A header that is not understood, or asks for several ranges, is one that a server may leave aside (14.2): the whole
    is the answer then. Raises ``Unsatisfiable`` for a range that begins behind the end, and for the last 0 bytes.
    """
    found = _ONE.fullmatch(header)
    if found is None:
        return None
    first, last, suffix = (int(part) if part else None for part in found.groups())
    if first is None:
        start, stop = max(0, size - (suffix or 0)), size
    else:
        start, stop = first, size if last is None else min(last + 1, size)
        if last is not None and last < first:
            return None  # not a range at all (14.1.1)
    if start >= stop:
        raise Unsatisfiable(f"Range is {header[:100]!r}; the content has {size} bytes", field="Range")
    return start, stop

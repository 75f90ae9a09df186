"""The critical path of a trace: the chain of spans that its duration is made of.

The usual definition (Zhang et al., "CRISP: Critical Path Analysis of Large-Scale Microservice Architectures", USENIX
ATC 2022; Jaeger's UI has it, too): walk back from the end of a span. What ran last is its child that finished last;
before that child started, the last-finishing one of the others; what no child covers is the span's own time. A child
that runs on beyond the point the walk has come to counts up to that point, so that the path has no gaps and never
counts a moment twice.
"""

from __future__ import annotations

from collections.abc import Sequence


def critical_path(
    starts_ns: Sequence[int | None], ends_ns: Sequence[int | None], children: Sequence[Sequence[int]]
) -> dict[int, int]:
    """The spans on the path, each with the nanoseconds of the path that are its own.

    ``children``: by the number of a span, and at the end (one more than there are spans) the roots, which are taken
    as children of the whole trace. Spans whose times are not known are left out, with what lies below them.
    """
    found: dict[int, int] = {}
    roots = [root for root in children[-1] if starts_ns[root] is not None and ends_ns[root] is not None]
    if not roots:
        return found
    first_ns = min(starts_ns[root] or 0 for root in roots)
    last_ns = max(ends_ns[root] or 0 for root in roots)
    # Of each span: the part of its time that lies on the path.
    open_spans: list[tuple[int, int, int]] = []
    _walk_back(roots, first_ns, last_ns, starts_ns, ends_ns, open_spans)
    while open_spans:
        span, from_ns, to_ns = open_spans.pop()
        found[span] = _walk_back(children[span], from_ns, to_ns, starts_ns, ends_ns, open_spans)
    return found


def _walk_back(
    children: Sequence[int],
    from_ns: int,
    to_ns: int,
    starts_ns: Sequence[int | None],
    ends_ns: Sequence[int | None],
    taken: list[tuple[int, int, int]],
) -> int:
    """Add the children that lie on the path between two moments to ``taken``; the nanoseconds that none covers."""
    own_ns = 0
    cursor_ns = to_ns
    for child in _last_finished_first(children, ends_ns):
        start_ns, end_ns = starts_ns[child], ends_ns[child]
        if start_ns is None or end_ns is None:
            continue
        if end_ns <= from_ns or cursor_ns <= from_ns:
            break
        end_ns = min(end_ns, cursor_ns)
        start_ns = max(start_ns, from_ns)
        if start_ns < end_ns:
            own_ns += cursor_ns - end_ns
            taken.append((child, start_ns, end_ns))
            cursor_ns = start_ns
    return own_ns + cursor_ns - from_ns


def _last_finished_first(children: Sequence[int], ends_ns: Sequence[int | None]) -> Sequence[int]:
    return children if len(children) < 2 else sorted(children, key=lambda child: (-(ends_ns[child] or 0), child))

"""The tree of a trace: columns of spans in, rows in depth-first order out.

Whatever arrives is shown once. A parent that has not arrived stands there as a placeholder, one for each id, as long as
its children are; spans that are one another's ancestors become a tree below the first of them. Nothing here recurses:
a chain may be as long as a trace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from opentelemetry.proto.trace.v1.trace_pb2 import Status

from ..model import TraceColumns
from .calls import count_calls
from .critical_path import critical_path

Number = TypeVar("Number", int, float)

_NO_PARENT = bytes(8)
_ERROR = Status.STATUS_CODE_ERROR
_LATEST_NS = 1 << 64


@dataclass(frozen=True, slots=True)
class Tree:
    """Rows as columns of equal length, parents before their children, siblings by start (unknown ones last).

    ``source``: the index of the span in the ``TraceColumns``, -1 for a placeholder. ``parent``: a row, -1 for none.
    Times are from ``start_ns``, the first known start; ``None`` where they are not known. Own tokens and cost are those
    of ``calls.Calls``; those of subtrees add them up, the span itself included. ``critical_ns``: nanoseconds of the
    critical path that are the span's own, ``None`` if it does not lie on it.
    """

    start_ns: int | None
    duration_ns: int | None
    source: list[int]
    id: list[str]
    parent: list[int]
    depth: list[int]
    offset_ns: list[int | None]
    duration_of_span_ns: list[int | None]
    input_tokens: list[int | None]
    output_tokens: list[int | None]
    cost_usd: list[float | None]
    repeats: list[bool]
    subtree_spans: list[int]
    subtree_errors: list[int]
    subtree_tokens: list[int | None]
    subtree_cost_usd: list[float | None]
    subtree_cost_complete: list[bool]
    critical_ns: list[int | None]


@dataclass(frozen=True, slots=True)
class _Nodes:
    """Spans, then placeholders, by number; ``parents`` are numbers, -1 for none."""

    ids: list[bytes]
    parents: list[int]
    starts_ns: list[int | None]
    ends_ns: list[int | None]


def grow(columns: TraceColumns) -> Tree:
    """The tree of these spans, each of which has an id of its own."""
    nodes = _nodes(columns)
    _break_cycles(nodes.parents)
    children = _children(nodes)
    order, depths = _depth_first(children)
    calls = count_calls(columns, depths)
    path = critical_path(nodes.starts_ns, nodes.ends_ns, children)
    rows = _row_numbers(order)
    size = len(columns.span_id)
    first_ns = min((start for start in nodes.starts_ns if start is not None), default=None)
    last_ns = max((end for end in nodes.ends_ns if end is not None), default=None)
    inputs, outputs, costs = calls.input_tokens, calls.output_tokens, calls.cost_usd
    parents = [-1 if (up := nodes.parents[node]) < 0 else rows[up] for node in order]
    spans = [node if node < size else -1 for node in order]
    tokens = [None if at < 0 else _sum(inputs[at], outputs[at]) for at in spans]
    own_costs = [None if at < 0 else costs[at] for at in spans]
    unpriced = _summed([int(at >= 0 and calls.unpriced[at]) for at in spans], parents)
    return Tree(
        start_ns=first_ns,
        duration_ns=None if first_ns is None or last_ns is None else max(0, last_ns - first_ns),
        source=spans,
        id=[nodes.ids[node].hex() for node in order],
        parent=parents,
        depth=[depths[node] for node in order],
        offset_ns=[None if (start := nodes.starts_ns[node]) is None else start - (first_ns or 0) for node in order],
        duration_of_span_ns=[_elapsed(nodes.starts_ns[node], nodes.ends_ns[node]) for node in order],
        input_tokens=[None if at < 0 else inputs[at] for at in spans],
        output_tokens=[None if at < 0 else outputs[at] for at in spans],
        cost_usd=own_costs,
        repeats=[at >= 0 and calls.repeats[at] for at in spans],
        subtree_spans=_summed([int(at >= 0) for at in spans], parents),
        subtree_errors=_summed([int(at >= 0 and columns.status_code[at] == _ERROR) for at in spans], parents),
        subtree_tokens=_known_summed(tokens, parents),
        subtree_cost_usd=_known_summed(own_costs, parents),
        subtree_cost_complete=[not count for count in unpriced],
        critical_ns=[path.get(node) for node in order],
    )


def _nodes(columns: TraceColumns) -> _Nodes:
    ids = list(columns.span_id)
    known = {span_id: number for number, span_id in enumerate(ids)}
    starts = [start or None for start in columns.start_ns]
    ends = [None if not end else max(end, start) for start, end in zip(columns.start_ns, columns.end_ns, strict=True)]
    parents: list[int] = []
    for number, parent_id in enumerate(columns.parent_id):
        if parent_id == _NO_PARENT:
            parents.append(-1)
            continue
        parent = known.get(parent_id)
        if parent is None:
            parent = known[parent_id] = len(ids)
            ids.append(parent_id)
            starts.append(None)
            ends.append(None)
        parents.append(parent)
        if parent >= len(columns.span_id):
            _cover(starts, ends, parent, number)
    parents += [-1] * (len(ids) - len(parents))
    return _Nodes(ids, parents, starts, ends)


def _cover(starts: list[int | None], ends: list[int | None], placeholder: int, child: int) -> None:
    """Make a placeholder as long as what is below it."""
    start, end = starts[child], ends[child]
    if start is not None:
        so_far = starts[placeholder]
        starts[placeholder] = start if so_far is None else min(so_far, start)
    if end is not None or start is not None:
        ends[placeholder] = max(ends[placeholder] or 0, end or 0, start or 0)


def _break_cycles(parents: list[int]) -> None:
    """Take the parent from one span of every circle: the first in order, as its cause would be."""
    seen = [0] * len(parents)
    for walk, origin in enumerate(range(len(parents)), 1):
        node = origin
        while node >= 0 and not seen[node]:
            seen[node] = walk
            node = parents[node]
        if node < 0 or seen[node] != walk:
            continue
        first, around = node, parents[node]
        while around != node:
            first = min(first, around)
            around = parents[around]
        parents[first] = -1


def _children(nodes: _Nodes) -> list[list[int]]:
    """The children of every node by start; at the end those that have no parent."""
    children: list[list[int]] = [[] for _ in range(len(nodes.ids) + 1)]
    starts, ids = nodes.starts_ns, nodes.ids
    order = sorted(range(len(ids)), key=lambda node: (_LATEST_NS if (s := starts[node]) is None else s, ids[node]))
    for node in order:
        children[nodes.parents[node]].append(node)
    return children


def _depth_first(children: Sequence[Sequence[int]]) -> tuple[list[int], list[int]]:
    """The nodes in depth-first order, and the depth of each by its number."""
    order: list[int] = []
    depths = [0] * (len(children) - 1)
    stack = [*reversed(children[-1])]
    while stack:
        node = stack.pop()
        order.append(node)
        below = children[node]
        if below:
            depth = depths[node] + 1
            for child in reversed(below):
                depths[child] = depth
                stack.append(child)
    return order, depths


def _row_numbers(order: Sequence[int]) -> list[int]:
    rows = [0] * len(order)
    for row, node in enumerate(order):
        rows[node] = row
    return rows


def _summed(own: list[int], parents: Sequence[int]) -> list[int]:
    """Sums over subtrees: rows stand behind their parents, so one pass from the last to the first does."""
    for row in range(len(own) - 1, -1, -1):
        if parents[row] >= 0:
            own[parents[row]] += own[row]
    return own


def _known_summed(own: Sequence[Number | None], parents: Sequence[int]) -> list[Number | None]:
    """As ``_summed``; ``None`` where nothing below is known."""
    sums = list(own)
    for row in range(len(sums) - 1, -1, -1):
        value, parent = sums[row], parents[row]
        if value is not None and parent >= 0:
            sums[parent] = _sum(sums[parent], value)
    return sums


def _sum(one: Number | None, other: Number | None) -> Number | None:
    if one is None or other is None:
        return other if one is None else one
    return one + other


def _elapsed(start_ns: int | None, end_ns: int | None) -> int | None:
    return None if start_ns is None or end_ns is None else end_ns - start_ns

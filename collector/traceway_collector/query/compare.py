"""Two traces step by step: what is the same, what changed, what only one of them has."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import orjson
from opentelemetry.proto.trace.v1.trace_pb2 import Status

from traceway_semconv.kinds import SPENDING_KINDS

from ..model import TraceColumns
from .alignment import Likeness, Pair, align
from .tree import Tree

Change = Literal["same", "changed", "added", "removed"]

_ERROR = Status.STATUS_CODE_ERROR
# Their names say which model or which agent it was, and that may be just what changed.
_NAMED_BY_WHAT_THEY_USE = frozenset({*SPENDING_KINDS, "agent", "workflow", "retrieval"})
_CALLS_OF_TOOLS = frozenset({"tool_call", "tool_call_response"})


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two traces. ``contents``: digests of input and output by span id, ``None`` for what is not there."""

    tree: Tree
    spans: TraceColumns
    contents: Mapping[str, tuple[bytes | None, bytes | None]]


@dataclass(frozen=True, slots=True)
class Step:
    """A row of either tree, or of both. ``differs`` says in what, for a step that changed."""

    change: Change
    a: int | None
    b: int | None
    depth: int
    differs: tuple[str, ...] = ()


def digest(content: Any) -> bytes | None:
    """The same for contents that mean the same; ``None`` for none.

    ``content`` is what ``messages.Content`` has of a span. The ids that models give to calls of tools are left out:
    they are new in every run, and stand in every later prompt.
    """
    if content is None:
        return None
    text = orjson.dumps(_lasting(content), option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(text, digest_size=12).digest()


def compare(a: Side, b: Side) -> list[Step]:
    """Every row of both trees once, depth-first; what is removed stands before what is added in its place."""
    children = (_children(a.tree.parent), _children(b.tree.parent))
    below = _likenesses(a, b)
    roots: list[Likeness] = [*below, (partial(_kind, a), partial(_kind, b))]
    steps: list[Step] = []
    stack: list[tuple[Pair, int]] = [(pair, 0) for pair in reversed(align(children[0][-1], children[1][-1], roots))]
    while stack:
        (left, right), depth = stack.pop()
        steps.append(_step(a, b, left, right, depth))
        left_children = children[0][left] if left is not None else ()
        right_children = children[1][right] if right is not None else ()
        if left_children or right_children:
            pairs = align(left_children, right_children, below)
            stack.extend((pair, depth + 1) for pair in reversed(pairs))
    return steps


def _step(a: Side, b: Side, left: int | None, right: int | None, depth: int) -> Step:
    if left is None or right is None:
        return Step("added" if left is None else "removed", left, right, depth)
    differs = tuple(_differences(a, b, left, right))
    return Step("changed" if differs else "same", left, right, depth, differs)


def _differences(a: Side, b: Side, left: int, right: int) -> list[str]:
    one, other = a.tree.source[left], b.tree.source[right]
    if one < 0 or other < 0:  # of a parent that has not arrived nothing is known
        return []
    found = []
    is_tool = a.spans.kind[one] == "tool"
    given, answered = a.contents.get(a.tree.id[left], (None, None))
    other_given, other_answered = b.contents.get(b.tree.id[right], (None, None))
    if given != other_given:
        found.append("arguments" if is_tool else "input")
    if answered != other_answered:
        found.append("result" if is_tool else "output")
    if a.spans.model[one] != b.spans.model[other]:
        found.append("model")
    failed, other_failed = a.spans.status_code[one] == _ERROR, b.spans.status_code[other] == _ERROR
    if failed != other_failed:
        found.append("status")
    elif a.spans.error[one] != b.spans.error[other]:
        found.append("error")
    files = ((side.spans.file_path[at], side.spans.file_version[at]) for side, at in ((a, one), (b, other)))
    if len(set(files)) > 1:
        found.append("file")
    if a.spans.name[one] != b.spans.name[other]:
        found.append("name")
    return found


def _children(parents: Sequence[int]) -> list[list[int]]:
    """The children of every row in their order; at the end the roots."""
    children: list[list[int]] = [[] for _ in range(len(parents) + 1)]
    for row, parent in enumerate(parents):
        children[parent].append(row)
    return children


def _likenesses(a: Side, b: Side) -> list[Likeness]:
    """From the same step with the same content to what does the same thing."""
    return [(partial(likeness, a), partial(likeness, b)) for likeness in (_whole, _asked, _named, _alike)]


def _whole(side: Side, row: int) -> Hashable:
    return (_named(side, row), side.contents.get(side.tree.id[row]))


def _asked(side: Side, row: int) -> Hashable:
    return (_named(side, row), side.contents.get(side.tree.id[row], (None,))[0])


def _named(side: Side, row: int) -> Hashable:
    at, spans = side.tree.source[row], side.spans
    if at < 0:
        return None
    return (spans.kind[at], spans.name[at], spans.tool_name[at], spans.model[at], spans.file_path[at])


def _alike(side: Side, row: int) -> Hashable:
    at, spans = side.tree.source[row], side.spans
    if at < 0:
        return None
    kind = spans.kind[at]
    used = spans.tool_name[at] or spans.file_path[at]
    return (kind, used or ("" if kind in _NAMED_BY_WHAT_THEY_USE else spans.name[at]))


def _kind(side: Side, row: int) -> Hashable:
    at = side.tree.source[row]
    return None if at < 0 else side.spans.kind[at]


def _lasting(content: Any) -> Any:
    if not isinstance(content, list):
        return content
    return [_lasting_message(each) if isinstance(each, dict) and "parts" in each else each for each in content]


def _lasting_message(message: dict[str, Any]) -> dict[str, Any]:
    parts = message["parts"]
    if not isinstance(parts, list):
        return message
    return {**message, "parts": [_lasting_part(part) for part in parts]}


def _lasting_part(part: Any) -> Any:
    if isinstance(part, dict) and part.get("type") in _CALLS_OF_TOOLS:
        return {name: value for name, value in part.items() if name != "id"}
    return part

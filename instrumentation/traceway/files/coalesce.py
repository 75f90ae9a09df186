"""Loops. A program that opens one file a thousand times a second gets twenty spans, and one that counts the rest."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from opentelemetry import trace

from .event import FileEvent

MAX_ALIKE: Final = 20
WINDOW_NS: Final = 1_000_000_000
_MAX_KINDS = 1024
_MAX_GROUP_NS = 10 * WINDOW_NS

_Key = tuple[str, str, str, str, int]


@dataclass(slots=True)
class _Run:
    """Events alike. ``seen`` since ``window_start_ns``; ``group``: what those over ``MAX_ALIKE`` have become."""

    window_start_ns: int
    seen: int = 0
    group: FileEvent | None = None


class Coalescer:
    """Calls ``emit`` with events, soon or when their group is complete, and ``drop`` with those whose content is in no
    span because a later one's is. Alike are events of one operation, mode, path, parent and failure."""

    def __init__(self, emit: Callable[[FileEvent], None], drop: Callable[[FileEvent], None]) -> None:
        self._emit = emit
        self._drop = drop
        self._runs: OrderedDict[_Key, _Run] = OrderedDict()

    def add(self, event: FileEvent) -> None:
        key = _key(event)
        run = self._runs.get(key)
        if run is None:
            if len(self._runs) >= _MAX_KINDS:
                self._end(self._runs.popitem(last=False)[1])
            run = self._runs[key] = _Run(event.start_ns)
        self._runs.move_to_end(key)
        if event.start_ns - run.window_start_ns > WINDOW_NS:
            if run.seen <= MAX_ALIKE or _is_over(run, event.start_ns):
                self._end(run)
            run.window_start_ns, run.seen = event.start_ns, 0 if run.group is None else MAX_ALIKE
        run.seen += 1
        if run.seen <= MAX_ALIKE:
            self._emit(event)
        elif run.group is None:
            run.group = event
        else:
            self._drop(run.group)
            run.group = _merged(run.group, event)

    def due(self, now_ns: int) -> bool:
        """Emit groups that nothing was added to for a while; whether any are left."""
        for key, run in list(self._runs.items()):
            if _is_over(run, now_ns):
                self._end(run)
                del self._runs[key]
        return bool(self._runs)

    def flush(self) -> None:
        """Emit all groups."""
        for run in self._runs.values():
            self._end(run)

    def forget(self) -> None:
        self._runs.clear()

    def _end(self, run: _Run) -> None:
        if run.group is not None:
            group, run.group = run.group, None
            self._emit(group)


def _key(event: FileEvent) -> _Key:
    parent = trace.get_current_span(event.context).get_span_context()
    failure = event.failure.type if event.failure else ""
    return event.operation, event.mode, event.path, failure, parent.span_id


def _is_over(run: _Run, now_ns: int) -> bool:
    if run.group is None:
        return now_ns - run.window_start_ns > WINDOW_NS
    return now_ns - run.group.end_ns > WINDOW_NS or now_ns - run.group.start_ns > _MAX_GROUP_NS


def _merged(group: FileEvent, event: FileEvent) -> FileEvent:
    return event._replace(
        start_ns=min(group.start_ns, event.start_ns),
        end_ns=max(group.end_ns, event.end_ns),
        read_bytes=_sum(group.read_bytes, event.read_bytes),
        written_bytes=_sum(group.written_bytes, event.written_bytes),
        alike=group.alike + event.alike,
    )


def _sum(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else one + other

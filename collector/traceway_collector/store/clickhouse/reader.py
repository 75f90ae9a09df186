"""The read role for spans and traces."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from string import Template
from typing import Any

from ...model import StoredSpan, TraceColumns, TraceSummary
from ...query.filters import Page, Position, SpanFilter, SpanSort
from .. import PageOf
from . import where as conditions
from .engine import Engine
from .places import Place, bounds, bucket_of, buckets_of
from .rows import BINARY, SKELETON, WHOLE, stored_span, text
from .sqlfiles import read
from .where import Where
from .words import known_words

_MAX_NS = (1 << 64) - 1
_AFTER_ALL = "f" * 32
# A trace without its root counts as running for this long after its last span arrived.
RUNNING_FOR_NS = 15 * 60 * 1_000_000_000
# Where spans of traces that started at `since_ns` or later are looked for.
_AMONG = "bucket >= {first_bucket:UInt32} AND ingested_ns <= {as_of:UInt64}"
# A list looks at the newest first: this many spans a wanted row, or starts a wanted trace (each group that brings spans
# of a trace adds one), and more if a span must match; then eight times as many, …
_SPANS_A_ROW, _STARTS_A_TRACE, _MATCHING, _WIDEN = 16, 3, 4, 8
# What the text index knows costs little wherever it looks: to go far at once saves questions.
_WIDEN_INDEXED, _MOST_ROWS = 64, (1 << 32) - 1

_SORT_KEYS: dict[SpanSort, str] = {
    "started_at": "start_ns",
    "duration": conditions.SPAN_DURATION,
    "tokens": "coalesce(input_tokens + output_tokens, input_tokens, output_tokens)",
    "cost": "cost_usd",
}


class SpanReader:
    """Implements the span and trace part of ``store.Reader``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def traces(self, where: SpanFilter, page: Page, as_of_ns: int) -> PageOf[TraceSummary]:
        """See ``store.Reader.traces``."""
        as_of_ns = page.after.as_of_ns if page.after else as_of_ns
        after = page.after or Position(as_of_ns, _MAX_NS, _AFTER_ALL)
        whole = conditions.of_trace(where)
        found: list[TraceSummary] = []
        starts: dict[str, int] = {}
        waiting: list[Place] = []
        for batch in self._batches(where, after, as_of_ns, page.limit + 1):
            # A summary is of now; the place in the list is that of the start as it was known then.
            starts.update((place.trace_id, start_ns) for start_ns, place in batch)
            waiting += (place for _, place in batch)
            # Few summaries take nearly as long as many.
            if len(found) + len(waiting) > page.limit:
                found += self._summaries(waiting, whole)
                waiting = []
            if len(found) > page.limit:
                break
        found += self._summaries(waiting, whole)
        rows = found[: page.limit]
        more = len(found) > page.limit
        return PageOf(rows, Position(as_of_ns, starts[rows[-1].trace_id], rows[-1].trace_id) if more else None)

    def trace_summary(self, trace_id: str) -> TraceSummary | None:
        """See ``store.Reader.trace_summary``."""
        place = self._place(trace_id)
        if place is None:
            return None
        return next(iter(self._summaries([place], Where("1", {}))), None)

    def trace_spans(
        self, trace_id: str, *, skeleton: bool, limit: int, after: Position | None = None
    ) -> PageOf[StoredSpan]:
        """See ``store.Reader.trace_spans``."""
        place = self._place(trace_id)
        if place is None:
            return PageOf((), None)
        parameters = {
            "trace_id": trace_id,
            **bounds([place]),
            "after_start": int(after.key or 0) if after else 0,
            "after_span": after.span_id if after else "",
            "limit": limit + 1,
        }
        spans = self._spans("trace_spans", parameters, SKELETON if skeleton else WHOLE)
        kept = spans[:limit]
        more = len(spans) > limit
        return PageOf(kept, Position(0, kept[-1].start_ns, trace_id, kept[-1].span_id) if more else None)

    def trace_columns(self, trace_id: str, limit: int) -> TraceColumns | None:
        """See ``store.Reader.trace_columns``."""
        place = self._place(trace_id)
        if place is None:
            return None
        parameters = {"trace_id": trace_id, **bounds([place]), "limit": limit}
        return TraceColumns(*self._engine.columns(read("queries/trace_columns.sql"), parameters))

    def spans(
        self,
        where: SpanFilter,
        page: Page,
        as_of_ns: int,
        *,
        sort: SpanSort = "started_at",
        descending: bool = True,
        skeleton: bool = True,
    ) -> PageOf[StoredSpan]:
        """See ``store.Reader.spans``."""
        as_of_ns = page.after.as_of_ns if page.after else as_of_ns
        newest_first = sort == "started_at" and descending
        keys: Sequence[Sequence[Any]] = ()
        wanted, indexed = page.limit + 1, conditions.has_words(where)
        windows: Iterator[int] = iter((0,))
        if newest_first:
            upper = _upper_bucket(where, page)
            windows = self._span_windows(upper, wanted, lambda: _widened(indexed, len(keys), wanted))
        for number, first_bucket in enumerate(windows):
            if number == int(newest_first):  # what is common is found among the newest, as it is
                where = known_words(self._engine, where)
                indexed = conditions.has_words(where)
            keys = self._current_keys(where, page, as_of_ns, sort, descending, first_bucket)
            if len(keys) > page.limit:
                break
        kept = keys[: page.limit]
        spans = self._spans_by_key(kept, SKELETON if skeleton else WHOLE)
        if len(keys) <= page.limit:
            return PageOf(spans, None)
        _, trace_id, span_id, key, _ = kept[-1]
        return PageOf(spans, Position(as_of_ns, key, trace_id.hex(), span_id.hex()))

    def span(self, span_id: str, trace_id: str | None = None) -> Sequence[StoredSpan]:
        """See ``store.Reader.span``."""
        places = self._engine.query(read("queries/span_buckets.sql"), {"span_id": span_id})
        if not places:
            return ()
        buckets, groups = ([*column] for column in zip(*places, strict=True))
        found = self._spans("spans_by_id", {"span_id": span_id, "buckets": buckets, "groups": groups}, WHOLE)
        return [span for span in found if trace_id in (None, span.trace_id)]

    def _batches(
        self, where: SpanFilter, after: Position, as_of_ns: int, wanted: int
    ) -> Iterator[list[tuple[int, Place]]]:
        """Traces that may belong to the list, newest start first, batch by batch, each with its start as of then."""
        earliest_ns = where.since_ns or 0
        until_ns = min(where.until_ns if where.until_ns is not None else _MAX_NS, int(after.key or 0))
        condition = conditions.of_span_in_trace(where, _AMONG)
        position, batch_size = after, wanted
        indexed, found = conditions.has_words(where), 0
        windows = self._trace_windows(
            until_ns, wanted * (1 if condition.sql == "1" else _MATCHING), lambda: _widened(indexed, found, wanted)
        )
        for number, window_ns in enumerate(windows):
            if number == 1:
                where = known_words(self._engine, where)
                condition, indexed = conditions.of_span_in_trace(where, _AMONG), conditions.has_words(where)
            since_ns = max(window_ns, earliest_ns)
            while True:
                rows = self._trace_rows(condition, position, since_ns, until_ns, as_of_ns, batch_size)
                batch = [(started_ns, Place(trace_id.hex(), *place)) for trace_id, started_ns, *place in rows]
                if batch:
                    found += len(batch)
                    yield batch
                    position = Position(as_of_ns, batch[-1][0], batch[-1][1].trace_id)
                if len(batch) < batch_size:
                    break
                batch_size = min(batch_size * 4, 4096)
            if since_ns <= earliest_ns:
                return

    def _trace_rows(
        self, condition: Where, position: Position, since_ns: int, until_ns: int, as_of_ns: int, limit: int
    ) -> Sequence[Sequence[Any]]:
        candidates = read("queries/traces_started.sql")
        if condition.sql != "1":
            candidates = Template(read("queries/traces_matching.sql")).substitute(where=condition.sql)
        parameters = {
            **condition.parameters,
            "as_of": as_of_ns,
            "first_bucket": bucket_of(since_ns),
            "since_ns": since_ns,
            "until_ns": until_ns,
            "after_start": position.key,
            "after_trace": position.trace_id,
            "limit": limit,
        }
        sql = Template(read("queries/traces.sql")).substitute(candidates=candidates)
        return self._engine.query(sql, parameters, bounded=True)

    def _trace_windows(self, until_ns: int, wanted: int, widen: Callable[[], int] = lambda: _WIDEN) -> Iterator[int]:
        """Beginnings of ever longer stretches that end with ``until_ns``; the last one is 0: everything."""
        rows = wanted * _STARTS_A_TRACE
        while True:
            found = self._engine.query(read("queries/newest_start.sql"), {"until_ns": until_ns, "rows": rows})
            if not found:
                yield 0
                return
            yield found[0][0]
            rows = min(rows * widen(), _MOST_ROWS)

    def _span_windows(self, last_bucket: int, wanted: int, widen: Callable[[], int] = lambda: _WIDEN) -> Iterator[int]:
        """First buckets of ever longer stretches that end with ``last_bucket``; the last one is 0: everything."""
        rows = wanted * _SPANS_A_ROW
        while True:
            found = self._engine.query(read("queries/newest_bucket.sql"), {"last_bucket": last_bucket, "rows": rows})
            if not found or found[0][0] == 0:
                yield 0
                return
            yield found[0][0]
            rows = min(rows * widen(), _MOST_ROWS)

    def _summaries(self, places: Sequence[Place], condition: Where) -> list[TraceSummary]:
        if not places:
            return []
        buckets = buckets_of(places)
        among = "bucket IN {buckets:Array(UInt32)}" if buckets else "1"
        sql = summing("summaries", having=condition.sql, among=among)
        parameters = {
            **condition.parameters,
            **bounds(places),
            "buckets": buckets,
            "trace_ids": [place.trace_id for place in places],
            "running_since": max(0, time.time_ns() - RUNNING_FOR_NS),
        }
        found = {row[0].hex(): _summary(row) for row in self._engine.query(sql, parameters)}
        return [found[place.trace_id] for place in places if place.trace_id in found]

    def _current_keys(
        self, where: SpanFilter, page: Page, as_of_ns: int, sort: SpanSort, descending: bool, first_bucket: int
    ) -> Sequence[Sequence[Any]]:
        """The keys of a page and one more, if there are as many, without copies that later ones have superseded."""
        asked = wanted = page.limit + 1
        while True:
            keys = self._span_keys(where, page, as_of_ns, sort, descending, first_bucket, asked)
            current = self._without_superseded(keys, as_of_ns)
            if len(current) >= wanted or len(keys) < asked:
                return current[:wanted]
            asked *= 2

    def _without_superseded(self, keys: Sequence[Sequence[Any]], as_of_ns: int) -> Sequence[Sequence[Any]]:
        if not keys:
            return keys
        parameters: dict[str, Any] = {"as_of": as_of_ns, "span_ids": list({key[2].hex() for key in keys})}
        twice = self._engine.query(read("queries/spans_stored_twice.sql"), parameters)
        if not twice:
            return keys
        parameters["span_ids"] = [span_id.hex() for span_id, _ in twice]
        parameters["buckets"] = list({bucket for _, buckets in twice for bucket in buckets})
        copies = self._engine.query(read("queries/latest_copies.sql"), parameters)
        latest = {(trace_id, span_id): ingested_ns for trace_id, span_id, ingested_ns in copies}
        return [key for key in keys if latest.get((key[1], key[2]), key[4]) == key[4]]

    def _span_keys(
        self,
        where: SpanFilter,
        page: Page,
        as_of_ns: int,
        sort: SpanSort,
        descending: bool,
        first_bucket: int,
        limit: int,
    ) -> Sequence[Sequence[Any]]:
        condition = conditions.of_spans(where)
        type_ = {"started_at": "UInt64", "cost": "Float64"}.get(sort, "Int64")
        unknown = f"(sort_key IS NULL AND (trace_id, span_id) {'<' if descending else '>'} ($id))"
        compare = "<" if descending else ">"
        identity = "unhex({after_trace:String}), unhex({after_span:String})"
        after, extra = "1", {}
        if page.after is not None:
            extra = {"after_trace": page.after.trace_id, "after_span": page.after.span_id}
            if page.after.key is None:
                after = unknown.replace("$id", identity)
            else:
                extra["after_key"] = page.after.key  # type: ignore[assignment]
                after = (
                    f"((sort_key, trace_id, span_id) {compare} ({{after_key:{type_}}}, {identity}) OR sort_key IS NULL)"
                )
        sql = Template(read("queries/span_keys.sql")).substitute(
            key=_SORT_KEYS[sort], where=condition.sql, after=after, direction="DESC" if descending else "ASC"
        )
        parameters = {
            **condition.parameters,
            **extra,
            "as_of": as_of_ns,
            "first_bucket": first_bucket,
            "limit": limit,
        }
        return self._engine.query(sql, parameters, bounded=True)

    def _spans_by_key(self, keys: Sequence[Sequence[Any]], columns: tuple[str, ...]) -> list[StoredSpan]:
        found = self._found_by_key("spans_by_key", keys, columns)
        # A merge may have dropped a copy for a later one since the keys were read; what was deleted is nowhere.
        gone = [key for key in keys if (key[1].hex(), key[2].hex()) not in found]
        found |= self._found_by_key("spans_by_key_now", gone, columns)
        return [found[each] for key in keys if (each := (key[1].hex(), key[2].hex())) in found]

    def _found_by_key(
        self, query: str, keys: Sequence[Sequence[Any]], columns: tuple[str, ...]
    ) -> dict[tuple[str, str], StoredSpan]:
        if not keys:
            return {}
        parameters = {
            "buckets": sorted({key[0] for key in keys}),
            "groups": sorted({key[4] for key in keys}),
            "trace_ids": sorted({key[1].hex() for key in keys}),
            "span_ids": [key[2].hex() for key in keys],
        }
        return {(span.trace_id, span.span_id): span for span in self._spans(query, parameters, columns)}

    def _spans(self, query: str, parameters: dict[str, Any], columns: tuple[str, ...]) -> list[StoredSpan]:
        sql = Template(read(f"queries/{query}.sql")).substitute(columns=", ".join(columns))
        binary = BINARY if columns is WHOLE else ()
        return [stored_span(row) for row in self._engine.query(sql, parameters, binary=binary)]

    def _place(self, trace_id: str) -> Place | None:
        found = self._engine.query(read("queries/trace_range.sql"), {"trace_id": trace_id})
        return Place(trace_id, *found[0]) if found else None


def summing(query: str, **places: str) -> str:
    """A statement that sums what calls spent: there is one way to count it for traces and for sessions."""
    fragments = {"spending": read("queries/calls_spending.sql"), "sums": read("queries/calls_summed.sql")}
    return Template(read(f"queries/{query}.sql")).substitute(fragments, **places)


def _widened(indexed: bool, found: int, wanted: int) -> int:
    """How many times as far a list looks next: as far as it takes, if what was found goes on like that."""
    if not indexed:
        return _WIDEN
    return min(max(2 * wanted // found, 2), _WIDEN_INDEXED) if found else _WIDEN_INDEXED


def _upper_bucket(where: SpanFilter, page: Page) -> int:
    bounds = [where.until_ns, page.after.key if page.after else None]
    return bucket_of(int(min((bound for bound in bounds if bound is not None), default=_MAX_NS)))


def _summary(row: Sequence[Any]) -> TraceSummary:
    trace_id, name, start_ns, end_ns, running, failure, *rest = row
    failed, message, error_type = failure if isinstance(failure, tuple) else tuple(failure.values())
    spans, errors, inputs, outputs, cost, complete, services, models, kinds, session, user, tags, shown, said = rest
    return TraceSummary(
        trace_id=trace_id.hex(),
        name=text(name),
        start_ns=start_ns,
        end_ns=end_ns,
        running=bool(running) and not failed,
        error=(text(message) or text(error_type) or "error") if failed else None,
        span_count=spans,
        error_count=errors,
        input_tokens=inputs,
        output_tokens=outputs,
        cost_usd=cost,
        cost_complete=bool(complete),
        services=tuple(text(value) for value in services),
        models=tuple(text(value) for value in models),
        kinds={text(kind): count for kind, count in kinds.items()},
        session_id=text(session) or None,
        user_id=text(user) or None,
        tags=tuple(text(value) for value in tags),
        input_preview=text(shown) or None,
        output_preview=text(said) or None,
    )

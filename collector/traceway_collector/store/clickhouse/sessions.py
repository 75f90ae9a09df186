"""The read role for sessions: traces that name the same session, and their sums."""

from __future__ import annotations

import time
from array import array
from base64 import b64encode
from collections.abc import Iterator, Sequence
from string import Template
from typing import Any

from ...model import SessionSummary, TraceSummary
from ...query.filters import Page, Position, SpanFilter
from .. import PageOf
from . import where as conditions
from .places import Place, bucket_of
from .reader import RUNNING_FOR_NS, SpanReader, summing
from .rows import text
from .sqlfiles import read
from .where import Where
from .words import known_words

_MAX_NS = (1 << 64) - 1
_AFTER_ALL = "g"
_BEFORE_ALL = "0" * 32
_ALL = Where("1", {})
_MOST_SESSIONS_AT_ONCE = 512
# Their ids, packed, are less than the 128 KiB that a server takes as the value of a parameter.
_MOST_TOLD = 6_000

_Key = tuple[int, int, bytes, bytes]


class SessionReader(SpanReader):
    """Implements what ``store.Reader`` says of sessions."""

    def sessions(self, where: SpanFilter, page: Page, as_of_ns: int) -> PageOf[SessionSummary]:
        """See ``store.Reader.sessions``."""
        as_of_ns = page.after.as_of_ns if page.after else as_of_ns
        after = page.after or Position(as_of_ns, _MAX_NS, _AFTER_ALL)
        whole = conditions.of_trace(where)
        found: list[SessionSummary] = []
        places: dict[str, Position] = {}
        for batch in self._session_batches(where, after, as_of_ns, page.limit + 1):
            places.update((name, Position(as_of_ns, last_ns, tie)) for name, last_ns, tie in batch)
            summaries = self._session_summaries([name for name, _, _ in batch], whole)
            found += [summaries[name] for name, _, _ in batch if name in summaries]
            if len(found) > page.limit:
                break
        rows = found[: page.limit]
        return PageOf(rows, places[rows[-1].session_id] if len(found) > page.limit else None)

    def session_summary(self, session_id: str) -> SessionSummary | None:
        """See ``store.Reader.session_summary``."""
        return self._session_summaries([session_id], _ALL).get(session_id) if session_id else None

    def session_traces(self, session_id: str, page: Page, as_of_ns: int) -> PageOf[TraceSummary]:
        """See ``store.Reader.session_traces``."""
        as_of_ns = page.after.as_of_ns if page.after else as_of_ns
        parameters = {
            "session": session_id,
            "as_of": as_of_ns,
            "after_start": int(page.after.key or 0) if page.after else 0,
            "after_trace": page.after.trace_id if page.after else _BEFORE_ALL,
            "limit": page.limit + 1,
        }
        rows = self._engine.query(read("queries/session_traces.sql"), parameters, bounded=True)
        kept = rows[: page.limit]
        if not kept:
            return PageOf((), None)
        summaries = self._summaries([Place(trace_id.hex(), *place) for trace_id, _, *place in kept], _ALL)
        if len(rows) <= page.limit:
            return PageOf(summaries, None)
        return PageOf(summaries, Position(as_of_ns, kept[-1][1], kept[-1][0].hex()))

    def _session_batches(
        self, where: SpanFilter, after: Position, as_of_ns: int, wanted: int
    ) -> Iterator[list[tuple[str, int, str]]]:
        """Sessions that may belong to the list, last active first, batch by batch: name, when, and what orders those of
        one moment."""
        condition = conditions.of_span_in_trace(known_words(self._engine, where))
        candidates, windows = "1", self._span_windows(bucket_of(_last_ns(where, after)), wanted)
        if condition.sql != "1":
            # What finds the candidates looks at everything anyhow: once is enough.
            windows = iter((0,))
            candidates = Template(read("queries/sessions_matching.sql")).substitute(where=condition.sql)
        sql = Template(read("queries/sessions_active.sql")).substitute(candidates=candidates)
        until_ns = _last_ns(where, after)
        since_ns = where.since_ns or 0
        limit = wanted
        for first_bucket in windows:
            while True:
                parameters = {
                    **condition.parameters,
                    "as_of": as_of_ns,
                    "first_bucket": max(first_bucket, bucket_of(since_ns)),
                    "since_ns": max(since_ns, first_bucket * 10_000_000_000),
                    "until_ns": until_ns,
                    "after_start": after.key,
                    "after_tie": after.trace_id,
                    "limit": limit,
                }
                found = self._engine.query(sql, parameters, bounded=True)
                rows = [(text(name), int(at), text(tie)) for name, at, tie in found]
                if rows:
                    yield rows
                    after = Position(as_of_ns, rows[-1][1], rows[-1][2])
                if len(rows) < limit:
                    break
                limit = min(limit * 2, _MOST_SESSIONS_AT_ONCE)
            if first_bucket <= bucket_of(since_ns):
                return

    def _session_summaries(self, names: Sequence[str], condition: Where) -> dict[str, SessionSummary]:
        named, told = self._traces_named(names)
        places = Template(read("queries/session_places.sql")).substitute(named=named)
        bounds = self._engine.query(places, told, bounded=True)
        if not bounds:
            return {}
        first_start_ns, last_start_ns, first_group_ns, last_group_ns = bounds[0]
        parameters = {
            **condition.parameters,
            **told,
            "first_bucket": bucket_of(first_start_ns),
            "last_bucket": bucket_of(last_start_ns),
            "first_group": first_group_ns,
            "last_group": last_group_ns,
            "running_since": max(0, time.time_ns() - RUNNING_FOR_NS),
        }
        sql = summing("session_summaries", named=named, having=condition.sql)
        rows = self._engine.query(sql, parameters, bounded=True)
        previews = self._previews([_key(key) for row in rows for key in row[-2:]])
        summaries = (_session(row, previews) for row in rows)
        return {summary.session_id: summary for summary in summaries}

    def _traces_named(self, names: Sequence[str]) -> tuple[str, dict[str, Any]]:
        """SQL that tells the traces of some sessions, and its parameters. They are looked for once, unless they are too
        many to be told."""
        parameters: dict[str, Any] = {"sessions": list(names)}
        named = read("queries/sessions_named.sql")
        first = Template(read("queries/sessions_told_first.sql")).substitute(named=named)
        found = self._engine.query(first, {**parameters, "limit": _MOST_TOLD + 1}, bounded=True)
        if len(found) > _MOST_TOLD:
            return named, parameters
        traces = b64encode(b"".join(trace_id for trace_id, _ in found)).decode()
        places = b64encode(array("H", [place for _, place in found]).tobytes()).decode()
        return read("queries/sessions_told.sql"), {**parameters, "traces": traces, "places": places}

    def _previews(self, keys: Sequence[_Key]) -> dict[tuple[bytes, bytes], tuple[str, str]]:
        """Inputs and outputs of some spans, by trace and span."""
        known = [key for key in keys if key[1]]
        if not known:
            return {}
        buckets, groups, trace_ids, span_ids = ({*column} for column in zip(*known, strict=True))
        parameters = {
            "buckets": sorted(buckets),
            "groups": sorted(groups),
            "trace_ids": [trace_id.hex() for trace_id in trace_ids],
            "span_ids": [span_id.hex() for span_id in span_ids],
        }
        columns = "trace_id, span_id, input_preview, output_preview"
        sql = Template(read("queries/spans_by_key.sql")).substitute(columns=columns)
        rows = self._engine.query(sql, parameters)
        return {(trace_id, span_id): (text(shown), text(said)) for trace_id, span_id, shown, said in rows}


def _last_ns(where: SpanFilter, after: Position) -> int:
    """No session of the rest of the list was active later."""
    return min(where.until_ns if where.until_ns is not None else _MAX_NS, int(after.key or 0))


def _key(found: Any) -> _Key:
    """The key of a span; its group is 0 where there is none."""
    bucket, ingested_ns, trace_id, span_id = found if isinstance(found, tuple) else found.values()
    return bucket, ingested_ns, trace_id, span_id


def _session(row: Sequence[Any], previews: dict[tuple[bytes, bytes], tuple[str, str]]) -> SessionSummary:
    name, traces, users, start_ns, _, last_ns, _, _, spans, errors, inputs, outputs, cost, complete, *rest = row
    services, models, first, last = rest
    (shown, _), (_, said) = (previews.get(_key(each)[2:], ("", "")) for each in (first, last))
    return SessionSummary(
        session_id=text(name),
        trace_count=traces,
        users=tuple(text(value) for value in users),
        start_ns=start_ns,
        last_ns=last_ns,
        span_count=spans,
        error_count=errors,
        input_tokens=inputs,
        output_tokens=outputs,
        cost_usd=cost,
        cost_complete=bool(complete),
        services=tuple(text(value) for value in services),
        models=tuple(text(value) for value in models),
        input_preview=shown or None,
        output_preview=said or None,
    )

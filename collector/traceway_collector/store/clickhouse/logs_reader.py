"""The read role for log records."""

from __future__ import annotations

from collections.abc import Sequence
from string import Template
from typing import Any

from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

from ...model import StoredLog
from ...query.filters import LogFilter, Page, Position
from .. import PageOf
from . import rowid
from .engine import Engine
from .rowid import RowId
from .rows import ORIGIN, any_value, attributes, origin, text
from .sqlfiles import read
from .where import of_logs

_RECORD = (
    "time_ns",
    "timed",
    "observed_ns",
    "trace_id",
    "span_id",
    "flags",
    "severity_number",
    "severity_text",
    "event_name",
    "service",
    "body_type",
    "body",
    "attr_keys",
    "attr_types",
    "attr_values",
    "dropped_attributes",
)
_COLUMNS = (*rowid.COLUMNS, *_RECORD, *ORIGIN)


class LogReader:
    """Implements the part of ``store.Reader`` that is about log records."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def logs(self, where: LogFilter, page: Page, as_of_ns: int) -> PageOf[StoredLog]:
        """See ``store.Reader.logs``. A record without a time of its own stands at the time it was observed."""
        as_of_ns = page.after.as_of_ns if page.after else as_of_ns
        condition = of_logs(where)
        after, position = rowid.after(page.after)
        rows = self._log_rows(
            "logs",
            {**condition.parameters, **position, "as_of": as_of_ns, "limit": page.limit + 1},
            where=condition.sql,
            after=after,
        )
        kept = rows[: page.limit]
        logs = [_stored_log(row) for row in kept]
        if len(rows) <= page.limit:
            return PageOf(logs, None)
        return PageOf(logs, Position(as_of_ns, kept[-1][len(rowid.COLUMNS)], "", logs[-1].log_id))

    def trace_logs(self, trace_ids: Sequence[str], *, event_names: Sequence[str] = ()) -> Sequence[StoredLog]:
        """See ``store.Reader.trace_logs``."""
        if not trace_ids:
            return ()
        condition = of_logs(LogFilter(event_names=tuple(event_names)))
        parameters = {**condition.parameters, "trace_ids": list(trace_ids)}
        return [_stored_log(row) for row in self._log_rows("trace_logs", parameters, where=condition.sql)]

    def _log_rows(self, query: str, parameters: dict[str, Any], **parts: str) -> Sequence[Sequence[Any]]:
        sql = Template(read(f"queries/{query}.sql")).substitute(columns=", ".join(_COLUMNS), **parts)
        return self._engine.query(sql, parameters, bounded=True)


def _stored_log(row: Sequence[Any]) -> StoredLog:
    ids, values = row[: len(rowid.COLUMNS)], row[len(rowid.COLUMNS) : -len(ORIGIN)]
    (
        time_ns,
        timed,
        observed_ns,
        trace_id,
        span_id,
        flags,
        severity_number,
        severity_text,
        event_name,
        service,
        body_type,
        body,
        keys,
        types,
        texts,
        dropped_attributes,
    ) = values
    record = LogRecord(
        time_unix_nano=time_ns if timed else 0,
        observed_time_unix_nano=observed_ns,
        severity_number=severity_number,
        severity_text=text(severity_text),
        attributes=attributes(keys, types, texts),
        dropped_attributes_count=dropped_attributes,
        flags=flags,
        trace_id=trace_id,
        span_id=span_id,
        event_name=text(event_name),
    )
    if body_type:
        record.body.CopyFrom(any_value(body_type, body))
    return StoredLog(log_id=str(RowId(*ids)), service=text(service), record=record, origin=origin(row[-len(ORIGIN) :]))

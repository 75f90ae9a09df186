"""The write role: a group of requests becomes one insert, one part, one commit."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from ...errors import Unavailable
from ...model import Signal
from .. import RefusedRequest, Request
from . import frames, points
from .engine import Engine, EngineError
from .pricing import Prices
from .sqlfiles import format_settings, read

log = logging.getLogger(__name__)

# Error codes of ClickHouse that say "not this data", however often it is sent: CANNOT_PARSE_*, INCORRECT_DATA and kin;
# for Protobuf BAD_ARGUMENTS (36, two cases of a oneof) and UNKNOWN_PROTOBUF_FORMAT (444, another wire type).
_REFUSALS = frozenset({6, 26, 27, 32, 33, 36, 41, 53, 69, 70, 72, 117, 128, 131, 190, 321, 349, 389, 434, 436, 444})
# FUNCTION_THROW_IF_VALUE_IS_NON_ZERO: the view met a model whose price it does not know yet.
_PRICE_MISSING = 395

# The whole group must reach the tables as one block and so as one part each: that is what makes it one commit.
ONE_BLOCK = {
    "input_format_protobuf_oneof_presence": 1,
    "max_insert_threads": 1,
    "max_threads": 1,
    "max_block_size": 1 << 24,
    "min_insert_block_size_rows": 1 << 24,
    "min_insert_block_size_bytes": 1 << 34,
    "max_insert_block_size": 1 << 24,
    "optimize_on_insert": 0,
    # Merges build the index of texts: in an insert it would cost more than the rest of it.
    "exclude_materialize_skip_indexes_on_insert": "by_text",
}

_ROWS = {Signal.TRACES: frames.rows, Signal.LOGS: frames.rows, Signal.METRICS: points.rows}
_INBOX = {Signal.TRACES: "otlp_spans", Signal.LOGS: "otlp_logs", Signal.METRICS: "metric_points"}
_TABLES = {
    Signal.TRACES: ("spans", "trace_times", "span_buckets"),
    Signal.LOGS: ("logs",),
    Signal.METRICS: ("metric_points",),
}


class ClickHouseWriter:
    """Implements ``store.Writer``."""

    def __init__(self, engine: Engine, prices: Prices) -> None:
        self._engine = engine
        self._prices = prices

    def write(self, signal: Signal, group: Sequence[Request], ingested_ns: int) -> None:
        """See ``store.Writer.write``."""
        try:
            self._commit(signal, group, ingested_ns)
        except RefusedRequest:
            if len(group) > 1:
                raise
            usual = frames.usual(group[0])
            if usual.body == group[0].body:
                raise
            self._commit(signal, [usual], ingested_ns)

    def _commit(self, signal: Signal, group: Sequence[Request], ingested_ns: int) -> None:
        data = b"".join([row for request in group for row in _ROWS[signal](request, ingested_ns)])
        if not data:
            return
        try:
            self._insert(signal, data)
        except EngineError as error:
            self._undo(signal, ingested_ns)
            # One of several may be at fault in a way nobody foresaw; tried alone, it leaves the others in peace.
            if error.code in _REFUSALS or len(group) > 1:
                raise RefusedRequest(f"the engine cannot read this data: {error}") from error
            raise Unavailable(f"the engine did not take the data: {error}") from error
        except BaseException:
            self._undo(signal, ingested_ns)
            raise

    def recent_request_ids(self, signal: Signal, limit: int) -> Sequence[int]:
        """See ``store.Writer.recent_request_ids``."""
        sql = read(f"queries/recent_{signal}.sql")
        return [int(row[0]) for row in self._engine.query(sql, {"limit": limit})][::-1]

    def _insert(self, signal: Signal, data: bytes) -> None:
        schema = format_settings(f"inbox/{_INBOX[signal]}.proto", embedded=self._engine.embedded)
        settings = {**ONE_BLOCK, **schema}
        try:
            self._engine.insert(_INBOX[signal], data, "Protobuf", settings)
        except EngineError as error:
            if error.code != _PRICE_MISSING:
                raise
            # The first span of a model on a day; nothing was written yet. Learn which prices are missing, insert again.
            self._engine.insert("otlp_spans_probe", data, "Protobuf", settings)
            self._prices.learn()
            self._engine.insert(_INBOX[signal], data, "Protobuf", settings)

    def _undo(self, signal: Signal, ingested_ns: int) -> None:
        """Take back what a failed insert left in some of the tables; ``ingested_ns`` belongs to this group alone."""
        for table in _TABLES[signal]:
            try:
                self._take_back(table, ingested_ns)
            except (EngineError, Unavailable) as error:
                # Readers and merges take one copy of a span, so what stays behind is not counted twice.
                log.warning("a failed group could not be taken back from %s: %s", table, error)

    def _take_back(self, table: str, ingested_ns: int) -> None:
        layout = self._engine.layout
        parts = self._engine.query(read("queries/group_parts.sql").replace("spans", table), {"group": ingested_ns})
        mixed = bool(parts and layout.cluster)  # a part has its name on one shard alone
        for part, alone in () if mixed else parts:
            # A group is a part of its own until it is merged. To drop a part takes next to no room on the disk.
            mixed = mixed or not (alone and self._drop(table, part))
        if mixed:
            # Not waited for: on a full disk it is done when there is room again.
            change = f"ALTER TABLE {layout.stored(table)} DELETE WHERE ingested_ns = {ingested_ns:d}"
            self._engine.command(f"{change} SETTINGS mutations_sync = 0")

    def _drop(self, table: str, part: bytes | str) -> bool:
        name = part.decode() if isinstance(part, bytes) else part
        try:
            self._engine.command(f"ALTER TABLE {table} DROP PART '{name}'")
        except (EngineError, Unavailable):
            return False  # merged in the meantime, or no room even for that
        return True

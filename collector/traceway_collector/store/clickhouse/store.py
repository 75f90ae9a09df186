"""The store put together: all roles over one engine."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

from traceway_semconv.prices import PriceBook, PriceFileError, PriceRow

from ...errors import BadInput, Unavailable
from . import schema
from .analytics import AnalyticsReader
from .arrival_reader import ArrivalReader
from .engine import Engine, EngineError
from .event_reader import EventReader
from .facets import FacetReader
from .file_keeper import FileKeeper
from .file_reader import FileReader
from .file_writer import FileWriter
from .ids import IdReader
from .keeper import ClickHouseKeeper
from .logs_reader import LogReader
from .metrics_reader import MetricReader
from .parquet_reader import ParquetReader
from .pricing import Prices
from .sessions import SessionReader
from .sqlfiles import read
from .trace_reader import TraceReader
from .writer import ClickHouseWriter


class ClickHouseStore(
    ClickHouseWriter,
    TraceReader,
    ParquetReader,
    SessionReader,
    FacetReader,
    AnalyticsReader,
    EventReader,
    ArrivalReader,
    LogReader,
    MetricReader,
    IdReader,
    FileWriter,
    FileReader,
    FileKeeper,
    ClickHouseKeeper,
):
    """Implements ``store.Store``."""

    name = "clickhouse"

    def __init__(
        self, url: str, data_dir: Path, *, prices: Path | None = None, retention_days: int | None = None
    ) -> None:
        """Open the store, bring its schema to this version and mend what a crash left half done.

        Raises ``BadInput`` for a wrong URL or price file, ``Unsupported`` for a newer schema and ``Unavailable`` if the
        engine cannot be reached.
        """
        try:
            book = PriceBook(prices)
        except PriceFileError as error:
            raise BadInput(str(error), field="prices") from None
        self._engine = Engine(url, data_dir)
        self._book = book
        schema.prepare(self._engine, self._engine.layout)
        price_table = Prices(self._engine, book)
        price_table.start()
        ClickHouseWriter.__init__(self, self._engine, price_table)
        TraceReader.__init__(self, self._engine)
        AnalyticsReader.__init__(self, self._engine)
        EventReader.__init__(self, self._engine)
        ArrivalReader.__init__(self, self._engine)
        ParquetReader.__init__(self, self._engine)
        LogReader.__init__(self, self._engine)
        MetricReader.__init__(self, self._engine)
        IdReader.__init__(self, self._engine)
        changing = threading.Lock()
        FileWriter.__init__(self, self._engine, changing)
        FileReader.__init__(self, self._engine)
        FileKeeper.__init__(self, self._engine, changing)
        ClickHouseKeeper.__init__(self, self._engine, price_table, self)
        self.mend()
        self.set_retention(retention_days)

    def ping(self) -> None:
        """See ``store.Store.ping``."""
        try:
            self._engine.query("SELECT 1")
        except EngineError as error:
            raise Unavailable(f"the store does not answer: {error}") from error

    def price(self, provider: str, model: str, day: date) -> PriceRow:
        """See ``store.Reader.price``."""
        return self._book.resolve(provider, model, day)

    def mend(self) -> None:
        """Add what is missing beside spans whose commit was cut short between the tables (a crash, a full disk)."""
        for name in ("mend_trace_times", "mend_span_buckets"):
            self._engine.command(read(f"queries/{name}.sql"))

    def close(self) -> None:
        """See ``store.Store.close``."""
        self._engine.close()

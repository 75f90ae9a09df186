"""Parquet files that somebody imports, decoded by the embedded engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ...errors import BadInput, Unsupported
from .engine import Engine, EngineError
from .sqlfiles import read


class ParquetReader:
    """Implements ``store.Reader.parquet_texts``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def parquet_texts(self, path: Path, column: str) -> Iterator[Sequence[str | None]]:
        """See ``store.Reader.parquet_texts``."""
        if not self._engine.embedded:
            raise Unsupported(
                "Parquet is read by the embedded engine, and the store of this collector is a ClickHouse server, which "
                "cannot see the file; import it as jsonl or csv instead",
                field="format",
            )
        try:
            for (texts,) in self._engine.stream(
                read("queries/parquet_texts.sql"), {"path": str(path), "column": column}
            ):
                yield texts
        except EngineError as error:
            why = str(error).partition("DB::Exception: ")[2].replace(str(path), "the file").splitlines()
            told = f": {why[0][:200]}" if why else ""
            raise BadInput(f"the body is no Parquet file with a column {column} of texts{told}", field=column) from None

"""Parquet files that somebody imports, decoded by the embedded engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ...errors import BadInput, QueryTooLarge, TooLarge, Unavailable, Unsupported
from .engine import Engine, EngineError
from .sqlfiles import read

_NO_TEXT = "codec can't decode"


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
                read("queries/parquet_texts.sql"), {"path": str(path), "column": column}, bounded=True
            ):
                yield texts
        except QueryTooLarge:
            raise TooLarge(
                "the Parquet file has row groups that hold too much to be decoded; write smaller ones, or import it as "
                "jsonl",
                field="body",
            ) from None
        except EngineError as error:
            why = str(error).partition("DB::Exception: ")[2].replace(str(path), "the file").splitlines()
            raise _no_file(column, f": {why[0][:200]}" if why else "") from None
        except Unavailable as error:
            # What the engine says of a damaged file may quote bytes of it that are no text; the driver fails on that.
            if _NO_TEXT not in str(error):
                raise
            raise _no_file(column) from None


def _no_file(column: str, why: str = "") -> BadInput:
    return BadInput(f"the body is no Parquet file with a column {column} of texts{why}", field=column)

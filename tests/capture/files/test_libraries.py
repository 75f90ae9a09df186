"""Parquet by libraries that open files themselves: one span each, whichever of them calls which."""

from __future__ import annotations

import inspect
import io
import sys
from pathlib import Path

import pandas
import polars
import pyarrow
import pyarrow.parquet
import pytest

from traceway_semconv import names

from .observing import observing, of, version

FRAME = {"word": ["a", "b"], "count": [1, 2]}


@pytest.mark.parametrize("engine", ["pyarrow"])
def test_pandas(tmp_path: Path, engine: str) -> None:
    path = tmp_path / "a.parquet"
    with observing() as observed:
        pandas.DataFrame(FRAME).to_parquet(path, engine=engine)
        assert pandas.read_parquet(path, engine=engine).shape == (2, 2)
        written, read = observed.spans()
    assert [of(span, names.FS_OPERATION) for span in (written, read)] == ["write", "read"]
    assert of(written, names.FS_CONTENT_HASH) == of(read, names.FS_CONTENT_HASH) == version(path.read_bytes())
    assert of(written, names.FS_BYTES_WRITTEN) == path.stat().st_size
    assert of(read, names.FS_CONTENT_STATE) == "skipped_binary"


def test_pyarrow(tmp_path: Path) -> None:
    path = str(tmp_path / "a.parquet")
    table = pyarrow.table(FRAME)
    with observing(fs_binary=True) as observed:
        pyarrow.parquet.write_table(table, path)
        assert pyarrow.parquet.read_table(path) == table
        with pyarrow.parquet.ParquetFile(path) as file:
            assert file.read() == table
        with pyarrow.parquet.ParquetWriter(path, table.schema) as writer:
            writer.write_table(table)
        operations = [of(span, names.FS_OPERATION) for span in observed.spans(path)]
        data = Path(path).read_bytes()
        assert observed.contents()[version(data)] == data
    assert operations == ["write", "read", "read", "write"]


def test_polars(tmp_path: Path) -> None:
    path, sunk = tmp_path / "a.parquet", tmp_path / "b.parquet"
    frame = polars.DataFrame(FRAME)
    with observing() as observed:
        frame.write_parquet(path)
        assert polars.read_parquet(path).equals(frame)
        polars.scan_parquet(str(path)).sink_parquet(sunk)
        assert [of(span, names.FS_OPERATION) for span in observed.spans(path)] == ["write", "read", "read"]
        assert of(observed.span(sunk), names.FS_CONTENT_HASH) == version(sunk.read_bytes())


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with observing() as observed:
        with pytest.raises(FileNotFoundError):
            pyarrow.parquet.read_table(tmp_path / "none.parquet")
        span = observed.span(tmp_path / "none.parquet")
    assert of(span, names.ERROR_TYPE) == "FileNotFoundError"


def test_what_is_no_path_is_left_alone(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with observing() as observed:
        pandas.DataFrame(FRAME).to_parquet(buffer)
        assert pandas.read_parquet(buffer).shape == (2, 2)
        with pytest.raises(Exception):  # noqa: B017, PT011
            pandas.read_parquet("memory://nowhere/a.parquet")
        assert observed.spans() == []
        with open(tmp_path / "a.parquet", "wb") as file:
            pyarrow.parquet.write_table(pyarrow.table(FRAME), file)
        assert of(observed.span(), names.FS_OPERATION) == "write"


def test_other_formats_of_these_libraries_go_by_open(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with observing() as observed:
        pandas.DataFrame(FRAME).to_csv(path, index=False)
        assert pandas.read_csv(path).shape == (2, 2)
        written, read = observed.spans(path)
    assert of(written, names.FS_BYTES_WRITTEN) == of(read, names.FS_BYTES_READ) == path.stat().st_size


def test_the_functions_are_put_back() -> None:
    before = (pandas.read_parquet, pandas.DataFrame.to_parquet, pyarrow.parquet.read_table, polars.scan_parquet)
    signature = inspect.signature(pandas.read_parquet)
    with observing():
        assert pandas.read_parquet is not before[0]
        assert inspect.signature(pandas.read_parquet) == signature
    assert before == (
        pandas.read_parquet, pandas.DataFrame.to_parquet, pyarrow.parquet.read_table, polars.scan_parquet,
    )  # fmt: skip
    assert "pyarrow.parquet" in sys.modules

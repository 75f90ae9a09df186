"""Bodies cut into records: the same ones wherever the network parts the bytes."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from traceway_collector.api.wire.records import Lines, Record, Records, Rows
from traceway_collector.errors import BadInput, TooLarge

LIMIT = 1 << 20
TEXTS = st.text(st.sampled_from('ab{}",;\n\r\té世👋 ='), max_size=12)


def records(cutter: Records, body: bytes, sizes: list[int]) -> list[Record]:
    found: list[Record] = []
    at = 0
    for size in sizes:
        found += cutter.feed(body[at : at + size])
        at += size
    found += cutter.feed(body[at:])
    return [*found, *cutter.end()]


@given(st.lists(TEXTS.map(lambda text: text.replace("\n", " ").strip("\ufeff \t\r"))), st.lists(st.integers(0, 5)))
@example(["a"], [])
def test_lines(texts, sizes):
    body = "\n".join(texts).encode()
    expected = [(number, text) for number, text in enumerate(texts, 1) if text]
    assert records(Lines(LIMIT), body, sizes) == expected


@given(
    st.lists(st.tuples(TEXTS, TEXTS), max_size=6),
    st.lists(st.integers(0, 5)),
    st.sampled_from(",;\t"),
    st.sampled_from(["\r\n", "\n"]),
    st.booleans(),
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
)
def test_rows(rows, sizes, delimiter, end, ended, mark):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([("name", "otlp"), *rows])
    body = mark + (text.getvalue() if ended else text.getvalue().removesuffix(end)).encode()
    assert records(Rows(LIMIT), body, sizes) == [(number, otlp) for number, (_, otlp) in enumerate(rows, 1)]


@pytest.mark.parametrize("body", [b"", b"\n", b"name,kind\nx,y\n", b'"otlp\n'])
def test_a_table_without_the_column_is_refused(body):
    with pytest.raises(BadInput, match="otlp among them"):
        records(Rows(LIMIT), body, [])


def test_an_endless_record_is_too_large():
    with pytest.raises(TooLarge, match="line 2"):
        records(Lines(100), b"{}\n" + b"x" * 101, [50, 40])
    with pytest.raises(TooLarge, match="row 1"):
        records(Rows(100), b'otlp\n"' + b"\n\n" * 101, [50, 40])

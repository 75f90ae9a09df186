"""Whatever happens to the bytes of a segment, reading it yields records that were written and never fails."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from traceway.export.channel import SIGNALS
from traceway.export.segment import (
    HEADER_BYTES,
    Record,
    decode_header,
    decode_records,
    encode_header,
    encode_record,
)
from traceway.export.wire import Request

RECORDS = st.builds(
    Record,
    st.builds(
        Request,
        st.sampled_from(SIGNALS),
        st.binary(max_size=200) | st.just(b"\xf5TWR" * 9),
        st.sampled_from(["identity", "gzip", "deflate"]),
        st.integers(0, 2**32 - 1),
    ),
    st.integers(0, 2**64 - 1),
)


def read(data: bytes) -> tuple[list[Record], int]:
    """The records and how many stretches are damaged; the ends must lead to the end."""
    found = list(decode_records(data))
    ends = [each.end for each in found]
    assert ends == sorted(set(ends))
    assert not data or ends[-1] == len(data)
    return [each.record for each in found if each.record], sum(each.record is None for each in found)


@given(st.lists(RECORDS, max_size=6))
def test_what_was_written_is_read(records):
    assert read(b"".join(map(encode_record, records))) == (records, 0)


@given(st.lists(RECORDS, min_size=1, max_size=6), st.data())
def test_a_torn_end_costs_the_last_record_only(records, data):
    whole = b"".join(map(encode_record, records))
    kept = data.draw(st.integers(0, len(encode_record(records[-1])) - 1))
    torn = whole[: len(whole) - len(encode_record(records[-1])) + kept]
    assert read(torn) == (records[:-1], 1 if kept else 0)


@given(st.lists(RECORDS, min_size=1, max_size=6), st.data())
def test_a_changed_byte_costs_the_record_it_is_in(records, data):
    frames = [encode_record(each) for each in records]
    whole = bytearray(b"".join(frames))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    hit = next(index for index in range(len(frames)) if at < sum(map(len, frames[: index + 1])))
    assert read(bytes(whole)) == (records[:hit] + records[hit + 1 :], 1)


@given(st.lists(RECORDS, max_size=4), st.binary(min_size=1, max_size=100), st.integers(0, 4))
def test_rubbish_between_records_is_one_damage(records, rubbish, place):
    frames = [encode_record(each) for each in records]
    frames.insert(min(place, len(frames)), rubbish)
    assert read(b"".join(frames)) == (records, 1)


@given(st.binary(max_size=500))
def test_any_bytes_can_be_read(data):
    assert read(data)[0] == []


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(0, HEADER_BYTES), st.integers(0, 255))
def test_a_header_that_does_not_hold_settles_nothing(delivered, size, cut, flip):
    header = encode_header(delivered)
    assert decode_header(header, size) == (delivered if HEADER_BYTES <= delivered <= size else HEADER_BYTES)
    assert decode_header(header[:cut], size) in (HEADER_BYTES, decode_header(header, size))
    if cut < HEADER_BYTES and flip:
        damaged = header[:cut] + bytes([header[cut] ^ flip]) + header[cut + 1 :]
        assert decode_header(damaged, size) == HEADER_BYTES

"""Every encoding comes back as it went in, never beyond the cap; bad streams are bad input and nothing else."""

from __future__ import annotations

import gzip
import sys
import tracemalloc
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceway_collector.errors import BadInput, TooLarge, WrongMedia
from traceway_collector.otlp.inflate import inflate

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def raw_deflate(body: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(body) + stream.flush()


def same(body: bytes) -> bytes:
    return body


ENCODINGS = [
    ("", same),
    ("identity", same),
    ("gzip", gzip.compress),
    ("GZip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
    ("zstd", zstd.compress),
]
COMPRESSED = [pair for pair in ENCODINGS if pair[1] is not same]


@given(st.sampled_from(ENCODINGS), st.binary(max_size=5000))
def test_round_trip(encoding, body):
    name, compress = encoding
    assert inflate(compress(body), name, 5000) == body


@pytest.mark.parametrize(("name", "compress"), ENCODINGS)
def test_the_cap_is_exact(name, compress):
    assert inflate(compress(b"a" * 1000), name, 1000) == b"a" * 1000
    with pytest.raises(TooLarge, match="1000 bytes"):
        inflate(compress(b"a" * 1001), name, 1000)


@pytest.mark.parametrize(("name", "compress"), COMPRESSED)
def test_a_bomb_costs_no_more_memory_than_the_cap(name, compress):
    bomb = compress(bytes(200 * 2**20))
    limit = 4 * 2**20
    tracemalloc.start()
    with pytest.raises(TooLarge):
        inflate(bomb, name, limit)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * limit


@pytest.mark.parametrize(("name", "compress"), COMPRESSED)
def test_a_truncated_stream_is_said_to_be_one(name, compress):
    with pytest.raises(BadInput, match=r"ends in the middle|not valid"):
        inflate(compress(b"some text that is long enough")[:-3], name, 1000)


@pytest.mark.parametrize(("name", "compress"), COMPRESSED)
def test_bytes_after_the_stream_are_refused(name, compress):
    with pytest.raises(BadInput):
        inflate(compress(b"text") + b"\xffmore", name, 1000)


@pytest.mark.parametrize(("name", "compress"), [("gzip", gzip.compress), ("zstd", zstd.compress)])
def test_several_streams_in_a_row_are_one_body_up_to_a_number(name, compress):
    assert inflate(compress(b"ab") + compress(b"") + compress(b"c"), name, 3) == b"abc"
    with pytest.raises(TooLarge):
        inflate(compress(b"ab") + compress(b"cd"), name, 3)
    with pytest.raises(BadInput, match="more than 16"):
        inflate(compress(b"") * 1000, name, 3)


@given(st.sampled_from(["gzip", "deflate", "zstd"]), st.binary(min_size=1, max_size=300))
def test_arbitrary_bytes_are_bad_input_at_worst(name, body):
    with suppress(BadInput):
        assert len(inflate(body, name, 1000)) <= 1000


@given(st.sampled_from(COMPRESSED), st.data())
def test_a_damaged_stream_is_bad_input_at_worst(encoding, data):
    name, compress = encoding
    stream = bytearray(compress(data.draw(st.binary(min_size=20, max_size=200))))
    stream[data.draw(st.integers(0, len(stream) - 1))] ^= data.draw(st.integers(1, 255))
    with suppress(BadInput):
        assert len(inflate(bytes(stream), name, 1000)) <= 1000


@pytest.mark.parametrize("name", ["gzip", "zstd", "deflate", ""])
def test_an_empty_body_is_an_empty_request(name):
    assert inflate(b"", name, 10) == b""


@pytest.mark.parametrize(("name", "words"), [("br", "not an encoding read here"), ("gzip, zstd", "several encodings")])
def test_unknown_encodings_name_those_that_are_read(name, words):
    with pytest.raises(WrongMedia, match=words) as caught:
        inflate(b"body", name, 10)
    assert "gzip, deflate, zstd" in caught.value.message

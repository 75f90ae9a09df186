"""Event streams in any pieces."""

from __future__ import annotations

import itertools

from hypothesis import example, given
from hypothesis import strategies as st

from traceway_collector.terminal.events import Parser

STREAM = (
    'retry: 2500\nid: 1\n\n: heartbeat\n\nid: 2\ndata: {"a":\ndata: 1}\n\n'
    "id: 3\ndata:x\n\ndata: é\n\nid: 9\n\ndata: cut"
)
EXPECTED = [("2", '{"a":\n1}'), ("3", "x"), ("3", "é")]


def fed(pieces: list[bytes]) -> tuple[list[tuple[str, str]], Parser]:
    parser = Parser()
    return [event for piece in pieces for event in parser.feed(piece)], parser


@given(st.lists(st.integers(0, 200)), st.sampled_from(["\n", "\r\n", "\r"]))
@example([*range(200)], "\r\n")
def test_any_split_gives_the_same_events(cuts, end):
    whole = STREAM.replace("\n", end).encode()
    places = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    found, parser = fed([whole[begin:stop] for begin, stop in itertools.pairwise(places)])
    assert found == EXPECTED
    assert (parser.last_id, parser.retry_s) == ("9", 2.5)


@given(st.lists(st.binary(max_size=20)))
@example([b"\xff\xfe\n\n", b"data\n\n", b"id: \0\ndata: x\n\n", b"retry: \xd9\xa3\n"])
def test_no_bytes_break_it(pieces):
    fed(pieces)

"""Ids by how they begin."""

from __future__ import annotations

import pytest

from tests.api.telemetry import span
from traceway_collector.model import IdsFound

from .conftest import Feed
from .telemetry import request

TRACES = [
    "00000000000000000000000000000001",
    "abcd0000000000000000000000000001",
    "abcd0000000000000000000000000002",
    "abce0000000000000000000000000000",
    "ffffffffffffffffffffffffffffffff",
]
SPANS = ["0000000000000001", "abcd000000000001", "abcdef0000000002", "dead00000000beef", "ffffffffffffffff"]
PAIRS = list(zip(TRACES, SPANS, strict=True))
PREFIXES = ["0000", "abcd", "abc", "abcde", "a", "ffff", "1234", "dead00000000beef", "abcd00000000000000000000000000"]


@pytest.fixture
def filled(feed: Feed) -> Feed:
    spans = []
    for trace_id, span_id in PAIRS:
        each = span(1, 1)
        each.trace_id, each.span_id = bytes.fromhex(trace_id), bytes.fromhex(span_id)
        spans.append(each)
    feed.write(request(*spans))
    return feed


@pytest.mark.parametrize("prefix", [*PREFIXES, *TRACES])
def test_what_begins_so_is_found(filled, prefix):
    assert filled.store.ids_beginning(prefix, 10) == IdsFound(
        tuple(each for each in TRACES if each.startswith(prefix)),
        tuple((trace, each) for trace, each in PAIRS if each.startswith(prefix)),
    )


def test_no_more_than_asked_for(filled):
    found = filled.store.ids_beginning("abcd", 1)
    assert found == IdsFound((TRACES[1],), ((TRACES[1], SPANS[1]),))


def test_a_span_id_in_several_traces_is_found_in_each(filled):
    each = span(1, 1)
    each.trace_id, each.span_id = bytes.fromhex(TRACES[0]), bytes.fromhex(SPANS[3])
    filled.write(request(each))
    filled.write(request(each))
    assert filled.store.ids_beginning("dead", 10).span_ids == ((TRACES[0], SPANS[3]), (TRACES[3], SPANS[3]))


def test_what_was_deleted_is_not_found(filled):
    filled.store.delete_trace(TRACES[3])
    assert filled.store.ids_beginning("abce", 10) == IdsFound((), ())
    assert filled.store.ids_beginning("dead", 10) == IdsFound((), ())

"""Whatever an application hands over becomes JSON of bounded size."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import json
import uuid
from pathlib import PurePosixPath

import numpy
from hypothesis import given, settings
from hypothesis import strategies as st

from traceway import Traceway
from traceway.contain import FAULTS
from traceway.sdk.content import MAX_CHARACTERS, bounded, json_text, text_of
from traceway.testing import record
from traceway_semconv.kinds import SpanKind


class Broken:
    """Everything about it raises."""

    def __repr__(self):
        raise RuntimeError("no repr")

    def __getattr__(self, name):
        raise RuntimeError(name)


class BrokenMapping(collections.UserDict):
    def items(self):
        raise RuntimeError("no items")


class Colour(enum.Enum):
    RED = "red"


@dataclasses.dataclass
class Point:
    x: int
    where: object


def test_objects_become_what_they_hold():
    moment = datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC)
    assert bounded(Point(1, Colour.RED)) == {"x": 1, "where": "red"}
    assert bounded([moment, decimal.Decimal("1.50"), PurePosixPath("a/b"), uuid.UUID(int=1)]) == [
        *("2026-11-21T00:00:00+00:00", "1.50", "a/b", "00000000-0000-0000-0000-000000000001")
    ]
    assert bounded((1, {2}, b"12345", ValueError("bad"))) == [1, [2], "[5 bytes]", "ValueError: bad"]


def test_arrays_are_written_out_if_they_are_small():
    assert bounded({"a": numpy.arange(3), "b": numpy.float32(0.5), "c": numpy.int64(7)}) == {
        "a": [0, 1, 2],
        "b": 0.5,
        "c": 7,
    }
    assert bounded(numpy.zeros((100, 100))) == {
        "_type": "ndarray of float64, shape (100, 100)",
        "_truncated": True,
        "_original_size": 10_000,
    }


def test_what_cannot_be_written_says_so():
    circle: list[object] = [1]
    circle.append(circle)
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert bounded(circle) == [1, "[circular]"]
    assert bounded([Broken(), BrokenMapping(a=1)]) == ["[unserialisable Broken]", "[unserialisable BrokenMapping]"]
    assert "[truncated: too deep]" in json_text(deep)
    assert bounded(1 << 100_000) == "[integer of 100001 bits]"


def test_what_is_too_large_is_cut_and_says_so():
    text = bounded("x" * (MAX_CHARACTERS + 5))
    assert text.endswith(f"… [truncated: {MAX_CHARACTERS + 5} characters]")
    items = bounded(range(10**9))
    assert items == "range(0, 1000000000)"
    assert bounded(list(range(50_000)))[-1] == {"_truncated": True, "_original_size": 50_000}
    large = bounded({str(n): "x" * 1000 for n in range(5_000)})
    assert (large["_truncated"], large["_original_size"]) == (True, 5_000)
    assert len(json_text([["x" * 10_000] * 100] * 100)) < 2 * MAX_CHARACTERS


def test_an_iterator_is_not_consumed():
    numbers = iter([1, 2, 3])
    bounded({"numbers": numbers})
    assert list(numbers) == [1, 2, 3]


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.binary()
    | st.dates()
    | st.decimals()
    | st.builds(Broken)
    | st.builds(BrokenMapping, a=st.integers())
    | st.sampled_from([Colour.RED, object, len, numpy.zeros(3), numpy.array("x", dtype=object)]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers() | st.none(), inner) | st.tuples(inner),
    max_leaves=15,
)


@given(anything)
def test_any_value_is_json_and_can_be_sent(value):
    json.loads(json_text(value))
    json_text(value).encode()
    text_of(value).encode()


@settings(max_examples=50, deadline=None)
@given(anything, anything, st.sampled_from(list(SpanKind)))
def test_any_input_and_output_of_any_kind_is_recorded_without_a_fault(given, made, kind):
    faults = FAULTS["sdk"]
    with record() as recorded, Traceway().span("any", kind=kind, input=given, attributes={"any": given}) as span:
        span.set_output(made)
        span.set_attribute("made", made)
        span.complete()
        assert [found.name for found in recorded.spans] == ["any"]
    assert FAULTS["sdk"] == faults

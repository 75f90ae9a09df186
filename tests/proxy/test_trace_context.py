"""traceparent, well formed and not. Source: W3C Trace Context, level 2, 3.2."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceway_collector.proxy.trace_context import place_of

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
GOOD = f"00-{TRACE}-{PARENT}-01"


@pytest.mark.parametrize(
    ("value", "flags"),
    [
        (GOOD, 0x301),
        (GOOD.upper(), 0x301),
        (f" {GOOD} ", 0x301),
        (f"00-{TRACE}-{PARENT}-00", 0x300),
        (f"cc-{TRACE}-{PARENT}-03-what-comes-later", 0x303),
    ],
)
def test_the_span_is_a_child(value, flags):
    place = place_of([(b"TraceParent", value.encode()), (b"tracestate", b"a=1"), (b"Tracestate", b"b=2")])
    assert (place.trace_id.hex(), place.parent_span_id.hex(), place.flags) == (TRACE, PARENT, flags)
    assert place.state == "a=1,b=2"
    assert place.span_id.hex() != PARENT


@pytest.mark.parametrize(
    "value",
    [
        "",
        GOOD + "-more",
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE[1:]}-{PARENT}-01",
        f"00_{TRACE}_{PARENT}_01",
        f"00-{TRACE}-{PARENT}",
        f"00-{TRACE}-{PARENT}-zz",
    ],
)
def test_a_wrong_one_is_none(value):
    place = place_of([(b"traceparent", value.encode()), (b"tracestate", b"a=1")])
    assert place.parent_span_id == b""
    assert place.state == ""
    assert place.trace_id.hex() != TRACE


def test_two_are_none():
    assert place_of([(b"traceparent", GOOD.encode())] * 2).parent_span_id == b""


@given(st.lists(st.tuples(st.sampled_from([b"traceparent", b"tracestate", b"x"]), st.binary()), max_size=4))
def test_any_headers_give_a_place(headers):
    place = place_of(headers)
    assert (len(place.trace_id), len(place.span_id)) == (16, 8)
    assert any(place.trace_id)
    assert any(place.span_id)

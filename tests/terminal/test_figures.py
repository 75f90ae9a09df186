"""Figures as they are shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceway_collector.terminal import figures


@pytest.mark.parametrize(
    ("ns", "shown"),
    [
        (None, "–"), (0, "0 ms"), (999, "999 ns"), (1500, "1.50 µs"), (999_600, "1.00 ms"), (340_000_000, "340 ms"),
        ("1240000000", "1.24 s"), (999_600_000, "1.00 s"), (59_900_000_000, "59.9 s"), (59_990_000_000, "1 m 00 s"),
        (125_000_000_000, "2 m 05 s"), (3_720_000_000_000, "1 h 02 m"), (3_599_700_000_000, "1 h 00 m"),
        (108_000_000_000_000, "1 d 06 h"),
    ],
)  # fmt: skip
def test_durations(ns, shown):
    assert figures.duration(ns) == shown


@given(st.integers(0, 2**63))
def test_any_duration_is_short(ns):
    assert len(figures.duration(ns)) <= 14
    assert "e" not in figures.duration(ns)


@pytest.mark.parametrize(
    ("usd", "complete", "shown"),
    [
        (None, True, "–"), (None, False, "?"), (0, True, "$0"), (1234.4, True, "$1,234"), (0.25, True, "$0.25"),
        (0.0042, True, "$0.0042"), (0.000046, True, "$0.000046"), (0.0042, False, "$0.0042+"),
    ],
)  # fmt: skip
def test_costs(usd, complete, shown):
    assert figures.cost(usd, complete) == shown


@given(st.floats(1e-9, 1e6))
def test_no_cost_looks_like_nothing(usd):
    assert float(figures.cost(usd).replace("$", "").replace(",", "")) == pytest.approx(usd, rel=0.06, abs=1e-10)


@pytest.mark.parametrize(
    ("size", "shown"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1_400_000, "1.4 MB"), (5 * 10**12, "5000.0 GB")]
)
def test_sizes(size, shown):
    assert figures.size(size) == shown


def test_ages():
    at, start_ns = "2026-11-21T07:05:06.123456789Z", 1_795_244_706_123_456_789
    assert figures.time_ns(at) == start_ns
    ages = [figures.age(at, start_ns + seconds * 10**9) for seconds in (-5, 0, 59, 60, 3600, 86_400 * 12)]
    assert ages == ["now", "now", "59s", "1m", "1h", "12d"]

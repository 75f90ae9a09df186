"""Durations and amounts are written alike in the terminal and in the browser."""

from __future__ import annotations

from traceway_collector.terminal import figures

from .conftest import Open

DURATIONS_NS = (
    0, 1, 999, 1_500, 99_960, 999_400, 999_600, 340_000_000, 999_600_000, 1_240_000_000, 10_000_000_000, 59_940_000_000,
    59_990_000_000, 125_000_000_000, 3_599_700_000_000, 3_720_000_000_000, 108_000_000_000_000,
)  # fmt: skip
COSTS_USD = (0, 1e-9, 0.0000031, 0.000046, 0.0001, 0.00095, 0.003, 0.0042, 0.0996, 0.1, 0.25, 12.5, 999.4, 1234.4, 14e3)
_FORMAT = """async ([durations, costs]) => {
  const start = document.querySelector("script[type=module]").src.replace("main.js", "format.js");
  const { cost, duration } = await import(start);
  const unknown = [cost(0.0042, false), cost(null, false), duration(null)];
  return [durations.map((ns) => duration(ns / 1e6)), costs.map((usd) => cost(usd, true)), unknown];
}"""


def test_the_browser_writes_figures_as_the_terminal_does(open_page: Open) -> None:
    page = open_page("#/settings")
    durations, costs, unknown = page.evaluate(_FORMAT, [DURATIONS_NS, COSTS_USD])
    assert durations == [figures.duration(ns) for ns in DURATIONS_NS]
    assert costs == [figures.cost(usd) for usd in COSTS_USD]
    assert unknown == [figures.cost(0.0042, complete=False), figures.UNKNOWN, figures.UNKNOWN]

"""The filter bar and the time range: chips, completion, errors under the word, all of it in the URL."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.serving import Served

from .browser import Complaints
from .conftest import Open
from .runs import send_runs
from .traffic import Trace

SERVICE = "filter-shop"


@pytest.fixture(scope="module")
def runs(served: Served) -> list[str]:
    return send_runs(served, SERVICE, 20)


def field(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Filter")


def chips(page: Page) -> Locator:
    return page.get_by_role("search").get_by_role("button", name=re.compile("^Edit "))


def in_url(page: Page, name: str) -> str:
    found = parse_qs(urlsplit(urlsplit(page.url).fragment).query)
    return found.get(name, [""])[0]


def rows(page: Page) -> Locator:
    return page.get_by_role("grid", name="Traces").get_by_role("row", name=re.compile("answer"))


def test_what_is_asked_becomes_chips_that_are_edited_and_taken_away(open_page: Open, runs: list[str]):
    page = open_page(f"#/traces?q=service:{SERVICE}")
    expect(rows(page)).to_have_count(20)
    page.keyboard.press("/")
    expect(field(page)).to_be_focused()
    page.keyboard.type('status:error "till"')
    page.keyboard.press("Enter")
    expect(chips(page)).to_have_count(3)
    expect(rows(page)).to_have_count(4)
    assert in_url(page, "q") == f'service:{SERVICE} status:error "till"'

    page.keyboard.press("Backspace")
    expect(field(page)).to_have_value('"till"')
    page.keyboard.press("Escape")
    expect(chips(page)).to_have_count(3)

    chips(page).nth(1).click()
    expect(field(page)).to_have_value("status:error")
    field(page).fill("-status:error")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No trace matches")).to_be_visible()
    page.get_by_role("button", name='Remove "till"').click()
    expect(rows(page)).to_have_count(16)
    page.go_back()
    expect(page.get_by_text("No trace matches")).to_be_visible()
    page.get_by_role("button", name="Clear the filter").last.click()
    expect(chips(page)).to_have_count(0)
    assert in_url(page, "q") == ""


def test_keys_are_completed_then_values_with_their_counts(open_page: Open, runs: list[str]):
    page = open_page(f"#/traces?q=service:{SERVICE}")
    expect(chips(page)).to_have_count(1)
    page.keyboard.press("/")
    page.keyboard.type("mod")
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options.first).to_contain_text("model:")
    expect(options.first).to_contain_text("The model, as it was asked for")
    page.keyboard.press("Tab")
    expect(field(page)).to_have_value("model:")
    expect(options).to_have_text(["claude-sonnet-4-510", "gpt-4o-mini10"])
    page.keyboard.type("GP")
    expect(options).to_have_text(["gpt-4o-mini10"])
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(field(page)).to_have_attribute("aria-activedescendant", "filter-suggestion-0")
    page.keyboard.press("Enter")
    expect(chips(page)).to_have_count(2)
    expect(rows(page)).to_have_count(10)
    assert in_url(page, "q") == f"service:{SERVICE} model:gpt-4o-mini"

    page.keyboard.type("attr.user")
    expect(options.first).to_have_text("attr.user.id")
    page.keyboard.press("Tab")
    expect(field(page)).to_have_value("attr.user.id:")


def test_names_of_attributes_that_arrive_later_are_completed(open_page: Open, served: Served):
    page = open_page("#/charts")
    options = page.get_by_role("listbox").get_by_role("option")
    field(page).click()
    expect(options.first).to_be_visible()
    page.keyboard.press("Escape")
    field(page).blur()
    trace = Trace(service="newcomer")
    trace.span("step", 0, 5, {"newcomer.colour": "green"})
    trace.send(served)
    field(page).click()
    page.keyboard.type("attr.newcomer")
    expect(options).to_have_text(["attr.newcomer.colour"])


def test_an_error_stands_under_the_word_and_leaves_the_results(
    open_page: Open, complaints: Complaints, runs: list[str]
):
    complaints.expected.append("status of 400")
    page = open_page(f"#/traces?q=service:{SERVICE}")
    expect(rows(page)).to_have_count(20)
    page.keyboard.press("/")
    page.keyboard.type('"日本" duratoin:>2s')
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("'duratoin' is not a key; did you mean duration?")
    expect(page.locator(".filter-underline mark")).to_have_text("duratoin")
    expect(field(page)).to_have_attribute("aria-invalid", "true")
    expect(rows(page)).to_have_count(20)
    assert in_url(page, "q") == f"service:{SERVICE}"
    field(page).fill("duration:>1010ms")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(rows(page)).to_have_count(9)


def test_a_link_with_a_filter_that_is_none_shows_what_is_wrong(
    open_page: Open, complaints: Complaints, runs: list[str]
):
    complaints.expected.append("status of 400")
    page = open_page("#/traces?q=kind:tool tokens:many")
    expect(page.locator(".filter-underline mark")).to_have_text("tokens:many")
    expect(field(page)).to_have_value("kind:tool tokens:many")


def test_the_range_stays_an_age_in_the_url_and_custom_bounds_are_times(open_page: Open, runs: list[str]):
    page = open_page(f"#/traces?q=service:{SERVICE}")
    page.get_by_role("button", name=re.compile("Time range")).click()
    expect(page.get_by_role("menuitemradio", name="Last 15 minutes")).to_have_css("text-align", "start")
    page.get_by_role("menuitemradio", name="Last 15 minutes").click()
    expect(page).to_have_url(re.compile("since=15m"))
    page.get_by_role("button", name="Time range: Last 15 minutes").click()
    page.get_by_role("textbox", name="From").fill("2026-01-02T03:04:05")
    page.get_by_role("textbox", name="To").fill("2026-01-02T04:04:05")
    page.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(re.compile("since=2026-01-02T03%3A04%3A05.000Z&until=2026-01-02T04%3A04%3A05.000Z"))
    page.get_by_role("button", name="Look at all time").click()
    expect(rows(page)).to_have_count(20)


def test_the_words_under_the_caret_are_found(open_page: Open):
    """What completion is asked for, at several places of a text."""
    page = open_page("#/settings")
    found = page.evaluate(
        """async ([texts, values]) => {
          const loaded = performance.getEntriesByType("resource").map((each) => each.name);
          const { wordAt, quoted, unitsAt } = await import(loaded.find((name) => name.endsWith("/filter/words.js")));
          const word = ([text, caret]) => wordAt(text, caret ?? text.length);
          return [texts.map(word), values.map(quoted), unitsAt("😀 x", 2)];
        }""",
        [
            [[""], ["kind:tool dur"], ['-model:"gpt 4'], ["kind:tool,ag"], ["duration:>2"], ["kind:tool model:x", 7]],
            ["plain", "a b", "1..2", "12-34", 'say "x"', "gpt-4o", ">x", "", "日本"],
        ],
    )
    words, values, place = found
    assert [[each[name] for name in ("key", "bound", "typed", "from", "to", "negated")] for each in words] == [
        ["", "", "", 0, 0, False],
        ["", "", "dur", 10, 13, False],
        ["model", "", "gpt 4", 7, 13, True],
        ["kind", "", "ag", 10, 12, False],
        ["duration", ">", "2", 10, 11, False],
        ["kind", "", "to", 5, 9, False],
    ]
    assert values == ["plain", '"a b"', '"1..2"', '"12-34"', '"say \\"x\\""', "gpt-4o", '">x"', '""', "日本"]
    assert place == 3


def test_live_says_that_it_is_the_filter_that_cannot_be_followed(open_page: Open, complaints: Complaints):
    complaints.expected.append("status of 400")
    page = open_page("#/traces?q=duratoin:>2s")
    live = page.get_by_role("button", name="Live")
    expect(live).to_have_attribute("title", "Nothing is followed: 'duratoin' is not a key; did you mean duration?")
    expect(live).to_contain_text("Not live")
    page.evaluate("location.hash = '#/traces?q=duration:>2s'")
    expect(page.locator(".live-dot.on")).to_be_visible()
    expect(live).to_have_attribute("title", "Following what arrives: press to pause (l)")


def test_a_filter_that_is_set_beside_one_trace_shows_the_traces_it_is_for(open_page: Open, runs: list[str]):
    page = open_page(f"#/traces/{runs[0]}?q=service:{SERVICE}&tab=waterfall")
    expect(page.locator(".span-row").first).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("model:gpt-4o-mini")
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_count(10)
    assert in_url(page, "q") == f"service:{SERVICE} model:gpt-4o-mini"
    page.go_back()
    expect(page.locator(".span-row").first).to_be_visible()

"""Everything by the keyboard alone: the list, the pane, the page, the palette, the list of keys."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.serving import Served

from .conftest import Open
from .runs import send_runs
from .test_filter import in_url, rows

SERVICE = "keys-shop"


@pytest.fixture(scope="module")
def runs(served: Served) -> list[str]:
    return send_runs(served, SERVICE, 12)


def test_the_list_is_walked_opened_and_left(open_page: Open, runs: list[str]):
    page = open_page(f"#/traces?q=service:{SERVICE}")
    expect(rows(page)).to_have_count(12)
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(rows(page).nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary", name="Trace")).to_be_visible()
    assert in_url(page, "sel") == runs[1]
    page.keyboard.press("j")
    assert in_url(page, "sel") == runs[2]
    page.keyboard.press("]")
    assert in_url(page, "sel") == runs[3]
    page.keyboard.press("[")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"#/traces/{runs[2]}"))
    page.go_back()
    expect(page.get_by_role("complementary", name="Trace")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary", name="Trace")).to_have_count(0)
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_text("2 traces selected")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("2 traces selected")).to_have_count(0)


def test_keys_that_follow_at_once_find_what_the_last_one_did(open_page: Open, runs: list[str]):
    page = open_page(f"#/traces?q=service:{SERVICE}")
    expect(rows(page)).to_have_count(12)
    page.keyboard.press("j")
    expect(rows(page).first).to_have_attribute("aria-selected", "true")
    press = "document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))"
    page.evaluate(f"{press}; {press}")
    expect(page).to_have_url(re.compile(f"#/traces/{runs[0]}"))
    page.go_back()
    expect(page.get_by_role("complementary", name="Trace")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("complementary", name="Trace")).to_have_count(0)


def test_the_palette_leads_to_pages_traces_and_ids(open_page: Open, served: Served, runs: list[str]):
    page = open_page("#/ingest")
    field = page.get_by_role("combobox", name="Go to")
    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    page.keyboard.type("char")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#/charts"))

    page.keyboard.press("Control+k")
    page.keyboard.type("answer 11")
    option = page.get_by_role("option", name=re.compile("answer 11"))
    expect(option.first).to_be_visible()
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)

    page.keyboard.press("Control+k")
    page.keyboard.insert_text(runs[5])
    expect(page.get_by_role("option").first).to_contain_text(f"Open trace {runs[5][:8]}")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"#/traces/{runs[5]}"))

    span = served.get("/api/spans", trace=runs[6])["spans"][0]["id"]
    page.keyboard.press("Control+k")
    page.keyboard.insert_text(span)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"#/traces/{runs[6]}\\?.*span={span}"))

    page.keyboard.press("Control+k")
    page.keyboard.type("theme")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


def test_all_keys_are_listed_and_the_link_is_copied(open_page: Open, runs: list[str]):
    page = open_page(f"#/traces?q=service:{SERVICE}")
    expect(rows(page)).to_have_count(12)
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    for label in (
        "Filter",
        "Go to …",
        "Copy the link to this",
        "Next",
        "Open beside the list, then as a page",
        "Facets",
    ):
        expect(keys.get_by_text(label, exact=True)).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator("[aria-selected=true]")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(keys).to_have_count(0)
    page.keyboard.press("c")
    expect(page.get_by_text("Link copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_everything_on_the_page_of_traces_is_reached_by_tab(open_page: Open, runs: list[str]):
    page = open_page(f"#/traces?q=service:{SERVICE}")
    expect(rows(page)).to_have_count(12)
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent.trim()"))
    wanted = {
        "Filter",
        "Time range: All time",
        "Live",
        "Facets",
        "Export all that match",
        "Saved views",
        "Columns",
        "Traces",
    }
    assert wanted <= reached

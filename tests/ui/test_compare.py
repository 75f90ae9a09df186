"""Two traces side by side."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.serving import Served
from traceway import Traceway

from .conftest import Open


@pytest.fixture(scope="module")
def pair(served: Served) -> tuple[str, str]:
    """Two runs of one small agent: another argument, another answer, one step more."""
    tw = Traceway(served.urls["otlp_http"], service_name="pair")
    ids = []
    for city, degrees, more in (("Bern", 21, False), ("Lima", 18, True)):
        with tw.trace("forecast", input="How warm is it?") as trace:
            trace.tool("weather", input={"city": city, "unit": "C"}).complete({"celsius": degrees})
            call = trace.llm_call("answer", model="gpt-4o-mini", provider="openai", input="How warm is it?")
            call.complete(f"It is {degrees} degrees.", tokens_input=10, tokens_output=5)
            if more:
                trace.tool("thank", input={}).complete({})
        ids.append(trace.trace_id)
    tw.flush()
    for each in ids:
        served.get(f"/api/traces/{each}")
    return ids[0], ids[1]


def test_what_differs_is_told_step_by_step_and_kept_in_the_url(open_page: Open, pair: tuple[str, str]):
    page = open_page(f"#/compare?a={pair[0]}&b={pair[1]}")
    steps = page.get_by_role("listbox", name="Steps")
    expect(steps.get_by_role("option", name="weather")).to_contain_text("arguments, result")
    expect(steps.get_by_role("option", name="thank")).to_contain_text("only in B")
    steps.get_by_role("option", name="weather").click()
    detail = page.get_by_role("complementary", name="Step")
    expect(detail.locator("del").first).to_have_text("Bern")
    expect(detail.locator("ins").first).to_have_text("Lima")
    page.keyboard.press("j")
    expect(detail.get_by_role("heading", name="answer")).to_be_visible()
    page.reload()
    expect(page.get_by_role("complementary", name="Step").get_by_role("heading", name="answer")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary", name="Step")).to_have_count(0)


def test_totals_stand_side_by_side_and_swap(open_page: Open, pair: tuple[str, str]):
    page = open_page(f"#/compare?a={pair[0]}&b={pair[1]}")
    row = page.get_by_role("row", name=re.compile("^A "))
    expect(row).to_contain_text(pair[0][:8])
    page.get_by_role("button", name="Swap").click()
    expect(row).to_contain_text(pair[1][:8])


def test_a_trace_against_itself_is_the_same(open_page: Open, pair: tuple[str, str]):
    page = open_page(f"#/compare?a={pair[0]}&b={pair[0]}")
    expect(page.get_by_text("All 3 steps are the same")).to_be_visible()


def test_two_traces_are_picked_from_the_newest(open_page: Open, pair: tuple[str, str]):
    page = open_page("#/compare")
    choices = page.get_by_role("list", name="Newest traces").get_by_role("button")
    choices.first.click()
    expect(page.get_by_text("Choose the trace to compare")).to_be_visible()
    choices.first.click()
    expect(page.get_by_role("listbox", name="Steps")).to_be_visible()


def test_a_trace_that_is_not_there_is_said(open_page: Open, pair: tuple[str, str], complaints):
    complaints.expected.append("404")
    page = open_page(f"#/compare?a={pair[0]}&b={'0' * 31}1")
    expect(page.get_by_role("alert")).to_contain_text("Not found")

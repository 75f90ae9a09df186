"""Two traces side by side."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.serving import Served
from traceway import Traceway

from .conftest import Open
from .traffic import Trace


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


def test_contents_are_shown_whole_and_with_what_hides_in_them(open_page: Open, served: Served):
    traces = [Trace(service="long-pair"), Trace(service="long-pair")]
    for trace, order in zip(traces, ("pay now", "pay \u202enever"), strict=True):
        trace.tool("report", "call_1", 0, 5, {"lines": 500}, "\n".join(f"line {n}" for n in range(500)))
        trace.tool("order", "call_2", 6, 9, {"text": order}, None)
        trace.send(served)
    page = open_page(f"#/compare?a={traces[0].id}&b={traces[1].id}&all=1")
    steps = page.get_by_role("listbox", name="Steps")
    detail = page.get_by_role("complementary", name="Step")
    steps.get_by_role("option", name="report").click()
    expect(detail).to_contain_text("line 2")
    expect(detail).not_to_contain_text("line 499")
    detail.get_by_role("button", name="Show all").click()
    expect(detail).to_contain_text("line 499")
    steps.get_by_role("option", name="order").click()
    expect(detail.locator("ins")).to_contain_text("‹U+202E›never")


def test_files_that_differ_are_not_called_alike_while_they_load(open_page: Open, served: Served):
    traces = [Trace(service="file-pair"), Trace(service="file-pair")]
    for trace, digit in zip(traces, "ab", strict=True):
        version = {"file.path": "/srv/a.txt", "traceway.fs.content.hash": f"sha256:{digit * 64}"}
        trace.span("write a.txt", 0, 5, {"traceway.fs.operation": "write", **version})
        trace.send(served)
    page = open_page("#/settings")
    held: list[Route] = []
    page.route("**/api/files/diff*", lambda route: held.append(route))
    page.goto(f"{served.urls['api']}/#/compare?a={traces[0].id}&b={traces[1].id}&step=0")
    detail = page.get_by_role("complementary", name="Step")
    expect(detail.get_by_role("heading", name="File")).to_be_visible()
    expect(detail.get_by_text("No difference")).to_have_count(0)
    expect(detail.locator("[aria-busy=true]")).to_have_count(1)
    held[0].fulfill(json={"diff": "@@ -1 +1 @@\n-one\n+two\n", "added": 1, "removed": 1})
    expect(detail.locator("tr.added")).to_contain_text("two")


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


def test_the_choice_keeps_to_the_time_range(open_page: Open, pair: tuple[str, str]):
    page = open_page("#/compare?since=2001-01-01T00:00:00Z&until=2001-01-02T00:00:00Z")
    expect(page.get_by_text("No traces match")).to_be_visible()


def test_a_trace_that_is_not_there_is_said(open_page: Open, pair: tuple[str, str], complaints):
    complaints.expected.append("404")
    page = open_page(f"#/compare?a={pair[0]}&b={'0' * 31}1")
    expect(page.get_by_role("alert")).to_contain_text("Not found")

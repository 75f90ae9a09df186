"""The list of traces: rows, facets, histogram, columns, saved views, selection, what arrives while it is looked at."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.serving import Served

from .conftest import Open
from .runs import run, send_runs
from .test_filter import chips, in_url, rows
from .traffic import Trace

SERVICE, MANY = "traces-shop", 230


@pytest.fixture(scope="module")
def runs(served: Served) -> list[str]:
    return send_runs(served, SERVICE, 20)


@pytest.fixture(scope="module")
def many(served: Served) -> list[str]:
    return send_runs(served, "traces-many", MANY, apart_s=1)


def cell(row: Locator, name: str) -> Locator:
    return row.locator(f".of-{name}")


def test_a_row_tells_how_it_went(open_page: Open, runs: list[str]):
    page = open_page(f"#/traces?q=service:{SERVICE}", width=1600)
    row = rows(page).nth(4)
    expect(cell(row, "name")).to_have_text("answer 15")
    expect(row.get_by_role("img", name="Failed: the till is closed")).to_be_visible()
    expect(cell(row, "preview")).to_have_text("Where is parcel 15? → the till is closed")
    expect(cell(row, "duration")).to_have_text("1.01 s")
    expect(cell(row, "tokens")).to_have_text("125 tok")
    expect(cell(row, "session")).to_have_text("visit-3")
    expect(cell(row, "service")).to_have_text(SERVICE)
    expect(cell(row, "age").locator("span")).to_have_attribute(
        "title", re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$")
    )
    expect(row.get_by_role("link", name="answer 15")).to_have_attribute("href", re.compile(runs[4]))


def test_a_step_that_failed_in_a_trace_that_did_not_is_marked_and_found(open_page: Open, served: Served):
    trace = Trace(service="traces-retry")
    root = trace.span("retry", 0, 100)
    trace.tool("till", "call_1", 1, 50, {}, None, parent=root, error="the till is closed")
    trace.send(served)
    page = open_page("#/traces?q=service:traces-retry status:error")
    page.get_by_role("button", name="Look for failed steps").click()
    expect(page.get_by_role("img", name="Completed, with 1 error within")).to_be_visible()
    assert in_url(page, "q") == "service:traces-retry has:error"
    expect(page.get_by_role("slider", name=re.compile("Traces over time"))).to_be_visible()
    page.goto(f"{served.urls['api']}/#/traces?q=zebra&since=15m")
    expect(page.locator(".histogram-most")).to_have_text("0")


def test_more_rows_load_at_the_end(open_page: Open, many: list[str]):
    page = open_page("#/traces?q=service:traces-many")
    grid = page.get_by_role("grid", name="Traces")
    expect(rows(page).first).to_contain_text(f"answer {MANY - 1}")
    page.keyboard.press("End")
    page.keyboard.press("End")
    expect(page.get_by_text(f"{MANY} traces", exact=True)).to_be_visible()
    page.keyboard.press("End")
    expect(grid.get_by_role("row", name=re.compile(r"\banswer 0\b"))).to_have_attribute("aria-selected", "true")
    assert grid.get_by_role("row").count() < 100
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/{many[-1]}"))
    page.go_back()
    page.go_back()
    expect(grid.get_by_role("row", name=re.compile(r"\banswer 0\b"))).to_be_visible()


def test_facets_count_and_become_clauses(open_page: Open, runs: list[str]):
    page = open_page(f"#/traces?q=service:{SERVICE}")
    facets = page.get_by_role("region", name="Facets")
    model = facets.get_by_role("region", name="Model")
    expect(model.get_by_role("button", name=re.compile(r"^gpt-4o-mini\s*10$"))).to_be_visible()
    model.get_by_role("button", name=re.compile("^gpt-4o-mini")).click()
    expect(rows(page)).to_have_count(10)
    model.get_by_role("button", name=re.compile("^claude")).click()
    expect(rows(page)).to_have_count(20)
    assert in_url(page, "q") == f"service:{SERVICE} model:gpt-4o-mini,claude-sonnet-4-5"
    model.get_by_role("button", name=re.compile("^claude")).click()
    expect(rows(page)).to_have_count(10)
    model.get_by_role("button", name=re.compile("^gpt-4o-mini")).click(modifiers=["Alt"])
    expect(chips(page).last).to_have_text("not model: gpt-4o-mini")
    expect(rows(page)).to_have_count(10)
    model.get_by_role("button", name=re.compile("^gpt-4o-mini")).click()
    expect(rows(page)).to_have_count(20)
    facets.get_by_role("button", name=re.compile("^With an error")).click()
    expect(rows(page)).to_have_count(4)
    expect(chips(page).last).to_have_text("has: error")
    facets.get_by_role("button", name=re.compile("^Without an error")).click()
    expect(rows(page)).to_have_count(20)
    facets.get_by_role("button", name=re.compile("^Without an error")).click()
    expect(rows(page)).to_have_count(16)
    page.keyboard.press("f")
    expect(facets).to_have_count(0)


def test_the_histogram_zooms_by_dragging_and_by_the_keys(open_page: Open, runs: list[str]):
    page = open_page(f"#/traces?q=service:{SERVICE}")
    plot = page.get_by_role("slider", name=re.compile("Traces over time"))
    expect(page.locator(".bar-error[height='1']")).to_have_count(4)
    box = plot.bounding_box()
    assert box is not None
    y = box["y"] + 20
    page.mouse.move(box["x"] + 1, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"since=\d{4}.*&until=\d{4}"))
    expect(page.get_by_text(re.compile("^(9|10|11) traces$"))).to_be_visible()
    expect(page.locator(".list-box.stale")).to_have_count(0)
    page.go_back()
    expect(rows(page)).to_have_count(20)
    page.mouse.move(600, 600)
    plot.focus()
    page.keyboard.press("ArrowRight")
    expect(plot).to_have_attribute("aria-valuetext", re.compile("1 trace, 1 with an error"))
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_count(1)


def test_columns_are_chosen_moved_resized_and_kept_with_a_view(open_page: Open, served: Served, runs: list[str]):
    page = open_page(f"#/traces?q=service:{SERVICE}", width=1600)
    heads = page.get_by_role("columnheader")
    expect(heads).to_have_count(10)
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("checkbox", name="Session", exact=True).uncheck()
    page.get_by_role("checkbox", name="User", exact=True).check()
    page.get_by_role("button", name="User further left").click()
    page.keyboard.press("Escape")
    expect(heads).to_have_text(
        ["Status", "Name", "Input → output", "Kinds", "Duration", "Tokens", "Cost", "Service", "User", "Started"]
    )
    width = heads.nth(1).bounding_box()
    grip = page.get_by_role("slider", name="Width of Name")
    grip.focus()
    page.keyboard.press("ArrowRight")
    wider = heads.nth(1).bounding_box()
    assert width is not None
    assert wider is not None
    assert wider["width"] == width["width"] + 16

    page.get_by_role("button", name="Saved views").click()
    page.get_by_label("Name of the view").fill("Shop by user")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as “Shop by user”")).to_be_visible()
    kept = next(view for view in served.get("/api/views")["views"] if view["name"] == "Shop by user")
    assert kept["body"]["q"] == f"service:{SERVICE}"
    assert "user" in kept["body"]["columns"]

    other = open_page("#/traces", width=1600)
    other.get_by_role("button", name="Saved views").click()
    other.get_by_role("menuitemradio", name=re.compile("Shop by user")).click()
    expect(other.get_by_role("columnheader").nth(8)).to_have_text("User")
    expect(rows(other)).to_have_count(20)
    other.get_by_role("button", name="Saved views").click()
    other.get_by_role("menuitem", name="Delete Shop by user").click()
    question = other.get_by_role("dialog", name=re.compile("Delete the view"))
    question.get_by_role("button", name="Cancel").click()
    assert kept["id"] in [view["id"] for view in served.get("/api/views")["views"]]
    other.get_by_role("button", name="Saved views").click()
    other.get_by_role("menuitem", name="Delete Shop by user").click()
    question.get_by_role("button", name="Delete it").click()
    expect(question).to_have_count(0)
    other.get_by_role("button", name="Saved views").click()
    expect(other.get_by_role("menuitemradio")).to_have_count(0)


def test_two_are_compared_and_many_exported(open_page: Open, runs: list[str]):
    page = open_page(f"#/traces?q=service:{SERVICE}")
    rows(page).nth(1).click(modifiers=["Shift"])
    rows(page).nth(3).click(modifiers=["Shift"])
    expect(page.get_by_text("3 traces selected")).to_be_visible()
    expect(page.get_by_role("button", name="Compare", exact=True)).to_be_disabled()
    rows(page).nth(2).hover()
    rows(page).nth(2).get_by_role("checkbox").click()
    page.get_by_role("button", name="Export 2 traces").click()
    with page.expect_download() as found:
        page.get_by_role("menuitem", name=re.compile("^OTLP JSON")).click()
    assert json.loads(Path(found.value.path()).read_text())["resourceSpans"]
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page).to_have_url(re.compile(f"#/compare.*a={runs[1]}&b={runs[3]}"))


def test_what_arrives_comes_in_on_top_or_waits(open_page: Open, served: Served):
    service = "traces-live"
    send_runs(served, service, 60, apart_s=1)
    page = open_page(f"#/traces?q=service:{service}")
    expect(page.locator(".live-dot.on")).to_be_visible()
    expect(rows(page).first).to_contain_text("answer 59")
    run(service, 100, time.time_ns() - 10**9).send(served)
    expect(rows(page).first).to_contain_text("answer 100")

    page.locator(".virtual").evaluate("each => { each.scrollTop = 600 }")
    before = page.locator(".virtual").evaluate("each => each.scrollTop")
    run(service, 101, time.time_ns()).send(served)
    run(service, 102, time.time_ns()).send(served)
    expect(page.get_by_role("button", name="2 new", exact=True)).to_be_visible()
    assert page.locator(".virtual").evaluate("each => each.scrollTop") == before
    page.get_by_role("button", name="2 new", exact=True).click()
    expect(rows(page).first).to_contain_text("answer 102")
    page.keyboard.press("l")
    expect(page.locator(".live-dot.paused")).to_be_visible()
    run(service, 103, time.time_ns()).send(served)
    page.keyboard.press("l")
    expect(rows(page).first).to_contain_text("answer 103")


def test_what_arrives_before_the_list_does_is_not_missed(open_page: Open, served: Served):
    service = "traces-early"
    run(service, 1, time.time_ns() - 10**9).send(served)
    page = open_page("#/settings")
    expect(page.locator(".live-dot.on")).to_be_visible()
    held: list[Route] = []
    page.route("**/api/traces?*limit=50*", lambda route: route.fallback() if held else held.append(route))
    with page.expect_request("**/api/events?*") as stream:
        page.evaluate(f"location.hash = '#/traces?q=service:{service}'")
    # A stream with another filter goes on where the one before it was, though that told of nothing.
    assert re.search(r"[?&]since=\d{15,}", stream.value.url)
    expect(page.locator(".live-dot.on")).to_be_visible()
    while not held:
        page.wait_for_timeout(20)
    before = held[0].fetch()
    with page.expect_response("**/api/facets?*"):
        run(service, 2, time.time_ns() - 10**9).send(served)
    held[0].fulfill(response=before)
    expect(rows(page).first).to_contain_text("answer 2")
    expect(rows(page)).to_have_count(2)


def test_a_running_trace_is_completed_in_its_place(open_page: Open, served: Served):
    service = "traces-running"
    made = run(service, 7, time.time_ns() - 2 * 10**9)
    root, call = (span["spanId"] for span in made.spans)
    made.send(served, [call])
    page = open_page(f"#/traces?q=service:{service}")
    row = page.locator(".list .row")
    expect(row.get_by_role("img", name="Running")).to_be_visible()
    made.send(served, [root])
    expect(row.get_by_role("img", name="Completed")).to_be_visible()
    expect(row).to_contain_text("answer 7")
    expect(row).to_have_count(1)


def test_the_first_run_shows_how_to_connect_and_turns_into_the_list(open_page: Open, tmp_path: Path):
    with Served(tmp_path) as empty:
        page = open_page("#/traces", server=empty)
        expect(page.get_by_role("heading", name="Send the first trace")).to_be_visible()
        expect(page.get_by_role("region", name="Facets")).to_have_count(0)
        page.evaluate("location.hash = '#/sessions'")
        expect(page.get_by_text("No sessions yet")).to_be_visible()
        page.go_back()
        expect(page.get_by_role("heading", name="Send the first trace")).to_be_visible()
        run("first-shop", 1, time.time_ns() - 2 * 10**9).send(empty)
        expect(rows(page)).to_have_count(1)
        page.goto(f"{empty.urls['api']}/#/traces?q=kind:tool&since=1h")
        expect(page.get_by_text("No trace matches")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_usable_on_a_phone(open_page: Open, runs: list[str], theme: str):
    page = open_page(f"#/traces?q=service:{SERVICE}", theme=theme, width=400)
    expect(cell(rows(page).first, "name")).to_be_visible()
    assert overflow(page) <= 0
    rows(page).first.click()
    expect(page.get_by_role("complementary", name="Trace")).to_be_visible()
    page.get_by_role("button", name="Close the pane").click()
    page.get_by_role("button", name="Facets").click()
    expect(page.get_by_role("region", name="Facets")).to_be_visible()
    assert overflow(page) <= 0


def overflow(page: Page) -> int:
    found: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return found

"""The page of a trace: header, tabs, waterfall, graph, files, logs, raw; mouse, keys alone, and while it grows."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.serving import Served

from .browser import Complaints
from .conftest import Open
from .research import Research, research
from .traffic import Trace


@pytest.fixture(scope="module")
def trip(served: Served) -> Research:
    return research(served)


def rows(page: Page) -> list[str]:
    return page.locator(".span-row .name").all_inner_texts()


def selected(page: Page) -> str:
    return page.locator(".span-row[aria-selected=true] .name").inner_text()


def test_the_header_says_how_it_went_and_what_is_not_known(open_page: Open, trip: Research):
    page = open_page(f"#/traces/{trip.trace.id}")
    expect(page.get_by_role("heading", name="plan a trip")).to_be_visible()
    head = page.locator(".trace-head")
    for part in ("9.80 s", "1 error", "7,130 tok", "1 call unpriced", "user-12"):
        expect(head).to_contain_text(part)
    session = head.get_by_role("link", name="trip-7")
    expect(session).to_have_attribute("href", "#/sessions/trip-7")
    page.get_by_role("button", name="Copy the trace id").click()
    assert page.evaluate("navigator.clipboard.readText()") == trip.trace.id


def test_the_waterfall_shows_the_tree_the_critical_path_and_who_is_missing(open_page: Open, trip: Research):
    page = open_page(f"#/traces/{trip.trace.id}?tab=waterfall")
    expect(page.locator(".span-row")).to_have_count(16)
    assert rows(page)[:4] == ["plan a trip", "planner", "chat gpt-4o", "search_docs"]
    expect(page.locator(".t-bar.critical")).to_have_count(14)
    missing = page.locator(".span-row.t-missing")
    expect(missing).to_contain_text("not arrived yet")
    assert "00000000000000ff" in (missing.get_attribute("title") or "")
    expect(page.locator(".first-token")).to_have_count(1)
    # Where a bar stands says when it ran.
    bar, area = (
        page.locator(f"#row-{trip.spans['weather']} {part}").bounding_box() for part in (".t-bar", ".bar-cell")
    )
    assert bar
    assert area
    assert (bar["x"] - area["x"]) / area["width"] == pytest.approx(6_420 / 9_800, abs=0.01)
    assert bar["width"] / area["width"] == pytest.approx(1_580 / 9_800, abs=0.01)
    assert "7,130 tok" in (page.locator(f"#row-{trip.spans['root']}").get_attribute("title") or "")


def test_keys_alone_walk_fold_find_the_error_and_open_it(open_page: Open, trip: Research):
    page = open_page(f"#/traces/{trip.trace.id}")
    expect(page.locator(".t-step").first).to_be_visible()
    page.keyboard.press("2")
    expect(page).to_have_url(re.compile("tab=waterfall"))
    expect(page.locator(".span-row")).to_have_count(16)
    for key in ("j", "ArrowDown", "j", "k"):
        page.keyboard.press(key)
    expect(page).to_have_url(re.compile(trip.spans["planner"]))
    assert selected(page) == "planner"
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".span-row")).to_have_count(4)
    expect(page).to_have_url(re.compile(f"fold={trip.spans['planner']}"))
    page.reload()
    expect(page.locator(".span-row")).to_have_count(4)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".span-row")).to_have_count(16)
    expect(page.get_by_role("complementary", name=re.compile("^Span"))).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary", name="Span planner")).to_be_visible()
    page.keyboard.press("e")
    expect(page.get_by_role("complementary", name="Span weather")).to_contain_text("TimeoutError")
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary", name=re.compile("^Span"))).to_have_count(0)


def test_the_graph_leads_to_the_spans_of_a_node(open_page: Open, trip: Research):
    page = open_page(f"#/traces/{trip.trace.id}?tab=graph")
    node = page.get_by_role("button", name=re.compile("Model call gpt-4o: 3 spans"))
    expect(node).to_have_accessible_name(re.compile("4,120 tok"))
    expect(page.get_by_role("button", name=re.compile("Tool weather.*1 error"))).to_be_visible()
    node.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("tab=waterfall"))
    expect(page.locator(".span-row:not(.dim)")).to_have_count(3)
    page.get_by_role("button", name="Show all").click()
    expect(page.locator(".span-row")).to_have_count(16)


def test_files_logs_and_raw(open_page: Open, trip: Research):
    page = open_page(f"#/traces/{trip.trace.id}?tab=files")
    expect(page.get_by_role("link", name="/srv/trip/notes.md")).to_be_visible()
    expect(page.get_by_text("1 read, 1 write")).to_be_visible()
    assert "view=diff" in (page.get_by_role("link", name="What changed").get_attribute("href") or "")
    page.keyboard.press("5")
    record = page.get_by_role("button", name=re.compile("the weather service does not answer"))
    record.click()
    page.get_by_role("button", name="Show its span").click()
    expect(page.get_by_role("complementary", name="Span weather")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("6")
    expect(page.locator(".source-line").first).to_have_text("{")
    with page.expect_download() as kept:
        page.get_by_role("button", name="Download").click()
    sent = json.loads(Path(kept.value.path()).read_text())
    assert len([s for r in sent["resourceSpans"] for c in r["scopeSpans"] for s in c["spans"]]) == 15


@pytest.mark.parametrize("form", ["OTLP JSON", "JSON lines", "CSV", "Parquet"])
def test_it_is_exported(open_page: Open, trip: Research, form: str):
    page = open_page(f"#/traces/{trip.trace.id}?tab=waterfall")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as kept:
        page.get_by_role("menuitem", name=form).click()
    assert Path(kept.value.path()).stat().st_size > 1000


def test_it_is_deleted_after_a_question(open_page: Open, served: Served):
    trace = Trace(service="short-lived")
    trace.span("to be deleted", 0, 10)
    trace.send(served)
    page = open_page(f"#/traces/{trace.id}")
    page.get_by_role("button", name="Delete this trace").click()
    page.keyboard.press("Escape")
    served.get(f"/api/traces/{trace.id}")
    page.get_by_role("button", name="Delete this trace").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page).to_have_url(re.compile("#/traces$"))
    served.get(f"/api/traces/{trace.id}", 404)


def test_a_trace_that_is_not_there_says_so(open_page: Open, complaints: Complaints):
    complaints.expected.append("404")
    page = open_page(f"#/traces/{'0' * 31}1")
    expect(page.get_by_role("alert")).to_contain_text("Not found")


def test_a_running_trace_grows_and_nothing_moves(open_page: Open, served: Served):
    trace = Trace(service="growing")
    root = trace.span("grows", 0, 60_000)
    late = trace.span("late agent", 5, 30_000, parent=root)
    early = [trace.span(f"step {n}", 10 * n, 10 * n + 5, parent=late) for n in range(1, 100)]
    first = [span for n, span in enumerate(early) if n % 2]
    trace.send(served, only=first)
    page = open_page(f"#/traces/{trace.id}?tab=waterfall&span={first[30]}&panel=none", height=500)
    expect(page.locator(".span-row.t-missing")).to_have_count(0)
    expect(page.locator(".span-row[aria-selected=true]")).to_be_visible()
    before = page.locator(".span-row[aria-selected=true]").bounding_box()
    trace.send(served, only=[*set(early) - set(first), late])
    expect(page.locator(".t-facts")).to_contain_text("100")
    expect(page.locator(".span-row[aria-selected=true]")).to_be_visible()
    after = page.locator(".span-row[aria-selected=true]").bounding_box()
    assert before
    assert after
    assert after["y"] == pytest.approx(before["y"], abs=1)
    assert selected(page) == "step 62"


def test_at_400_pixels_bars_lie_below_names_and_the_panel_covers(open_page: Open, trip: Research):
    page = open_page(f"#/traces/{trip.trace.id}?tab=waterfall", width=400, height=800)
    row = page.locator(f"#row-{trip.spans['first']}")
    name, bar = row.locator(".tree-cell").bounding_box(), row.locator(".bar-cell").bounding_box()
    assert name
    assert bar
    assert bar["y"] >= name["y"] + name["height"] - 1
    row.click()
    panel = page.get_by_role("complementary").bounding_box()
    assert panel
    assert panel["width"] == pytest.approx(400, abs=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_the_size_of_the_raw_trace_is_in_bytes(open_page: Open, served: Served):
    trace = Trace()
    trace.span("日本語" * 500, 0, 5)
    trace.send(served)
    page = open_page(f"#/traces/{trace.id}?tab=raw")
    # 1,500 characters of three bytes each: counted as units of UTF-16 it would say 1 or 2 kB.
    size_kb = len(page.request.get(f"/api/traces/{trace.id}/otlp").body()) / 1000
    assert size_kb > 4.5
    expect(page.locator(".source-head")).to_contain_text(f", {size_kb:.2f} kB")

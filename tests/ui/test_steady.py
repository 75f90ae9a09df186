"""What a reader relies on: nothing moves under the eyes, the focus is not lost, Escape and Back go one step."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.serving import Served

from .conftest import Open
from .research import Research, research
from .traffic import Trace

_WATCH = """
window.moved = [];
new PerformanceObserver((list) => {
  const late = list.getEntries().filter(({ hadRecentInput, value }) => !hadRecentInput && value > 0.001);
  for (const { value, sources } of late) window.moved.push([value, ...sources.map(({ node }) => node?.className)]);
}).observe({ type: "layout-shift", buffered: true });
"""
_FOCUS = "document.activeElement.getAttribute('aria-label')"
ROUNDS = 3


@pytest.fixture(scope="module")
def trip(served: Served) -> Research:
    return research(served)


def loaded(page: Page) -> None:
    expect(page.locator("main")).not_to_be_empty()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def places(trip: Research) -> list[str]:
    of_trace = [f"traces/{trip.trace.id}?tab={tab}" for tab in ("transcript", "waterfall", "graph")]
    return ["traces", "sessions", "sessions/trip-7", "charts", "files", "ingest", *of_trace]


def test_nothing_moves_when_data_arrives(open_page: Open, trip: Research):
    page = open_page("#/settings")
    page.add_init_script(_WATCH)
    for place in places(trip):
        page.goto("about:blank")
        page.goto(f"/#/{place}")
        loaded(page)
        assert page.evaluate("moved") == [], place


def test_the_focus_goes_back_when_something_closes(open_page: Open, trip: Research):
    page = open_page("#/traces")
    expect(page.get_by_role("grid").get_by_role("row").nth(1)).to_be_visible()
    for close in ("Escape", "Enter"):
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        pane = page.get_by_role("complementary", name="Trace")
        pane.get_by_role("button", name="Close the pane").focus()
        page.keyboard.press(close)
        expect(pane).to_have_count(0)
        assert page.evaluate(_FOCUS) == "Traces"
    page.goto(f"/#/traces/{trip.trace.id}?tab=waterfall")
    expect(page.locator(".span-row").nth(3)).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name=re.compile("^Span "))
    panel.get_by_role("tab").first.focus()
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    assert page.evaluate(_FOCUS) == "Spans"
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"#/traces$"))


def test_back_goes_one_step(open_page: Open, trip: Research):
    page = open_page("#/traces?q=service:research")
    expect(page.get_by_role("grid").get_by_role("row").nth(1)).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name="Transcript")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_title("plan a trip · Traceway")
    page.keyboard.press("3")
    expect(page.locator(".t-graph")).to_be_visible()
    for url in (r"/traces/\w{32}\?[^/]*$", r"/traces\?.*sel=", r"/traces\?q=service(:|%3A)research$"):
        page.go_back()
        expect(page).to_have_url(re.compile(url))
    expect(page.get_by_role("complementary")).to_have_count(0)
    expect(page).to_have_title("Traces · Traceway")


def test_names_stay_in_their_boxes(open_page: Open, served: Served):
    trace = Trace(service="long names")
    root = trace.span("run", 0, 100, {"gen_ai.operation.name": "invoke_workflow"})
    trace.tool("mcp__a_server_with_a_name__and_a_tool_with_a_longer_one", "c", 1, 2, {}, "", parent=root)
    about = {"traceway.fs.operation": "read", "file.path": "/srv/data/deep/below/a/folder/of/many/orders.csv"}
    trace.span("read", 3, 4, about, parent=root)
    trace.send(served)
    page = open_page(f"#/traces/{trace.id}?tab=graph")
    names = page.locator(".t-graph .name")
    expect(names.filter(has_text=re.compile(r"^….*/of/many/$"))).to_have_count(1)
    expect(names.filter(has_text=re.compile(r"^mcp__a.*…$"))).to_have_count(1)
    inside = """(nodes) => nodes.every((node) => {
      const right = (part) => node.querySelector(part).getBoundingClientRect().right;
      return right(".name") < right(".box");
    })"""
    assert page.locator(".t-graph .node").evaluate_all(inside)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_prints_what_is_read_and_nothing_else(open_page: Open, trip: Research, theme: str):
    page = open_page(f"#/traces/{trip.trace.id}", theme=theme)
    loaded(page)
    page.emulate_media(media="print")
    expect(page.locator(".rail")).not_to_be_visible()
    expect(page.locator(".topbar")).not_to_be_visible()
    expect(page.get_by_text("You plan trips. Be brief.")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("document.body.scrollHeight") > 1_000


def test_pages_leave_nothing_behind(open_page: Open, trip: Research):
    page = open_page("#/settings")
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")

    def held() -> tuple[float, float]:
        """Nodes and listeners that are alive."""
        devtools.send("HeapProfiler.collectGarbage")
        metrics = {each["name"]: each["value"] for each in devtools.send("Performance.getMetrics")["metrics"]}
        return metrics["Nodes"], metrics["JSEventListeners"]

    def around() -> None:
        for place in [*places(trip), "settings"]:
            page.evaluate(f"location.hash = '#/{place}'")
            loaded(page)

    around()
    nodes, listeners = held()
    for _ in range(ROUNDS):
        around()
    assert held()[0] < nodes * 1.1
    assert held()[1] < listeners * 1.1

"""Charts: panels over real data, drawn, read as tables, changed by pointer and keys, kept and shared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.serving import Served

from .conftest import Open

LAYOUT = """async ([path, panels, id, to]) => {
    const { placed, overlap } = await import(new URL(path, document.baseURI));
    const after = placed(panels, id, to);
    return { places: Object.fromEntries(after.map(({ id, x, y, w, h }) => [id, [x, y, w, h]])),
             apart: after.every((a) => after.every((b) => !overlap(a, b))) };
}"""


BEHIND = """async (path) => {
    const { tracesBehind } = await import(new URL(path, document.baseURI));
    const range = { q: "", since: "", until: "" };
    const asked = (panel, value) =>
        tracesBehind({ group: "", q: "", metrics: ["span_count"], ...panel }, range, { value }).q;
    return [asked({ group: "name" }, "chat gpt-4o-mini"),
            asked({ group: "status" }, "error"), asked({ group: "status" }, "ok"),
            asked({ q: "kind:tool", metrics: ["error_count"] }), asked({ group: "tool" }, "1..5")];
}"""


@pytest.fixture
def kept(served: Served) -> Iterator[Served]:
    """Whatever a test keeps is gone after it."""
    yield served
    for dashboard in served.get("/api/dashboards")["items"]:
        served.ask("DELETE", f"/api/dashboards/{dashboard['id']}")


def panel(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def module(page: Page, name: str) -> str:
    return "./" + (page.locator("script[type=module]").get_attribute("src") or "").replace("main.js", name)


def test_the_default_panels_show_what_the_agent_did(open_page: Open):
    page = open_page("#/charts")
    expect(page.locator("section.panel")).to_have_count(8)
    expect(panel(page, "Cost by model").locator("canvas")).to_be_visible()
    expect(panel(page, "Cost by model").get_by_role("list", name="Series")).to_contain_text(
        re.compile(r"gpt-4o-mini.*\$")
    )
    expect(panel(page, "Cost by model")).to_contain_text(re.compile(r"\d+ % of calls unpriced"))
    expect(panel(page, "Top tools").get_by_role("row", name=re.compile("look_up_order"))).to_contain_text(
        re.compile(r"\d+")
    )
    expect(panel(page, "Top files")).to_contain_text("orders.csv")
    expect(panel(page, "Slowest traces").get_by_role("link", name="agent.py").first).to_be_visible()


def test_a_chart_is_also_a_table_with_the_same_sum(open_page: Open, served: Served):
    page = open_page("#/charts")
    page.get_by_role("button", name="Tokens per call as a table").click()
    table = panel(page, "Tokens per call").get_by_role("table")
    expect(table.get_by_role("columnheader", name=re.compile("gpt-4o-mini")).first).to_be_visible()
    expect(page).to_have_url(re.compile("tables=tokens"))
    row = table.get_by_role("link").first
    row.click()
    expect(page).to_have_url(re.compile(r"#/traces\?since=.*until="))


def test_a_press_on_a_bar_opens_the_traces_behind_it_and_a_drag_zooms(open_page: Open):
    page = open_page("#/charts")
    over = panel(page, "Cost by model").locator(".u-over")
    box = over.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] / 2)
    expect(page.locator(".chart-tip")).to_be_visible()
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"#/charts\?since=\d{4}-.*until=\d{4}-"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"#/charts$"))
    over.click(position={"x": box["width"] / 2, "y": box["height"] - 2})
    expect(page).to_have_url(re.compile(r"#/traces\?.*since=\d{4}-.*until=\d{4}-"))


def test_a_row_of_a_table_opens_its_traces(open_page: Open):
    page = open_page("#/charts?q=service:agent")
    panel(page, "Top tools").get_by_role("link", name="look_up_order").click()
    expect(page).to_have_url(re.compile(r"#/traces\?q=service%3Aagent\+kind%3Atool\+tool%3Alook_up_order"))


def test_what_a_place_in_a_chart_asks_for_is_a_query(open_page: Open, served: Served):
    page = open_page("#/settings")
    asked = page.evaluate(BEHIND, module(page, "pages/charts/query.js"))
    assert asked == ['name:"chat gpt-4o-mini"', "has:error", "-has:error", "kind:tool has:error", 'tool:"1..5"']
    for q in asked:
        served.get("/api/traces", q=q)


def test_panels_are_moved_and_resized_with_the_keyboard_and_by_dragging(open_page: Open):
    page = open_page("#/charts")
    mover = page.get_by_role("button", name=re.compile("^Move Error rate"))
    mover.focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_text("Not saved")).to_be_visible()
    expect(panel(page, "Error rate")).to_have_css("grid-column-end", "span 5")
    expect(mover).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(panel(page, "Error rate")).to_have_css("grid-row-start", "1")
    page.reload()
    expect(panel(page, "Error rate")).to_have_css("grid-row-start", "1")
    page.get_by_role("button", name="Discard").click()
    expect(panel(page, "Error rate")).to_have_css("grid-row-start", "5")

    title = panel(page, "Cost by model").get_by_role("heading")
    title.hover()
    page.mouse.down()
    box = title.bounding_box()
    assert box
    page.mouse.move(box["x"] + 900, box["y"] + 10, steps=5)
    page.mouse.up()
    expect(panel(page, "Cost by model")).to_have_css("grid-column-start", "7")


def test_a_panel_is_added_kept_and_shared_without_a_mouse(open_page: Open, kept: Served):
    page = open_page("#/charts")
    expect(page.locator("section.panel")).to_have_count(8)
    page.keyboard.press("a")
    editor = page.get_by_role("complementary", name="New panel")
    expect(editor.get_by_label("Title")).to_be_focused()
    page.keyboard.type("Calls <by> model")
    editor.get_by_label("Show as").select_option("table")
    editor.get_by_label("Metric 1").select_option("call_count")
    editor.get_by_label("Group by").select_option("model")
    expect(editor.get_by_role("region", name="Preview")).to_contain_text("llama3.2")
    editor.get_by_label("Title").press("Enter")
    expect(panel(page, "Calls <by> model")).to_contain_text("llama3.2")
    shared = page.url
    page.get_by_role("button", name="Dashboard: Overview").click()
    page.get_by_role("menuitem", name="Save as a new dashboard").click()
    page.get_by_label("Name", exact=True).fill("Models & more")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"#/charts\?d=models-more$"))
    body: dict[str, Any] = kept.get("/api/dashboards/models-more")["body"]
    assert [each["title"] for each in body["panels"]][-1] == "Calls <by> model"

    other = open_page(shared[shared.index("#") :])
    expect(panel(other, "Calls <by> model")).to_contain_text("llama3.2")
    expect(other.get_by_text("Not saved")).to_be_visible()


def test_removing_asks_first(open_page: Open):
    page = open_page("#/charts")
    panel(page, "Top files").hover()
    page.get_by_role("button", name="Remove Top files").click()
    page.get_by_role("button", name="Cancel").click()
    expect(panel(page, "Top files")).to_be_visible()
    page.get_by_role("button", name="Remove Top files").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(panel(page, "Top files")).to_have_count(0)
    expect(page.locator("section.panel")).to_have_count(7)


def test_the_period_before_needs_a_range(open_page: Open):
    page = open_page("#/charts")
    expect(page.get_by_role("button", name="Period before")).to_be_disabled()
    page.goto(f"{page.url.split('#')[0]}#/charts?since=1h&before=1")
    asked = page.get_by_role("button", name="Period before")
    expect(asked).to_have_attribute("aria-pressed", "true")
    expect(panel(page, "Cost by model").locator("canvas")).to_be_visible()


def test_no_data_and_a_wrong_question_are_said_in_the_panel(open_page: Open, complaints: Any):
    complaints.expected.append("400")
    page = open_page("#/charts?q=model:no-such-model")
    expect(panel(page, "Latency of model calls")).to_contain_text("No data")
    page.get_by_role("button", name="Edit Error rate").click()
    editor = page.get_by_role("complementary")
    editor.get_by_label("Only spans that match").fill("duration:>soon")
    editor.get_by_label("Title").focus()
    expect(editor.get_by_role("alert")).to_contain_text("soon")
    page.keyboard.press("Escape")
    expect(editor).to_have_count(0)


@pytest.mark.parametrize(
    ("to", "places"),
    [
        ({"y": 5}, {"a": [0, 4, 6, 4], "b": [6, 0, 6, 4], "c": [0, 0, 6, 4]}),
        ({"x": 6}, {"a": [6, 0, 6, 4], "b": [6, 4, 6, 4], "c": [0, 0, 6, 4]}),
        ({"w": 12}, {"a": [0, 0, 12, 4], "b": [6, 4, 6, 4], "c": [0, 4, 6, 4]}),
        ({"x": -3, "w": 99, "h": 0}, {"a": [0, 0, 12, 2], "b": [6, 2, 6, 4], "c": [0, 2, 6, 4]}),
    ],
)
def test_panels_make_room_and_leave_no_gap(open_page: Open, to: dict[str, int], places: dict[str, list[int]]):
    page = open_page("#/settings")
    start = [(0, 0, "a"), (6, 0, "b"), (0, 4, "c")]
    panels = [{"id": name, "x": x, "y": y, "w": 6, "h": 4} for x, y, name in start]
    after = page.evaluate(LAYOUT, [module(page, "pages/charts/layout.js"), panels, "a", to])
    assert after == {"places": places, "apart": True}

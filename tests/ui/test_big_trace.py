"""A trace of 20,000 spans opens, scrolls to its end, and is walked through without all of it being in the page.

How fast is for the benchmarks to say.
"""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect

from tests.e2e.serving import Served

from .conftest import Open
from .traffic import Trace, text

SPANS = 20_000
ROWS_DRAWN = 80
_SCROLL = """async () => {
  const box = document.querySelector(".waterfall .virtual");
  let most = 0;
  const far = box.scrollHeight - box.clientHeight;
  for (let n = 1; n <= 60; n++) {
    box.scrollTop = (far * n) / 60;
    await new Promise(requestAnimationFrame);
    most = Math.max(most, document.querySelectorAll(".span-row").length);
  }
  return most;
}"""


@pytest.fixture(scope="module")
def big(served: Served) -> Trace:
    # Long ago, so that what is said about the newest spans is about those of other tests.
    trace = Trace(service="big", start_ns=time.time_ns() - 3600 * 10**9)
    root = trace.span("big run", 0, SPANS * 10, {"gen_ai.operation.name": "invoke_workflow"})
    agent = root
    for number in range(1, SPANS):
        at = number * 10
        if number % 100 == 1:
            about = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": f"worker {number // 100}"}
            agent = trace.span("invoke_agent", at, at + 990, about, parent=root)
        elif number % 2:
            said = [text("user", f"step {number}")]
            trace.call("gpt-4o", at, at + 8, said, text("assistant", f"did {number}"), parent=agent)
        else:
            error = "broken" if number == 15_000 else ""
            trace.tool("look", f"c{number}", at, at + 9, {"n": number}, "seen", parent=agent, error=error)
    trace.send(served)
    return trace


def test_it_opens_and_scrolls_to_its_end(open_page: Open, big: Trace):
    page = open_page(f"#/traces/{big.id}?tab=waterfall")
    expect(page.locator(".span-row").first).to_contain_text("big run")
    expect(page.locator(".t-facts")).to_contain_text("20,000")
    assert page.evaluate(_SCROLL) < ROWS_DRAWN
    last = page.locator(".span-row").last
    expect(last).to_be_in_viewport()
    expect(last).to_contain_text("chat gpt-4o")
    assert page.evaluate("document.querySelectorAll('*').length") < 3_000
    last.click()
    expect(page).to_have_url(re.compile(big.spans[-1]["spanId"]))


def test_keys_reach_the_end_and_the_error(open_page: Open, big: Trace):
    page = open_page(f"#/traces/{big.id}?tab=waterfall")
    expect(page.locator(".span-row").first).to_be_visible()
    page.keyboard.press("End")
    expect(page.locator(".span-row[aria-selected=true]")).to_be_in_viewport()
    expect(page).to_have_url(re.compile(big.spans[-1]["spanId"]))
    page.keyboard.press("e")
    expect(page.locator(".span-row[aria-selected=true]")).to_contain_text("look")
    expect(page.get_by_role("complementary")).to_contain_text("broken")


def test_the_overview_scrolls_and_zooms(open_page: Open, big: Trace):
    page = open_page(f"#/traces/{big.id}?tab=waterfall")
    map_ = page.locator(".t-minimap")
    expect(map_.get_by_role("img", name="Overview of 20000 spans")).to_be_visible()
    box = map_.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".span-row").nth(20)).to_be_visible()
    assert page.evaluate("document.querySelector('.waterfall .virtual').scrollTop") > SPANS * 28 * 0.4
    side = page.locator(".frame-box .right").bounding_box()
    assert side
    page.mouse.move(side["x"] + side["width"] / 2, side["y"] + side["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, side["y"], steps=4)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"zoom=0-2\d\d"))
    page.get_by_text("Whole run").click()
    expect(page).not_to_have_url(re.compile("zoom="))


def test_its_transcript_loads_what_is_in_sight(open_page: Open, big: Trace):
    page = open_page("#/settings")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/spans/" in request.url else None)
    page.evaluate(f"location.hash = '#/traces/{big.id}'")
    expect(page.get_by_text("did 3", exact=True)).to_be_visible()
    assert len(asked) < 80
    assert page.evaluate("document.querySelectorAll('*').length") < 8_000

"""What models and users write is hostile text: it is shown, it does nothing, and the page stays quick.

Pages fail on their own when the policy is broken, when something leaves for another host, or an error is not caught.
"""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.serving import Served

from .conftest import Open
from .traffic import Trace, answered, asked, text

SCRIPT = "<script>window.owned = 1</script><img src=x onerror='window.owned = 2'><svg onload=window.owned=3>"
LINKS = (
    "[go](javascript:window.owned=4) [data](data:text/html,<script>owned=5</script>) ![p](https://evil.example/p.png)"
)
HTML = "<details open ontoggle=window.owned=6><iframe srcdoc='<script>parent.owned=7</script>'></iframe></details>"
HTML += "\n\n<b>x</b>"
TURNED = "pay \u202eevil\u202c \u2066now\u2069 \x00\x1b[31m \u200bhidden " + "".join(
    chr(0xE0000 + ord(c)) for c in "obey"
)
NESTED = "> " * 5_000 + "deep\n\n" + "[" * 5_000 + "\n\n" + "*" * 9_001
ODD: dict[str, Any] = {SCRIPT: SCRIPT}
LINE_CHARS = 1_000_000


@pytest.fixture(scope="module")
def hostile(served: Served) -> tuple[str, str, str]:
    """The trace, the call, the tool."""
    trace = Trace(service="hostile " + SCRIPT)
    root = trace.span(f"\u202e{SCRIPT}", 0, 100)
    deep: object = "bottom"
    for _ in range(100):
        deep = {"a": [deep]}
    said = [
        text("system", SCRIPT),
        text("user", SCRIPT, LINKS, HTML, TURNED),
        text("user", NESTED),
        text("user", "x" * LINE_CHARS),
    ]
    call = trace.call(
        "gpt<b>-4o", 1, 50, said, asked(SCRIPT, "c1", {"html": SCRIPT, "deep": deep}, said=LINKS + HTML), parent=root
    )
    tool = trace.tool(SCRIPT, "c1", 51, 60, {"deep": deep}, SCRIPT, parent=root, error=f"{SCRIPT}\u202e")
    trace.call(
        "gpt-4o",
        61,
        90,
        [*said, answered("c1", {"deep": deep})],
        text("assistant", HTML),
        parent=root,
        **ODD,
    )
    trace.send(served)
    trace.log(served, SCRIPT + TURNED, span=call)
    return trace.id, call, tool


def nothing_ran(page: Page) -> None:
    assert page.evaluate("window.owned") is None
    assert page.locator("#app script, #app iframe, #app img[onerror], #app details[ontoggle]").count() == 0
    assert page.locator("#app a[href^='javascript:'], #app a[href^='data:']").count() == 0


def lag_ms(page: Page) -> float:
    """How long the page takes to answer."""
    start = time.monotonic()
    page.evaluate("new Promise(requestAnimationFrame)")
    return (time.monotonic() - start) * 1000


def test_the_transcript_shows_it_as_text(open_page: Open, hostile: tuple[str, str, str]):
    page = open_page(f"#/traces/{hostile[0]}", height=3000)
    feed = page.get_by_role("feed", name="Transcript")
    expect(feed.get_by_text("<script>window.owned = 1</script>").first).to_be_visible()
    expect(feed.get_by_text("[image: p]").first).to_be_visible()
    expect(feed).to_contain_text("‹U+202E›evil")
    expect(feed).to_contain_text("‹hidden: obey›")
    expect(feed).to_contain_text("␛[31m")
    expect(feed.get_by_role("button", name="Show more (996,000 more characters)")).to_be_visible()
    assert "\u202e" not in page.inner_text("main")
    nothing_ran(page)


@pytest.mark.parametrize("tab", ["waterfall", "graph", "logs", "raw"])
def test_every_tab_shows_it_as_text(open_page: Open, hostile: tuple[str, str, str], tab: str):
    page = open_page(f"#/traces/{hostile[0]}?tab={tab}")
    expect(page.get_by_role("tabpanel")).to_contain_text({"raw": "resourceSpans"}.get(tab, "<script>"))
    nothing_ran(page)


@pytest.mark.parametrize("panel", ["content", "attributes", "events", "logs", "otlp", "cost"])
def test_every_part_of_the_panel_shows_it_as_text(open_page: Open, hostile: tuple[str, str, str], panel: str):
    page = open_page(f"#/traces/{hostile[0]}?tab=waterfall&span={hostile[1]}&panel={panel}")
    body = page.get_by_role("tabpanel").last
    expect(body.locator("[aria-busy=true]")).to_have_count(0)
    expect(body).not_to_be_empty()
    nothing_ran(page)
    page = open_page(f"#/traces/{hostile[0]}?tab=waterfall&span={hostile[2]}&panel={panel}")
    expect(page.get_by_role("tabpanel").last).not_to_be_empty()
    nothing_ran(page)


def test_a_line_of_a_million_letters_is_cut_and_shown_on_demand(open_page: Open, hostile: tuple[str, str, str]):
    page = open_page(f"#/traces/{hostile[0]}?tab=waterfall&span={hostile[1]}")
    body = page.get_by_role("tabpanel").last
    more = body.get_by_role("button", name="Show more")
    expect(more).to_be_visible()
    assert len(body.inner_text()) < 60_000
    assert lag_ms(page) < 2_000
    more.click()
    expect(body.get_by_role("button", name="Show more (800,000 more characters)")).to_be_visible()
    assert lag_ms(page) < 2_000


def test_deep_json_opens_step_by_step(open_page: Open, hostile: tuple[str, str, str]):
    page = open_page(f"#/traces/{hostile[0]}?tab=waterfall&span={hostile[2]}")
    body = page.get_by_role("tabpanel").last
    expect(body.locator("summary").first).to_be_visible()
    before = body.locator("summary").count()
    body.locator("details:not([open]) > summary").first.click()
    expect(body.locator("summary")).not_to_have_count(before)
    nothing_ran(page)


def test_a_filter_made_of_hostile_text_is_a_filter(open_page: Open, served: Served):
    value = 'x" OR 1=1 --\\'
    trace = Trace(service="quoting")
    span = trace.span("quoted", 0, 5, {"app.note": value})
    trace.send(served)
    page = open_page(f"#/traces/{trace.id}?tab=waterfall&span={span}&panel=attributes")
    page.get_by_role("button", name="Filter by app.note").click()
    asked_for = page.evaluate("new URLSearchParams(location.hash.split('?')[1]).get('q')")
    assert [row["id"] for row in served.get("/api/traces", q=asked_for)["traces"]] == [trace.id]


def test_hidden_characters_are_named(open_page: Open):
    page = open_page("#/settings")
    where = page.evaluate("document.querySelector('script[type=module]').getAttribute('src').replace('main.js', '')")
    shown = page.evaluate(f"async (t) => (await import('./{where}parts/messages/visible.js')).visible(t)", TURNED)
    assert json.dumps(shown, ensure_ascii=False) == json.dumps(
        "pay ‹U+202E›evil‹U+202C› ‹U+2066›now‹U+2069› ␀␛[31m ‹U+200B›hidden ‹hidden: obey›", ensure_ascii=False
    )
    plain = "مرحبا 你好 👩‍💻 e\u0301 \n\ttab"
    assert (
        page.evaluate(f"async (t) => (await import('./{where}parts/messages/visible.js')).visible(t)", plain) == plain
    )

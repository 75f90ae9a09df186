"""Every page loads, in both themes, without a complaint, and from this server alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.serving import Served

from .conftest import Open

PAGES = ("traces", "sessions", "charts", "files", "compare", "ingest", "settings")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_loads(open_page: Open, name: str, theme: str):
    page = open_page(f"#/{name}", theme=theme)
    expect(page.locator("main")).not_to_be_empty()
    expect(page.get_by_role("navigation", name="Pages").locator("[aria-current=page]")).to_have_count(1)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_page_that_does_not_exist_says_so_and_leads_back(open_page: Open):
    page = open_page("#/nowhere")
    expect(page.get_by_text("There is no such page")).to_be_visible()
    page.get_by_role("link", name="Go to the traces").click()
    expect(page).to_have_url(re.compile(r"/#/traces$"))


def test_a_page_asks_for_its_modules_and_its_first_answer_at_once(open_page: Open, served: Served):
    trace_id = served.get("/api/traces")["items"][0]["id"]
    page = open_page("#/settings")
    index = page.request.get(served.urls["api"]).text()
    for place, question, row in (
        (f"#/traces/{trace_id}?tab=waterfall", f"/api/traces/{trace_id}/tree", ".waterfall .span-row"),
        ("#/traces", "/api/traces?limit=50", ".list .row"),
    ):
        asked: list[str] = []
        page.goto("about:blank")
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(f"{served.urls['api']}/{place}")
        expect(page.locator(row).first).to_be_visible()
        modules = [url for url in asked if url.endswith(".js")]
        assert modules
        assert [url for url in modules if url.partition("/app/")[2] not in index] == []
        answered = [number for number, url in enumerate(asked) if url.endswith(question)]
        assert answered[0] < asked.index(next(url for url in modules if "/app/pages/" in url))
        if "tree" in question:
            assert len(answered) == 1

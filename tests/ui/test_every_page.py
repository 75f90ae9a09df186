"""Every page loads, in both themes, without a complaint, and from this server alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

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

"""The server goes away and comes back: what is shown stays, it is said once, and nobody has to reload."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.serving import Served

from .browser import Complaints
from .conftest import Open
from .research import research

SAYS = "The collector does not answer"


def test_a_server_that_goes_and_comes_back(open_page: Open, complaints: Complaints, tmp_path: Path):
    complaints.expected += ["ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_INCOMPLETE_CHUNKED", "ERR_EMPTY"]
    with Served(tmp_path) as server:
        research(server)
        port = server.urls["api"].rsplit(":", 1)[1]
        page = open_page("#/charts", server=server)
        expect(page.get_by_text("Top tools")).to_be_visible()
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        page.evaluate("location.hash = '#/traces'")
        rows = page.get_by_role("grid", name="Traces").get_by_role("row", name="plan a trip")
        expect(rows).to_have_count(1)

        server.kill()
        alert = page.get_by_role("alert").filter(has_text=SAYS)
        page.evaluate("location.hash = '#/traces?q=kind:tool'")
        expect(alert).to_have_count(1)
        expect(rows).to_have_count(1)
        # Nothing is wrong with the filter.
        expect(page.get_by_role("combobox", name="Filter")).to_have_attribute("aria-invalid", "false")
        expect(page.get_by_role("search")).to_contain_text("kind:tool")
        page.evaluate("location.hash = '#/charts'")
        expect(page.get_by_text("Top tools")).to_be_visible()
        expect(alert).to_have_count(1)
        page.evaluate("location.hash = '#/settings'")
        expect(page.get_by_text("This page could not be fetched")).to_be_visible()
        page.evaluate("location.hash = '#/traces?q=kind:tool'")

    with Served(tmp_path, "--api-port", port):
        expect(alert).to_have_count(0)
        expect(page.locator(".list-box.stale")).to_have_count(0)
        expect(rows).to_have_count(1)

"""Settings: this browser's, what is kept for all, and what is lost only after a question that names it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.serving import JSON, Served, request

from .conftest import Open


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with a key, whose data may be deleted."""
    with Served(tmp_path_factory.mktemp("settings"), "--api-key", "open sesame") as server:
        server.headers = {"x-api-key": "open sesame"}
        yield server


def keep(server: Served, kind: str, id: str, name: str, body: object) -> None:
    sent = json.dumps({"name": name, "body": body}).encode()
    headers = {"content-type": JSON, **server.headers}
    status, _, reply = request(server.urls["api"], "PUT", f"/api/{kind}/{id}", sent, headers)
    assert status == 200, reply


def test_theme_rows_and_rail_are_kept_by_the_browser(open_page: Open):
    page = open_page("#/settings")
    page.get_by_role("radio", name="Dark").check()
    page.get_by_role("radio", name="Comfortable").check()
    page.get_by_label("Names beside the icons").check()
    page.reload()
    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    expect(root).to_have_attribute("data-density", "comfortable")
    expect(page.locator(".frame.open")).to_have_count(1)
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    page.get_by_role("radio", name="As the system").check()
    expect(root).not_to_have_attribute("data-theme", "dark")


def test_keys_and_the_document_of_the_api_are_at_hand(open_page: Open):
    page = open_page("#/settings")
    page.get_by_role("button", name="All keys (?)").click()
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="OpenAPI document")).to_have_attribute("href", "api/openapi.json")
    expect(page.get_by_role("region", name="About")).to_contain_text(re.compile(r"Version\d+\.\d+"))


def test_views_and_dashboards_are_renamed_and_deleted_without_a_mouse(open_page: Open, served: Served):
    keep(served, "views", "settings-test", "Slow <calls>", {"q": "kind:llm_call duration:>2s"})
    keep(served, "dashboards", "settings-test", "Team", {"panels": []})
    page = open_page("#/settings")
    expect(page.get_by_role("link", name="Slow <calls>")).to_have_attribute("href", re.compile("kind%3Allm_call"))
    page.get_by_role("button", name="Rename Slow <calls>").press("Enter")
    page.keyboard.type("Slow ones")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Slow ones")).to_be_visible()
    assert served.get("/api/views/settings-test")["body"] == {"q": "kind:llm_call duration:>2s"}
    for name in ("Slow ones", "Team"):
        page.get_by_role("button", name=f"Delete {name}").press("Enter")
        page.get_by_role("dialog").get_by_role("button", name="Delete").press("Enter")
        expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)
    assert all(view["id"] != "settings-test" for view in served.get("/api/views")["items"])


def test_the_key_is_asked_for_kept_and_forgotten(open_page: Open, own: Served, complaints):
    complaints.expected.append("401")
    page = open_page("#/settings", server=own)
    dialog = page.get_by_role("dialog", name="API key")
    dialog.get_by_label("API key").fill("open sesame")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Requests carry a key.")).to_be_visible()
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Forget it").click()
    expect(page.get_by_text("Requests carry no key.")).to_be_visible()
    assert "open sesame" not in page.evaluate("JSON.stringify(localStorage)")


def test_deleting_names_the_loss_and_does_nothing_until_it_is_confirmed(open_page: Open, own: Served, complaints):
    complaints.expected.append("401")
    ids = {"traceId": "ab" * 16, "spanId": "cd" * 8}
    times = {"startTimeUnixNano": "1790000000000000000", "endTimeUnixNano": "1790000001000000000"}
    span = {**ids, **times, "name": "to be forgotten", "kind": 1}
    body = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]})
    assert own.post(body.encode(), "/v1/traces", JSON)[0] == 200
    page = open_page("#/settings", server=own)
    page.get_by_role("dialog", name="API key").get_by_label("API key").fill("open sesame")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Requests carry a key.")).to_be_visible()

    page.get_by_label("Arrived before").fill("2099-01-01T00:00:00")
    page.get_by_role("button", name="Delete what arrived before").click()
    asked = page.get_by_role("dialog", name=re.compile("Delete everything that arrived before 2099-01-01"))
    expect(asked).to_contain_text("1 span")
    asked.get_by_role("button", name="Cancel").click()
    assert own.get("/api/traces")["count"] == 1
    page.get_by_role("button", name="Delete what arrived before").click()
    asked.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text(re.compile(r"\d+ items? deleted\."))).to_be_visible()
    assert own.get("/api/traces")["count"] == 0


def test_costs_are_worked_out_again(open_page: Open):
    page = open_page("#/settings", width=400)
    page.get_by_role("button", name="Work out costs again").click()
    expect(page.get_by_text("Every cost is as it would be worked out today.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_a_browser_that_keeps_nothing_shows_everything(open_page: Open):
    page = open_page("#/settings")
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })"
    )
    page.reload()
    page.evaluate("location.hash = '#/traces'")
    expect(page.get_by_role("grid").get_by_role("link", name="agent.py").first).to_be_visible()
    page.get_by_role("button", name="Theme: system").click()
    expect(page.get_by_role("button", name="Theme: light")).to_be_visible()

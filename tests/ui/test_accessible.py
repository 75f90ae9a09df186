"""axe-core finds nothing serious on any page, in either theme, wide and narrow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.serving import Served

from . import conversations
from .conftest import Open

AXE = Path(__file__).resolve().parents[1] / "js/node_modules/axe-core/axe.min.js"
SERIOUS = ("serious", "critical")
# Two frames: what the place shows, or that it loads, is in the page then.
_GO = """async (place) => {
  location.hash = place;
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
}"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def talked(served: Served) -> Served:
    """The server, with conversations beside the agent's run."""
    conversations.main(seed=7, conversations=3, url=served.urls["otlp_http"])
    return served


def places(served: Served) -> dict[str, str]:
    """Every page with something on it, by name."""
    traces = served.get("/api/traces")["traces"]
    agent = next(trace["id"] for trace in traces if trace["name"] == "agent.py")
    talk = [trace for trace in traces if trace["session_id"]]
    file = served.get("/api/files")["files"][0]["path"].replace("/", "%2F")
    return {
        "traces": "#/traces",
        "traces with the pane": f"#/traces?sel={agent}",
        "transcript": f"#/traces/{talk[0]['id']}?tab=transcript",
        "waterfall": f"#/traces/{agent}?tab=waterfall",
        "graph": f"#/traces/{agent}?tab=graph",
        "trace's files": f"#/traces/{agent}?tab=files",
        "logs": f"#/traces/{agent}?tab=logs",
        "raw": f"#/traces/{agent}?tab=raw",
        "sessions": "#/sessions",
        "session": f"#/sessions/{talk[0]['session_id']}",
        "charts": "#/charts",
        "files": "#/files",
        "file": f"#/files/{file}",
        "difference": f"#/files/{file}?view=diff",
        "compare": "#/compare",
        "compared": f"#/compare?a={talk[0]['id']}&b={talk[1]['id']}&step=0",
        "ingest": "#/ingest",
        "settings": "#/settings",
    }


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 1280), ("light", 400)])
def test_nothing_shuts_anyone_out(open_page: Open, talked: Served, theme: str, width: int):
    page = open_page("#/settings", theme=theme, width=width)
    found = {}
    page.evaluate(AXE.read_text("utf-8"))
    for name, place in places(talked).items():
        page.evaluate(_GO, place)
        expect(page.locator("main")).not_to_be_empty()
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        found[name] = violations(page)
    assert {name: each for name, each in found.items() if each} == {}


def violations(page: Page) -> list[str]:
    """What axe calls serious or critical: the rule, what it is about, and where."""
    result: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", TAGS
    )
    return [
        f"{rule['id']}: {node['target'][0]}: {node['failureSummary'].splitlines()[-1].strip()}"
        for rule in result["violations"]
        if rule["impact"] in SERIOUS
        for node in rule["nodes"][:3]
    ]

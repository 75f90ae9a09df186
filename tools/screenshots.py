"""Take the pictures in ``docs/screenshots``: every page, light and dark, of a real server with recorded traffic.

    python tools/screenshots.py [--to FOLDER]

Takes a minute; needs Chromium (see CONTRIBUTING.md). The traffic is that of ``examples/agent`` and of
``tests/ui/conversations.py``.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.e2e.serving import TRACEWAY, Served, clean_environment  # noqa: E402
from tests.ui import conversations  # noqa: E402
from tests.ui.browser import launch, opened  # noqa: E402
from tests.ui.conftest import AGENT, run_agent  # noqa: E402

SHOP = Path(tempfile.gettempdir()) / "shop"
DRAFT = str(SHOP / "reply.md")
DRAFTS = (
    "Dear Anna,\n\nyour parcel left today.\n\nThe shop\n",
    "Dear Anna,\n\nyour parcel 4711 left Lyon today.\n\nThe shop\n",
    "Dear Anna,\n\nyour parcel 4711 left Lyon and arrives on Thursday.\nIt can still be redirected.\n\nThe shop\n",
)
_WRITE = "import sys; open(sys.argv[1], 'w').write(sys.argv[2]); open(sys.argv[1]).read()"


def places(served: Served) -> dict[str, str]:
    """What is shown, by the name of the picture."""
    traces = served.get("/api/traces", limit=200)["traces"]
    agent = next(trace for trace in traces if trace["name"] == "agent.py")
    failed = next(trace for trace in traces if trace["session_id"] and trace["error_count"])
    fine = next(trace for trace in traces if trace["session_id"] and not trace["error_count"])
    return {
        "traces": f"#/traces?sel={failed['id']}",
        "search": "#/traces?q=kind:tool+has:error",
        "transcript": f"#/traces/{fine['id']}?tab=transcript",
        "waterfall": f"#/traces/{agent['id']}?tab=waterfall",
        "graph": f"#/traces/{agent['id']}?tab=graph",
        "sessions": f"#/sessions/{fine['session_id']}",
        "charts": "#/charts",
        "files": f"#/files/{DRAFT.replace('/', '%2F')}?view=diff",
        "compare": f"#/compare?a={failed['id']}&b={fine['id']}",
        "ingest": "#/ingest",
    }


def _write_drafts(served: Served) -> None:
    """One file in three versions, each written and read by a recorded program."""
    told = {"OTEL_EXPORTER_OTLP_ENDPOINT": served.urls["otlp_http"]}
    for draft in DRAFTS:
        command = [TRACEWAY, "run", "--", sys.executable, "-c", _WRITE, DRAFT, draft]
        subprocess.run(command, env=clean_environment() | told, check=True, capture_output=True, timeout=60)


def main() -> None:
    """Make the traffic, open every place, keep what is seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / "docs/screenshots")
    folder: Path = parser.parse_args().to
    folder.mkdir(parents=True, exist_ok=True)
    # A copy, so that the pictures show no folder of whoever takes them.
    shutil.copytree(AGENT, SHOP, ignore=shutil.ignore_patterns("replies", "__pycache__"))
    with tempfile.TemporaryDirectory() as scratch, Served(Path(scratch)) as served, sync_playwright() as playwright:
        run_agent(served, SHOP / "replies", SHOP)
        _write_drafts(served)
        for seed in range(1, 6):
            conversations.main(seed, 6, served.urls["otlp_http"])
        shown = places(served)
        browser = launch(playwright)
        for theme in ("light", "dark"):
            with opened(browser, served.urls["api"], theme=theme) as page:
                for name, place in shown.items():
                    page.goto(f"{served.urls['api']}/{place}")
                    page.reload()
                    _settle(page)
                    page.screenshot(path=folder / f"{name}-{theme}.png")
        browser.close()
    shutil.rmtree(SHOP)


def _settle(page: Page) -> None:
    """Until nothing loads any more, and charts are drawn."""
    page.wait_for_selector("main > *")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    page.wait_for_timeout(1500)


if __name__ == "__main__":
    main()

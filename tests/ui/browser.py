"""Debian's Chromium, and a page that tells on itself: whatever it says on the console fails the test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Route, expect

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
# Chromium would look for its own servers, many at a time, and has no sandbox in a container.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 15_000

expect.set_options(timeout=PATIENCE_MS)


def launch(playwright: Playwright) -> Browser:
    """A browser without a window."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


@dataclass
class Complaints:
    """What went wrong in a page: errors and warnings of the console (a broken policy is one), errors nobody caught,
    requests to other hosts. ``expected``: parts of messages that the test brings about on purpose."""

    found: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def add(self, text: str) -> None:
        if not any(part in text for part in self.expected):
            self.found.append(text)


@contextmanager
def opened(
    browser: Browser,
    url: str,
    *,
    theme: str = "light",
    width: int = 1280,
    height: int = 800,
    complaints: Complaints | None = None,
) -> Iterator[Page]:
    """A page of its own, with nothing remembered, that may speak to the server alone. Fails when it complained."""
    complaints = complaints or Complaints()
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": height},
        color_scheme=theme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        timezone_id="UTC",
        locale="en-GB",
        permissions=["clipboard-read", "clipboard-write"],
    )
    own = urlsplit(url).netloc

    def only_own(route: Route) -> None:
        if urlsplit(route.request.url).netloc == own:
            route.continue_()
        else:
            complaints.add(f"asked for {route.request.url}")
            route.abort()

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.add(f"{message.type}: {message.text} ({message.location.get('url')})")

    try:
        context.route("**/*", only_own)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.add(f"not caught: {error}"))
        yield page
    finally:
        context.close()
    assert complaints.found == []

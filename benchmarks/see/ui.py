"""What the interface takes in a real browser: ``python -m benchmarks.see.ui``, on a server of its own.

First paint with nothing cached, from the commit of a trace to its row on the screen, and frames a second while a list
of 100,000 rows scrolls. The rows are fed to the list in the page, as its pages from the server would be.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

from playwright.sync_api import Browser, Page, sync_playwright

from ..report import Figure, number
from ..server import Server
from ..spans import Maker

ROWS = 100_000
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_ROW = ".list .row"
_FIRST_ROW = """
  window.first_row = new Promise((done) => new MutationObserver((_, observer) => {
    if (!document.querySelector(".list .row")) return;
    observer.disconnect();
    requestAnimationFrame(() => done(performance.now()));
  }).observe(document, { childList: true, subtree: true }));
"""
_FEED = """async (rows) => {
  const files = performance.getEntriesByType("resource").map((each) => each.name);
  const { listOf } = await import(files.find((name) => name.endsWith("/traces/list.js")));
  const list = listOf({ q: "", since: "", until: "" });
  const given = [...list.rows];
  list.cursor = null;
  for (let at = list.rows.length; at < rows; at++) {
    const id = at.toString(16).padStart(32, "0");
    list.put({ ...given[at % given.length], id, name: `run ${at}` }, at);
  }
  list.changed();
}"""
_SCROLL = """async ([pixels, seconds]) => {
  const list = document.querySelector(".virtual");
  const frames = [];
  const start = performance.now();
  for (let last = start; last - start < seconds * 1000;) {
    const now = await new Promise((done) => requestAnimationFrame(done));
    frames.push(now - last);
    last = now;
    list.scrollTop += pixels;
  }
  const texts = new Set([...list.querySelectorAll(".row .name")].map((each) => each.textContent));
  return { frames: frames.slice(1), top: list.scrollTop, shown: texts.size };
}"""
_SHOWN = """(id) => new Promise((done) => {
  const look = () => {
    if (!document.getElementById(`trace-${id}`)) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(Date.now())));
  };
  const observer = new MutationObserver(look);
  observer.observe(document.querySelector(".list"), { childList: true, attributes: true, subtree: true });
  look();
})"""


Measure = Callable[[Browser, Server, int], list[Figure]]


@contextmanager
def page_of(browser: Browser, server: Server, place: str) -> Iterator[Page]:
    """A page with nothing cached."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    try:
        page = context.new_page()
        page.add_init_script(_FIRST_ROW)
        page.goto(f"{server.urls['api']}/{place}")
        yield page
    finally:
        context.close()


def first_paint(browser: Browser, server: Server, times: int) -> list[Figure]:
    """From the request of the page to something on the screen, and to the first row."""
    paints, rows = [], []
    for _ in range(times):
        with page_of(browser, server, "") as page:
            rows.append(page.evaluate("window.first_row"))
            paints.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
    return [
        Figure("list", "first paint, nothing cached", statistics.median(paints), "ms", at_most=300),
        Figure("list", "first row, nothing cached", statistics.median(rows), "ms"),
    ]


def arrival(browser: Browser, server: Server, times: int) -> list[Figure]:
    """From the receipt that a trace is committed to its row on the screen."""
    template = Maker(5).template(8)
    taken = []
    with page_of(browser, server, "") as page:
        page.wait_for_selector(_ROW)
        page.wait_for_selector(".live-dot.on")
        for _ in range(times):
            template.refresh(time.time_ns())
            trace_id, _ = template.first_ids()
            page.evaluate(f"window.shown = ({_SHOWN})({json.dumps(trace_id)}); 0")
            send(server, template.requests[0])
            committed_ms = time.time() * 1000
            taken.append(page.evaluate("window.shown") - committed_ms)
            page.wait_for_timeout(300)
    return [Figure("live", "commit of a trace to its row", sorted(taken)[int(len(taken) * 0.9)], "ms", at_most=200)]


def scrolling(browser: Browser, server: Server, times: int) -> list[Figure]:
    """Frames a second while 100,000 rows pass, in steps that a wheel makes and in leaps as by the scroll bar."""
    found = []
    with page_of(browser, server, "") as page:
        page.wait_for_selector(_ROW)
        page.evaluate(_FEED, ROWS)
        for name, pixels in (("by the wheel", 120), ("by the bar", 9000)):
            page.evaluate("document.querySelector('.virtual').scrollTop = 0")
            result = page.evaluate(_SCROLL, [pixels, 4])
            if result["shown"] < 10:
                raise RuntimeError(f"scrolling showed {result['shown']} rows")
            frames = sorted(result["frames"])
            late = sum(frame > 1000 / 60 * 1.5 for frame in frames) / len(frames) * 100
            rate = len(frames) / sum(frames) * 1000
            found.append(Figure("scrolling", f"{ROWS:,} rows {name}", rate, "fps", at_least=58))
            found.append(Figure("scrolling", f"frames that came late {name}", late, "%"))
    return found


MEASURES: tuple[Measure, ...] = (first_paint, arrival, scrolling)


def send(server: Server, body: bytes | memoryview) -> None:
    """Export a request; returns when it is committed."""
    headers = {"content-type": "application/x-protobuf"}
    with urllib.request.urlopen(urllib.request.Request(server.traces_url, bytes(body), headers)) as reply:
        reply.read()


def measure(times: int) -> list[Figure]:
    """All figures, on a server with some hundred traces."""
    maker = Maker(3)
    with Server() as server, sync_playwright() as playwright:
        for _ in range(10):
            template = maker.template(512)
            template.refresh(time.time_ns())
            send(server, template.requests[0])
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_FLAGS)
        try:
            return [figure for each in MEASURES for figure in each(browser, server, times)]
        finally:
            browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    figures = measure(asked.times)
    if asked.json:
        print(json.dumps([{**asdict(figure), "met": figure.met} for figure in figures], indent=1))
        return
    for figure in figures:
        value, missed = f"{number(figure.value)} {figure.unit}", "MISSED" if figure.met is False else ""
        print(f"{figure.scenario:10} {figure.name:40} {value:>12} {figure.target:8} {missed}")


if __name__ == "__main__":
    main()

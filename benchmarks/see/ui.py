"""What the interface takes in a real browser, on a server of its own.

First paint with nothing cached, from the commit of a trace to its row on the screen, how long a trace of 20,000 spans
takes to open, and frames a second while it and a list of 100,000 rows scroll. The rows of the list are fed to it in the
page, as its pages from the server would be.
"""

from __future__ import annotations

import json
import shutil
import statistics
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

from ..report import Figure
from ..server import Server
from ..spans import Maker

ROWS, SPANS = 100_000, 20_000
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_ROW = ".list .row"
_SPAN_ROW = ".waterfall .span-row"
_FIRST_ROW = """
  window.first_row = new Promise((done) => new MutationObserver((_, observer) => {
    if (!document.querySelector(".list .row, .waterfall .span-row")) return;
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
_SCROLL = """async ([pixels, seconds, row]) => {
  const list = document.querySelector(".virtual");
  const frames = [];
  const start = performance.now();
  for (let last = start; last - start < seconds * 1000;) {
    const now = await new Promise((done) => requestAnimationFrame(done));
    frames.push(now - last);
    last = now;
    list.scrollTop += pixels;
  }
  const texts = new Set([...list.querySelectorAll(row)].map((each) => each.id));
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
    with page_of(browser, server, "") as page:
        page.wait_for_selector(_ROW)
        page.evaluate(_FEED, ROWS)
        return [
            *scrolled(page, _ROW, f"{ROWS:,} rows by the wheel", 120),
            *scrolled(page, _ROW, f"{ROWS:,} rows by the bar", 9000),
        ]


def long_trace(browser: Browser, server: Server, times: int) -> list[Figure]:
    """From the request of the page to the first row of a trace of 20,000 spans, nothing cached, and its scrolling."""
    template = Maker(4).long_trace(SPANS)
    template.refresh(time.time_ns())
    send(server, template.requests[0])
    trace_id, _ = template.first_ids()
    place, opened = f"#/traces/{trace_id}?tab=waterfall", []
    for _ in range(times):
        with page_of(browser, server, place) as page:
            opened.append(page.evaluate("window.first_row"))
            page.get_by_text(f"{SPANS:,}").first.wait_for()
    with page_of(browser, server, place) as page:
        page.wait_for_selector(_SPAN_ROW)
        name = f"a trace of {SPANS:,} spans"
        return [
            Figure("trace", f"{SPANS:,} spans, opened, nothing cached", sorted(opened)[-1], "ms", at_most=1000),
            *scrolled(page, _SPAN_ROW, f"{name} by the wheel", 120),
            *scrolled(page, _SPAN_ROW, f"{name} by the bar", 3000),
        ]


def scrolled(page: Page, row: str, name: str, pixels: int) -> list[Figure]:
    """Four seconds of scrolling by so many pixels a frame, from the top."""
    page.evaluate("document.querySelector('.virtual').scrollTop = 0")
    result = page.evaluate(_SCROLL, [pixels, 4, row])
    if result["shown"] < 10:
        raise RuntimeError(f"scrolling showed {result['shown']} rows")
    frames = sorted(result["frames"])
    late = sum(frame > 1000 / 60 * 1.5 for frame in frames) / len(frames) * 100
    rate = len(frames) / sum(frames) * 1000
    return [
        Figure("scrolling", name, rate, "fps", at_least=58),
        Figure("scrolling", f"{name}, frames that came late", late, "%"),
    ]


MEASURES: tuple[Measure, ...] = (first_paint, arrival, scrolling, long_trace)


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

"""The panel of a span: content by kind, tokens with their price, attributes, events, files, logs, OTLP."""

from __future__ import annotations

import base64
import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.serving import Served

from .conftest import Open
from .research import Research, research
from .traffic import Trace

PIXEL = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301010018dd8db0"
        "0000000049454e44ae426082"
    )
).decode()


@pytest.fixture(scope="module")
def trip(served: Served) -> Research:
    return research(served)


def opened(page: Page, tab: str) -> Locator:
    page.get_by_role("tablist", name="Parts of the span").get_by_role("tab", name=tab).click()
    return page.get_by_role("tabpanel").last


def at(trip: Research, name: str) -> str:
    return f"#/traces/{trip.trace.id}?tab=waterfall&span={trip.spans[name]}"


def test_a_call_with_its_price_and_one_without(open_page: Open, trip: Research):
    page = open_page(at(trip, "second"))
    content = page.get_by_role("tabpanel").last
    expect(content).to_contain_text("A day at the lake")
    expect(content).to_contain_text("summarise the timetable")
    cost = opened(page, "Tokens & cost")
    expect(cost.get_by_role("row", name=re.compile("Read from cache 1,024"))).to_be_visible()
    expect(cost.get_by_role("row", name=re.compile("Output 60"))).to_contain_text("$10")
    expect(cost.get_by_role("row", name=re.compile("Total"))).to_contain_text("$0.0031")
    expect(cost).to_contain_text("genai-prices")
    page = open_page(at(trip, "third"))
    cost = opened(page, "Tokens & cost")
    expect(cost.get_by_role("row", name=re.compile("Total"))).to_contain_text("–")
    expect(cost.locator(".notice.warning")).to_contain_text("lake-model-9b")


def test_attributes_are_found_copied_and_made_a_filter(open_page: Open, trip: Research):
    page = open_page(at(trip, "root"))
    attributes = opened(page, "Attributes")
    expect(attributes).to_contain_text("service.name")
    attributes.get_by_role("searchbox").fill("workflow.name")
    expect(attributes.locator("dt")).to_have_text(["gen_ai.workflow.name"])
    attributes.get_by_role("button", name="Copy gen_ai.workflow.name").click()
    assert page.evaluate("navigator.clipboard.readText()") == "plan a trip"
    attributes.get_by_role("button", name="Filter by gen_ai.workflow.name").click()
    asked = page.evaluate("new URLSearchParams(location.hash.split('?')[1]).get('q')")
    assert asked == 'attr.gen_ai.workflow.name:"plan a trip"'


def test_any_value_is_filtered_by_as_it_is(open_page: Open, served: Served):
    trace = Trace(service="attributes")
    span = trace.span("odd", 0, 5, {"app.range": "1..5", "app note": "no key of the query language"})
    trace.send(served)
    page = open_page(f"#/traces/{trace.id}?tab=waterfall&span={span}&panel=attributes")
    attributes = page.get_by_role("tabpanel").last
    expect(attributes.get_by_role("button", name="Copy app note")).to_be_visible()
    expect(attributes.get_by_role("button", name="Filter by app note")).to_have_count(0)
    attributes.get_by_role("button", name="Filter by app.range").click()
    expect(page.get_by_role("button", name="Edit attr.app.range: 1..5")).to_be_visible()
    asked = page.evaluate("new URLSearchParams(location.hash.split('?')[1]).get('q')")
    assert asked == 'attr.app.range:"1..5"'
    assert [each["id"] for each in served.get("/api/traces", q=asked)["traces"]] == [trace.id]


def test_an_exception_with_its_stack_and_logs(open_page: Open, trip: Research):
    page = open_page(at(trip, "weather"))
    expect(page.get_by_role("tabpanel").last).to_contain_text("no answer in 5 s")
    events = opened(page, "Events")
    expect(events).to_contain_text("TimeoutError")
    expect(events.locator(".t-stack")).to_contain_text('File "weather.py", line 12')
    logs = opened(page, "Logs")
    expect(logs.get_by_role("listitem")).to_have_count(1)
    expect(logs).to_contain_text("the weather service does not answer")


def test_what_was_retrieved_has_scores(open_page: Open, trip: Research):
    page = open_page(at(trip, "retrieval"))
    content = page.get_by_role("tabpanel").last
    expect(content).to_contain_text("ferry timetable")
    expect(content.get_by_role("listitem")).to_have_count(2)
    expect(content.get_by_role("listitem").first).to_contain_text("0.910")


def test_a_file_shows_its_version_and_what_changed(open_page: Open, trip: Research):
    page = open_page(at(trip, "write"))
    content = page.get_by_role("tabpanel").last
    expect(content).to_contain_text("/srv/trip/notes.md")
    assert "base=" in (content.get_by_role("link", name="What changed").get_attribute("href") or "")
    content.get_by_role("button", name="Show the content").click()
    expect(content).to_contain_text("Ferries run from May to October.")
    page = open_page(at(trip, "delegate"))
    files = opened(page, "Files")
    expect(files.get_by_role("listitem")).to_have_count(2)


def test_the_otlp_of_one_span_is_that_span_s(open_page: Open, trip: Research):
    page = open_page(at(trip, "weather"))
    otlp = opened(page, "OTLP")
    expect(otlp.locator(".source-line").first).to_be_visible()
    otlp.get_by_role("button", name="Copy the JSON").click()
    sent = json.loads(page.evaluate("navigator.clipboard.readText()"))
    spans = [span for r in sent["resourceSpans"] for s in r["scopeSpans"] for span in s["spans"]]
    assert [span["spanId"] for span in spans] == [trip.spans["weather"]]
    assert spans[0]["status"]["message"] == "no answer in 5 s"


def test_a_missing_parent_is_explained(open_page: Open, trip: Research):
    page = open_page(f"#/traces/{trip.trace.id}?tab=waterfall&span=00000000000000ff")
    expect(page.get_by_role("complementary", name="Span not arrived yet")).to_contain_text("has not arrived yet")


def test_pictures_in_messages_are_shown_and_those_elsewhere_are_links(open_page: Open, served: Served):
    trace = Trace(service="pictures")
    parts = [
        {"type": "blob", "modality": "image", "mime_type": "image/png", "content": PIXEL},
        {"type": "uri", "modality": "image", "mime_type": "image/png", "uri": "https://example.org/tracking.png"},
        {"type": "blob", "modality": "image", "mime_type": "image/svg+xml", "content": "PHN2Zy8+"},
    ]
    span = trace.call("gpt-4o", 0, 10, [{"role": "user", "parts": parts}], None)
    trace.send(served)
    page = open_page(f"#/traces/{trace.id}?tab=waterfall&span={span}")
    content = page.get_by_role("tabpanel").last
    expect(content.locator("img")).to_have_count(1)
    expect(content.locator("img")).to_have_js_property("naturalWidth", 1)
    expect(content.get_by_role("link", name="https://example.org/tracking.png")).to_be_visible()
    expect(content).to_contain_text("image/svg+xml")

"""The transcript: what was said, in order and once, with markdown, tools, files, agents and errors in their places."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.serving import Served

from .conftest import Open
from .research import Research, research
from .traffic import Trace, text


@pytest.fixture(scope="module")
def trip(served: Served) -> Research:
    return research(served)


def test_a_reader_follows_the_run_from_top_to_bottom(open_page: Open, trip: Research):
    page = open_page(f"#/traces/{trip.trace.id}", height=3000)
    feed = page.get_by_role("feed", name="Transcript")
    expect(feed.get_by_text("You plan trips.")).to_be_visible()
    expect(feed.locator("[aria-busy=true]")).to_have_count(0)
    order = ["You plan trips.", "A day at the lake", "Let me see what we have.", "three documents", "0.910"]
    order += ["summariser", "notes.md", "Summarise the timetable.", "lake-model-9b", "no answer in 5 s"]
    order += ["Here is the plan"]
    said = feed.inner_text()
    places = [said.find(part) for part in order]
    assert -1 not in places, dict(zip(order, places, strict=True))
    assert places == sorted(places)
    # What is sent along again and again is there once.
    assert said.count("A day at the lake") == 1
    expect(feed.get_by_role("button", name="… 3 earlier messages, unchanged")).to_be_visible()
    expect(feed.get_by_role("button", name="… 7 earlier messages, unchanged")).to_be_visible()
    expect(feed.get_by_text("1,500 → 60 tok")).to_be_visible()


def test_tools_thoughts_and_repetitions_open(open_page: Open, trip: Research):
    page = open_page(f"#/traces/{trip.trace.id}", height=3000)
    feed = page.get_by_role("feed", name="Transcript")
    expect(feed.locator("[aria-busy=true]")).to_have_count(0)
    thought = feed.get_by_role("button", name=re.compile("Reasoning"))
    expect(thought).to_have_attribute("aria-expanded", "false")
    thought.click()
    expect(thought).to_have_attribute("aria-expanded", "true")
    search = feed.get_by_role("article", name="search_docs")
    expect(search.locator(".json")).to_have_count(0)
    search.get_by_role("button", name=re.compile("ferry timetable")).click()
    expect(search.locator(".json")).to_contain_text('"ferry timetable"')
    feed.get_by_role("button", name="… 3 earlier messages, unchanged").click()
    expect(feed.get_by_text("A day at the lake")).to_have_count(2)


def test_the_answer_is_markdown_and_raw_when_asked(open_page: Open, trip: Research):
    page = open_page(f"#/traces/{trip.trace.id}?span={trip.spans['last']}&panel=none")
    answer = page.get_by_role("article", name="chat gpt-4o").last
    expect(answer.locator("table")).to_contain_text("ferry")
    expect(answer.locator("strong")).to_have_text("plan")
    expect(answer.get_by_role("link", name="the map")).to_have_attribute("rel", re.compile("noopener"))
    answer.hover()
    answer.get_by_role("button", name="raw").click()
    expect(answer.locator("table")).to_have_count(0)
    expect(answer).to_contain_text("**plan**")


def test_an_agent_s_card_folds_and_chips_lead_to_files(open_page: Open, trip: Research):
    page = open_page(f"#/traces/{trip.trace.id}", height=3000)
    feed = page.get_by_role("feed", name="Transcript")
    expect(feed.locator("[aria-busy=true]")).to_have_count(0)
    inner = feed.get_by_role("article", name="chat claude-sonnet-4-5")
    assert int(inner.get_attribute("data-level") or 0) == 1
    chip = feed.get_by_role("button", name=re.compile(r"notes\.md")).last
    chip.click()
    panel = page.get_by_role("complementary")
    panel.get_by_role("button", name="Show the content").click()
    expect(panel).to_contain_text("The last one leaves at 18:40.")
    page.keyboard.press("Escape")
    feed.get_by_role("button", name="Fold summariser").click()
    expect(inner).to_have_count(0)
    expect(page).to_have_url(re.compile(f"fold={trip.spans['summariser']}"))


def test_an_agent_beside_which_something_is_said_is_set_in(open_page: Open, served: Served):
    trace = Trace(service="one-agent")
    root = trace.span("answer", 0, 100, {"gen_ai.operation.name": "invoke_workflow"})
    about = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "courier"}
    agent = trace.span("invoke_agent courier", 1, 40, about, parent=root)
    trace.call("gpt-4o", 2, 30, [text("user", "Where is it?")], text("assistant", "In Lyon."), parent=agent)
    trace.call("gpt-4o", 50, 90, [text("user", "Say so.")], text("assistant", "It is in Lyon."), parent=root)
    trace.send(served)
    page = open_page(f"#/traces/{trace.id}")
    steps = page.get_by_role("feed", name="Transcript").get_by_role("article")
    expect(steps).to_have_count(3)
    assert [steps.nth(n).get_attribute("data-level") for n in range(3)] == ["1", "1", "0"]


def test_keys_walk_from_step_to_step(open_page: Open, trip: Research):
    page = open_page(f"#/traces/{trip.trace.id}")
    expect(page.locator(".t-step").first).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile(trip.spans["first"]))
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary", name="Span chat gpt-4o")).to_be_visible()


def test_hundreds_of_calls_are_loaded_as_they_come_into_sight(open_page: Open, served: Served):
    trace = Trace(service="long-talk")
    root = trace.span("long talk", 0, 9_000)
    said = [text("system", "You count."), text("user", "Count.")]
    for number in range(300):
        answer = text("assistant", f"number {number}")
        trace.call("gpt-4o", number * 20, number * 20 + 15, said[-40:], answer, parent=root)
        said += [answer, text("user", f"and after {number}?")]
    trace.send(served)
    page = open_page("#/settings")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/spans/" in request.url else None)
    page.evaluate(f"location.hash = '#/traces/{trace.id}'")
    expect(page.get_by_text("number 3", exact=True)).to_be_visible()
    assert len(asked) < 60
    expect(page.get_by_text("number 200", exact=True)).to_have_count(0)
    last = trace.spans[-1]["spanId"]
    page.evaluate(f"location.hash = '#/traces/{trace.id}?span={last}&panel=none'")
    expect(page.get_by_text("number 299", exact=True)).to_be_in_viewport()
    expect(page.get_by_text("and after 298?")).to_be_visible()
    expect(page.get_by_text("… 39 earlier messages, unchanged").last).to_be_visible()
    assert len(asked) < 150


def test_a_run_of_the_example_agent_reads_well(open_page: Open, served: Served):
    trace = next(trace for trace in served.get("/api/traces", service="agent")["traces"])
    page = open_page(f"#/traces/{trace['id']}")
    feed = page.get_by_role("feed", name="Transcript")
    expect(feed.get_by_text("my order 1007 was to arrive on Monday")).to_be_visible()
    expect(feed.get_by_role("article", name="look_up_order").first).to_contain_text("packed")

"""Sessions: conversations as lines, one of them as a transcript that grows while somebody reads."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.serving import Served

from .conftest import Open
from .traffic import Trace, text

SECOND_NS = 10**9
CONVERSATIONS = 130


def turn(session: str, question: str, answer: str, *, ago_s: int, user: str = "anna", error: str = "") -> Trace:
    """A trace of an agent that is asked, uses a tool and answers."""
    made = Trace(service="desk", start_ns=time.time_ns() - ago_s * SECOND_NS)
    said, replied = [text("user", "an earlier question"), text("user", question)], text("assistant", answer)
    about = {"session.id": session, "user.id": user}
    shown = {"gen_ai.input.messages": json.dumps(said), "gen_ai.output.messages": json.dumps([replied])}
    agent = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "desk"}
    root = made.span("invoke_agent desk", 0, 1000, {**agent, **about, **shown}, error=error)
    made.call("gpt-4o-mini", 10, 500, said, replied, parent=root, tokens=(100, 20))
    made.tool("look_up", "call_1", 510, 600, {"order": 7}, None if error else "on its way", parent=root, error=error)
    return made


@pytest.fixture(scope="module")
def talked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served(tmp_path_factory.mktemp("sessions")) as server:
        turn("desk/ü 1", "Where is order 7?", "On its **way**.", ago_s=300).send(server)
        turn("desk/ü 1", "And order 8?", "<img src=x onerror=alert(1)>", ago_s=200, error="no such order").send(server)
        together = Trace(service="desk")
        for n in range(CONVERSATIONS):
            together.spans += turn(
                f"other-{n}", f"Question {n}", f"Answer {n}", ago_s=1000 + n, user=f"u-{n % 3}"
            ).spans
        together.send(server)
        yield server


def test_the_last_active_is_first_with_its_sums(open_page: Open, talked: Served):
    page = open_page("#/sessions", server=talked)
    row = page.get_by_role("row").nth(1)
    expect(row).to_contain_text("desk/ü 1")
    expect(row).to_contain_text("Where is order 7? → <img src=x onerror=alert(1)>")
    expect(row.get_by_role("cell").nth(1)).to_have_text("2")
    expect(row.get_by_role("cell").nth(2)).to_have_text("anna")
    expect(row.get_by_role("cell").nth(4)).to_have_text("240 tok")
    expect(row.get_by_role("cell").nth(5)).to_contain_text("$")
    expect(row.get_by_role("img", name=re.compile(r"\d error"))).to_be_visible()


def test_the_keyboard_walks_opens_and_comes_back(open_page: Open, talked: Served):
    page = open_page("#/sessions", server=talked)
    expect(page.get_by_role("row").nth(1)).to_be_visible()
    for key in "jjk":
        page.keyboard.press(key)
    expect(page.locator("[role=row][aria-selected=true]")).to_contain_text("desk/ü 1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="desk/ü 1")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[role=row][aria-selected=true]")).to_contain_text("desk/ü 1")


def test_all_pages_of_the_list_are_reached_by_scrolling(open_page: Open, talked: Served):
    page = open_page("#/sessions", server=talked)
    expect(page.get_by_role("row").nth(1)).to_be_visible()
    page.locator(".virtual").evaluate("box => { box.scrollTop = box.scrollHeight }")
    expect(page.get_by_role("table", name="131 sessions")).to_be_visible()
    page.locator(".virtual").evaluate("box => { box.scrollTop = box.scrollHeight }")
    expect(page.get_by_role("link", name="other-129")).to_be_visible()
    assert page.get_by_role("row").count() < 70


def test_a_filter_narrows_and_nothing_found_leads_back(open_page: Open, talked: Served):
    page = open_page("#/sessions?q=user:anna", server=talked)
    expect(page.get_by_role("table", name="1 session")).to_be_visible()
    page = open_page("#/sessions?q=user:nobody", server=talked)
    page.get_by_role("link", name="Without the filter").click()
    expect(page.get_by_role("row").nth(5)).to_be_visible()


def test_a_session_is_one_transcript_oldest_first(open_page: Open, talked: Served):
    page = open_page("#/sessions/desk%2F%C3%BC%201", server=talked, theme="dark")
    first, second = page.get_by_role("article", name="Turn 1"), page.get_by_role("article", name="Turn 2")
    expect(first.get_by_text("Where is order 7?")).to_be_visible()
    expect(first.get_by_text("an earlier question")).to_have_count(0)
    expect(first.locator("strong", has_text="way")).to_be_visible()
    expect(
        first.get_by_role("list", name="Tools and files").get_by_role("link", name=re.compile("look_up"))
    ).to_be_visible()
    expect(second).to_contain_text("no such order")
    expect(second).to_contain_text("<img src=x onerror=alert(1)>")
    expect(page.get_by_text("2 turns")).to_be_visible()
    second.get_by_role("link", name="2 · invoke_agent desk").click()
    expect(page).to_have_url(re.compile(r"#/traces/[0-9a-f]{32}"))


def test_a_new_turn_appears_at_the_end_while_somebody_reads(open_page: Open, talked: Served):
    turn("growing", "First?", "One.", ago_s=20).send(talked)
    page = open_page("#/sessions/growing", server=talked)
    expect(page.get_by_role("article")).to_have_count(1)
    turn("growing", "Second?", "Two.", ago_s=5).send(talked)
    expect(page.get_by_role("article", name="Turn 2")).to_contain_text("Two.")
    expect(page.get_by_text("2 turns")).to_be_visible()


def test_a_session_that_does_not_exist_says_so(open_page: Open, talked: Served, complaints):
    complaints.expected.append("404")
    page = open_page("#/sessions/nobody", server=talked)
    expect(page.get_by_role("alert")).to_contain_text("There is no session 'nobody'")

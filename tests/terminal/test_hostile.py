"""Spans that try to take over the terminal of whoever looks at them."""

from __future__ import annotations

import json
import re

import pytest

from tests.api.telemetry import SECOND_NS, chat, span, spans_request, trace_id
from tests.e2e.serving import Served

from .conftest import Terminal
from .screens import Screen
from .test_clean import obeyed

ATTACK = "\x1b]0;owned\x07\x1b[2J\x1b[31m\x9b31m[bold red]markup[/bold red] \u202egpj.exe\x1b[6n\x00 :smile: \u2028end"
TRACE = 0xBAD0 << 112


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A server whose every span says the worst it can, wherever a span can say something."""
    messages = json.dumps(
        [
            {
                "role": ATTACK,
                "parts": [
                    {"type": "text", "content": ATTACK},
                    {"type": "reasoning", "content": ATTACK},
                    {"type": "tool_call", "id": ATTACK, "name": ATTACK, "arguments": {ATTACK: ATTACK}},
                    {"type": "tool_call_response", "id": ATTACK, "response": ATTACK},
                    {"type": ATTACK, ATTACK: ATTACK},
                ],
                "finish_reason": ATTACK,
            }
        ]
    )
    call = {
        "gen_ai.request.model": ATTACK,
        "gen_ai.response.model": ATTACK,
        "gen_ai.input.messages": messages,
        "gen_ai.output.messages": messages,
        "gen_ai.system_instructions": json.dumps([{"type": "text", "content": ATTACK}]),
        "gen_ai.response.finish_reasons": [ATTACK],
        "session.id": ATTACK,
        "user.id": ATTACK,
        ATTACK: ATTACK,
    }
    tool = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": ATTACK, "gen_ai.tool.call.arguments": ATTACK}
    file = {"traceway.span.kind": "fs_write", "file.path": ATTACK}
    root = span(TRACE, 1, name=ATTACK, took_ns=3 * SECOND_NS)
    failed = chat(TRACE, 2, parent=1, name=ATTACK, attributes=call)
    for each in (root, failed):
        each.status.code, each.status.message = 2, ATTACK
    spans = [
        root,
        failed,
        span(TRACE, 3, parent=1, name=ATTACK, attributes=tool),
        span(TRACE, 4, parent=9, attributes=file),
    ]
    with Served(tmp_path_factory.mktemp("hostile")) as server:
        server.send(spans_request(spans, service=ATTACK))
        yield Terminal(server)


VERBS = [
    ["traces"],
    ["show", "last"],
    *(["show", "last", "--span", f"{number:016x}", "--full"] for number in (1, 2, 3, 4)),
    ["query"],
    ["query", "--metric", "call_count", "--by", "model,tool"],
    ["replay", "last", "--speed", "1000", "--full"],
    ["tail", "--since", "0", "-n", "5"],
]


@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_nothing_of_it_is_obeyed(hostile, words):
    out = hostile.out(*words)
    assert set(obeyed(out)) <= {"\n"}
    assert "markup" in out


@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_markup_is_text(hostile, words):
    """Rich would take the brackets for a style, and the name between colons for a picture."""
    out = hostile.out(*words)
    # A finish reason is taken apart into words, for it may be a list of them.
    assert out.count("[bold red]markup[/bold red]") == len(re.findall("(?<!bold, red, )markup", out))
    assert "😄" not in out


@pytest.mark.parametrize("words", [each for each in VERBS if each[0] != "show" or "--span" not in each], ids=" ".join)
def test_json_is_harmless_and_true(hostile, words):
    out = hostile.out(*words, "--json")
    assert set(obeyed(out)) <= {"\n"}
    assert any(found(json.loads(line)) for line in out.splitlines())


def found(value: object) -> bool:
    """Whether the attack stands somewhere in a JSON value, as it was sent."""
    if isinstance(value, dict):
        return any(found(each) for each in value.values())
    if isinstance(value, list):
        return any(found(each) for each in value)
    return isinstance(value, str) and value == ATTACK


def test_an_error_message_is_harmless(hostile):
    done = hostile.run("show", "last", "--span", ATTACK.replace("\0", ""))
    assert done.returncode == 4
    assert set(obeyed(done.stderr)) <= {"\n"}
    done = hostile.run("traces", "-q", f"nokey:{ATTACK}".replace("\0", ""))
    assert done.returncode == 2
    assert set(obeyed(done.stderr)) <= {"\n"}


def test_the_name_of_an_attribute_is_harmless_above_its_column(hostile):
    out = hostile.out("query", "--metric", "span_count", "--by", "attr." + ATTACK.replace("\0", ""))
    assert set(obeyed(out)) <= {"\n"}


def test_the_monitor_draws_it_as_text(hostile):
    with Screen("monitor", "--url", hostile.server.urls["api"]) as screen:
        screen.until("␛]0;owned␇", "q quit")
        screen.press("\r")
        screen.until("q back")
        screen.press("q")
        screen.until("q quit")
        screen.press("q")
        assert screen.end() == 0
    ours = re.sub(r"\x1b\[(\?25[lh]|\?1049[lh]|H|[0-9;]*m|2K|1A)", "", screen.raw)
    assert set(obeyed(ours)) <= {"\n", "\r"}
    # The colours are those of the monitor: no reset that it did not send, no title, no question to the terminal.
    assert "\x1b[6n" not in screen.raw
    assert "\x1b]" not in screen.raw


def test_a_terminal_without_these_letters_gets_question_marks(hostile):
    done = hostile.run("show", trace_id(TRACE), PYTHONIOENCODING="ascii", LC_ALL="C")
    assert (done.returncode, done.stderr) == (0, "")
    assert "?" in done.stdout

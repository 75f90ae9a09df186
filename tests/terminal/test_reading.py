"""``traces``, ``show``, ``query`` and ``replay`` against a real server, as their users run them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time

import pytest

from tests.api.telemetry import span_id, spans_request, trace_id
from tests.e2e.serving import TRACEWAY, Served, clean_environment

from .conftest import TRACE, Terminal, agent_run

WHOLE_ID = trace_id(TRACE)


def test_traces_are_a_table(terminal):
    lines = terminal.out("traces").splitlines()
    assert lines[0].split() == ["trace", "age", "status", "name", "duration", "tokens", "cost", "service"]
    assert len(lines) == 2
    assert re.search(r"^abcd0000 .* ● ok +invoke_agent guide +3\.00 s +240 +\$0\.\d+ +guide", lines[1])


def test_traces_as_json_are_those_of_the_api(terminal):
    assert json.loads(terminal.out("traces", "--json")) == terminal.server.get("/api/traces")["items"]
    assert json.loads(terminal.out("traces", "--json", "-q", "name:nothing")) == []
    assert terminal.out("traces", "-q", "name:nothing") == "No trace matches.\n"


@pytest.mark.parametrize("asked", [WHOLE_ID, "abcd", "ABCD0000", "last", span_id(0x11)])
def test_a_trace_is_a_waterfall(terminal, asked):
    if asked == span_id(0x11):
        assert "invoke_agent guide" in terminal.out("show", asked)
        return
    out = terminal.out("show", asked)
    assert WHOLE_ID in out
    assert f"{terminal.server.urls['api']}/#/traces/{WHOLE_ID}" in out
    rows = out[out.index("SPAN") :].splitlines()[1:6]
    assert [re.sub(r"\s+[━─].*", "", row) for row in rows] == [
        "  A invoke_agent guide",
        "  ├ M chat gpt-4o gpt-4o-2024-08-06",
        "  │ └ T execute_tool search",
        "  ├ w fs.write /srv/agent/out/report.md",
        "✗ └ M chat gpt-4o gpt-4o-2024-08-06",
    ]
    bars = [re.search(r"[━─]+", row) for row in rows]
    assert [bar.start() for bar in bars if bar] == sorted(bar.start() for bar in bars if bar)
    assert bars[0].group() == "━" * 30  # the root lasts as long as the trace
    assert all(set(bar.group()) == {"━"} for bar in (bars[0], bars[1], bars[4]))
    assert "120" in rows[1]


def test_show_as_json_is_the_tree(terminal):
    assert json.loads(terminal.out("show", "abcd", "--json")) == terminal.server.get(f"/api/traces/{WHOLE_ID}/tree")


def test_a_span_shows_what_was_said(terminal):
    out = terminal.out("show", "abcd", "--span", span_id(0x12))
    assert "user\n    Where is Zürich?\n" in out
    assert "assistant\n    In Switzerland.\n" in out
    assert "100 → 20 tokens" in out
    assert "gen_ai.provider.name  openai\n" in out
    tool = terminal.out("show", "abcd", "--span", span_id(0x13))
    assert 'Arguments\n    {\n      "city": "Zürich"\n    }\n' in tool
    assert 'Result\n    {\n      "found": 3\n    }\n' in tool
    assert "/srv/agent/out/report.md" in terminal.out("show", span_id(0x14))
    assert "rate limit reached" in terminal.out("show", span_id(0x15))
    as_json = json.loads(terminal.out("show", "abcd", "--span", span_id(0x12), "--json"))
    assert as_json == terminal.server.get(f"/api/spans/{span_id(0x12)}")


def test_query_lists_spans(terminal):
    lines = terminal.out("query", "kind:llm_call").splitlines()
    assert len(lines) == 3
    assert all("M chat gpt-4o" in line for line in lines[1:])
    rows = json.loads(terminal.out("query", "kind:tool", "--json"))
    assert [row["id"] for row in rows] == [span_id(0x13)]


def test_query_counts(terminal):
    out = terminal.out("query", "--metric", "span_count,error_count", "--metric", "total_tokens", "--by", "kind")
    lines = [line.split() for line in out.splitlines()]
    assert lines[0] == ["kind", "span_count", "error_count", "total_tokens"]
    assert lines[1] == ["llm_call", "2", "1", "240"]
    assert lines[-1] == ["all", "5", "1", "240"]
    answer = json.loads(terminal.out("query", "kind:llm_call", "--metric", "call_count", "--json"))
    assert answer["totals"] == {"call_count": 2}
    assert "total_cost" in terminal.out("query", "--about")


def test_query_shows_each_hour_beside_the_one_of_the_period_before(tmp_path):
    with Served(tmp_path) as server:
        today = agent_run(TRACE, 0x11)
        yesterday = agent_run(TRACE + 1, 0x21)[:2]
        for each in yesterday:
            each.start_time_unix_nano -= 24 * 3600 * 10**9
            each.end_time_unix_nano -= 24 * 3600 * 10**9
        server.send(spans_request([*today, *yesterday]))
        words = ["query", "--metric", "span_count", "--by", "hour", "--previous"]
        out = Terminal(server).out(
            *words, "--since", "2026-11-21T00:00:00Z", "--until", "2026-11-21T23:59:59.999999999Z"
        )
    lines = [line.split() for line in out.splitlines()]
    assert lines[0] == ["hour", "span_count", "before"]
    assert [line[-2:] for line in lines[1:]] == [["5", "2"], ["5", "2"]]


def test_replay_tells_it_in_order(terminal):
    out = terminal.out("replay", "abcd", "--speed", "1000")
    steps = re.findall(r"^ +(\S+ \S+) +([▶■✗]) (\S) (\S+)", out, re.M)
    assert [(sign, kind) for _, sign, kind, _ in steps] == [
        ("▶", "A"), ("▶", "M"), ("▶", "T"), ("■", "M"), ("■", "T"), ("■", "w"), ("▶", "M"), ("✗", "M"), ("■", "A")
    ]  # fmt: skip
    assert out.index("Where is Zürich?") < out.index("In Switzerland.") < out.index("rate limit reached")
    moments = [json.loads(line) for line in terminal.out("replay", "abcd", "--speed", "1000", "--json").splitlines()]
    assert len(moments) == 10
    assert [each["offset_ns"] for each in moments] == sorted(each["offset_ns"] for each in moments)


def test_replay_takes_its_time(terminal):
    begun = time.monotonic()
    terminal.out("replay", "abcd", "--speed", "2")  # three seconds in one and a half
    assert time.monotonic() - begun >= 1.5


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["show", "zz"], 2, "id is 'zz'; expected the id of a trace"),
        (["show", "abcdef"], 4, "no trace and no span begins with 'abcdef'"),
        (["show", "f" * 32], 4, f"There is no trace {'f' * 32}"),
        (["show", "abcd", "--span", "ffff"], 4, "no span of this trace begins with 'ffff'"),
        (["show", "0000000000"], 2, "several spans begin with '0000000000': 0000000000000011, "),
        (["traces", "--since", "yesterday"], 2, "since is 'yesterday'; expected"),
        (["traces", "--limit", "0"], 2, "argument --limit: '0' is given; expected a whole number of at least 1"),
        (["query", "--metric", "beauty"], 2, "'beauty'"),
        (["query", "--top", "3"], 2, "--top is given without --metric or --by"),
        (["replay", "abcd", "--speed", "0"], 2, "'0' is given; expected a number above 0"),
        (["monitor"], 2, "monitor needs a terminal to draw on"),
        (["traces", "--url", "http://127.0.0.1:9"], 5, "no collector answers at http://127.0.0.1:9"),
        (["traces", "--url", "ftp://x"], 2, "url is 'ftp://x'; expected an address such as http://127.0.0.1:3000"),
    ],
)
def test_what_goes_wrong_is_said_in_a_sentence_and_a_code(terminal, words, code, said):
    done = terminal.run(*words)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["traces", "-q"], ["query", "--metric", "span_count"]])
def test_a_wrong_query_is_underlined(terminal, words):
    done = terminal.run(*words, "名:x durationn:>2s")
    assert done.returncode == 2
    shown, marks = done.stderr.splitlines()[-2:]
    assert shown.endswith("名:x durationn:>2s")
    assert "^" in marks


def test_a_pipe_gets_no_colours_and_whole_lines(terminal):
    for words in (["traces"], ["show", "abcd"], ["query", "kind:tool"]):
        assert "\x1b" not in terminal.out(*words, TERM="xterm-256color", FORCE_COLOR="")
    long = terminal.out("query", "kind:fs_write")
    assert "…" not in long


@pytest.mark.parametrize("words", [["show", "abcd"], ["replay", "abcd"], ["tail", "--since", "0"], ["export", "abcd"]])
def test_a_reader_that_goes_away_is_no_error(terminal, words):
    process = subprocess.Popen(
        [TRACEWAY, *words, "--url", terminal.server.urls["api"]],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=clean_environment() | {"PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(1)
    process.stdout.close()
    if words[0] == "tail":  # which notices when it has something to say
        terminal.server.send(spans_request(agent_run(0xEEEE << 112, 0xEE00)))
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) in (0, 141)
    assert said == b""
    if words[0] == "tail":
        terminal.server.ask("DELETE", f"/api/traces/{trace_id(0xEEEE << 112)}")


def test_help_imports_next_to_nothing():
    code = """
import sys
from traceway.cli import main
try:
    main(["--help"])
except SystemExit:
    print(*sys.modules, file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"rich", "sqlalchemy", "pydantic", "starlette", "urllib.request", "http"} & set(done.stderr.split())
    for verb in ("traces", "show", "tail", "monitor", "replay", "query", "export", "import"):
        assert f"\n    {verb} " in done.stdout


def test_exit_codes_are_those_of_a_key_refused(tmp_path):
    with Served(tmp_path, "--api-key", "k") as server:
        locked = Terminal(server)
        assert locked.run("traces").returncode == 3
        assert locked.run("traces", TRACEWAY_API_KEY="k").stdout == "No traces.\n"
        assert locked.run("tail").returncode == 3

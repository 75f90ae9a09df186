"""Ingest and Connect: an empty server says how to begin, every snippet works as it stands, refusals name the field."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.serving import JSON, Served, clean_environment

from .conftest import Open
from .traffic import Trace, text

JS = Path(__file__).resolve().parents[1] / "js"
SEND = """
import importlib, sys
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
exporter = importlib.import_module(f"opentelemetry.exporter.otlp.proto.{sys.argv[1]}.trace_exporter").OTLPSpanExporter()
provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(exporter))
with provider.get_tracer("test").start_as_current_span(sys.argv[2]):
    pass
provider.shutdown()
"""


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server to which nothing was sent before the tests of this file."""
    with Served(tmp_path_factory.mktemp("ingest")) as running:
        yield running


def snippets(page: Page, way: str) -> list[str]:
    page.get_by_role("tab", name=way, exact=True).click()
    expect(page.get_by_role("tabpanel")).to_have_attribute("aria-labelledby", re.compile("."))
    return page.get_by_role("tabpanel").locator("pre").all_inner_texts()


def shell(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environ = clean_environment() | {"PATH": path}
    return subprocess.run(
        ["sh", "-c", code], cwd=folder, env=environ, capture_output=True, text=True, timeout=60, check=False
    )


def names(server: Served) -> set[str]:
    return {trace["name"] for trace in server.get("/api/traces", limit=1000)["traces"]}


def test_an_empty_server_says_how_to_begin_and_turns_when_the_first_span_lands(open_page: Open, tmp_path: Path):
    with Served(tmp_path) as server:
        page = open_page("#/ingest?how=curl", server=server)
        expect(page.get_by_text("Nothing has arrived yet")).to_be_visible()
        done = shell(snippets(page, "curl")[0], tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (0, "{}", "")
        expect(page.get_by_role("heading", name="Services")).to_be_visible()
        row = page.get_by_role("region", name="Services").get_by_role("row", name=re.compile("shell"))
        expect(row).to_contain_text("1")
        expect(page.get_by_text("Nothing has arrived yet")).to_have_count(0)


def test_the_test_span_says_when_it_arrived_and_leads_to_it(open_page: Open, empty: Served):
    page = open_page("#/ingest", server=empty)
    page.get_by_role("button", name="Send a test span").click()
    expect(page.get_by_text(re.compile(r"Arrived: on disk and readable after [\d.]+ (ms|s)\."))).to_be_visible()
    page.get_by_role("link", name="Open the trace").click()
    expect(page).to_have_url(re.compile(r"#/traces/[0-9a-f]{32}$"))
    trace = empty.get(f"/api/traces/{page.url.rsplit('/', 1)[1]}")
    assert [span["kind"]["type"] for span in trace["spans"]] == ["agent", "llm_call", "tool", "llm_call"]
    assert trace["trace"]["total_tokens"] == 212 + 18 + 261 + 16
    assert trace["trace"]["cost_usd"] > 0


def test_the_snippets_for_python_work_as_they_stand(open_page: Open, empty: Served, tmp_path: Path):
    page = open_page("#/ingest", server=empty)
    _, app = snippets(page, "Python SDK")
    (tmp_path / "sdk.py").write_text(app)
    done = shell("python sdk.py", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "answer a letter" in names(empty)

    (tmp_path / "app.py").write_text("open('recorded.txt', 'w').write('yes')")
    _, run = snippets(page, "Python auto")
    done = shell(run, tmp_path)
    assert done.returncode == 0, done.stderr
    assert any(file["path"].endswith("recorded.txt") for file in empty.get("/api/files", q="recorded.txt")["items"])


def test_the_variables_work_for_any_exporter_over_both_protocols(open_page: Open, empty: Served, tmp_path: Path):
    page = open_page("#/ingest", server=empty)
    (tmp_path / "send.py").write_text(SEND)
    for variables, protocol in zip(snippets(page, "Any OTLP"), ("http", "grpc"), strict=True):
        done = shell(f"{variables}\npython send.py {protocol} over-{protocol}", tmp_path)
        assert done.returncode == 0, done.stderr
        assert f"over-{protocol}" in names(empty)


@pytest.mark.skipif(not (JS / "node_modules").is_dir(), reason="OpenTelemetry's packages for JavaScript are not here")
def test_the_snippet_for_javascript_works_as_it_stands(open_page: Open, empty: Served):
    _, code = snippets(open_page("#/ingest", server=empty), "JavaScript")
    done = subprocess.run(
        ["node", "--input-type=module"], input=code, cwd=JS, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "execute_tool search" in names(empty)


def test_addresses_are_those_of_the_browser_with_the_ports_that_were_bound(open_page: Open, empty: Served):
    page = open_page("#/ingest?how=collector", server=empty)
    assert f"endpoint: {empty.urls['otlp_http']}" in snippets(page, "OTel Collector")[0]
    assert empty.urls["proxy"] in snippets(page, "Proxy")[0]
    module = page.locator("script[type=module]").get_attribute("src") or ""
    path = f"./{module.replace('main.js', 'pages/ingest/snippets.js')}"
    bound = {
        "otlp_http": "http://0.0.0.0:4318", "otlp_grpc": "http://0.0.0.0:4317", "api": "http://0.0.0.0:3000",
        "proxy": "http://0.0.0.0:3001", "proxy_target": "https://api.openai.com", "api_key_needed": True, "version": "",
        "tls": True,
    }  # fmt: skip
    ways = page.evaluate(
        """async ([path, bound]) => {
            const { ways, reachable } = await import(new URL(path, document.baseURI));
            const found = ways(reachable(bound, "traces.lan"), "YOUR-KEY");
            return found.map(({ blocks }) => blocks.map(({ code }) => code).join("\\n"));
        }""",
        [path, bound],
    )
    assert all("0.0.0.0" not in way for way in ways)
    for way, address in ((0, "api=3000"), (1, "3000"), (2, "4318"), (3, "4318"), (4, "4318"), (5, "4318"), (6, "3001")):
        assert f"https://traces.lan:{address.removeprefix('api=')}" in ways[way]
        assert "YOUR-KEY" in ways[way]
    assert "https://traces.lan:4317" in ways[3]


def test_the_tabs_are_walked_with_arrows_and_stand_in_the_url(open_page: Open, empty: Served):
    page = open_page("#/ingest", server=empty)
    page.get_by_role("tab", name="Python auto").focus()
    page.keyboard.press("End")
    expect(page.get_by_role("tab", name="Proxy")).to_be_focused()
    expect(page).to_have_url(re.compile("how=proxy"))
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Python auto")).to_have_attribute("aria-selected", "true")


def test_what_was_refused_is_shown_with_its_field_while_somebody_looks(open_page: Open, empty: Served):
    trace = Trace(service="till <b>9</b>")
    trace.call("gpt-4o-mini", 0, 10, [text("user", "hello")], text("assistant", "hi"))
    trace.send(empty)
    page = open_page("#/ingest", server=empty)
    expect(page.get_by_role("region", name="Services")).to_contain_text("till <b>9</b>")
    status, _ = empty.post(
        b'{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"zz","spanId":"12"}]}]}]}', "/v1/traces", JSON
    )
    assert status == 400
    newest = page.get_by_role("region", name="Refused").get_by_role("row").nth(1)
    expect(newest).to_contain_text("resourceSpans[0].scopeSpans[0].spans[0].traceId")
    expect(newest).to_contain_text("127.0.0.1")


def test_figures_say_how_fast_and_how_late(open_page: Open, empty: Served):
    trace = Trace()
    trace.call("gpt-4o-mini", 0, 10, [text("user", "hello")], text("assistant", "hi"))
    trace.send(empty)
    page = open_page("#/ingest", server=empty, width=400, theme="dark")
    figures = page.locator("dl.figures > div")
    expect(figures).to_have_count(6)
    expect(figures.nth(0)).to_contain_text(re.compile(r"[\d.]+ spans/s"))
    expect(figures.nth(3)).to_contain_text(re.compile(r"Spans stored\d"))
    expect(figures.nth(5)).to_contain_text("kept until deleted")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400

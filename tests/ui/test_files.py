"""The page of files: the tree, versions, content and differences, on what an agent really read and wrote."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.serving import TRACEWAY, Served, clean_environment

from .browser import Complaints
from .conftest import Open

WRITE = "import sys; open(sys.argv[1], 'w').write(sys.argv[2]); print(open(sys.argv[1]).read())"


@pytest.fixture(scope="module")
def notes(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file in three versions, the last of which says something hostile."""
    path = tmp_path_factory.mktemp("notes") / "notes.txt"
    for text in ("one\ntwo\nthree\n", "one\n2\nthree\n", "one\n2\n<img src=x onerror=alert(1)>\n"):
        told = {"OTEL_EXPORTER_OTLP_ENDPOINT": served.urls["otlp_http"]}
        command = [TRACEWAY, "run", "--", sys.executable, "-c", WRITE, str(path), text]
        subprocess.run(command, env=clean_environment() | told, check=True, capture_output=True, timeout=60)
    return path


def chosen(page: Page, path: Path) -> Page:
    page.get_by_role("searchbox", name="Find a path").fill(path.name)
    page.get_by_role("treeitem", name=path.name).click()
    expect(page.get_by_role("heading", name=str(path))).to_be_visible()
    return page


def test_the_agents_files_are_a_tree_that_the_keyboard_walks(open_page: Open):
    page = open_page("#/files")
    tree = page.get_by_role("tree")
    expect(tree.get_by_role("treeitem", name="01-anna.md")).to_be_visible()
    folders = tree.locator("[role=treeitem][aria-expanded]")
    expect(folders.first).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("j")
    page.keyboard.press("ArrowLeft")
    expect(folders.first).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowRight")
    expect(folders.first).to_have_attribute("aria-expanded", "true")


def test_a_file_shows_its_versions_and_who_used_them(open_page: Open, notes: Path):
    page = chosen(open_page("#/files"), notes)
    versions = page.get_by_role("list", name="Versions, newest first").get_by_role("button")
    expect(versions).to_have_count(3)
    expect(versions.first).to_contain_text("+1 −1 lines")
    expect(versions.last).to_contain_text("first version")
    page.get_by_role("tab", name="Runs").click()
    expect(page.locator("table.grid tbody tr")).to_have_count(6)
    page.locator("table.grid tbody a").first.click()
    expect(page).to_have_url(re.compile(r"#/traces/[0-9a-f]{32}\?.*span=[0-9a-f]{16}"))
    page.go_back()
    expect(page.get_by_role("tab", name="Runs")).to_have_attribute("aria-selected", "true")


def test_the_tabs_of_a_file_are_walked_by_the_keys(open_page: Open, notes: Path):
    page = chosen(open_page("#/files"), notes)
    page.get_by_role("tab", name="Content").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Difference")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Difference")).to_contain_text("three")


def test_content_is_text_and_nothing_more(open_page: Open, notes: Path):
    page = chosen(open_page("#/files"), notes)
    lines = page.get_by_role("list", name="Lines")
    expect(lines).to_contain_text("<img src=x onerror=alert(1)>")
    expect(lines.locator("img")).to_have_count(0)


def test_content_is_downloaded_under_its_name_or_it_is_said_why_not(
    open_page: Open, notes: Path, complaints: Complaints
):
    complaints.expected.append("status of 404")
    page = chosen(open_page("#/files"), notes)
    download = page.get_by_role("button", name="Download")
    with page.expect_download() as kept:
        download.click()
    assert kept.value.suggested_filename == notes.name
    page.route("**/api/files/content/*", lambda route: route.fulfill(status=404, json={"error": {"message": "gone"}}))
    download.click()
    expect(page.get_by_role("status").get_by_text("gone")).to_be_visible()


def test_any_two_versions_are_compared_and_the_url_keeps_it(open_page: Open, notes: Path):
    page = chosen(open_page("#/files"), notes)
    page.get_by_role("tab", name="Difference").click()
    expect(page.locator(".diff tr.removed")).to_have_text(re.compile("three"))
    page.get_by_label("The older version").select_option(index=1)
    expect(page.locator(".diff tr.removed")).to_have_count(2)
    page.get_by_role("button", name="Side by side").click()
    expect(page.locator(".diff table.side")).to_be_visible()
    page.reload()
    expect(page.locator(".diff table.side td.removed.half")).to_have_count(2)


def test_no_such_path(open_page: Open):
    page = open_page("#/files?find=no-such-file-anywhere")
    expect(page.get_by_text("No such path")).to_be_visible()


def test_the_filter_of_other_pages_comes_back_there_and_one_set_here_finds_traces(open_page: Open):
    page = open_page("#/files?q=kind:llm_call&since=7d")
    expect(page.get_by_role("treeitem", name="01-anna.txt")).to_be_visible()
    bar = page.get_by_role("search")
    expect(bar).not_to_contain_text("kind: llm_call")
    expect(page.get_by_role("button", name="Time range: Last 7 days")).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Find a path")).to_be_focused()
    page.get_by_role("link", name="Traces", exact=True).click()
    expect(bar).to_contain_text("kind: llm_call")
    page.go_back()
    page.get_by_role("combobox", name="Filter").fill("kind:embedding")
    page.keyboard.press("Enter")
    expect(page.get_by_role("grid", name="Traces")).to_be_visible()
    expect(bar).to_contain_text("kind: embedding")
    expect(bar).not_to_contain_text("kind: llm_call")


def test_files_are_followed_whatever_the_filter_of_other_pages_says(open_page: Open, served: Served, tmp_path: Path):
    page = open_page("#/files?q=kind:llm_call&find=newly-written")
    expect(page.locator(".live-dot.on")).to_be_visible()
    expect(page.get_by_text("No such path")).to_be_visible()
    told = {"OTEL_EXPORTER_OTLP_ENDPOINT": served.urls["otlp_http"]}
    command = [TRACEWAY, "run", "--", sys.executable, "-c", WRITE, str(tmp_path / "newly-written.txt"), "new"]
    subprocess.run(command, env=clean_environment() | told, check=True, capture_output=True, timeout=60)
    expect(page.get_by_role("treeitem", name="newly-written.txt")).to_be_visible()

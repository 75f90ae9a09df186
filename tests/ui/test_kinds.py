"""What a kind looks like: the interface, the terminal and the vocabulary know the same kinds."""

from __future__ import annotations

import re
from pathlib import Path

import traceway_collector
from traceway_collector.terminal import output
from traceway_semconv.kinds import SpanKind

UI = Path(traceway_collector.__file__).parent / "ui"
NAMED = {kind.value for kind in SpanKind} - {SpanKind.SPAN.value}
"""A span of which nothing tells what it did is "other"."""
GREY = {"db", "http", "rpc", "messaging", "process"}
"""What is around a model looks alike: its letter tells it apart."""


def read(path: str) -> str:
    return (UI / path).read_text("utf-8")


def marks() -> dict[str, tuple[str, str]]:
    """Label and letter of each kind in the interface."""
    found = re.findall(r'^  (\w+): \{ label: "([^"]+)", letter: "(.)" \},$', read("app/kinds.js"), re.M)
    return {kind: (label, letter) for kind, label, letter in found}


def test_every_kind_has_a_label_and_a_letter_of_its_own():
    assert set(marks()) == NAMED
    assert len({letter for _, letter in marks().values()}) == len(NAMED)


def test_every_kind_has_its_hue():
    hues = dict(re.findall(r"--kind-(\w+): light-dark\(#\w+, (#\w+)\);", read("css/tokens.css")))
    assert set(hues) == NAMED - GREY | {"other"}
    assert (
        set(re.findall(r'\[data-kind="(\w+)"\] \{ --hue: var\(--kind-\1\); \}', read("css/parts.css"))) == NAMED - GREY
    )


def test_the_terminal_marks_kinds_as_the_interface_does():
    hues = dict(re.findall(r"--kind-(\w+): light-dark\(#\w+, (#\w+)\);", read("css/tokens.css")))
    expected = {
        kind: (letter, hues.get(kind, hues["other"]), label.lower()) for kind, (label, letter) in marks().items()
    }
    assert {kind: (*mark[:2], mark[2].lower()) for kind, mark in output.KINDS.items()} == expected


def test_the_graph_draws_kinds_that_exist():
    shown = re.search(r"const SHOWN = new Set\(\[(.+?)\]\)", read("app/pages/trace/graph/nodes.js"))
    assert shown is not None
    assert set(re.findall(r'"(\w+)"', shown[1])) <= NAMED

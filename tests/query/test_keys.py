"""The keys of the query language: every key, its operators, its values, and errors that point at the word."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceway_collector.api.wire import spans as wire
from traceway_collector.query.filters import CUSTOM_KIND, TYPED_KINDS, Condition, Pattern, Phrase
from traceway_collector.query.keys import FLAGS, KEYS, OPERATORS, find_key, read_clauses, read_query
from traceway_collector.query.language import BadQuery, show

NOW_NS = 1_795_000_000_000_000_000
HOUR_NS = 3_600 * 10**9


def conditions(text: str) -> tuple[Condition, ...]:
    return read_query(text, NOW_NS).where.conditions


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_every_example_is_read(key):
    asked = read_query(key.example, NOW_NS)
    assert asked != read_query("", NOW_NS)
    assert find_key(key.example.partition(":")[0]) is key
    for alias in key.aliases:
        assert find_key(alias) is find_key(alias.upper()) is key


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kind:Tool,custom", Condition("kind", "any", ("tool", "custom"))),
        ("kind:fs_*", Condition("kind", "any", (Pattern(("fs_", "")),))),
        ("-status:failed", Condition("status", "any", ("error",), True)),
        ('name:"a*"', Condition("name", "any", ("a*",))),
        ("name:a*b**c", Condition("name", "any", (Pattern(("a", "b", "c")),))),
        ("session_id:x", Condition("session", "any", ("x",))),
        ("user:12-34", Condition("user", "any", ("12-34",))),
        ("path:/a", Condition("file", "any", ("/a",))),
        ('file:"/a*"', Condition("file", "any", (Pattern(("/a*", "")),))),
        ("refund", Condition("text", "text", ("refund",))),
        ('text:"late refund",x', Condition("text", "text", (Phrase("late refund"), "x"))),
        ("-refun*", Condition("text", "text", (Pattern(("refun", "")),), True)),
        ("!!!", Condition("text", "text", (Phrase("!!!"),))),
        ("duration:>=1.5s", Condition("duration", ">=", (1_500_000_000,))),
        ("duration:500ms-2s", Condition("duration", "range", (500_000_000, 2_000_000_000))),
        ("ttft:<100", Condition("ttft", "<", (100_000_000,))),
        ("tokens:1.5k", Condition("tokens", "any", (1500,))),
        ("input_tokens:<=2M", Condition("input_tokens", "<=", (2_000_000,))),
        ("cost:>$0.25", Condition("cost", ">", (0.25,))),
        ("has:error,cost", Condition("has", "has", ("error", "cost"))),
        ("attr.Shop.id:7", Condition("attribute", "any", ("7",), attribute="Shop.id")),
        ("attr.n:>-1.5", Condition("attribute", ">", (-1.5,), attribute="n")),
        ("gen_ai.top_k:0..1", Condition("attribute", "range", (0.0, 1.0), attribute="gen_ai.top_k")),
        ("attr.k:1-2", Condition("attribute", "range", (1.0, 2.0), attribute="k")),
        ("attr.version:1.2-3b", Condition("attribute", "any", ("1.2-3b",), attribute="version")),
        ("attr.month:2026-11", Condition("attribute", "any", ("2026-11",), attribute="month")),
        ("attr.refs:main..next", Condition("attribute", "any", ("main..next",), attribute="refs")),
        ("user:12-34,56", Condition("user", "any", ("12-34", "56"))),
        ("name:" + "*a" * 16, Condition("name", "any", (Pattern(("", *"a" * 16)),))),
        ("resource.host.name:a", Condition("resource", "any", ("a",), attribute="host.name")),
        ("span:00F067AA0BA902B7", Condition("span", "any", ("00f067aa0ba902b7",))),
    ],
)  # fmt: skip
def test_conditions(text, expected):
    assert conditions(text) == (expected,)


def test_what_is_about_the_list():
    asked = read_query(f"since:2h until:1h trace:{'aB' * 16} sort:duration order:asc", NOW_NS)
    assert asked.where.since_ns == NOW_NS - 2 * HOUR_NS
    assert asked.where.until_ns == NOW_NS - HOUR_NS
    assert asked.where.trace_id == "ab" * 16
    assert (asked.sort, asked.descending) == ("duration", False)
    assert asked.where.conditions == ()
    both = read_query("since:2026-11-01..2026-11-02", NOW_NS).where
    assert both.until_ns is not None
    assert both.since_ns is not None
    assert both.until_ns - both.since_ns == 24 * HOUR_NS


@pytest.mark.parametrize(
    ("text", "wrong", "said"),
    [
        ("kind:tool kin:x", "kin", "did you mean kind"),
        ("zzzz:1", "zzzz", "expected one of: kind"),
        ("a -tokens:abc", "-tokens:abc", "whole number"),
        ("status:maybe", "status:maybe", "ok, error"),
        ("kind:9", "kind:9", "a kind"),
        ("name:>5", "name:>5", "does not take '>'"),
        ("has:wings", "has:wings", "one of error"),
        ("duration:9..1", "duration:9..1", "above its end"),
        ("duration:1y", "duration:1y", '"2s"'),
        ("cost:-1", "cost:-1", "US dollars"),
        ("attr:5", "attr", "after a dot"),
        ("attr.x:>big", "attr.x:>big", "a number"),
        ("-since:1h", "-since:1h", "cannot be negated"),
        ("x since:1h since:2h", "since:2h", "given twice"),
        ("sort:a", "sort:a", "started_at"),
        ("trace:12", "trace:12", "32 hexadecimal"),
        ("since:1h,2h", "since:1h,2h", "no single value"),
        ("since:1h until:2h", "since:1h until:2h", "since is after until"),
        ("*", "*", "a word"),
        ("name:" + "*a" * 17, "name:" + "*a" * 17, "16 times at most"),
        ('""', '""', "a phrase"),
    ],
)
def test_an_error_points_at_the_word(text, wrong, said):
    with pytest.raises(BadQuery) as error:
        read_query(text, NOW_NS)
    assert text[error.value.start : error.value.end] == wrong
    assert said in error.value.message
    assert error.value.field == "q"


_VALUES = {
    "choice": ["ok"], "text": ["a", '"b c"', "d*"], "flag": ["error"], "number": ["5"], "duration": ["5s"],
    "money": ["0.5"], "time": ["1h"],
}  # fmt: skip


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_operators_are_those_that_are_told(key):
    values = [key.choices[0]] if key.choices else _VALUES[key.type]
    if key.name in ("span", "trace"):
        values = ["a" * (16 if key.name == "span" else 32)]
    named = f"{key.name}.x" if key.named else key.name
    for value in values:
        read_query(f"{named}:{value}", NOW_NS)
        for operator in (">", ">=", "<", "<="):
            text = f"{named}:{operator}{value}"
            if operator in key.operators:
                assert conditions(text)[0].operator == operator
            else:
                with pytest.raises(BadQuery):
                    read_query(text, NOW_NS)


def test_tables_agree():
    assert set(TYPED_KINDS) == set(wire._KINDS)
    assert CUSTOM_KIND not in TYPED_KINDS
    assert {key.type for key in KEYS} == set(OPERATORS)
    assert len({name for key in KEYS for name in (key.name, *key.aliases)}) == sum(1 + len(key.aliases) for key in KEYS)
    assert len(FLAGS) == len(set(FLAGS))


_NAMES = st.sampled_from([*(key.name for key in KEYS), "attr.a.b", "resource.x", "gen_ai.y", "nokey"])
_WORDS = st.text(st.sampled_from('ab19*.,:-><="\\ kms退ط\0'), min_size=1, max_size=8)
_CLAUSES = st.builds(lambda sign, name, value: f"{sign}{name}:{value}", st.sampled_from(["", "-"]), _NAMES, _WORDS)


@given(st.lists(_CLAUSES | _WORDS | st.text(max_size=20), max_size=5).map(" ".join))
def test_any_text_is_read_or_refused(text):
    asked = None
    start, end = 0, len(text)
    try:
        asked = read_query(text, NOW_NS)
    except BadQuery as error:
        start, end = error.start, error.end
    assert 0 <= start <= end <= len(text)
    if asked is None:
        return
    again = read_query(show(read_clauses(text)), NOW_NS)
    # Printed in quotation marks because of its dots, a path is no glob.
    dotted = ".." in text and any(each.field == "file" for each in asked.where.conditions)
    if not dotted:
        assert dataclasses.replace(again, sort_at=asked.sort_at) == asked


def test_a_value_with_dots_keeps_its_wildcard():
    assert show(read_clauses("name:a*..b")) == "name:a*..b"


def test_the_document_has_every_key():
    document = (Path(__file__).parents[2] / "docs" / "query-language.md").read_text("utf-8")
    for key in KEYS:
        name = f"`{key.name}`" + (".name" if key.named else "") + "".join(f", `{alias}`" for alias in key.aliases)
        takes = " ".join(f"`{operator}`" for operator in key.operators)
        assert f"| {name} | {key.type} | {takes} | {key.about} | `{key.example}` |\n" in document

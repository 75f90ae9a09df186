"""The SQL of queries: kept as golden files, and never with a user's text in it.

``UPDATE_GOLDEN=1 pytest tests/query/test_query_sql.py`` writes the files anew; look at the difference first.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceway_collector.query.filters import SpanFilter
from traceway_collector.query.keys import KEYS, read_query
from traceway_collector.query.language import BadQuery
from traceway_collector.store.clickhouse import where

GOLDEN = Path(__file__).parents[1] / "golden" / "sql"
_MORE = {
    "text_word": "refund -late",
    "text_phrase": '"late refund" 退款',
    "text_gaps": "refun* re*nd",
    "values_and_patterns": "model:gpt-4o,claude* -tag:beta",
    "ranges": "duration:1s..2s tokens:10..20 -cost:0.1..0.2",
    "attributes": "attr.a:1,x -attr.b:>5 gen_ai.x:y* resource.c:d",
    "custom_kind": "kind:custom,tool",
    "whole_trace": "status:error -duration:>1s cost:>=1",
}
_CASES = {**{f"key_{key.name}": key.example for key in KEYS}, **_MORE}


def _shown(text: str) -> str:
    asked = read_query(text, 1_795_000_000_000_000_000).where
    parts = [f"-- {text}"]
    for name, made in (
        ("a list of spans", where.of_spans(asked)),
        ("one span of a trace", where.of_span_in_trace(asked)),
        ("the whole trace", where.of_trace(asked)),
    ):
        parts += [f"-- {name}", made.sql, *(f"--   {key} = {value!r}" for key, value in made.parameters.items())]
    return "\n".join(parts) + "\n"


@pytest.mark.parametrize("name", _CASES)
def test_golden(name):
    path = GOLDEN / f"{name}.sql"
    found = _shown(_CASES[name])
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(found, "utf-8")
    assert path.read_text("utf-8") == found


def test_no_golden_file_is_left_over():
    assert {path.stem for path in GOLDEN.glob("key_*.sql")} == {name for name in _CASES if name.startswith("key_")}


def _sql(asked: SpanFilter) -> list[where.Where]:
    return [where.of_spans(asked), where.of_span_in_trace(asked), where.of_trace(asked)]


_MARKER = "zqxjkv"
_PLACES = st.sampled_from(
    [
        *(f"{key.name}{'.x' if key.named else ''}:$" for key in KEYS if key.type in ("text", "choice", "flag")),
        "$", "-$", '"$"', "$*", "attr.$:1", "attr.$:>1", "resource.$:x", "name:a,$", 'name:"$"', "name:*$", "kind:$",
    ]
)  # fmt: skip
_AROUND = st.text(st.sampled_from("'`;(){}$%\\ab _退"), max_size=4)


@given(st.lists(st.tuples(_PLACES, _AROUND, _AROUND), min_size=1, max_size=4))
def test_text_of_a_user_is_never_in_sql(places):
    text = " ".join(place.replace("$", f"{before.strip()}{_MARKER}{after.strip()}") for place, before, after in places)
    try:
        asked = read_query(text, 0).where
    except BadQuery:
        return
    for made in _sql(asked):
        assert _MARKER not in made.sql
        assert _MARKER.encode().hex() not in made.sql
        named = set(re.findall(r"\{(\w+):", made.sql))
        assert named == set(made.parameters)


def test_the_test_above_would_notice():
    made = where.of_spans(read_query(f"name:{_MARKER}", 0).where)
    assert [_MARKER] in made.parameters.values()

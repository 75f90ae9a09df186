"""The form of the query language: what is read, what is refused and where; printing is the inverse of reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceway_collector.query.language import BadQuery, Clause, Value, parse, show


def clause(key: str, operator: str, *values: str, negated: bool = False, quoted: bool = False) -> Clause:
    return Clause(key, operator, tuple(Value(value, quoted) for value in values), negated)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  ", []),
        ("refund", [clause("", "text", "refund")]),
        ('"late refund"', [clause("", "text", "late refund", quoted=True)]),
        ("kind:llm_call", [clause("kind", "any", "llm_call")]),
        ("kind:llm_call,tool", [clause("kind", "any", "llm_call", "tool")]),
        ('name:"chat gpt",embed*', [Clause("name", "any", (Value("chat gpt", True), Value("embed*")))]),
        ("-status:error", [clause("status", "any", "error", negated=True)]),
        ("-refund", [clause("", "text", "refund", negated=True)]),
        ("duration:>500ms", [clause("duration", ">", "500ms")]),
        ("duration:>=1.5s tokens:<10", [clause("duration", ">=", "1.5s"), clause("tokens", "<", "10")]),
        ("duration:500ms-2s", [clause("duration", "range", "500ms", "2s")]),
        ("since:2026-11-01..2026-11-21", [clause("since", "range", "2026-11-01", "2026-11-21")]),
        ("since:2026-11-21T06:51:46Z", [clause("since", "any", "2026-11-21T06:51:46Z")]),
        ("model:gpt-4o-mini", [clause("model", "any", "gpt-4o-mini")]),
        ("user:12-34,1..2,x", [clause("user", "any", "12-34", "1..2", "x")]),
        ("shop.order-id:7", [clause("shop.order-id", "any", "7")]),
        ("has:cost", [clause("has", "any", "cost")]),
        ("file:/srv/notes.md", [clause("file", "any", "/srv/notes.md")]),
        ("12:30 -", [clause("", "text", "12:30"), clause("", "text", "-")]),
        ("a,b", [clause("", "text", "a,b")]),
        ("退款 طلبي", [clause("", "text", "退款"), clause("", "text", "طلبي")]),
        (r'"say \"hi\" \\"', [clause("", "text", 'say "hi" \\', quoted=True)]),
    ],
)
def test_reads(text, expected):
    assert list(parse(text)) == expected


@pytest.mark.parametrize(
    ("text", "said", "wrong"),
    [
        ("model:", "model has no value", "model:"),
        ("kind:a, b", "kind has no value", "kind:a,"),
        ("tokens:> 5", "tokens has no value", "tokens:>"),
        ('name:"open', "never closed", '"open'),
        ('name:"a"b', "after a value", "b"),
        ("x" * 5000, "4096", "x" * 904),
        ("a " * 65, "at most 64", "a "),
    ],
)
def test_an_error_points_at_the_word(text, said, wrong):
    with pytest.raises(BadQuery) as error:
        parse(text)
    assert said in error.value.message
    assert error.value.field == "q"
    assert text[error.value.start : error.value.end].endswith(wrong[-3:])


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        found = parse(text)
    except BadQuery as error:
        start, end = error.start, error.end
        found = ()
    else:
        start, end = 0, len(text)
    assert 0 <= start <= end <= len(text)
    assert parse(show(found)) == found
    for one, text_of_one in ((each, text[each.start : each.end]) for each in found):
        assert parse(text_of_one) == (one,)


_KEYS = st.from_regex(r"[a-z_][a-z0-9_.\-/]{0,12}", fullmatch=True)
_TEXTS = st.text(min_size=1, max_size=20)
_QUOTED = st.builds(Value, _TEXTS, st.just(True))
_NUMBERS = st.from_regex(r"[0-9]{1,6}(ms|s|m)?", fullmatch=True).map(Value)
_CLAUSES = st.one_of(
    st.builds(Clause, st.just(""), st.just("text"), st.tuples(_QUOTED), st.booleans()),
    st.builds(Clause, _KEYS, st.just("any"), st.lists(_QUOTED, min_size=1, max_size=3).map(tuple), st.booleans()),
    st.builds(Clause, _KEYS, st.sampled_from([">", ">=", "<", "<="]), st.tuples(_NUMBERS | _QUOTED), st.booleans()),
    st.builds(Clause, _KEYS, st.just("range"), st.tuples(_NUMBERS, _NUMBERS), st.booleans()),
)


@given(st.lists(_CLAUSES, max_size=6).map(tuple))
def test_what_is_printed_reads_back_as_it_was(clauses):
    assert parse(show(clauses)) == clauses

"""The comparison: every step of both once, in order, and what differs is named."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from traceway_collector.query.alignment import align
from traceway_collector.query.compare import Side, compare, digest
from traceway_collector.query.tree import grow

from .columns import Row, call, columns, id_of
from .test_tree import rows

KEYS = st.lists(st.integers(0, 4), max_size=12)


@given(KEYS, KEYS, KEYS, KEYS)
def test_an_alignment_has_everything_once_and_in_order(left, right, finer_left, finer_right):
    finer = (lambda at: (left[at], dict(enumerate(finer_left)).get(at)), lambda at: (right[at], None))
    coarse = (lambda at: left[at], lambda at: right[at])
    pairs = align(range(len(left)), range(len(right)), [finer, coarse])
    assert [one for one, _ in pairs if one is not None] == list(range(len(left)))
    assert [other for _, other in pairs if other is not None] == list(range(len(right)))
    assert all(left[one] == right[other] for one, other in pairs if one is not None and other is not None)


@given(KEYS)
def test_what_is_equal_is_paired_one_to_one(keys):
    same = (lambda at: keys[at], lambda at: keys[at])
    assert align(range(len(keys)), range(len(keys)), [same]) == [(at, at) for at in range(len(keys))]


def side(spans: list[Row], **contents: tuple[object, object]) -> Side:
    """Contents by the number of the span: ``_3=(input, output)``."""
    digests = {id_of(int(name[1:])).hex(): (digest(a), digest(b)) for name, (a, b) in contents.items()}
    found = columns(spans)
    return Side(grow(found), found, digests)


@given(rows(), rows())
def test_every_row_of_both_trees_is_a_step_once(spans, others):
    a, b = side(spans), side(others)
    steps = compare(a, b)
    assert sorted(step.a for step in steps if step.a is not None) == list(range(len(a.tree.id)))
    assert sorted(step.b for step in steps if step.b is not None) == list(range(len(b.tree.id)))
    for step in steps:
        assert step.a is None or a.tree.depth[step.a] == step.depth
        assert step.b is None or b.tree.depth[step.b] == step.depth
        assert (step.change == "added") == (step.a is None)
        assert (step.change == "removed") == (step.b is None)
        assert (step.change == "changed") == bool(step.differs)


@given(rows())
def test_a_trace_is_the_same_as_itself(spans):
    assert {step.change for step in compare(side(spans), side(spans))} <= {"same"}


def told(steps) -> list[tuple]:
    return [(step.change, step.a, step.b, step.differs) for step in steps]


def tool(id: int, parent: int, name: str, **more) -> Row:
    return Row(id, parent, id, id + 1, "tool", f"execute_tool {name}", (("tool_name", name), *more.items()))


def test_what_differs_is_named():
    before = [Row(1, 0, 0, 100, "agent"), call(2, 1, start=2), tool(3, 1, "search"), tool(4, 1, "read")]
    after = [
        Row(1, 0, 0, 100, "agent"),
        call(2, 1, start=2, name="chat gpt-5", model="gpt-5"),
        tool(3, 1, "search", status_code=2, error="no network"),
        tool(5, 1, "write"),
    ]
    a = side(before, _2=("hello", "hi"), _3=({"q": "x"}, 1), _4=("p", "q"))
    b = side(after, _2=("hello", "good day"), _3=({"q": "y"}, None))
    assert told(compare(a, b)) == [
        ("same", 0, 0, ()),
        ("changed", 1, 1, ("output", "model", "name")),
        ("changed", 2, 2, ("arguments", "result", "status")),
        ("removed", 3, None, ()),
        ("added", None, 3, ()),
    ]


def test_a_step_put_in_before_equal_ones_is_the_one_that_is_added():
    before = [Row(1, 0, 0, 100), call(2, 1, start=2), call(3, 1, start=3)]
    after = [Row(1, 0, 0, 100), call(9, 1, start=1), call(2, 1, start=2), call(3, 1, start=3)]
    a = side(before, _2=("one", "1"), _3=("two", "2"))
    b = side(after, _9=("none", "0"), _2=("one", "1"), _3=("two", "2"))
    assert told(compare(a, b)) == [
        ("same", 0, 0, ()),
        ("added", None, 1, ()),
        ("same", 1, 2, ()),
        ("same", 2, 3, ()),
    ]


def test_another_version_of_a_file_is_a_change():
    def read(version: str) -> list[Row]:
        return [Row(1, 0, kind="fs_read", name="read", more=(("file_path", "/a"), ("file_version", version)))]

    assert told(compare(side(read("sha256:1")), side(read("sha256:2")))) == [("changed", 0, 0, ("file",))]


def test_what_is_below_a_removed_step_is_removed():
    before = [Row(1, 0, 0, 100), Row(2, 1, 1, 9, name="only here"), Row(3, 2, 2, 3)]
    steps = compare(side(before), side([Row(1, 0, 0, 100)]))
    assert [(step.change, step.depth) for step in steps] == [("same", 0), ("removed", 1), ("removed", 2)]


def test_roots_of_other_names_are_still_the_two_runs():
    steps = compare(side([Row(1, name="run 1", kind="agent")]), side([Row(2, name="run 2", kind="agent")]))
    assert told(steps) == [("changed", 0, 0, ("name",))]
    steps = compare(side([Row(1, name="run 1")]), side([Row(2, name="run 2")]))
    assert told(steps) == [("changed", 0, 0, ("name",))]


def test_ids_that_a_model_gives_its_tool_calls_are_no_difference():
    def messages(call_id: str, city: str = "Rome") -> list:
        asked = {"type": "tool_call", "id": call_id, "name": "weather", "arguments": {"city": city}}
        told = {"type": "tool_call_response", "id": call_id, "response": "sunny"}
        return [{"role": "assistant", "parts": [asked]}, {"role": "tool", "parts": [told]}]

    assert digest(messages("call_1")) == digest(messages("call_2"))
    assert digest(messages("call_1")) != digest(messages("call_1", "Oslo"))
    assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})
    assert digest(None) is None


def test_ten_thousand_equal_steps_take_no_square_of_the_time():
    spans = [Row(1, 0, 0, 10**6), *(Row(number, 1, number, number + 1) for number in range(2, 10_002))]
    steps = compare(side(spans), side(spans[:-500]))
    assert [step.change for step in steps].count("removed") == 500
    assert len(steps) == 10_001

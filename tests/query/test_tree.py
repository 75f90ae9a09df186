"""The tree: whatever spans and parents there are, every span once, at the right depth, counted once."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from traceway_collector.query.tree import Tree, grow

from .columns import Row, call, columns, id_of

NUMBERS = st.integers(1, 12)
TIMES = st.none() | st.integers(0, 50)
KINDS = st.sampled_from(["span", "agent", "tool", "llm_call", "embedding", "rerank"])


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    """Spans with any parents: missing ones, themselves, one another in circles."""
    found = []
    for number in draw(st.lists(NUMBERS, unique=True, max_size=10)):
        start, end = draw(TIMES), draw(TIMES)
        kind = draw(KINDS)
        facts = {
            "status_code": draw(st.sampled_from([0, 1, 2])),
            "response_id": draw(st.sampled_from(["", "", "r1", "r2"])),
            "operation": draw(st.sampled_from(["chat", "chat", "fetch_response"])),
            "price_source": draw(st.sampled_from(["", "reported", "prices of today"])),
        }
        if kind in ("llm_call", "embedding", "rerank"):
            facts |= {
                "input_tokens": draw(st.none() | st.integers(0, 100)),
                "output_tokens": draw(st.none() | st.integers(0, 100)),
                "cost_usd": draw(st.none() | st.sampled_from([0.25, 0.5, 1.0])),
            }
        found.append(Row(number, draw(st.integers(0, 14)), start, end, kind, more=tuple(facts.items())))
    return found


def numbers(tree: Tree) -> list[int]:
    return [int(each, 16) for each in tree.id]


def row_of(tree: Tree, number: int) -> int:
    return numbers(tree).index(number)


def over_roots(tree: Tree, column: list) -> list:
    return [value for value, parent in zip(column, tree.parent, strict=True) if parent < 0 and value is not None]


@given(rows())
def test_every_span_stands_there_once_below_its_parent(spans):
    tree = grow(columns(spans))
    by_id = {span.id: span for span in spans}
    missing = {span.parent for span in spans if span.parent and span.parent not in by_id}
    assert sorted(numbers(tree)) == sorted([*by_id, *missing])
    assert {number for number, at in zip(numbers(tree), tree.source, strict=True) if at < 0} == missing
    for row, (number, parent) in enumerate(zip(numbers(tree), tree.parent, strict=True)):
        assert parent < row
        assert tree.depth[row] == (0 if parent < 0 else tree.depth[parent] + 1)
        if parent >= 0:
            assert numbers(tree)[parent] == by_id[number].parent


@given(rows())
def test_only_one_span_of_a_circle_loses_its_parent(spans):
    tree = grow(columns(spans))
    by_id = {span.id: span for span in spans}
    cut = [
        number
        for number, parent in zip(numbers(tree), tree.parent, strict=True)
        if parent < 0 and number in by_id and by_id[number].parent
    ]
    for number in cut:  # it lies on a circle, and nothing else of that circle was cut
        around = [number]
        while (up := by_id[around[-1]].parent) != number:
            assert up in by_id
            assert up not in around
            around.append(up)
        assert set(around) & set(cut) == {number}


@given(rows())
def test_rows_are_depth_first_and_siblings_by_start(spans):
    tree = grow(columns(spans))
    open_rows: list[int] = []
    siblings: dict[int, list[int]] = {}
    for row, parent in enumerate(tree.parent):
        while open_rows and open_rows[-1] != parent:
            open_rows.pop()
        assert (open_rows[-1] if open_rows else -1) == parent
        open_rows.append(row)
        siblings.setdefault(parent, []).append(row)
    for same in siblings.values():
        keys = [(tree.offset_ns[row] is None, tree.offset_ns[row] or 0, tree.id[row]) for row in same]
        assert keys == sorted(keys)


def expected_sums(spans: list[Row]) -> tuple:
    """The rules of the trace summary, call by call."""
    calls: dict[str, list[dict]] = {}
    for span in spans:
        facts = {"input_tokens": None, "output_tokens": None, "cost_usd": None, **dict(span.more)}
        if span.kind in ("llm_call", "embedding", "rerank") and facts["operation"] != "fetch_response":
            calls.setdefault(facts["response_id"] or f"#{span.id}", []).append({**facts, "kind": span.kind})
    sums = []
    for name in ("input_tokens", "output_tokens", "cost_usd"):
        known = [[copy[name] for copy in call if copy[name] is not None] for call in calls.values()]
        values = [max(call) for call in known if call]
        sums.append(sum(values) if values else None)

    def costs(copy: dict) -> bool:
        return not (copy["status_code"] == 2 and copy["input_tokens"] is None and copy["output_tokens"] is None)

    def priced(copy: dict) -> bool:
        whole = copy["input_tokens"] is not None and copy["output_tokens"] is not None
        return copy["cost_usd"] is not None and (
            copy["kind"] != "llm_call" or copy["price_source"] == "reported" or whole
        )

    complete = all(
        any(costs(copy) and priced(copy) for copy in call)
        for call in calls.values()
        if any(costs(copy) for copy in call)
    )
    return (*sums, complete)


@given(rows())
def test_the_sums_of_the_roots_are_those_of_the_trace(spans):
    tree = grow(columns(spans))
    inputs, outputs, cost_usd, complete = expected_sums(spans)
    known = [count for count in (inputs, outputs) if count is not None]
    assert sum(over_roots(tree, tree.subtree_spans)) == len(spans)
    assert sum(over_roots(tree, tree.subtree_errors)) == sum(dict(span.more)["status_code"] == 2 for span in spans)
    tokens = over_roots(tree, tree.subtree_tokens)
    assert (sum(tokens) if tokens else None) == (sum(known) if known else None)
    costs = over_roots(tree, tree.subtree_cost_usd)
    assert (sum(costs) if costs else None) == cost_usd
    assert all(over_roots(tree, tree.subtree_cost_complete)) == complete


@given(rows())
def test_every_subtree_is_the_sum_of_what_is_in_it(spans):
    tree = grow(columns(spans))
    for row in range(len(tree.id)):
        inside = [row]
        for other in range(row + 1, len(tree.id)):
            if tree.parent[other] in inside:
                inside.append(other)
        assert tree.subtree_spans[row] == sum(tree.source[each] >= 0 for each in inside)
        counts = [count for each in inside for count in (tree.input_tokens[each], tree.output_tokens[each])]
        known = [count for count in counts if count is not None]
        assert tree.subtree_tokens[row] == (sum(known) if known else None)


@given(rows())
def test_the_critical_path_has_no_gap_and_counts_no_moment_twice(spans):
    tree = grow(columns(spans))
    timed = [
        (tree.offset_ns[row], tree.offset_ns[row] + tree.duration_of_span_ns[row])
        for row, parent in enumerate(tree.parent)
        if parent < 0 and tree.offset_ns[row] is not None and tree.duration_of_span_ns[row] is not None
    ]
    on_path = [row for row, own_ns in enumerate(tree.critical_ns) if own_ns is not None]
    covered = sum(tree.critical_ns[row] or 0 for row in on_path)
    moments = sorted({moment for span in timed for moment in span})
    by_roots = sum(
        later - earlier
        for earlier, later in pairwise(moments)
        if any(start <= earlier and later <= end for start, end in timed)
    )
    assert covered == by_roots
    for row in on_path:
        assert 0 <= tree.critical_ns[row] <= tree.duration_of_span_ns[row]
        assert tree.parent[row] < 0 or tree.parent[row] in on_path


def test_what_ran_last_before_what_ran_last():
    """Two steps side by side, then one that waited for both: the longer of the two and the last one count."""
    tree = grow(columns([Row(1, 0, 0, 100), Row(2, 1, 10, 30), Row(3, 1, 10, 50), Row(4, 1, 60, 90)]))
    own = dict(zip(numbers(tree), tree.critical_ns, strict=True))
    assert own == {1: 10 + 10 + 10, 2: None, 3: 40, 4: 30}


def test_a_child_that_outlives_its_parent_counts_until_the_parent_ends():
    tree = grow(columns([Row(1, 0, 0, 50), Row(2, 1, 20, 80), Row(3, 1, 60, 70)]))
    assert dict(zip(numbers(tree), tree.critical_ns, strict=True)) == {1: 20, 2: 30, 3: None}


def test_a_call_recorded_twice_counts_at_the_inner_span():
    spans = [
        Row(1, 0, 0, 100, "agent"),
        call(2, 1, response_id="r", cost_usd=0.5, price_source="reported"),
        call(3, 2, start=1, response_id="r", inputs=110, outputs=None),
    ]
    tree = grow(columns(spans))
    assert numbers(tree) == [1, 2, 3]
    assert tree.repeats == [False, True, False]
    assert tree.input_tokens == [None, None, 110]
    assert tree.output_tokens == [None, None, 20]
    assert tree.cost_usd == [None, None, 0.5]
    assert tree.subtree_tokens == [130, 130, 130]
    assert tree.subtree_cost_usd == [0.5, 0.5, 0.5]
    assert tree.subtree_cost_complete == [True, True, True]


def test_a_parent_that_has_not_arrived_is_as_long_as_its_children():
    tree = grow(columns([Row(1, 9, 20, 30), Row(2, 9, 10, 15), Row(3, 0, 5, 6)]))
    assert numbers(tree) == [3, 9, 2, 1]
    assert tree.source[1] == -1
    assert (tree.offset_ns[1], tree.duration_of_span_ns[1]) == (5, 20)
    assert tree.subtree_spans[1] == 2


def test_a_chain_may_be_as_long_as_a_trace():
    size = 100_000
    spans = columns([Row(number, number - 1, number, 3 * size - number) for number in range(1, size + 1)])
    tree = grow(spans)
    assert tree.depth == list(range(size))
    assert tree.subtree_spans[0] == size
    assert Counter(own is None for own in tree.critical_ns) == {False: size}


def test_nothing_is_a_tree():
    tree = grow(columns([]))
    assert (tree.id, tree.start_ns, tree.duration_ns) == ([], None, None)


def test_a_span_that_is_its_own_parent():
    tree = grow(columns([Row(1, 1), Row(2, 1)]))
    assert (tree.id, tree.parent) == ([id_of(1).hex(), id_of(2).hex()], [-1, 0])

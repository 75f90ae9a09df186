"""What trees, comparisons and files are made of, by every store."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from tests.api.telemetry import SECOND_NS, START_NS, chat, span
from traceway_collector.errors import BadInput, TooLarge, Unsupported
from traceway_collector.query.tree import grow

from .conftest import Feed
from .telemetry import canonical, new_trace_id, put_in_trace, request


def dialect_trace(trace_id: str, seed: int) -> list:
    """A trace as an agent leaves it: calls recorded twice, calls without a price, failures, any order of parents."""
    chance = random.Random(seed)
    spans = [span(1, 1, name="agent", took_ns=60 * SECOND_NS, attributes={"gen_ai.operation.name": "invoke_agent"})]
    for number in range(2, 60):
        parent = chance.randrange(1, number)
        place = {"parent": parent, "after_ns": number * SECOND_NS // 4, "took_ns": chance.randrange(1, 10**9)}
        if chance.random() < 0.6:
            usage = {"gen_ai.usage.output_tokens": chance.choice([20, 30, None])}
            model = {"gen_ai.response.model": chance.choice(["gpt-4o-2024-08-06", "nobody-knows"])}
            same = {"gen_ai.response.id": f"r{chance.randrange(12)}"} if chance.random() < 0.5 else {}
            spans.append(chat(1, number, attributes={**usage, **model, **same}, **place))
        else:
            tool = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search"}
            spans.append(span(1, number, attributes=tool, **place))
        if chance.random() < 0.2:
            spans[-1].status.code, spans[-1].status.message = 2, "broken"
    return [put_in_trace(each, trace_id) for each in spans]


@pytest.mark.parametrize("seed", range(5))
def test_the_roots_of_a_tree_add_up_to_the_summary_of_the_trace(feed: Feed, seed: int):
    trace_id = new_trace_id()
    spans = dialect_trace(trace_id, seed)
    random.Random(seed).shuffle(spans)
    # A part of them is missing, and some come twice.
    for start in range(0, 50, 10):
        feed.write(request(*spans[start : start + 10]))
    feed.write(request(*spans[:7]))
    summary = feed.store.trace_summary(trace_id)
    columns = feed.store.trace_columns(trace_id, 1000)
    assert summary is not None
    assert columns is not None
    tree = grow(columns)
    roots = [row for row, parent in enumerate(tree.parent) if parent < 0]
    known = [count for count in (summary.input_tokens, summary.output_tokens) if count is not None]
    assert sum(tree.subtree_spans[row] for row in roots) == summary.span_count == 50
    assert sum(tree.subtree_errors[row] for row in roots) == summary.error_count
    assert sum(tree.subtree_tokens[row] or 0 for row in roots) == sum(known)
    assert sum(tree.subtree_cost_usd[row] or 0 for row in roots) == pytest.approx(summary.cost_usd or 0)
    assert all(tree.subtree_cost_complete[row] for row in roots) == summary.cost_complete


def test_columns_say_what_the_span_says(feed: Feed):
    trace_id = new_trace_id()
    broken = put_in_trace(
        span(1, 2, parent=1, name="read", attributes={"gen_ai.tool.name": "search", "error.type": "OSError"}), trace_id
    )
    broken.status.code, broken.status.message = 2, "é" * 400
    feed.write(request(put_in_trace(span(1, 1, name="root"), trace_id), broken))
    columns = feed.store.trace_columns(trace_id, 10)
    assert columns is not None
    assert list(columns.name) == ["root", "read"]
    assert list(columns.start_ns) == [START_NS, START_NS]
    assert list(columns.end_ns) == [START_NS + SECOND_NS] * 2
    assert list(columns.tool_name) == ["", "search"]
    assert columns.error[0] == ""
    assert columns.error[1].startswith("é" * 100)
    assert [*columns.parent_id] == [bytes(8), columns.span_id[0]]


def test_columns_are_bounded_and_an_unknown_trace_has_none(feed: Feed):
    trace_id = new_trace_id()
    feed.write(request(*(put_in_trace(span(1, number, after_ns=number), trace_id) for number in range(1, 6))))
    columns = feed.store.trace_columns(trace_id, 3)
    assert columns is not None
    assert [int.from_bytes(each, "big") for each in columns.span_id] == [1, 2, 3]
    assert feed.store.trace_columns(new_trace_id(), 3) is None


def test_pages_of_traces_hold_every_span_once(feed: Feed):
    traces = sorted(new_trace_id() for _ in range(3))
    sent = {}
    for trace_id in traces:
        for number in range(1, 700):
            each = put_in_trace(span(1, number, after_ns=number * SECOND_NS, attributes={"text": "x" * 50}), trace_id)
            sent[trace_id, each.span_id] = each
    spans = list(sent.values())
    random.Random(1).shuffle(spans)
    for start in range(0, len(spans), 500):
        feed.write(request(*spans[start : start + 500]))
    again = put_in_trace(span(1, 1, name="sent again", after_ns=SECOND_NS), traces[0])
    sent[traces[0], again.span_id] = again
    feed.write(request(again))
    pages = list(feed.store.trace_pages(traces))
    found = [each for page in pages for each in page]
    assert len(pages) > 1
    assert {(each.trace_id, bytes.fromhex(each.span_id)): canonical(each.message) for each in found} == {
        key: canonical(each) for key, each in sent.items()
    }
    assert len(found) == len(sent)
    assert [each.trace_id for each in found] == sorted(each.trace_id for each in found)
    for page in pages:
        assert list(page) == sorted(page, key=lambda each: (each.trace_id, each.start_ns, each.span_id))
    assert list(feed.store.trace_pages([new_trace_id()])) == []
    among = {bytes.fromhex(each.span_id) for each in found[::3]}
    chosen = [(each.trace_id, each.span_id) for page in feed.store.trace_pages(traces, among) for each in page]
    assert sorted(chosen) == sorted(
        (each.trace_id, each.span_id) for each in found if bytes.fromhex(each.span_id) in among
    )


def test_a_copy_that_a_merge_drops_while_pages_are_read_is_not_lost(feed: Feed):
    trace_id = new_trace_id()
    spans = [put_in_trace(span(1, number, after_ns=number), trace_id) for number in range(1, 600)]
    feed.write(request(*spans))
    pages = feed.store.trace_pages([trace_id])
    found = [each.span_id for each in next(pages)]
    feed.write(request(*spans))
    with feed.backend.engine() as engine:
        engine.command("OPTIMIZE TABLE spans FINAL")
    found += [each.span_id for page in pages for each in page]
    assert sorted(found) == [each.span_id.hex() for each in spans]


def test_a_page_of_long_prompts_is_short(feed: Feed):
    trace_id = new_trace_id()
    spans = [span(1, number, after_ns=number, attributes={"text": "x" * 200_000}) for number in range(1, 400)]
    for start in range(0, len(spans), 100):
        feed.write(request(*(put_in_trace(each, trace_id) for each in spans[start : start + 100])))
    sizes = [len(page) for page in feed.store.trace_pages([trace_id])]
    assert sum(sizes) == 399
    assert max(sizes[1:]) * 200_000 <= 10 << 20


def test_texts_of_a_parquet_file(feed: Feed, tmp_path: Path):
    texts = [None if number % 7 == 0 else f"text {number} 世界" for number in range(5000)]
    table = pyarrow.table({"otlp": texts, "number": list(range(5000))})
    path = tmp_path / "it's a file.parquet"
    pyarrow.parquet.write_table(table, path, row_group_size=700)
    if not feed.backend.data_dir.joinpath("chdb").exists():
        with pytest.raises(Unsupported, match="jsonl"):
            list(feed.store.parquet_texts(path, "otlp"))
        return
    assert [text for page in feed.store.parquet_texts(path, "otlp") for text in page] == texts
    with pytest.raises(BadInput, match="other"):
        list(feed.store.parquet_texts(path, "other"))
    path.write_bytes(b"PAR1 this is none")
    with pytest.raises(BadInput, match="no Parquet file"):
        list(feed.store.parquet_texts(path, "otlp"))


def needs_embedded(feed: Feed) -> None:
    if not feed.backend.data_dir.joinpath("chdb").exists():
        pytest.skip("a server cannot see the file")


def test_a_parquet_file_that_takes_too_much_memory(feed: Feed, tmp_path: Path):
    """A megabyte that is there once, and two thousand rows that name it."""
    needs_embedded(feed)
    path = tmp_path / "bomb.parquet"
    text = pyarrow.array(["x" * 2**20])
    column = pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * 2000, pyarrow.int32()), text)
    pyarrow.parquet.write_table(pyarrow.table({"otlp": column}), path, compression="zstd")
    assert path.stat().st_size < 100_000
    with pytest.raises(TooLarge, match="smaller ones"):
        list(feed.store.parquet_texts(path, "otlp"))


def test_a_parquet_file_whose_fault_is_told_in_no_text(feed: Feed, tmp_path: Path):
    """The engine names the columns there are, one of them in bytes that are no UTF-8."""
    needs_embedded(feed)
    path = tmp_path / "damaged.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"otlpZ": ["x"]}), path)
    path.write_bytes(path.read_bytes().replace(b"otlpZ", b"otlp\xc9"))
    with pytest.raises(BadInput, match="no Parquet file"):
        list(feed.store.parquet_texts(path, "otlp"))

"""Contents of files: kept once, read as they are, gone with the last that refers to them; and who used which path."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.file_telemetry import content_id, fs_span
from tests.api.telemetry import SECOND_NS
from traceway_collector.model import ContentState, FileAccess, FileSummary
from traceway_collector.query.filters import FileFilter, Page, Position, SpanFilter
from traceway_collector.store import Store
from traceway_collector.store.clickhouse.file_keeper import GRACE_NS
from traceway_collector.store.clickhouse.file_writer import PIECE_BYTES
from traceway_collector.store.files import Arrival, StagedChunk, Upload
from traceway_semconv import names

from .conftest import Feed
from .telemetry import all_spans, new_trace_id, put_in_trace, request

EVERYTHING = FileFilter()
HOSTILE = [
    "../../etc/passwd",
    "/srv/no\0thing",
    "/srv/two\nlines\r\t",
    '/srv/it\'s \\ {a:String} %s $b `c` "d"',
    "/srv/Zürich/日本/🗻",
    "/" + "long/" * 2000,
    "/srv/[a-z]*?.txt",
]


@pytest.fixture(autouse=True)
def _clean(feed: Feed) -> None:
    feed.now_ns = feed.now_ns or 1  # contents come without a group; the store is emptied all the same


def arrival(data: bytes, *, run: str = "run", trace: str = "") -> Arrival:
    return Arrival(content_id(data), len(data), run, trace)


def keep(store: Store, *datas: bytes, at_ns: int = 1000, **of: str) -> int:
    return store.keep_contents([(arrival(data, **of), [data]) for data in datas], at_ns)


def read(store: Store, data: bytes, start: int = 0, stop: int = 1 << 62) -> bytes | None:
    content = store.content(content_id(data))
    return None if content is None else b"".join(store.content_bytes(content, start, stop))


def test_bytes_come_back_as_they_are_and_by_any_part(store: Store):
    datas = [b"", b"\0", bytes(range(256)) * 9, random.randbytes(PIECE_BYTES), random.randbytes(6 * PIECE_BYTES + 7)]
    assert keep(store, *datas) == len(datas)
    for data in datas:
        assert read(store, data) == data
    large = datas[-1]
    places = [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 5 * PIECE_BYTES, len(large) - 1, len(large)]
    for start in places:
        for stop in places:
            assert read(store, large, start, stop) == large[start:stop]
    assert store.content(content_id(b"another")) is None
    assert store.stats()["file_contents"] == len(datas)
    assert store.stats()["file_bytes"] == sum(map(len, datas))


def test_what_is_sent_twice_is_kept_once(feed: Feed):
    data = random.randbytes(3 * PIECE_BYTES)
    assert keep(feed.store, data, data) == 1
    assert keep(feed.store, data, trace=new_trace_id()) == 0
    store = feed.backend.reopen()
    assert keep(store, data, b"more") == 1
    assert set(store.note_arrivals([arrival(data), arrival(b"none")], 1000)) == {content_id(data)}
    assert read(store, data) == data
    with feed.backend.engine() as engine:
        assert engine.query("SELECT sum(length(data)) FROM file_chunks")[0][0] == len(data) + len(b"more")


def test_two_writers_at_once_keep_one(store: Store):
    data, both = random.randbytes(2 * PIECE_BYTES), threading.Barrier(2)

    def write(number: int) -> int:
        both.wait()
        return keep(store, data, f"own {number}".encode(), trace=new_trace_id())

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(write, range(2))) == [1, 2]
    assert store.stats()["file_bytes"] == len(data) + 10
    assert read(store, data) == data


def test_pieces_that_fail_leave_nothing_readable(store: Store):
    data = random.randbytes(20 * PIECE_BYTES)

    def broken() -> Iterator[bytes]:
        yield data[: 18 * PIECE_BYTES]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.keep_contents([(arrival(b"beside"), [b"beside"]), (arrival(data), broken())], 1000)
    with pytest.raises(ValueError, match="expected"):
        store.keep_contents([(arrival(data), [data[:-1]])], 1000)
    assert store.content(content_id(data)) is None
    assert store.content(content_id(b"beside")) is None
    assert keep(store, data) == 1
    assert read(store, data) == data


def test_chunks_wait_for_each_other_over_a_restart(feed: Feed):
    upload = Upload(content_id(b"abcdef"), "run 'x'\n\0", 6, 3)
    other = Upload(upload.content_id, "another run", 6, 3)
    trace = new_trace_id()
    chunks = [StagedChunk(upload, n, 2 * n, b"abcdef"[2 * n : 2 * n + 2], trace) for n in range(3)]
    feed.store.stage_chunks([chunks[2], StagedChunk(upload, 0, 0, b"??")], 1000)
    feed.store.stage_chunks([StagedChunk(other, 1, 2, b"!!")], 1000)
    assert feed.store.content_states([upload.content_id]) == {upload.content_id: ContentState.INCOMPLETE}
    assert feed.store.content(upload.content_id) is None
    store = feed.backend.reopen()
    assert store.open_uploads([upload.content_id, content_id(b"")]) == {upload: 2, other: 1}
    assert store.run_bytes(upload.run_id) == 6
    store.stage_chunks(chunks[:2], 1001)
    assert store.complete_uploads() == [upload]
    assert list(store.staged_chunks(upload)) == chunks
    store.drop_upload(upload)
    assert store.open_uploads([upload.content_id]) == {other: 1}
    assert store.forget_contents(0, 1001) == 0
    assert not store.open_uploads([upload.content_id])


def test_what_is_known_of_a_content(store: Store):
    refused, kept = content_id(b"refused"), content_id(b"kept")
    store.refuse_contents({refused: ContentState.TOO_LARGE, kept: ContentState.RUN_FULL}, 1000)
    keep(store, b"kept")
    states = store.content_states([refused, kept, content_id(b"unknown")])
    assert states == {refused: ContentState.TOO_LARGE, kept: ContentState.KEPT}
    assert store.content_states([]) == {}
    store.refuse_contents({refused: ContentState.CORRUPT}, 1001)
    assert store.content_states([refused]) == {refused: ContentState.CORRUPT}


def test_bytes_count_for_the_run_that_sent_them_first(store: Store):
    keep(store, b"first", b"second", run="a")
    keep(store, b"first", b"third", run="b")
    assert (store.run_bytes("a"), store.run_bytes("b"), store.run_bytes("c")) == (11, 5, 0)


def test_a_content_goes_with_the_last_span_that_refers_to_it(feed: Feed):
    store, (first, second) = feed.store, (new_trace_id(), new_trace_id())
    version, before, lonely = b"a version", b"the version before", b"sent for nobody"
    keep(store, version, before, lonely, trace=first)
    said = {names.FS_CONTENT_HASH_BEFORE: content_id(before)}
    feed.write(request(put_in_trace(fs_span(1, 1, "/f", data=version, said=said), first)))
    feed.write(request(put_in_trace(fs_span(1, 1, "/f", data=version), second)))
    assert store.forget_contents(1000, 0) == 0
    assert store.forget_contents(1001, 0) == 1
    assert (read(store, lonely), read(store, before)) == (None, before)
    store.delete_trace(first)
    assert (read(store, version), read(store, before)) == (version, None)
    store.delete_before(feed.now_ns + 1)
    assert read(store, version) is None
    assert store.stats()["file_contents"] == 0
    assert keep(store, version) == 1
    assert read(store, version) == version


def test_a_content_waits_for_the_span_of_another_trace(feed: Feed):
    store, (first, second) = feed.store, (new_trace_id(), new_trace_id())
    now_ns = feed.write(request(put_in_trace(fs_span(1, 1, "/f", data=b"both"), first)))
    keep(store, b"both", at_ns=now_ns, trace=first)
    store.note_arrivals([arrival(b"both", trace=second)], now_ns)
    store.delete_trace(first)
    assert read(store, b"both") == b"both"
    assert store.forget_contents(now_ns - GRACE_NS, 0) == 0
    store.note_arrivals([arrival(b"both", trace=second)], now_ns + GRACE_NS)
    assert store.forget_contents(now_ns + GRACE_NS, 0) == 0
    assert store.forget_contents(now_ns + GRACE_NS + 1, 0) == 1


def test_what_a_span_says_of_versions_may_be_nonsense(feed: Feed):
    trace, keys = new_trace_id(), (names.FS_CONTENT_HASH, names.FS_CONTENT_HASH_BEFORE)
    said = {keys[0]: "sha256:'; DROP TABLE spans", keys[1]: "sha256:zz\0", names.FS_CONTENT_SIZE: "many"}
    feed.write(request(put_in_trace(fs_span(1, 1, "/f", said={**said, names.FS_COUNT: -5}), trace)))
    (use,) = accesses(feed, "/f")
    assert (use.version, use.version_before, use.size, use.count) == (None, None, None, 1)
    assert feed.store.forget_contents(2**62, 2**62) == 0
    assert feed.store.delete_trace(trace) == 1


def files(feed: Feed, where: FileFilter = EVERYTHING, limit: int = 100) -> list[FileSummary]:
    """A whole list, page by page."""
    found: list[FileSummary] = []
    after: Position | None = None
    while True:
        page = feed.store.files(where, Page(limit, after), feed.now_ns)
        found += page.items
        if page.next is None:
            return found
        assert len(page.items) == limit
        after = page.next


def accesses(feed: Feed, path: str, limit: int = 100) -> list[FileAccess]:
    found: list[FileAccess] = []
    after: Position | None = None
    while True:
        page = feed.store.file_accesses(path, Page(limit, after), feed.now_ns)
        found += page.items
        if page.next is None:
            return found
        assert len(page.items) == limit
        after = page.next


def test_a_list_of_files_tells_who_used_them(feed: Feed):
    read_, wrote = new_trace_id(), new_trace_id()
    many = {names.FS_COUNT: 20}
    feed.write(
        request(
            put_in_trace(fs_span(1, 1, "/notes.md", data=b"old"), read_),
            put_in_trace(fs_span(1, 2, "/notes.md", data=b"old", after_ns=1, said=many), read_),
            service="reader",
        ),
        request(
            put_in_trace(fs_span(1, 3, "/notes.md", data=b"newer", operation="write", after_ns=2), wrote),
            put_in_trace(fs_span(1, 4, "/notes.md", operation="delete", after_ns=3), wrote),
            service="writer",
        ),
    )
    feed.write(request(put_in_trace(fs_span(1, 1, "/notes.md", data=b"old"), read_), service="reader"))  # again
    (found,) = files(feed)
    assert (found.path, found.versions, found.version, found.size) == ("/notes.md", 2, content_id(b"newer"), 5)
    assert (found.readers.count, found.readers.services, found.readers.trace_ids) == (21, ("reader",), (read_,))
    assert (found.writers.count, found.writers.services, found.writers.trace_count) == (2, ("writer",), 1)
    assert [(use.operation, use.service) for use in accesses(feed, "/notes.md", limit=1)] == [
        ("delete", "writer"),
        ("write", "writer"),
        ("read", "reader"),
        ("read", "reader"),
    ]


def test_a_renaming_belongs_to_both_names(feed: Feed):
    said = {names.FS_RENAME_SOURCE: "/old"}
    feed.write(
        request(fs_span(1, 1, "/old", data=b"x"), fs_span(1, 2, "/new", operation="rename", said=said, after_ns=1))
    )
    assert [(use.path, use.source) for use in accesses(feed, "/old")] == [("/new", "/old"), ("/old", None)]
    assert [(use.path, use.source) for use in accesses(feed, "/new")] == [("/new", "/old")]


def test_pages_of_files_while_more_are_used(feed: Feed):
    feed.write(request(*(fs_span(1, n, f"/f{n}", after_ns=n // 3) for n in range(1, 20))))
    whole, frozen = [each.path for each in files(feed)], feed.now_ns
    page = feed.store.files(FileFilter(), Page(7), frozen)
    feed.write(request(fs_span(2, 1, "/f1", after_ns=SECOND_NS), fs_span(2, 2, "/another")))
    found = [each.path for each in page.items]
    while page.next is not None:
        page = feed.store.files(FileFilter(), Page(7, page.next), feed.now_ns)
        found += [each.path for each in page.items]
    assert found == whole
    assert len(set(found)) == 19
    assert files(feed, limit=3)[0].path == "/f1"


def test_filters_of_files(feed: Feed):
    trace = new_trace_id()
    feed.write(request(fs_span(1, 1, "/srv/a.txt"), fs_span(1, 2, "/srv/sub/B.TXT", after_ns=5), service="one"))
    feed.write(request(put_in_trace(fs_span(1, 1, "/srv.txt", after_ns=9), trace), service="two"))

    def paths(**where) -> set[str]:
        return {each.path for each in files(feed, FileFilter(**where))}

    start_ns = files(feed, FileFilter(paths=("/srv/a.txt",)))[0].last_start_ns
    assert paths(paths=("/srv/",)) == {"/srv/a.txt", "/srv/sub/B.TXT"}
    assert paths(paths=("/srv/*",)) == {"/srv/a.txt"}
    assert paths(paths=("/srv/**",)) == {"/srv/a.txt", "/srv/sub/B.TXT"}
    assert paths(paths=("**/?.txt", "/srv.*")) == {"/srv/a.txt", "/srv.txt"}
    assert paths(text="b.tx") == {"/srv/sub/B.TXT"}
    assert paths(services=("two",)) == paths(trace_id=trace) == {"/srv.txt"}
    assert paths(since_ns=start_ns + 1, until_ns=start_ns + 8) == {"/srv/sub/B.TXT"}
    spans = all_spans(feed.store, SpanFilter(paths=("/srv/*",)), feed.now_ns)
    assert [each.facts.file_path for each in spans] == ["/srv/a.txt"]


@pytest.mark.parametrize("path", HOSTILE, ids=range(len(HOSTILE)))
def test_paths_of_any_characters(feed: Feed, path: str):
    feed.write(request(fs_span(1, 1, path, data=b"x"), fs_span(1, 2, "/innocent")))
    (use,) = accesses(feed, path)
    assert use.path == path
    assert path in [each.path for each in files(feed)]
    prefix = path.replace("*", "?")
    assert [each.path for each in files(feed, FileFilter(paths=(prefix,)))] == [path]

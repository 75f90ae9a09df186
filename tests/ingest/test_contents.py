"""Chunks in any order, twice, broken or missing: what becomes readable is what its hash says, and nothing else."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

from tests.api.file_telemetry import content_id, content_records, contents_request
from traceway_collector.ingest.assembly import Budget, inflated
from traceway_collector.ingest.content_records import ContentRecord, Fault, take_out
from traceway_collector.ingest.contents import Limits, Settlement, Tally
from traceway_collector.ingest.sweep import sweep
from traceway_collector.model import ContentState

from .memory_files import MemoryFiles

LIMITS = Limits(max_file_bytes=1000, max_run_bytes=10_000, max_inflated_bytes=100_000)


def settled(files: MemoryFiles, *requests: list[LogRecord], limits: Limits = LIMITS, run: str = "run-1") -> list[Tally]:
    """Settle requests as one group."""
    settlement = Settlement(files, limits)
    tallies = [settlement.take(read(records, run)) for records in requests]
    settlement.finish()
    return tallies


def read(records: list[LogRecord], run: str = "run-1") -> list[ContentRecord]:
    taken = take_out(contents_request(records, run=run))
    assert all(isinstance(each, ContentRecord) for each in taken), taken
    return taken


def with_body(record: LogRecord, body: bytes) -> LogRecord:
    changed = LogRecord()
    changed.CopyFrom(record)
    changed.body.bytes_value = body
    return changed


def only_what_was_meant(files: MemoryFiles, *meant: bytes) -> None:
    known = {content_id(data): data for data in meant}
    for name, data in files.readable().items():
        assert known[name] == data


contents = st.binary(max_size=60)
encodings = st.sampled_from(("identity", "gzip", "zstd"))


@given(st.lists(contents, max_size=4), st.integers(1, 20), encodings, st.randoms(use_true_random=False), st.data())
def test_any_order_any_grouping_and_repetitions(datas, chunk_bytes, encoding, order: random.Random, data):
    files = MemoryFiles()
    records = [r for each in datas for r in content_records(each, chunk_bytes=chunk_bytes, encoding=encoding)]
    records += order.sample(records, order.randint(0, len(records)))
    order.shuffle(records)
    while records:
        group = data.draw(st.integers(1, len(records)))
        middle = data.draw(st.integers(0, group))
        for tally in settled(files, records[:middle], records[middle:group]):
            assert not tally.faults
        records = records[group:]
    assert files.readable() == {content_id(each): each for each in datas}


@given(contents, st.integers(1, 20), encodings, st.randoms(use_true_random=False), st.binary(max_size=40))
def test_a_broken_chunk_is_never_read_and_does_no_lasting_harm(meant, chunk_bytes, encoding, order, broken):
    files = MemoryFiles()
    records = content_records(meant, chunk_bytes=chunk_bytes, encoding=encoding)
    damaged = list(records)
    at = order.randrange(len(records))
    damaged[at] = with_body(records[at], broken)
    order.shuffle(damaged)
    tallies = [tally for record in damaged for tally in settled(files, [record])]
    only_what_was_meant(files, meant)
    if not files.readable():
        assert any(tally.faults for tally in tallies)
        assert files.content_states([content_id(meant)])[content_id(meant)] != ContentState.KEPT
    settled(files, records)
    assert files.readable() == {content_id(meant): meant}
    assert not files.open_uploads([content_id(meant)])


@given(st.binary(min_size=2, max_size=60), st.integers(1, 20), st.randoms(use_true_random=False))
def test_a_missing_chunk_is_waited_for(meant, chunk_bytes, order):
    files = MemoryFiles()
    records = content_records(meant, chunk_bytes=min(chunk_bytes, len(meant) - 1))
    missing = records.pop(order.randrange(len(records)))
    settled(files, records)
    assert not files.readable()
    assert files.content_states([content_id(meant)]) == {content_id(meant): ContentState.INCOMPLETE}
    settled(files, [missing])
    assert files.readable() == {content_id(meant): meant}
    assert not files.open_uploads([content_id(meant)])


@given(st.data())
def test_what_a_record_says_may_be_anything(data):
    """Numbers that do not fit together, other bytes, other ids: never read as what it is not."""
    files = MemoryFiles()
    meant = data.draw(contents)
    numbers = st.integers(-1, 70)
    said = st.fixed_dictionaries(
        {},
        optional={
            "CONTENT_SIZE": numbers,
            "CONTENT_CHUNK_INDEX": numbers,
            "CONTENT_CHUNK_COUNT": numbers,
            "CONTENT_CHUNK_OFFSET": numbers,
            "CONTENT_ENCODING": st.sampled_from(("identity", "gzip", "zstd", "br", "")),
            "CONTENT_ID": st.sampled_from((content_id(meant), content_id(b"other"), "sha256:", "md5:" + "0" * 64)),
        },
    )
    for _ in range(data.draw(st.integers(1, 8))):
        chunk = data.draw(contents | st.just(meant))
        encoding = data.draw(encodings)
        for record in content_records(chunk, encoding=encoding, **data.draw(said)):
            for each in take_out(contents_request([record])):
                if isinstance(each, Fault):
                    assert each.message
                    continue
                settlement = Settlement(files, LIMITS)
                settlement.take([each])
                settlement.finish()
    for name, kept in files.readable().items():
        assert content_id(kept) == name


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"CONTENT_ID": "sha256:XYZ"}, "traceway.content.id is 'sha256:XYZ'; expected \"sha256:\" and 64"),
        ({"CONTENT_ID": None}, "traceway.content.id is missing"),
        ({"CONTENT_SIZE": -1}, "traceway.content.size is -1; expected a whole number from 0"),
        ({"CONTENT_SIZE": "12"}, "traceway.content.size is '12'"),
        ({"CONTENT_SIZE": True}, "traceway.content.size is True"),
        ({"CONTENT_CHUNK_COUNT": 0}, "traceway.content.chunk.count is 0"),
        ({"CONTENT_CHUNK_COUNT": 2**40}, "traceway.content.chunk.count"),
        ({"CONTENT_CHUNK_COUNT": 2, "CONTENT_CHUNK_INDEX": 2}, "expected a whole number from 0 to 1"),
        ({"CONTENT_CHUNK_OFFSET": 3}, "traceway.content.chunk.offset is 3; expected a whole number from 0 to 0"),
        ({"CONTENT_ENCODING": "br"}, "expected one of identity, gzip, zstd"),
        ({"CONTENT_ENCODING": "deflate"}, "expected one of identity, gzip, zstd"),
    ],
)
def test_a_record_that_makes_no_sense_is_told_what_would(said, told):
    (fault,) = take_out(contents_request(content_records(b"x", **said)))
    assert isinstance(fault, Fault)
    assert fault.reason == "bad_content"
    assert told in fault.message


def test_a_body_must_be_bytes_and_a_trace_id_whole():
    texts, ids = content_records(b"text")[0], content_records(b"text")[0]
    texts.body.string_value = "text"
    ids.trace_id = b"short"
    first, second = take_out(contents_request([texts, ids]))
    assert isinstance(first, Fault)
    assert "body is string_value; expected bytes_value" in first.message
    assert isinstance(second, Fault)
    assert "16 bytes" in second.message


def test_other_records_stay_where_they_are():
    before, after = LogRecord(severity_text="before"), LogRecord(severity_text="after", event_name="app.start")
    message = contents_request([before, *content_records(b"x" * 10, chunk_bytes=4), after])
    assert len(take_out(message)) == 3
    assert list(message.resource_logs[0].scope_logs[0].log_records) == [before, after]


def test_a_program_that_does_not_say_which_run_it_is_counts_by_its_service():
    (record,) = take_out(contents_request(content_records(b"x"), run=""))
    assert isinstance(record, ContentRecord)
    assert record.upload.run_id == "service:shop"


def test_two_runs_never_share_their_chunks():
    files, meant = MemoryFiles(), b"0123456789"
    good, bad = content_records(meant, chunk_bytes=5), with_body(content_records(meant, chunk_bytes=5)[0], b"?????")
    settled(files, [bad], run="liar")
    settled(files, [good[1]], run="honest")
    (tally,) = settled(files, [good[0]], run="honest")
    assert not tally.faults
    assert files.readable() == {content_id(meant): meant}
    (known,) = settled(files, [good[1]], run="liar")
    assert known.duplicates == 1


def test_the_room_of_a_run_is_reserved_when_an_upload_begins():
    files, limits = MemoryFiles(), Limits(100, 100, 1000)
    first, second = content_records(b"a" * 60, chunk_bytes=30), content_records(b"b" * 60, chunk_bytes=30)
    assert not settled(files, [first[0]], limits=limits)[0].faults
    (tally,) = settled(files, [second[0]], limits=limits)
    assert [fault.reason for fault in tally.faults] == ["run_full"]
    assert not settled(files, [first[1]], limits=limits)[0].faults
    assert files.content_states([content_id(b"b" * 60)]) == {content_id(b"b" * 60): ContentState.RUN_FULL}
    assert settled(files, [second[0]], limits=limits)[0].faults
    assert not settled(files, second, limits=limits, run="another")[0].faults


def test_a_sweep_puts_together_what_a_crash_left_complete():
    files, meant, other = MemoryFiles(), b"0123456789", b"9876543210"
    wrong = with_body(content_records(other, chunk_bytes=5)[1], b"?????")
    staged = read([*content_records(meant, chunk_bytes=5), content_records(other, chunk_bytes=5)[0], wrong])
    files.stage_chunks([inflated(record, Budget(1000)) for record in staged], 1)
    assert sweep(files, time.time_ns()) == 0
    assert files.readable() == {content_id(meant): meant}
    assert files.content_states([content_id(other)]) == {content_id(other): ContentState.CORRUPT}
    assert not files.complete_uploads()

"""Loops, bursts and long traces stay within bounds, and nothing that happened goes uncounted."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.context import Context

from traceway.files.coalesce import MAX_ALIKE, WINDOW_NS, Coalescer
from traceway.files.event import FileEvent
from traceway_semconv import names

from .observing import observing, of


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from(["read", "write"]), st.integers(0, 3 * WINDOW_NS // 10)),
        max_size=200,
    )
)
def test_every_event_is_counted_once(steps: list[tuple[str, str, int]]) -> None:
    emitted: list[FileEvent] = []
    coalescer = Coalescer(emitted.append, lambda event: None)
    now_ns, events = 0, []
    for path, operation, later_ns in steps:
        now_ns += later_ns
        events.append(FileEvent(operation, path, Context(), now_ns, now_ns + 5, read_bytes=3))
        coalescer.add(events[-1])
        coalescer.due(now_ns)
    coalescer.flush()
    assert sum(event.alike for event in emitted) == len(events)
    assert sum(event.read_bytes or 0 for event in emitted) == 3 * len(events)
    for event in emitted:
        within = [each for each in events if (each.path, each.operation) == (event.path, event.operation)]
        assert event.start_ns in {each.start_ns for each in within}
        assert event.end_ns in {each.end_ns for each in within}


def test_few_are_told_one_by_one_and_the_rest_together() -> None:
    emitted: list[FileEvent] = []
    dropped: list[FileEvent] = []
    coalescer = Coalescer(emitted.append, dropped.append)
    for number in range(100):
        coalescer.add(FileEvent("read", "a", Context(), number, number + 1))
    assert len(emitted) == MAX_ALIKE
    assert not coalescer.due(50 * WINDOW_NS)
    assert [event.alike for event in emitted[MAX_ALIKE:]] == [80]
    assert (emitted[-1].start_ns, emitted[-1].end_ns, len(dropped)) == (20, 100, 79)


def test_a_loop_over_one_file(tmp_path: Path) -> None:
    path = tmp_path / "counter"
    with observing() as observed, observed.tracer.start_as_current_span("loop"):
        for number in range(10_000):
            with open(path, "w") as file:
                file.write(str(number))
        spans = observed.spans(path)
        omitted = [of(span, names.FS_OMITTED_COUNT) for span in observed.spans() if span.name == "fs.omitted"]
        contents = observed.contents()
    assert len(spans) < 1000
    assert sum(of(span, names.FS_COUNT) or 1 for span in spans) + sum(omitted) == 10_000
    assert len(contents) <= len(spans)


def test_a_trace_with_too_many_files(tmp_path: Path) -> None:
    with observing(fs_max_spans=10) as observed:
        for trace in range(2):
            with observed.tracer.start_as_current_span("work"):
                for number in range(25):
                    (tmp_path / f"{trace}-{number}").write_text(f"{trace} {number}")
        spans = observed.spans()
        told = [span for span in spans if span.name == "fs.write"]
        omitted = [span for span in spans if span.name == "fs.omitted"]
        assert len(observed.contents()) == len(told) == 20
    assert [of(span, names.FS_OMITTED_COUNT) for span in omitted] == [15, 15]
    assert len({span.context.trace_id for span in told + omitted}) == 2

"""Random questions about random spans, against the same numbers in Python."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.api.telemetry import SECOND_NS, START_NS, any_value, chat, span
from traceway_collector.model import Aggregated, StoredSpan
from traceway_collector.query import buckets as times
from traceway_collector.query.filters import Aggregation, Buckets, Grouping, SpanFilter
from traceway_collector.query.metrics import GROUPS, METRICS
from traceway_collector.store import Store
from traceway_collector.store.clickhouse.repeats import pack

from . import analytics_oracle as oracle
from .backends import Backend
from .conftest import Feed
from .telemetry import put_in_trace, request, whole_trace

_TRACES = [f"{number:032x}" for number in range(1, 41)]
_ALL = tuple(METRICS)
_HOUR_NS = 3600 * SECOND_NS


def _calls(draw: random.Random, number: int, about: dict[str, Any], more: dict[str, Any]) -> Span:
    model = draw.choice(["gpt-4o", "gpt-4o-mini", "nobody-knows-this-1", "claude-sonnet-4-5"])
    usage = {
        "gen_ai.operation.name": draw.choice(["chat", "chat", "embeddings"]),
        "gen_ai.usage.input_tokens": draw.choice([None, 0, 7, 100]),
        "gen_ai.usage.output_tokens": draw.choice([None, 0, 20]),
        "gen_ai.usage.cache_read.input_tokens": draw.choice([None, 3]),
        "gen_ai.usage.cost": draw.choice([None, None, 0.25]),
        "gen_ai.request.model": model,
        "gen_ai.response.model": draw.choice([model, "gpt-4o"]),
        "gen_ai.provider.name": draw.choice(["openai", "anthropic", None]),
        "gen_ai.response.id": draw.choice([None, f"r-{number // 2}", f"r-{number // 3}"]),
        "gen_ai.response.time_to_first_chunk": draw.choice([None, 0.1, 0.75]),
    }
    return chat(1, number, attributes={**about, **usage}, **more)


def _span_of(draw: random.Random, number: int) -> Span:
    more: dict[str, Any] = {
        "parent": draw.choice([None, 999]),
        "after_ns": draw.choice([0, 1, 5, SECOND_NS, 40 * SECOND_NS, _HOUR_NS, 30 * _HOUR_NS, 200 * _HOUR_NS]),
        "took_ns": draw.choice([-7, 0, 1, SECOND_NS, 20 * SECOND_NS]),
        "name": draw.choice(["step", "plan", ""]),
    }
    about: dict[str, Any] = {
        "session.id": draw.choice(["s-1", "s-2", None]),
        "user.id": draw.choice(["u-1", "ü 2", None]),
        "tier": draw.choice(["gold", 7, True, 2.5, ["a"], None]),
        "tag.tags": draw.choice([["red"], ["red", "blue"], None, None]),
    }
    about = {key: value for key, value in about.items() if value is not None}
    match draw.randrange(5):
        case 0:
            made = span(1, number, attributes=about, **more)
        case 1:
            tool = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": draw.choice(["look", "send"])}
            made = span(1, number, attributes={**about, **tool}, **more)
        case 2:
            file = {
                "traceway.span.kind": draw.choice(["fs_read", "fs_write"]),
                "traceway.file.path": draw.choice(["/a.txt", "/b.txt"]),
                "traceway.file.bytes": draw.choice([0, 11]),
            }
            made = span(1, number, attributes={**about, **file}, **more)
        case _:
            made = _calls(draw, number, about, more)
    made.status.code = draw.choice([0, 1, 2])
    match draw.randrange(30):  # what a broken SDK leaves out
        case 0:
            made.start_time_unix_nano = 0
        case 1:
            made.end_time_unix_nano = 0
    return made


def _changed(draw: random.Random, sent: Span) -> Span:
    """The same span as it comes again: as it was, with another outcome, or with another start."""
    again = Span()
    again.CopyFrom(sent)
    match draw.randrange(3):
        case 0:
            again.status.code = 2
        case 1 if again.start_time_unix_nano:
            again.start_time_unix_nano += 50 * SECOND_NS
            again.end_time_unix_nano += 50 * SECOND_NS
    return again


@dataclass(frozen=True)
class World:
    """A store filled once, and all there is in it."""

    store: Store
    over_http: bool
    spans: list[StoredSpan] = field(repr=False)


@pytest.fixture(scope="module", params=["once", "twice"])
def world(backend: Backend, request: pytest.FixtureRequest) -> Iterator[World]:
    """``twice``: spans came again, some with another start, and calls were recorded twice."""
    yield from _filled(backend, repeats=request.param == "twice")


def _filled(backend: Backend, *, repeats: bool) -> Iterator[World]:
    draw = random.Random(11)
    backend.reopen()
    feed = Feed(backend)
    sent: list[Span] = []
    for at in range(0, len(_TRACES), 8):
        messages = []
        for trace_id in _TRACES[at : at + 8]:
            spans = [put_in_trace(_span_of(draw, number), trace_id) for number in range(1, draw.randint(2, 8))]
            if repeats:
                sent += spans
            else:
                _make_ids_single(spans)
            messages.append(request(*spans, service=draw.choice(["shop", "web", ""])))
        feed.write(*messages)
    for each in draw.sample(sent, len(sent) // 3):
        feed.write(request(_changed(draw, each)))
    found = [each for trace_id in _TRACES for each in whole_trace(backend.store, trace_id)]
    assert len(found) == len({(each.trace_id, each.span_id) for each in found})
    yield World(backend.store, bool(backend.server), found)
    backend.store.delete_before(2**63 - 1)


def _make_ids_single(spans: list[Span]) -> None:
    for place, each in enumerate(spans):
        for attribute in each.attributes:
            if attribute.key == "gen_ai.response.id":
                attribute.value.CopyFrom(any_value(f"single-{place}"))


def _same(found: dict[str, float | None], expected: dict[str, float | None], names: tuple[str, ...]) -> bool:
    """Unknown is not 0; sums of fractions may be off by their last digits."""
    assert found.keys() == set(names)
    for name in names:
        value, right = found[name], expected[name]
        known = value is not None and right is not None
        assert math.isclose(value, right, rel_tol=1e-9) if known else value is right, (name, value, right)
    return True


def _check(world: World, asked: Aggregation) -> Aggregated:
    """The answer, which must be that of the oracle."""
    answer = world.store.aggregate(asked)
    expected = oracle.aggregate(asked, world.spans)
    assert _same(answer.totals, expected.totals, asked.metrics), asked
    found = {group.key: group.metrics for group in answer.groups}
    assert len(found) == len(answer.groups)
    assert not answer.truncated
    assert found.keys() == expected.groups.keys() or not asked.group_by, asked
    for key, metrics in found.items():
        assert _same(metrics, expected.groups[key] if asked.group_by else expected.totals, asked.metrics), (asked, key)
    return answer


_GROUPINGS = [
    *(Grouping(name, name) for name in GROUPS if name not in ("day", "hour", "minute", "time")),
    Grouping("time", "time"),
    Grouping("attr.tier", "attribute", "tier"),
    Grouping("attr.nothing", "attribute", "' OR 1=1 --"),
    Grouping("resource.service.name", "resource", "service.name"),
]
_FILTERS: list[dict[str, Any]] = [
    {},
    {"kinds": ("llm_call", "embedding")},
    {"models": ("gpt-4o",)},
    {"services": ("shop", "")},
    {"names": ("plan", "")},
    {"statuses": ("error",)},
    {"session_ids": ("s-1",)},
    {"trace_id": _TRACES[3]},
    {"trace_id": "f" * 32},
    {"since_ns": START_NS + 1},
    {"until_ns": START_NS + SECOND_NS},
    {"min_cost_usd": 0.0},
    {"min_tokens": 20},
]
_BUCKETS = st.one_of(
    st.sampled_from([1, 7, 60, 3600, 86_400, 7 * 86_400]).map(lambda s: times.aligned(s * SECOND_NS, "UTC", START_NS)),
    st.builds(
        lambda seconds, zone: times.aligned(seconds * SECOND_NS, zone, START_NS),
        st.sampled_from([60, 3600, 4 * 3600, 86_400, 7 * 86_400]),
        st.sampled_from(["Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Pacific/Chatham"]),
    ),
)
_QUESTIONS = st.builds(
    lambda metrics, group_by, where, buckets: Aggregation(
        metrics=tuple(metrics),
        group_by=tuple(group_by),
        where=SpanFilter(**where),
        buckets=buckets if any(grouping.field == "time" for grouping in group_by) else None,
        order_by=metrics[0],
        limit=10_000,
    ),
    st.lists(st.sampled_from(_ALL), min_size=1, max_size=len(_ALL), unique=True),
    st.lists(st.sampled_from(_GROUPINGS), max_size=3, unique=True),
    st.sampled_from(_FILTERS),
    _BUCKETS,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=_QUESTIONS)
def test_any_question(world: World, asked: Aggregation):
    if world.over_http:
        pytest.skip("the same SQL runs there; the other tests show it")
    _check(world, asked)


@pytest.mark.parametrize("grouping", _GROUPINGS, ids=lambda grouping: grouping.name)
def test_every_group_with_every_metric(world: World, grouping: Grouping):
    buckets = Buckets(60 * SECOND_NS) if grouping.field == "time" else None
    _check(world, Aggregation(_ALL, (grouping,), buckets=buckets, limit=10_000))


def test_sums_over_groups_are_the_totals(world: World):
    """Of what belongs to one group alone: so a call recorded under two names counts under one of them."""
    for name in ("name", "model", "service", "trace"):
        answer = _check(world, Aggregation(_ALL, (Grouping(name, name),), limit=10_000))
        for metric in ("total_cost", "total_tokens", "call_count", "span_count", "uncosted_calls"):
            summed = sum(group.metrics[metric] or 0 for group in answer.groups)
            assert summed == pytest.approx(answer.totals[metric]), (name, metric)


def test_a_trace_has_the_numbers_of_its_summary(world: World):
    answer = world.store.aggregate(Aggregation(_ALL, (Grouping("trace", "trace"),)))
    for group in answer.groups:
        summary = world.store.trace_summary(str(group.key[0]))
        assert summary is not None
        assert group.metrics["total_cost"] == pytest.approx(summary.cost_usd)
        assert group.metrics["total_input_tokens"] == summary.input_tokens
        assert group.metrics["total_output_tokens"] == summary.output_tokens
        assert group.metrics["span_count"] == summary.span_count
        assert (group.metrics["uncosted_calls"] == 0) == summary.cost_complete


@pytest.mark.parametrize("other", [True, False])
@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("by", ["span_count", "total_cost", "p95_latency_ms"])
def test_the_first_series_and_the_rest_as_one(world: World, by: str, descending: bool, other: bool):
    asked = Aggregation(_ALL, (Grouping("model", "model"), Grouping("name", "name")), top=3, other=other)
    asked = replace(asked, order_by=by, descending=descending)
    answer = world.store.aggregate(asked)
    every = oracle.aggregate(asked, world.spans)
    shown = [group for group in answer.groups if not group.other]
    assert len(shown) == 3
    assert len(answer.groups) == 3 + other
    values = [value for found in every.groups.values() if (value := found[by]) is not None]
    best = sorted(values, reverse=descending)[:3]
    assert [group.metrics[by] for group in shown] == pytest.approx(best)
    for group in shown:
        assert _same(group.metrics, every.groups[group.key], _ALL)
    assert _same(answer.totals, every.totals, _ALL)
    for group in answer.groups:
        if group.other:
            assert group.key == (None, None)
            kept = {each.key for each in shown}
            spans = [each for each in world.spans if oracle.keys_of(each, asked.group_by, None)[0] not in kept]
            calls = [
                call
                for call in oracle.calls(world.spans)
                if oracle.keys_of(call.span, asked.group_by, None)[0] not in kept
            ]
            assert _same(group.metrics, oracle.metrics(spans, calls), _ALL)


def test_series_over_time_and_the_same_ones_later(world: World):
    by = (Grouping("model", "model"), Grouping("time", "time"))
    asked = Aggregation(_ALL, by, buckets=Buckets(_HOUR_NS), top=2, limit=10_000)
    answer = world.store.aggregate(asked)
    assert len({group.key[0] for group in answer.groups if not group.other}) == 2
    moments = [group.key[1] or 0 for group in answer.groups]
    assert moments == sorted(moments)
    assert sum(group.metrics["span_count"] or 0 for group in answer.groups) == len(world.spans)
    worst_first = replace(asked, top=None, series=answer.series, descending=False)
    assert {(g.key, g.other) for g in world.store.aggregate(worst_first).groups} == {
        (g.key, g.other) for g in answer.groups
    }


def test_a_limit_is_told(world: World):
    asked = Aggregation(("span_count",), (Grouping("trace", "trace"),), limit=5)
    answer = world.store.aggregate(asked)
    assert len(answer.groups) == 5
    assert answer.truncated
    assert answer.totals == {"span_count": len(world.spans)}
    assert not world.store.aggregate(replace(asked, limit=len(_TRACES))).truncated


@pytest.mark.parametrize("named", [True, False])
def test_however_repeated_calls_are_known(world: World, monkeypatch: pytest.MonkeyPatch, named: bool):
    """By the hashes of their spans, which others may have, too; or not at all, as where they are too many."""
    if world.over_http:
        pytest.skip("the same SQL runs there; the other tests show it")
    hashes = [int.from_bytes(bytes.fromhex(span.span_id), "little") for span in world.spans]
    packed = pack({(hash_ ^ hash_ >> 32) & 0xFFFFFFFF for hash_ in hashes}) if named else ()
    repeats = world.store._repeats  # type: ignore[attr-defined]
    monkeypatch.setattr(repeats, "_known", replace(repeats.now(), calls=True, packed=packed))
    for grouping in _GROUPINGS:
        buckets = Buckets(_HOUR_NS) if grouping.field == "time" else None
        for where in ({}, {"services": ("shop", "")}, {"statuses": ("error",)}):
            _check(world, Aggregation(_ALL, (grouping,), SpanFilter(**where), buckets=buckets, limit=10_000))


def test_time_range(world: World):
    starts = [span.start_ns for span in world.spans if span.start_ns]
    assert world.store.time_range(SpanFilter()) == (min(starts), max(starts))
    assert world.store.time_range(SpanFilter(trace_id="f" * 32)) is None

"""Every filter alone, and every two of them, against the same filter in Python."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.api.telemetry import SECOND_NS, START_NS, chat, span
from traceway_collector.model import StoredSpan, TraceSummary
from traceway_collector.query.filters import SORT_KEYS, Page, SpanFilter
from traceway_collector.store import Store

from . import oracle
from .backends import Backend
from .conftest import Feed
from .telemetry import all_spans, all_traces, ids, keys, put_in_trace, request, whole_trace

_MODELS = ("gpt-4o", "gpt-4o-mini", "nobody-knows-this-1", "claude-sonnet-4-5")
_TRACES = [f"{number:032x}" for number in range(1, 31)]


def _span_of(draw: random.Random, number: int) -> Span:
    more: dict[str, Any] = {
        "parent": draw.choice([None, number - 1 or None, 999]),
        "after_ns": draw.choice([0, 1, 5, SECOND_NS, 30 * SECOND_NS, 3600 * SECOND_NS]),
        "took_ns": draw.choice([-7, 0, 1, SECOND_NS, 20 * SECOND_NS]),
        "name": draw.choice(["step", "plan", ""]),
    }
    about = {
        "session.id": draw.choice(["s-1", "s-2", None]),
        "user.id": draw.choice(["u-1", "ü 2", None]),
    }
    about = {key: value for key, value in about.items() if value}
    if draw.random() < 0.4:
        made = span(1, number, attributes=about, **more)
    else:
        model = draw.choice(_MODELS)
        usage = {
            "gen_ai.usage.input_tokens": draw.choice([None, 0, 7, 100]),
            "gen_ai.usage.output_tokens": draw.choice([None, 0, 20]),
            "gen_ai.request.model": draw.choice([model, "gpt-4o"]),
            "gen_ai.response.model": model,
            "gen_ai.provider.name": draw.choice(["openai", "anthropic", None]),
            "gen_ai.response.id": draw.choice([None, None, f"r-{number // 2}"]),
        }
        made = chat(1, number, attributes={**about, **usage}, **more)
    made.status.code = draw.choice([0, 1, 2])
    # What a broken SDK leaves out.
    match draw.randrange(30):
        case 0:
            made.start_time_unix_nano = 0
        case 1:
            made.end_time_unix_nano = 0
    return made


@dataclass(frozen=True)
class World:
    """A store filled once, and all there is in it."""

    store: Store
    over_http: bool
    now_ns: int
    spans: list[StoredSpan]
    traces: list[TraceSummary]

    def spans_of(self, trace_id: str) -> list[StoredSpan]:
        return [each for each in self.spans if each.trace_id == trace_id]


@pytest.fixture(scope="module")
def world(backend: Backend) -> Iterator[World]:
    draw = random.Random(7)
    feed = Feed(backend)
    for group in (_TRACES[at : at + 6] for at in range(0, len(_TRACES), 6)):
        messages = [
            request(
                *(put_in_trace(_span_of(draw, number), trace_id) for number in range(1, draw.randint(2, 6))),
                service=draw.choice(["shop", "web", ""]),
            )
            for trace_id in group
        ]
        feed.write(*messages)
    spans = [each for trace_id in _TRACES for each in whole_trace(backend.store, trace_id)]
    traces = [summary for trace_id in _TRACES if (summary := backend.store.trace_summary(trace_id))]
    assert len(traces) == len(_TRACES)
    yield World(backend.store, bool(backend.server), feed.now_ns, spans, traces)
    backend.store.delete_before(2**63 - 1)


# One condition of each field, and of both bounds; values that some spans have, and one that none has.
_CONDITIONS: list[dict[str, Any]] = [
    {"kinds": ("llm_call",)},
    {"kinds": ("span", "agent")},
    {"models": ("gpt-4o",)},
    {"models": ("gpt-4o-mini", "no-such-model")},
    {"providers": ("anthropic",)},
    {"services": ("shop", "")},
    {"names": ("plan", "")},
    {"statuses": ("error",)},
    {"statuses": ("ok",)},
    {"statuses": ("running",)},
    {"statuses": ("ok", "running")},
    {"session_ids": ("s-1",)},
    {"user_ids": ("ü 2", "' OR 1")},
    {"trace_id": _TRACES[3]},
    {"trace_id": "f" * 32},
    {"since_ns": START_NS + 1},
    {"until_ns": START_NS},
    {"min_duration_ns": 1},
    {"max_duration_ns": 0},
    {"min_tokens": 0},
    {"min_tokens": 107},
    {"max_tokens": 20},
    {"min_cost_usd": 0.0},
    {"max_cost_usd": 0.0003},
]
_PAIRS = [
    {**first, **second} for first, second in itertools.combinations(_CONDITIONS, 2) if not set(first) & set(second)
]


def _check(world: World, where: SpanFilter, limit: int) -> None:
    expected = [each for each in world.spans if oracle.span_meets(each, where)]
    found = all_spans(world.store, where, world.now_ns, limit=limit)
    assert keys(found) == keys(oracle.in_order(expected, "started_at", True)), where
    traces = [each for each in world.traces if oracle.trace_meets(each, world.spans_of(each.trace_id), where)]
    traces.sort(key=lambda each: (each.start_ns, each.trace_id), reverse=True)
    listed = all_traces(world.store, where, world.now_ns, limit=limit)
    assert ids(listed) == ids(traces), where
    assert [replace(each, running=False) for each in listed] == [replace(each, running=False) for each in traces]


@pytest.mark.parametrize("condition", _CONDITIONS, ids=str)
def test_one_condition(world: World, condition: dict[str, Any]):
    _check(world, SpanFilter(**condition), limit=1000)


def test_two_conditions(world: World):
    # Every other pair on the embedded engine; behind HTTP the same SQL runs, and some are enough to show it.
    for condition in _PAIRS[:: 18 if world.over_http else 2]:
        _check(world, SpanFilter(**condition), limit=1000)


@pytest.mark.parametrize(
    ("limit", "condition"),
    [(1, {"trace_id": _TRACES[3]}), (3, {}), (5, {"kinds": ("llm_call",)}), (4, {"statuses": ("ok",)})],
)
def test_small_pages_make_the_same_list(world: World, limit: int, condition: dict[str, Any]):
    _check(world, SpanFilter(**condition), limit)


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("sort", SORT_KEYS)
def test_every_order_and_page_size(world: World, sort: str, descending: bool):
    for condition, limit in (({}, 9), ({}, 1000), ({"kinds": ("llm_call",)}, 6), ({"trace_id": _TRACES[5]}, 1)):
        where = SpanFilter(**condition)
        expected = [each for each in world.spans if oracle.span_meets(each, where)]
        found = all_spans(world.store, where, world.now_ns, limit=limit, sort=sort, descending=descending)
        assert keys(found) == keys(oracle.in_order(expected, sort, descending)), (sort, limit)


def test_values_are_values_and_never_sql(world: World):
    for text in ("'", "\\", "'; DROP TABLE spans; --", "{x:String}", "%s", "\0", "a\nb\tc"):
        for field in ("kinds", "models", "providers", "services", "names", "session_ids", "user_ids"):
            where = SpanFilter(**{field: (text, text)})
            assert world.store.spans(where, Page(5), world.now_ns).items == []
            assert world.store.traces(where, Page(5), world.now_ns).items == []
    assert world.store.stats()["spans"] == len(world.spans)

"""Protobuf that is valid but that no exporter writes: the engine stumbles over it, its neighbours must not."""

from __future__ import annotations

import itertools
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from traceway_collector.store.clickhouse.frames import varint

from . import load, otlp_form
from .load import a_request

VARINT, FIXED64, BYTES, GROUP, GROUP_END, FIXED32 = range(6)
_numbers = itertools.count(1)


def number(field: int, value: int) -> bytes:
    return varint(field << 3 | VARINT) + varint(value)


def block(field: int, value: bytes) -> bytes:
    return varint(field << 3 | BYTES) + varint(len(value)) + value


def attribute(value: bytes) -> bytes:
    return block(9, block(1, b"key") + value)


UNUSUAL = {
    "a time as a varint": number(7, 5),
    "a name as a number": number(5, 3),
    "flags as a varint": number(16, 1),
    "attributes as a number": number(9, 1),
    "an unknown group": varint(50 << 3 | GROUP) + number(1, 1) + varint(50 << 3 | GROUP_END),
    "a kind beyond 32 bits": number(6, 2**40 + 3),
    "a count beyond 32 bits": number(10, 2**40 + 7),
    "a boolean of 2": attribute(block(2, number(2, 2))),
    "two cases of a value": attribute(block(2, number(2, 1) + number(3, 7))),
    "a value twice": attribute(block(2, number(2, 1)) + block(2, number(3, 7))),
    "an event's time as a varint": block(11, number(1, 1)),
}


def unusual(case: str) -> tuple[str, bytes]:
    trace_id = next(_numbers).to_bytes(16, "big")
    span = block(1, trace_id) + block(2, trace_id[8:]) + UNUSUAL[case]
    return trace_id.hex(), block(1, block(2, block(2, span)))


@pytest.mark.parametrize("case", UNUSUAL)
def test_it_is_stored_as_the_official_parser_reads_it(server, case):
    trace_id, body = unusual(case)
    assert server.post(body) == (200, b"")
    expected = ExportTraceServiceRequest.FromString(body)
    expected.DiscardUnknownFields()
    found = otlp_form.from_json(server.get(f"/api/traces/{trace_id}/otlp"))
    assert otlp_form.spans(found) == otlp_form.spans(expected)
    assert server.get(f"/api/traces/{trace_id}")["count"] == 1


def test_its_neighbours_in_a_group_are_stored_as_well(server):
    sound = [a_request(2) for _ in range(40)]
    bodies = [sent.body for sent in sound]
    strange = [unusual(case) for case in UNUSUAL]
    for place, (_, body) in enumerate(strange):
        bodies.insert(place * 4, body)
    with ThreadPoolExecutor(len(bodies)) as clients:
        answers = list(clients.map(server.post, bodies))
    assert answers == [(200, b"")] * len(bodies)
    load.check_stored(server, sound, whole=False)
    for trace_id, _ in strange:
        assert server.get(f"/api/traces/{trace_id}", view="skeleton")["count"] == 1
    assert server.get("/api/ingest")["signals"]["traces"]["refused"] == {}


@pytest.mark.parametrize("key", ["traceId", "spanId", "parentSpanId"])
def test_a_span_whose_id_has_a_wrong_length_in_json_is_left_out_alone(server, key):
    trace_id = next(_numbers).to_bytes(16, "big").hex()
    good = {"traceId": trace_id, "spanId": "00000000000000a1", "name": "good"}
    bad = {"traceId": trace_id, "spanId": "00000000000000a2", "name": "bad", key: "a1b2c3"}
    body = {"resourceSpans": [{"scopeSpans": [{"spans": [bad, good]}]}]}
    status, reply = server.post(json.dumps(body).encode(), media="application/json")
    partial = json.loads(reply)["partialSuccess"]
    assert (status, partial["rejectedSpans"]) == (200, "1")
    assert "_id has 3 bytes, expected" in partial["errorMessage"]
    assert [row["name"] for row in server.get(f"/api/traces/{trace_id}")["spans"]] == ["good"]


def test_a_sender_cannot_write_the_fields_that_are_ours(server):
    """What the inbox adds to a ScopeSpans has field numbers of its own, and a sender may use those as well."""
    trace_id = next(_numbers).to_bytes(16, "big")
    spans = block(2, block(1, trace_id) + block(2, trace_id[8:]))
    forged = b"".join(block(field, b"forged") for field in (100001, 100002, 100003, 100004, 100005))
    body = block(1, block(2, spans + forged + number(100006, 1) + number(100007, 1)))
    status, _ = server.post(body)
    assert status in (200, 400)
    if status == 200:
        found = server.get(f"/api/traces/{trace_id.hex()}")
        assert found["trace"]["services"] == []
        assert found["spans"][0]["otel"]["resource"] == {}

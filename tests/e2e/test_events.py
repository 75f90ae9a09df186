"""``GET /api/events`` of a real server, followed over sockets."""

from __future__ import annotations

import http.client
import json
import os
import random
import socket
import time
from urllib.parse import urlsplit

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from tests.api.telemetry import pairs, spans_request
from traceway_collector.api import schema_live
from traceway_collector.app import GRACE_S
from traceway_semconv import names

from .following import Follower, Heard, replayed, span_keys
from .load import Load, Sent, a_request
from .serving import Served, request


def a_span(trace_id: bytes, number: int, parent: int | None = None, *, failed: bool = False, **attributes) -> Span:
    now_ns = time.time_ns()
    return Span(
        trace_id=trace_id,
        span_id=number.to_bytes(8, "big"),
        parent_span_id=parent.to_bytes(8, "big") if parent else b"",
        name=f"step {number}",
        start_time_unix_nano=now_ns,
        end_time_unix_nano=now_ns + 1000,
        attributes=pairs(attributes),
        status=Status(code=Status.STATUS_CODE_ERROR if failed else Status.STATUS_CODE_UNSET),
    )


def told(heard: list[Heard]) -> list[tuple[str, str | None]]:
    """The types, and the span where there is one."""
    return [(each.event["type"], each.event.get("span", {}).get("name")) for each in heard]


def wanted_keys(sent: list[Sent]) -> list[tuple[str, str]]:
    return sorted((each.trace_id, span_id) for each in sent for span_id in each.span_ids)


def test_what_a_trace_tells_as_it_arrives(server: Served):
    trace_id = os.urandom(16)
    with Follower(server) as follower:
        server.send(spans_request([a_span(trace_id, 3, 2)]))
        follower.wait_for(2)
        server.send(spans_request([a_span(trace_id, 2, 1, failed=True)]))
        follower.wait_for(3)
        server.send(spans_request([a_span(trace_id, 1), a_span(trace_id, 4, 1)]))
        heard = follower.wait_for(6)
        server.send(spans_request([a_span(trace_id, 5, 4)]))
        heard = follower.wait_for(7)
    assert told(heard) == [
        ("trace_created", None),
        ("span_completed", "step 3"),
        ("span_failed", "step 2"),
        ("span_completed", "step 1"),
        ("span_completed", "step 4"),
        ("trace_completed", None),
        ("span_completed", "step 5"),
    ]
    for each in heard:
        event = schema_live.Event.model_validate(each.event)
        assert event.trace_id == trace_id.hex()
    created, completed = heard[0].event["trace"], heard[5].event["trace"]
    assert (created["status"], created["span_count"]) == ("running", 1)
    assert (completed["status"], completed["span_count"], completed["error_count"]) == ("completed", 4, 1)
    skeleton = server.get(f"/api/traces/{trace_id.hex()}", view="skeleton")["spans"]
    assert sorted(json.dumps(span) for span in skeleton) == sorted(
        json.dumps(each.event["span"]) for each in heard if "span" in each.event
    )


def test_a_span_without_an_end_is_created_and_completed_when_it_comes_again(server: Served):
    trace_id = os.urandom(16)
    running = a_span(trace_id, 1)
    running.end_time_unix_nano = 0
    with Follower(server) as follower:
        server.send(spans_request([running]))
        follower.wait_for(1, "span_created")
        server.send(spans_request([a_span(trace_id, 1)]))
        heard = follower.wait_for(1, "span_completed")
    # Told again, the span has what is known of it now.
    again = replayed(server, follower.heard[0].id - 1, until=heard[-1].id)
    assert [name for name in told(again) if name[1]] == [("span_completed", "step 1")]


def test_versions_of_files(server: Served):
    path, version, other = f"/data/{os.urandom(4).hex()}.txt", "sha256:" + "a" * 64, "sha256:" + "b" * 64

    def wrote(number: int, content: str, operation: str = "write") -> Span:
        attributes = {names.FILE_PATH: path, names.FS_OPERATION: operation, names.FS_CONTENT_HASH: content}
        return a_span(os.urandom(16), number, **attributes)

    with Follower(server) as follower:
        server.send(spans_request([wrote(1, version), wrote(2, version)]))
        server.send(spans_request([wrote(3, version), wrote(4, other)]))
        follower.wait_for(4, "span_completed")
        server.send(spans_request([wrote(5, "sha256:" + "c" * 64, "read")]))
        server.send(spans_request([wrote(6, "sha256:" + "c" * 64)]))
        follower.wait_for(6, "span_completed")
    versions = [each.event["file"] for each in follower.heard if each.event["type"] == "file_version_created"]
    assert [(file["path"], file["version"]) for file in versions] == [(path, version), (path, other)]


def test_replay_from_every_id_gives_exactly_the_rest(tmp_path):
    with Served(tmp_path, "--writers", "2") as server:
        with Follower(server, since=0, comes_back=True) as follower:
            with Load(server, make=lambda: a_request(random.choice((1, 2, 7, 40)))) as load:
                load.wait_for(60)
            keys = wanted_keys(load.acknowledged)
            heard = follower.wait_until(lambda heard: heard[-1:] != [] and len(span_keys(heard)) >= len(keys))
            last = follower.wait_for(len(load.acknowledged), "trace_completed")[-1].id
        heard = follower.heard
        ids = [each.id for each in heard]
        assert ids == sorted(set(ids))
        assert sorted(span_keys(heard)) == keys
        whole = replayed(server, until=last)
        assert [(each.id, each.data) for each in whole] == [(each.id, each.data) for each in heard]
        for place in [0, 1, len(ids) - 2, *random.sample(range(len(ids) - 1), 12)]:
            rest = replayed(server, ids[place], until=last)
            assert [(each.id, each.data) for each in rest] == [(each.id, each.data) for each in heard[place + 1 :]]
        server.stop()
        server.start()
        again = replayed(server, until=last)
        assert [(each.id, each.data) for each in again] == [(each.id, each.data) for each in heard]


def test_a_client_that_comes_back_in_the_middle_of_a_burst_misses_and_repeats_nothing(server: Served):
    burst = a_request(6_000, padding=20)
    with Follower(server, comes_back=True) as follower:
        assert server.post(burst.body)[0] == 200
        for share in (0.1, 0.3, 0.6):
            follower.wait_until(lambda heard, share=share: len(heard) > 6_000 * share)
            follower.break_off()
        heard = follower.wait_for(1, "trace_completed")
    assert follower.ends >= 3
    ids = [each.id for each in follower.heard]
    assert ids == sorted(set(ids))
    assert span_keys(follower.heard) == [(burst.trace_id, span_id) for span_id in burst.span_ids]
    assert heard[-1].event["trace"]["span_count"] == 6_000


def test_kill_under_load_with_a_follower(tmp_path):
    acknowledged: list[Sent] = []
    unknown: list[Sent] = []
    server = Served(tmp_path, "--writers", "2").start()
    with Follower(server, since=0, comes_back=True) as follower:
        for _ in range(3):
            with Load(server, make=lambda: a_request(random.choice((1, 3, 60)))) as load:
                load.wait_for(random.randrange(10, 40))
                server.kill()
            acknowledged += load.acknowledged
            unknown += load.unknown
            server.start()
        for sent in unknown:
            assert server.post(sent.body)[0] == 200
        keys = wanted_keys(acknowledged + unknown)
        follower.wait_until(lambda heard: len(span_keys(heard)) >= len(keys))
    server.stop()
    assert sorted(span_keys(follower.heard)) == keys
    ids = [each.id for each in follower.heard]
    assert ids == sorted(set(ids))


def test_a_filter(server: Served):
    service = os.urandom(4).hex()
    slow, other = os.urandom(16), os.urandom(16)
    with (
        Follower(server, q=f"service:{service} name:answer") as one,
        Follower(server, q=f"service:{service} status:error") as failed,
        Follower(server, q=f"service:{service}") as both,
    ):
        server.send(spans_request([a_span(slow, 2, 1)], service=service))
        server.send(spans_request([a_span(other, 9)], service="another"))
        named = a_span(slow, 1)
        named.name = "answer"
        server.send(spans_request([named, a_span(slow, 3, 1, failed=True)], service=service))
        assert told(both.wait_for(5)) == [
            ("trace_created", None),
            ("span_completed", "step 2"),
            ("span_completed", "answer"),
            ("span_failed", "step 3"),
            ("trace_completed", None),
        ]
        assert told(one.wait_for(3)) == [
            ("trace_created", None),
            ("span_completed", "answer"),
            ("trace_completed", None),
        ]
        assert told(failed.wait_for(1)) == [("span_failed", "step 3")]
    again = replayed(server, both.heard[0].id - 1, q=f"service:{service} name:answer", until=one.heard[-1].id)
    assert [(each.id, each.data) for each in again] == [(each.id, each.data) for each in one.heard]


def test_deletions_are_told_and_told_again(tmp_path):
    with Served(tmp_path) as server:
        first, second = a_request(3), a_request(2)
        with Follower(server) as follower:
            server.post(first.body)
            server.post(second.body)
            follower.wait_for(2, "trace_completed")
            assert server.ask("DELETE", f"/api/traces/{first.trace_id}") == {"deleted": 3}
            [deleted] = follower.wait_for(1, "trace_deleted")
        server.stop()
        server.start()
        again = replayed(server, until=deleted.id)
        assert again[-1].data == deleted.data
        assert {key[0] for key in span_keys(again)} == {second.trace_id}
        with Follower(server, since=deleted.id) as follower:
            server.ask("DELETE", "/api/telemetry", before=str(time.time_ns()))
            [cleared] = follower.wait_for(1, "cleared")
        schema_live.Event.model_validate(cleared.event)
        assert cleared.event["deleted"] >= 2
        assert [each.event["type"] for each in replayed(server, until=cleared.id)] == ["cleared"]


def test_a_slow_consumer_is_dropped_and_others_go_on(tmp_path):
    with Served(tmp_path) as server:
        parts = urlsplit(server.urls["api"])
        sleepy = socket.socket()
        sleepy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sleepy.connect((parts.hostname, parts.port))
        sleepy.sendall(b"GET /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        with Follower(server) as follower:
            burst = [a_request(4_000, padding=20) for _ in range(3)]
            for sent in burst:
                assert server.post(sent.body)[0] == 200
            follower.wait_for(12_000, "span_completed")
            time.sleep(12)
            one_more = a_request(1)
            server.post(one_more.body)
            follower.wait_for(12_001, "span_completed")
        sleepy.settimeout(20)
        received = b""
        while piece := sleepy.recv(1 << 20):
            received += piece
        assert b": dropped, because nothing was taken" in received
        assert received.endswith(b"\r\n0\r\n\r\n")
        assert one_more.span_ids[0].encode() not in received
        assert "without completing" not in server.log()
        sleepy.close()


def test_fifty_streams_at_once(server: Served):
    followers = [Follower(server, q="" if number % 2 else "kind:custom") for number in range(50)]
    for follower in followers:
        follower.__enter__()
    sent = [a_request(5) for _ in range(10)]
    for each in sent:
        server.post(each.body)
    keys = wanted_keys(sent)
    for follower in followers:
        follower.wait_until(lambda heard: len(span_keys(heard)) >= len(keys))
        assert sorted(span_keys(follower.heard)) == keys
        follower.__exit__(None, None, None)


def test_sigterm_does_not_wait_for_streams(tmp_path):
    server = Served(tmp_path).start()
    with Follower(server) as one, Follower(server, since=0) as other:
        server.post(a_request(3).body)
        one.wait_for(5)
        other.wait_for(5)
        started = time.monotonic()
        server.stop()
        assert time.monotonic() - started < GRACE_S
        assert "graceful shutdown exceeded" not in server.log()
        for follower in (one, other):
            follower.wait_for_end()
            assert follower.comments[-1] == ": the server is shutting down"


def test_a_stream_from_now_that_heard_nothing_goes_on_where_it_began(server: Served):
    with Follower(server) as follower:
        pass
    missed = a_request(2)
    server.post(missed.body)
    with Follower(server, since=follower.last_id) as again:
        again.wait_for(1, "trace_completed")
    assert span_keys(again.heard) == [(missed.trace_id, span_id) for span_id in missed.span_ids]


@pytest.mark.parametrize("wrong", ["abc", "-1", "1.5", "9" * 30, "٣"])
def test_a_wrong_id_is_refused_by_name(server: Served, wrong: str):
    assert server.get("/api/events", 400, since=wrong)["error"]["field"] == "since"
    if wrong.isascii():
        status, _, body = request(server.urls["api"], "GET", "/api/events", None, {"Last-Event-ID": wrong})
        assert (status, json.loads(body)["error"]["field"]) == (400, "Last-Event-ID")


def test_a_wrong_query_is_refused_with_its_place(server: Served):
    error = server.get("/api/events", 400, q="duration:>nothing")["error"]
    assert (error["field"], error["start"], error["end"]) == ("q", 0, 17)


def test_last_event_id_wins_and_head_ends(server: Served):
    sent = a_request(1)
    with Follower(server) as follower:
        server.post(sent.body)
        heard = follower.wait_for(1, "trace_completed")
    with Follower(server, since=0) as again:
        again.break_off()
    behind = Follower(server, since=0, last_id=str(heard[-1].id))
    with behind:
        server.post(a_request(1).body)
        behind.wait_for(1, "trace_completed")
    assert len(span_keys(behind.heard)) == 1
    parts = urlsplit(server.urls["api"])
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    connection.request("HEAD", "/api/events")
    response = connection.getresponse()
    assert (response.status, response.read()) == (200, b"")
    connection.close()

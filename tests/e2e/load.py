"""Spans sent from threads, each request with ids of its own, and a record of which were acknowledged."""

from __future__ import annotations

import http.client
import itertools
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.api.telemetry import pairs, spans_request

from .serving import PROTOBUF, Served

SPANS_PER_REQUEST = 20
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Sent:
    """One export request: a trace of its own. The ids are unique in this process."""

    trace_id: str
    span_ids: tuple[str, ...]
    body: bytes


def a_request(spans: int = SPANS_PER_REQUEST, *, padding: int = 200) -> Sent:
    number = next(_numbers)
    trace_id = os.urandom(8) + number.to_bytes(8, "big")
    start_ns = time.time_ns()
    ids = [trace_id[:2] + (number << 16 | index).to_bytes(6, "big") for index in range(spans)]
    made = [
        Span(
            trace_id=trace_id,
            span_id=span_id,
            parent_span_id=ids[0] if index else b"",
            name=f"step {index}",
            start_time_unix_nano=start_ns + index,
            end_time_unix_nano=start_ns + 1000,
            # Random, so that it takes room on the disk as well.
            attributes=pairs({"n": index, "text": os.urandom(padding // 2).hex()}),
        )
        for index, span_id in enumerate(ids)
    ]
    body = spans_request(made, service="load").SerializeToString()
    return Sent(trace_id.hex(), tuple(span_id.hex() for span_id in ids), body)


@dataclass
class Load:
    """Threads that export until told to stop. ``acknowledged`` had a 200; ``unknown`` had another answer or none.
    ``refusals``: headers and body of every answer but 200."""

    server: Served
    threads: int = 4
    make: Callable[[], Sent] = a_request
    acknowledged: list[Sent] = field(default_factory=list)
    unknown: list[Sent] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)
    refusals: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def __enter__(self) -> Load:
        self._stop = threading.Event()
        self._changed = threading.Condition()
        self._address = urlsplit(self.server.urls["otlp_http"]).netloc
        self._running = [threading.Thread(target=self._send) for _ in range(self.threads)]
        for thread in self._running:
            thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        for thread in self._running:
            thread.join(120)

    def wait_for(self, requests: int) -> None:
        """Return when so many requests have been acknowledged."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.acknowledged) >= requests, 120), "nothing gets through"

    def wait_for_refusals(self, requests: int) -> None:
        """Return when so many requests have been refused."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.refusals) >= requests, 120), "nothing is refused"

    def _send(self) -> None:
        connection = http.client.HTTPConnection(self._address, timeout=120)
        while not self._stop.is_set():
            sent = self.make()
            try:
                connection.request("POST", "/v1/traces", sent.body, {"Content-Type": PROTOBUF})
                response = connection.getresponse()
                reply = response.read()
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                if not isinstance(error, ConnectionRefusedError):
                    with self._changed:
                        self.unknown.append(sent)
                if self.server.process.poll() is not None:
                    return
                self._stop.wait(0.05)
                continue
            with self._changed:
                self.statuses.add(response.status)
                if response.status == 200:
                    self.acknowledged.append(sent)
                else:
                    self.unknown.append(sent)
                    self.refusals.append(({name.lower(): value for name, value in response.getheaders()}, reply))
                self._changed.notify_all()
            if response.status != 200:
                self._stop.wait(0.05)
        connection.close()


def check_stored(server: Served, wanted: list[Sent], *, whole: bool = True) -> None:
    """Every span of these traces is there exactly once wherever one looks; with ``whole`` there are no others."""
    expected = {sent.trace_id: len(sent.span_ids) for sent in wanted}
    listed = everything(server, "/api/traces", "traces")
    found = {trace["id"]: trace["span_count"] for trace in listed}
    assert len(found) == len(listed), "a trace is listed twice"
    assert {trace_id: found.get(trace_id) for trace_id in expected} == expected
    spans = everything(server, "/api/spans", "spans", view="skeleton")
    keys = [(span["trace_id"], span["id"]) for span in spans]
    assert len(keys) == len(set(keys)), "a span is listed twice"
    assert set(keys) >= {(sent.trace_id, span_id) for sent in wanted for span_id in sent.span_ids}
    if whole:
        assert set(found) == set(expected)
        assert len(keys) == sum(expected.values())
    for sent in wanted[:: max(1, len(wanted) // 15)]:
        trace = server.get(f"/api/traces/{sent.trace_id}", view="skeleton")
        assert [span["id"] for span in trace["spans"]] == list(sent.span_ids)
        assert trace["trace"]["status"] == "completed"
        one = server.get(f"/api/spans/{sent.span_ids[-1]}")
        assert (one["id"], one["trace_id"]) == (sent.span_ids[-1], sent.trace_id)


def everything(server: Served, path: str, kind: str, **parameters: str) -> list[dict]:
    """All pages of a list."""
    rows: list[dict] = []
    cursor: dict[str, str] = {}
    while True:
        page = server.get(path, limit=1000, **parameters, **cursor)
        assert page["count"] == len(page["items"]) == len(page[kind])
        assert page["has_more"] == (page["next_cursor"] is not None)
        rows += page["items"]
        if not page["has_more"]:
            return rows
        cursor = {"cursor": page["next_cursor"]}

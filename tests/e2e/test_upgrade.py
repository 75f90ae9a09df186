"""A data folder of an earlier version is opened by this one, with all that is in it.

``stores/schema-2.tar.gz`` was written by the version with that schema: ``agent_run(0xA, 0x10)`` and one more call, sent
to ``traceway serve``, which was then asked to end.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.telemetry import span, spans_request, trace_id
from tests.terminal.conftest import agent_run

from .following import Follower
from .serving import Served

STORES = Path(__file__).parent / "stores"
RUN, CALL, NEW = trace_id(0xA), trace_id(0xB), trace_id(0xC)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    server = Served(tmp_path)
    server.data_dir.mkdir()
    subprocess.run(["tar", "-xzf", STORES / "schema-2.tar.gz", "-C", server.data_dir], check=True)
    with server:
        yield server


def test_what_was_there_is_read_found_and_replayed(served: Served):
    for _ in range(2):
        assert [row["id"] for row in served.get("/api/traces")["items"]] == [CALL, RUN]
        assert len(served.get(f"/api/traces/{RUN}")["spans"]) == len(agent_run(0xA, 0x10))
        # Of what came before there was an index of words, too, in any script and behind escapes.
        for words, found in (("zyzzyva", CALL), ("zyzz*", CALL), ("退款", CALL), ("switzerland", RUN)):
            assert [row["id"] for row in served.get("/api/traces", q=words)["items"]] == [found], words
        facets = served.get("/api/facets", keys="kind,attr.file.path")["facets"]
        assert [each["value"] for each in facets[1]["values"]] == ["/srv/agent/out/report.md"]
        served.stop()
        served.start()


def test_events_of_then_and_now_are_one_stream(served: Served):
    served.send(spans_request([span(0xC, 0x70, name="new")]))
    with Follower(served, since=0) as follower:
        heard = follower.wait_until(lambda heard: any(each.event["trace_id"] == NEW for each in heard))
    assert {each.event["trace_id"] for each in heard} == {RUN, CALL, NEW}

"""What becomes of a request by the answer it got."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest
from google.rpc.status_pb2 import Status
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from traceway.export.client import Reply
from traceway.export.verdict import MAX_RETRY_AFTER_S, Fate, judge

PROTOBUF = {"content-type": "application/x-protobuf"}


@pytest.mark.parametrize(
    ("status", "fate"),
    [
        (200, Fate.DELIVERED), (202, Fate.DELIVERED),
        (408, Fate.LATER), (429, Fate.LATER), (502, Fate.LATER), (503, Fate.LATER), (504, Fate.LATER),
        (302, Fate.HELD), (308, Fate.HELD), (401, Fate.HELD), (403, Fate.HELD), (407, Fate.HELD),
        (413, Fate.TOO_LARGE),
        (400, Fate.REFUSED), (404, Fate.REFUSED), (415, Fate.REFUSED), (500, Fate.REFUSED), (501, Fate.REFUSED),
    ],
)  # fmt: skip
def test_each_status_has_its_fate(status, fate):
    assert judge("traces", Reply(status, {}, b"")).fate is fate


HEADER_TEXTS = st.sampled_from(["application/x-protobuf", "application/json", "99999999999"]) | st.binary().map(
    lambda data: data.decode("latin-1")
)
HEADERS = st.dictionaries(st.sampled_from(["content-type", "retry-after", "location"]), HEADER_TEXTS)


@given(st.integers(100, 999), HEADERS, st.binary())
def test_any_answer_has_a_verdict(status, headers, body):
    verdict = judge("logs", Reply(status, headers, body))
    assert 0 <= verdict.retry_after_s <= MAX_RETRY_AFTER_S
    assert len(verdict.sentence) < 400


def test_no_answer_is_later_and_says_why():
    refused = judge("traces", ConnectionRefusedError(111, "Connection refused"))
    assert (refused.fate, refused.sentence) == (Fate.LATER, "Connection refused")
    assert judge("traces", TimeoutError()).sentence == "TimeoutError"


def test_retry_after_is_seconds_or_a_date():
    assert judge("traces", Reply(503, {"retry-after": "7"}, b"")).retry_after_s == 7
    in_a_minute = formatdate(time.time() + 60, usegmt=True)
    assert 0 < judge("traces", Reply(429, {"retry-after": in_a_minute}, b"")).retry_after_s <= 61
    assert judge("traces", Reply(429, {"retry-after": "soon"}, b"")).retry_after_s == 0


@pytest.mark.parametrize(
    ("media", "body", "sentence"),
    [
        ("application/x-protobuf", Status(message="no such key").SerializeToString(), "401 no such key"),
        ("application/json", b'{"message": "no such key"}', "401 no such key"),
        ("application/json", b"[]", "401 []"),
        ("text/plain", b"no\nsuch key", "401 no such key"),
        ("text/html", b"<html>", "401"),
    ],
)
def test_the_sentence_is_the_collectors(media, body, sentence):
    assert judge("traces", Reply(401, {"content-type": media}, body)).sentence == sentence


def test_a_redirect_says_where_to():
    assert judge("traces", Reply(308, {"location": "https://b/"}, b"")).sentence == "308 moved to https://b/"


def test_a_partial_success_counts_what_was_rejected():
    spans = ExportTraceServiceResponse(partial_success={"rejected_spans": 2, "error_message": "bad ids"})
    logs = ExportLogsServiceResponse(partial_success={"rejected_log_records": 3})
    points = ExportMetricsServiceResponse(partial_success={"rejected_data_points": 4})
    answers = [("traces", spans), ("logs", logs), ("metrics", points)]
    verdicts = [judge(signal, Reply(200, PROTOBUF, message.SerializeToString())) for signal, message in answers]
    assert [verdict.rejected for verdict in verdicts] == [2, 3, 4]
    assert verdicts[0].sentence == "bad ids"

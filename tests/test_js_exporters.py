"""A JavaScript application with a stock OpenTelemetry SDK sends over each protocol, and gets back what it sent."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.server import Server

JS = Path(__file__).resolve().parent / "js"
START_NS = 1_790_000_000_000_123_457
CHAT_ATTRIBUTES = {
    "gen_ai.operation.name": {"stringValue": "chat"},
    "gen_ai.provider.name": {"stringValue": "openai"},
    "gen_ai.request.model": {"stringValue": "gpt-4o-mini"},
    "gen_ai.usage.input_tokens": {"intValue": "12"},
    "gen_ai.usage.output_tokens": {"intValue": "5"},
    "gen_ai.input.messages": {
        "stringValue": '[{"role":"user","parts":[{"type":"text","content":"Grüße, 世界 👋"}]}]',
    },
    "test.string.empty": {"stringValue": ""},
    "test.bool.true": {"boolValue": True},
    "test.bool.false": {"boolValue": False},
    "test.int.zero": {"intValue": "0"},
    "test.int.negative": {"intValue": "-42"},
    "test.int.largest_safe": {"intValue": "9007199254740991"},
    "test.double": {"doubleValue": 0.1},
    "test.double.tiny": {"doubleValue": 5e-324},
    "test.strings": {"arrayValue": {"values": [{"stringValue": "a"}, {"stringValue": ""}, {"stringValue": "ü"}]}},
    "test.bools": {"arrayValue": {"values": [{"boolValue": True}, {"boolValue": False}]}},
    "test.ints": {"arrayValue": {"values": [{"intValue": "1"}, {"intValue": "-2"}, {"intValue": "3"}]}},
    "test.doubles": {"arrayValue": {"values": [{"doubleValue": 0.5}, {"doubleValue": -1.25}]}},
    "test.list.empty": {"arrayValue": {}},
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.mark.parametrize("protocol", ["grpc", "http/protobuf", "http/json"])
def test_what_javascript_sends_comes_back(server, protocol):
    url = server.urls["otlp_grpc"] if protocol == "grpc" else server.traces_url
    if "://" not in url:
        url = f"http://{url}"
    done = subprocess.run(["node", "send.mjs", protocol, url], cwd=JS, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    sent = json.loads(done.stdout)

    (resource_spans,) = server.get_json(f"/api/traces/{sent['trace_id']}/otlp")["resourceSpans"]
    resource = attributes(resource_spans["resource"])
    assert resource["service.name"] == {"stringValue": "js-agent"}
    assert resource["service.version"] == {"stringValue": "1.2.3"}
    (scope_spans,) = resource_spans["scopeSpans"]
    assert scope_spans["scope"] == {"name": "traceway-tests", "version": "0.1.0"}
    spans = {span["name"]: span for span in scope_spans["spans"]}
    assert {name: span["spanId"] for name, span in spans.items()} == sent["spans"]
    assert {span["traceId"] for span in spans.values()} == {sent["trace_id"]}
    check_agent(spans["invoke_agent helper"])
    check_chat(spans["chat gpt-4o-mini"], sent["spans"]["invoke_agent helper"])
    check_tool(spans["execute_tool search"], sent["spans"]["invoke_agent helper"])


def check_agent(span: dict[str, Any]) -> None:
    assert "parentSpanId" not in span
    assert (span["kind"], span["status"]) == (1, {"code": 1})
    assert (int(span["startTimeUnixNano"]), int(span["endTimeUnixNano"])) == (START_NS, START_NS + 60_000_000)


def check_chat(span: dict[str, Any], parent: str) -> None:
    assert (span["parentSpanId"], span["kind"]) == (parent, 3)
    assert (int(span["startTimeUnixNano"]), int(span["endTimeUnixNano"])) == (
        START_NS + 10_000_000,
        START_NS + 30_000_000,
    )
    assert attributes(span) == CHAT_ATTRIBUTES
    (event,) = span["events"]
    assert (event["name"], int(event["timeUnixNano"])) == ("first token", START_NS + 20_000_000)
    assert attributes(event) == {"test.position": {"intValue": "1"}}
    (link,) = span["links"]
    assert (link["traceId"], link["spanId"]) == ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331")
    assert attributes(link) == {"link.reason": {"stringValue": "retry"}}


def check_tool(span: dict[str, Any], parent: str) -> None:
    assert span["parentSpanId"] == parent
    assert span["status"] == {"code": 2, "message": "limit is 0; expected at least 1"}
    (event,) = span["events"]
    assert event["name"] == "exception"
    assert attributes(event)["exception.type"] == {"stringValue": "RangeError"}


def attributes(holder: dict[str, Any]) -> dict[str, Any]:
    return {attribute["key"]: attribute["value"] for attribute in holder["attributes"]}

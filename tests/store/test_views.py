"""The views that Grafana and HyperDX read: the exporter's names and types, and the right content."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord, ScopeLogs
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.api.telemetry import SECOND_NS, START_NS, any_value, logs_request, pairs, span, spans_request
from tests.otlp.strategies import any_values
from traceway_collector.model import Signal
from traceway_collector.store.clickhouse.frames import any_text

from .conftest import Database
from .exporter import COLUMNS
from .telemetry import OTHER, SHOWN, STRUCTURES, TEXTS, TRACE, VALUES, every_metric

# Not shrunk: an example takes long, and thirty small values are easy to tell apart.
_properties = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


def check_texts(found: dict[str, str]) -> None:
    assert {key: json.loads(found[key]) for key in STRUCTURES} == STRUCTURES
    assert {key: text for key, text in found.items() if key not in STRUCTURES} == TEXTS


def write_spans(database: Database, *spans: Span) -> None:
    database.write(spans_request(spans), Signal.TRACES)


@pytest.mark.parametrize("view", COLUMNS)
def test_names_and_types(database: Database, view: str):
    assert {name: kind for name, kind, *_ in database.query(f"DESCRIBE {view}")} == COLUMNS[view]


def test_a_span_with_everything(database: Database):
    sent = span(1, 2, parent=1, name="chat", attributes=VALUES, kind=3, trace_state="a=1", took_ns=42)
    sent.status.code, sent.status.message = 2, "failed"
    sent.events.add(time_unix_nano=START_NS + 1, name="first").attributes.extend(pairs(VALUES))
    sent.events.add(time_unix_nano=START_NS + 2, name="second")
    link = sent.links.add(trace_id=bytes.fromhex(OTHER), span_id=b"\x01" * 8, trace_state="b=" + "2" * 200, flags=1)
    link.attributes.extend(pairs(VALUES))
    link.dropped_attributes_count = 10
    sent.links.add(span_id=b"\x02" * 8)
    write_spans(database, sent)
    [row] = database.rows("SELECT * FROM otel_traces")
    check_texts(row.pop("SpanAttributes"))
    first, second = row.pop("Events.Attributes")
    check_texts(first)
    assert second == {}
    of_link, of_other = row.pop("Links.Attributes")
    check_texts(of_link)
    assert of_other == {}
    row.pop("Timestamp"), row.pop("Events.Timestamp")
    assert row == {
        "TraceId": TRACE,
        "SpanId": f"{2:016x}",
        "ParentSpanId": f"{1:016x}",
        "TraceState": "a=1",
        "SpanName": "chat",
        "SpanKind": "Client",
        "ServiceName": "shop",
        "ResourceAttributes": {"service.name": "shop"},
        "ScopeName": "tests",
        "ScopeVersion": "",
        "Duration": 42,
        "StatusCode": "Error",
        "StatusMessage": "failed",
        "Events.Name": ["first", "second"],
        "Links.TraceId": [OTHER, ""],
        "Links.SpanId": ["01" * 8, "02" * 8],
        "Links.TraceState": ["b=" + "2" * 200, ""],
    }
    times = "toUnixTimestamp64Nano(Timestamp), arrayMap(t -> toUnixTimestamp64Nano(t), `Events.Timestamp`)"
    assert database.query(f"SELECT {times} FROM otel_traces") == [(START_NS, [START_NS + 1, START_NS + 2])]


def test_words_for_kinds_and_statuses(database: Database):
    spans = [span(1, 1 + number, kind=number, after_ns=number) for number in (*range(6), 7)]
    for each, code in zip(spans, (0, 1, 2), strict=False):
        each.status.code = code
    spans[0].end_time_unix_nano = 0
    write_spans(database, *spans)
    rows = database.query("SELECT SpanKind, StatusCode, ParentSpanId, Duration FROM otel_traces ORDER BY Timestamp")
    words = ["Unspecified", "Internal", "Server", "Client", "Producer", "Consumer", ""]
    assert [row[0] for row in rows] == words
    assert [row[1] for row in rows] == ["Unset", "Ok", "Error", "Unset", "Unset", "Unset", "Unset"]
    assert {row[2] for row in rows} == {""}
    assert [row[3] for row in rows] == [0, *[SECOND_NS] * 6]


def test_a_span_stored_twice_is_shown_once(database: Database):
    for name in ("first copy", "later copy"):
        write_spans(database, span(1, 1, name=name), span(1, 2 if name == "first copy" else 3))
    rows = database.query("SELECT SpanId, SpanName FROM otel_traces ORDER BY SpanId")
    assert rows == [(f"{1:016x}", "later copy"), (f"{2:016x}", "step"), (f"{3:016x}", "step")]


@_properties
@given(st.lists(any_values(), min_size=1, max_size=30))
def test_any_value_becomes_a_text(database: Database, values: list[AnyValue]):
    """On a log record's body and attributes, and, kept in other ways, on its scope and on a span's events and links."""
    database.store.delete_before(2**63 - 1)
    logs, sent = logs_request([]), span(1, 1)
    for value in values:
        clear_indices(value)
        scope = ScopeLogs(log_records=[LogRecord(body=value)])
        event, link = sent.events.add(), sent.links.add(trace_id=b"\x01" * 16, span_id=b"\x02" * 8)
        for holder in (scope.scope, scope.log_records[0], event, link):
            holder.attributes.add(key="k").value.CopyFrom(value)
        logs.resource_logs[0].scope_logs.append(scope)
    database.write(logs, Signal.LOGS)
    write_spans(database, sent)
    of_logs = "SELECT Body, LogAttributes['k'], ScopeAttributes['k'] FROM otel_logs"
    shown = ", ".join(f"arrayMap(x -> x['k'], `{name}.Attributes`)" for name in ("Events", "Links"))
    [(events, links)] = database.query(f"SELECT {shown} FROM otel_traces")
    assert_texts([*events, *links], [*values, *values])
    for texts in zip(*database.query(of_logs), strict=True):
        assert_texts(texts, values)


def assert_texts(texts: Iterable[str], values: Sequence[AnyValue]) -> None:
    """The texts are those of the values, in any order; a structure's is JSON that means the same."""
    assert sorted(map(comparable, texts)) == sorted(comparable(any_text(value)) for value in values)


def comparable(text: str) -> str:
    """The same for texts that mean the same: spaces, the order of keys and ways to write a number aside. JSON has only
    finite numbers: others are null in a structure, and may be missing in pairs made from JSON."""
    if text in ("nan", "inf", "-inf"):
        return ""
    try:
        return json.dumps(json.loads(text, parse_float=number, parse_int=number), sort_keys=True)
    except ValueError:
        return text


def number(text: str) -> float:
    """As a double, in which 1, 1.0 and 1e0 are one."""
    return float(text) + 0.0


def clear_indices(value: AnyValue) -> None:
    """Take out what only profiles use; OTLP tells receivers of other signals to ignore it."""
    if value.HasField("string_value_strindex"):
        value.ClearField("string_value_strindex")
    for item in value.array_value.values if value.HasField("array_value") else ():
        clear_indices(item)
    for pair in value.kvlist_value.values if value.HasField("kvlist_value") else ():
        pair.ClearField("key_strindex")
        clear_indices(pair.value)


def test_a_log_record_with_everything(database: Database):
    sent = LogRecord(
        time_unix_nano=START_NS,
        severity_number=17,
        severity_text="ERROR",
        body=any_value(VALUES["map"]),
        attributes=pairs(VALUES),
        trace_id=bytes.fromhex(TRACE),
        span_id=b"\x01" * 8,
        flags=1,
        event_name="app.failed",
    )
    request = logs_request([sent, LogRecord(observed_time_unix_nano=START_NS + 1, body=any_value("later"))])
    logs = request.resource_logs[0]
    logs.schema_url, logs.scope_logs[0].schema_url = "https://example.com/1", "https://example.com/2"
    logs.scope_logs[0].scope.name, logs.scope_logs[0].scope.version = "lib", "1.0"
    logs.scope_logs[0].scope.attributes.extend(pairs(VALUES))
    database.write(request, Signal.LOGS)
    row, later = database.rows("SELECT * FROM otel_logs ORDER BY Timestamp")
    check_texts(row.pop("LogAttributes"))
    check_texts(row.pop("ScopeAttributes"))
    assert json.loads(row.pop("Body")) == VALUES["map"]
    assert row.pop("TimestampTime") == row.pop("Timestamp").replace(microsecond=0)
    assert row == {
        "TraceId": TRACE,
        "SpanId": "01" * 8,
        "TraceFlags": 1,
        "SeverityText": "ERROR",
        "SeverityNumber": 17,
        "ServiceName": "shop",
        "ResourceSchemaUrl": "https://example.com/1",
        "ResourceAttributes": {"service.name": "shop"},
        "ScopeSchemaUrl": "https://example.com/2",
        "ScopeName": "lib",
        "ScopeVersion": "1.0",
        "EventName": "app.failed",
    }
    assert (later["Body"], later["TraceId"], later["SpanId"]) == ("later", "", "")


def test_points_of_every_type(database: Database):
    database.write(every_metric(), Signal.METRICS)
    for kind, expected in SHOWN.items():
        [row] = database.rows(f"SELECT * FROM otel_metrics_{kind}")
        check_texts(row["ScopeAttributes"])
        assert {key: row["Attributes"][key] for key in TEXTS} == TEXTS
        assert json.loads(row["Attributes"]["map"]) == VALUES["map"]
        assert row["MetricName"] == f"of {kind.split('_')[0]}"
        assert (row["ScopeDroppedAttrCount"], row["Flags"], row["ServiceName"]) == (3, 1, "shop")
        assert (row["ResourceSchemaUrl"], row["ScopeSchemaUrl"]) == ("https://example.com/1", "https://example.com/2")
        assert (row["TimeUnix"] - row["StartTimeUnix"]).total_seconds() == 1
        assert {name: row[name] for name in expected} == expected
        if kind != "summary":
            exemplars = {
                name: row[f"Exemplars.{name}"] for name in ("FilteredAttributes", "Value", "SpanId", "TraceId")
            }
            assert exemplars == {
                "FilteredAttributes": [{"user": "a"}],
                "Value": [0.5],
                "SpanId": ["02" * 8],
                "TraceId": [TRACE],
            }

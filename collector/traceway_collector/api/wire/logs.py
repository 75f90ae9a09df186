"""One log record as JSON."""

from __future__ import annotations

from typing import Any

from opentelemetry.proto.logs.v1.logs_pb2 import SeverityNumber

from ...model import StoredLog
from .values import any_value, attributes, hex_or_none, scope, time_at

_SEVERITIES = {number: name.removeprefix("SEVERITY_NUMBER_") for name, number in SeverityNumber.items() if number}


def log(stored: StoredLog) -> dict[str, Any]:
    """A log record. ``severity``: the name of its OTLP number; ``severity_text``: what the application called it."""
    record, origin = stored.record, stored.origin
    return {
        "id": stored.log_id,
        "trace_id": hex_or_none(record.trace_id),
        "span_id": hex_or_none(record.span_id),
        "service": stored.service or None,
        "occurred_at": time_at(record.time_unix_nano),
        "observed_at": time_at(record.observed_time_unix_nano),
        "time_ns": str(record.time_unix_nano) if record.time_unix_nano else None,
        "observed_ns": str(record.observed_time_unix_nano) if record.observed_time_unix_nano else None,
        "severity_number": record.severity_number or None,
        "severity": _SEVERITIES.get(record.severity_number),
        "severity_text": record.severity_text or None,
        "event_name": record.event_name or None,
        "body": any_value(record.body),
        "attributes": attributes(record.attributes),
        "dropped_attributes_count": record.dropped_attributes_count,
        "flags": record.flags,
        "scope": scope(origin.scope, origin.scope_schema_url),
        "resource": attributes(origin.resource.attributes),
        "resource_schema_url": origin.resource_schema_url or None,
    }

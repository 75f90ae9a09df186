"""Times and OTLP attribute values as JSON."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Status

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def time_at(unix_ns: int) -> str | None:
    """RFC 3339 with nine digits: "2026-11-21T06:51:46.123456789Z". None for 0 and below, and past the year 9999."""
    if unix_ns <= 0:
        return None
    seconds, nanoseconds = divmod(unix_ns, 1_000_000_000)
    prefix = _second(seconds)
    return prefix and f"{prefix}.{nanoseconds:09d}Z"


# Spans of one trace share their seconds, and making the text of one is most of the work.
@lru_cache(maxsize=4096)
def _second(seconds: int) -> str | None:
    try:
        return (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    except OverflowError:
        return None


def text_or_none(nanoseconds: int | None) -> str | None:
    """Nanoseconds as a decimal string, which no reader rounds; None stays None."""
    return None if nanoseconds is None else str(nanoseconds)


def status_word(code: int) -> str:
    """The status code of a span in a table: "ok", "error" or "unset"."""
    return _STATUS_WORDS.get(code, "unset")


_STATUS_WORDS: Final[Mapping[int, str]] = {Status.STATUS_CODE_OK: "ok", Status.STATUS_CODE_ERROR: "error"}


def number(value: float) -> float | str:
    """A double; NaN and the infinities, which JSON has no number for, as "NaN", "Infinity" and "-Infinity"."""
    if math.isfinite(value):
        return value
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def any_value(value: AnyValue) -> Any:
    """An attribute value as the JSON type it has: string, boolean, integer (all 64 bits), number, array or object.

    Bytes are ``{"bytes": base64}``, an empty value is null, NaN and infinities are strings. That is for reading, not
    for reconstruction: ``GET /api/traces/{id}/otlp`` is the lossless form.
    """
    case = value.WhichOneof("value")
    if case == "double_value":
        return number(value.double_value)
    if case == "bytes_value":
        return {"bytes": base64.b64encode(value.bytes_value).decode()}
    return _value(value, case, any_value)


def python_value(value: AnyValue) -> Any:
    """An attribute value as the Python value it is; bytes stay bytes, NaN stays NaN."""
    return _value(value, value.WhichOneof("value"), python_value)


def _value(value: AnyValue, case: str | None, inner: Callable[[AnyValue], Any]) -> Any:
    if case == "array_value":
        return [inner(item) for item in value.array_value.values]
    if case == "kvlist_value":
        return {pair.key: inner(pair.value) for pair in value.kvlist_value.values}
    # Indices into a string table have a meaning in profiles alone (opentelemetry-proto, common.proto).
    return None if case is None or case == "string_value_strindex" else getattr(value, case)


def attributes(pairs: Iterable[KeyValue]) -> dict[str, Any]:
    """Attributes as an object. Of a key that was sent twice the last value counts."""
    return {pair.key: any_value(pair.value) for pair in pairs}


def python_values(pairs: Iterable[KeyValue]) -> dict[str, Any]:
    """Attributes as Python values, by the same rule for keys that were sent twice."""
    return {pair.key: python_value(pair.value) for pair in pairs}


def scope(sent: InstrumentationScope, schema_url: str) -> dict[str, Any]:
    """An instrumentation scope."""
    return {
        "name": sent.name or None,
        "version": sent.version or None,
        "attributes": attributes(sent.attributes),
        "schema_url": schema_url or None,
    }


def hex_or_none(raw: bytes) -> str | None:
    """An id of a link, a log record or an exemplar; None when it is missing or all zero."""
    return raw.hex() if any(raw) else None

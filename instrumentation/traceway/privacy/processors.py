"""Redaction where OpenTelemetry's SDK lets one in: as a span ends and as a log record is emitted, before any exporter
sees them."""

from __future__ import annotations

from typing import Any, Final

from opentelemetry.attributes import BoundedAttributes
from opentelemetry.context import Context
from opentelemetry.sdk._logs import LogRecordProcessor, ReadWriteLogRecord
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.trace import Status

from traceway_semconv import names

from ..contain import contained
from .content_keys import is_content
from .redactor import Redactor

HAS_ENDING_HOOK: Final = hasattr(SpanProcessor, "_on_ending")
"""Whether the SDK says when a span is ending, so that the order of processors does not matter (specification,
trace/sdk, "OnEnding"; still unstable, hence the underscore)."""
_PART: Final = "redaction"


class RedactingSpanProcessor(SpanProcessor):
    """Redacts attributes, events, links, name and status of each span as it ends, in its own thread. To be the first
    of its provider. A span that cannot be redacted loses all of these."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        pass

    def _on_ending(self, span: Span) -> None:
        self._redact(span)

    def on_end(self, span: ReadableSpan) -> None:
        if not HAS_ENDING_HOOK:
            self._redact(span)

    def _redact(self, span: ReadableSpan) -> None:
        done = False
        with contained(_PART):
            self._attributes(span._attributes)
            for event in span._events:
                self._attributes(event._attributes)
            for link in span._links:
                self._attributes(link._attributes)
            span._name = self._redactor.text(span._name, is_content=False)
            if span._status.description:
                span._status = Status(span._status.status_code, self._redactor.text(span._status.description))
            done = True
        if not done:
            span._attributes = BoundedAttributes()
            span._events = span._links = ()
            span._name, span._status = "withheld", Status(span._status.status_code)

    def _attributes(self, attributes: Any) -> None:
        if not attributes:
            return
        # They cannot be set any more; the values can be exchanged, the count of dropped ones stays.
        held: dict[str, Any] = attributes._dict if isinstance(attributes, BoundedAttributes) else attributes
        for key, value in held.items():
            redacted = self._redactor.value(value, key, is_content(key))
            if redacted is not value:
                held[key] = redacted


class RedactingLogRecordProcessor(LogRecordProcessor):
    """Redacts body and attributes of each log record. To be the first of its provider. Contents of files pass: they
    are judged before they are read in chunks, and changed bytes would not have their hash."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def on_emit(self, log_record: ReadWriteLogRecord) -> None:
        record = log_record.log_record
        if record.event_name == names.EVENT_FS_CONTENT:
            return
        done = False
        with contained(_PART):
            record.body = self._redactor.value(record.body)
            for key, value in dict(record.attributes or {}).items():
                redacted = self._redactor.value(value, key, is_content(key))
                if redacted is not value:
                    record.attributes[key] = redacted  # type: ignore[index]
            done = True
        if not done:
            record.body, record.attributes = None, {}

    def enabled(self, **_: Any) -> bool:
        """Nobody needs a record for its redaction."""
        return False

    def shutdown(self) -> None:
        pass

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        return True

"""The exporters of spans and log records: encode a batch, and leave the rest to a courier."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk._logs.export import LogRecordExporter, LogRecordExportResult
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from ..contain import contained
from ..endpoint import Signal
from .channel import channel_of
from .counters import Outcome
from .dispatch import SpoolChoice, claim, release
from .suppress import suppressed
from .wire import requests_of

Item = TypeVar("Item")
_log = logging.getLogger("traceway.export")


class Outlet(Generic[Item]):
    """What the exporters of all signals share. ``encode`` makes an ``Export…ServiceRequest`` of a batch.

    ``url`` is a collector's base address or the whole address of the signal; the environment says what is not given.
    """

    def __init__(
        self,
        signal: Signal,
        encode: Callable[[Sequence[Item]], Any],
        url: str,
        headers: Mapping[str, str] | None,
        spool: SpoolChoice,
    ) -> None:
        self._signal = signal
        self._encode = encode
        self._channel = channel_of(signal, url, headers)
        self._courier = claim(self._channel, spool)
        self._is_open = True

    def export(self, batch: Sequence[Item]) -> bool:
        """Whether the batch is with the collector, or kept."""
        if not self._is_open:
            return False
        with suppressed(), contained("export"):
            for message in self._messages(batch):
                for request in requests_of(self._signal, message, self._channel.encoding):
                    self._courier.deliver(request)
            return True
        return False

    def flush(self, timeout_ms: float) -> bool:
        """Whether everything of this process is with the collector by then; False at once while that is down."""
        return self._courier.flush(timeout_ms / 1e3)

    def shutdown(self) -> None:
        """No batch is taken any more."""
        if self._is_open:
            self._is_open = False
            with suppressed():
                release(self._courier)

    def counts(self) -> dict[Outcome, int]:
        """What became of the items of all exporters with this destination, in this process."""
        return self._courier.counters.snapshot()

    def _messages(self, batch: Sequence[Item]) -> list[Any]:
        try:
            return [self._encode(batch)]
        except Exception:
            # Something in it cannot be said in protobuf, such as half a surrogate pair in a name.
            messages = []
            for item in batch:
                try:
                    messages.append(self._encode([item]))
                except Exception as error:
                    self._courier.counters.add("dropped_unencodable", 1)
                    _log.debug("an item of %s cannot be encoded: %s", self._signal, error)
            return messages


class TracewaySpanExporter(SpanExporter):
    """``OTEL_TRACES_EXPORTER=traceway``: OTLP over HTTP; what the collector does not take now waits on disk."""

    def __init__(self, *, url: str = "", headers: Mapping[str, str] | None = None, spool: SpoolChoice = None) -> None:
        self._outlet: Outlet[ReadableSpan] = Outlet("traces", encode_spans, url, headers, spool)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """SUCCESS if the spans are with the collector, or kept for it."""
        return SpanExportResult.SUCCESS if self._outlet.export(spans) else SpanExportResult.FAILURE

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Whether everything of this process is with the collector by then; False at once while that is down."""
        return self._outlet.flush(timeout_millis)

    def shutdown(self) -> None:
        self._outlet.shutdown()

    def counts(self) -> dict[Outcome, int]:
        """What became of the items of all exporters with this destination, in this process."""
        return self._outlet.counts()


class TracewayLogExporter(LogRecordExporter):
    """``OTEL_LOGS_EXPORTER=traceway``, as ``TracewaySpanExporter`` for log records."""

    def __init__(self, *, url: str = "", headers: Mapping[str, str] | None = None, spool: SpoolChoice = None) -> None:
        self._outlet: Outlet[ReadableLogRecord] = Outlet("logs", encode_logs, url, headers, spool)

    def export(self, batch: Sequence[ReadableLogRecord]) -> LogRecordExportResult:
        """SUCCESS if the records are with the collector, or kept for it."""
        return LogRecordExportResult.SUCCESS if self._outlet.export(batch) else LogRecordExportResult.FAILURE

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Whether everything of this process is with the collector by then; False at once while that is down."""
        return self._outlet.flush(timeout_millis)

    def shutdown(self) -> None:
        self._outlet.shutdown()

    def counts(self) -> dict[Outcome, int]:
        """What became of the items of all exporters with this destination, in this process."""
        return self._outlet.counts()

"""Versions on their way to the collector: log records whose bodies are chunks of bytes, each version once a process."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final

from opentelemetry._logs import Logger
from opentelemetry.sdk._logs import LoggerProvider, LogRecordProcessor, ReadableLogRecord
from opentelemetry.sdk._logs.export import (
    BatchLogRecordProcessor,
    LogRecordExporter,
    LogRecordExportResult,
    SimpleLogRecordProcessor,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.trace import Span, set_span_in_context

from traceway_semconv import names

from .content import Content, State
from .event import FileEvent

CHUNK_BYTES: Final = 1 << 20
MAX_PENDING_BYTES: Final = 32 << 20
_MAX_RECORDS = 2048
_BATCH_RECORDS = 3
"""Three chunks stay under the 4 MiB that gRPC receivers take by default."""
_DELAY_MS = 500
_MAX_REMEMBERED = 65_536


class Uploader:
    """``is_sent``, ``reserve`` and ``release_event`` may be called by any thread and take no lock; so two threads may
    undo each other's count, which is put right whenever nothing is on its way. The rest belongs to one thread.

    ``make_exporter`` is called when there is something to send first. ``withholds`` looks into contents: a version is
    its exact bytes, so one with a secret is not sent rather than changed.
    """

    def __init__(
        self,
        make_exporter: Callable[[], LogRecordExporter],
        *,
        max_run_bytes: int,
        withholds: Callable[[bytes], bool] = lambda data: False,
    ) -> None:
        self._make_exporter = make_exporter
        self._max_run_bytes = max_run_bytes
        self._withholds = withholds
        self.resource: Resource | None = None
        self._sent: OrderedDict[str, State] = OrderedDict()
        self._run_bytes = 0
        self._reserved_bytes = 0
        self._exporting_bytes = 0
        self._exporting_records = 0
        self._provider: LoggerProvider | None = None
        self._logger: Logger | None = None

    def is_sent(self, id: str) -> bool:
        return self._sent.get(id) is State.UPLOADED

    def reserve(self, size_bytes: int) -> bool:
        """Whether there is room to keep so many bytes until they are sent; if so they are counted."""
        if self._reserved_bytes + self._exporting_bytes + size_bytes > MAX_PENDING_BYTES:
            return False
        self._reserved_bytes += size_bytes
        return True

    def release_event(self, event: FileEvent) -> None:
        """Its content, if it has any, will not be sent."""
        if event.content is not None and event.content.data is not None:
            self._reserved_bytes = max(self._reserved_bytes - len(event.content.data), 0)

    def send(self, event: FileEvent, span: Span) -> State:
        """Send the content of an event, as part of its span, unless it has been sent. What became of it."""
        content = event.content
        if content is None or content.data is None:
            return State.UPLOADED
        self.release_event(event)
        known = self._sent.get(content.id)
        if known is not None:
            return known
        state = self._decide(content, content.data)
        if state is State.UPLOADED:
            self._run_bytes += len(content.data)
            self._emit(event, content, content.data, span)
        if state in (State.UPLOADED, State.SKIPPED_SECRET):
            self._sent[content.id] = state
            if len(self._sent) > _MAX_REMEMBERED:
                self._sent.popitem(last=False)
        return state

    def flush(self) -> None:
        """Export what is waiting."""
        if self._provider is not None:
            self._provider.force_flush()

    def close(self) -> None:
        """Export what is waiting, for some seconds at most, and end."""
        if self._provider is not None:
            self._provider.shutdown()

    def settle(self) -> None:
        """Nothing is on its way here: whatever is still counted was miscounted."""
        self._reserved_bytes = 0

    def forget(self) -> None:
        """This is a forked child: what its parent had waiting is not here. What was sent, was."""
        self._reserved_bytes = self._exporting_bytes = self._exporting_records = 0

    def _decide(self, content: Content, data: bytes) -> State:
        if self._run_bytes + len(data) > self._max_run_bytes:
            return State.SKIPPED_RUN_LIMIT
        if self._withholds(data):
            return State.SKIPPED_SECRET
        if self._exporting_records + _chunk_count(data) > _MAX_RECORDS:
            return State.DROPPED
        return State.UPLOADED

    def _emit(self, event: FileEvent, content: Content, data: bytes, span: Span) -> None:
        logger = self._logger or self._start()
        context = set_span_in_context(span)
        count = _chunk_count(data)
        self._exporting_bytes += len(data)
        self._exporting_records += count
        for index in range(count):
            offset = index * CHUNK_BYTES
            logger.emit(
                timestamp=event.end_ns,
                observed_timestamp=time.time_ns(),
                context=context,
                event_name=names.EVENT_FS_CONTENT,
                body=data[offset : offset + CHUNK_BYTES],
                attributes={
                    names.CONTENT_ID: content.id,
                    names.CONTENT_SIZE: len(data),
                    names.CONTENT_CHUNK_INDEX: index,
                    names.CONTENT_CHUNK_COUNT: count,
                    names.CONTENT_CHUNK_OFFSET: offset,
                    names.CONTENT_ENCODING: "identity",
                    names.FILE_PATH: event.path,
                    names.FS_OPERATION: event.operation,
                },
            )

    def _start(self) -> Logger:
        exporter = _Counted(self._make_exporter(), self._exported)
        self._provider = LoggerProvider(self.resource or Resource.create(), shutdown_on_exit=False)
        self._provider.add_log_record_processor(_processor(exporter))
        self._logger = self._provider.get_logger(__package__)
        return self._logger

    def _exported(self, records: int, size_bytes: int) -> None:
        self._exporting_records = max(self._exporting_records - records, 0)
        self._exporting_bytes = max(self._exporting_bytes - size_bytes, 0)


def _processor(exporter: LogRecordExporter) -> LogRecordProcessor:
    try:
        return BatchLogRecordProcessor(
            exporter,
            schedule_delay_millis=_DELAY_MS,
            max_export_batch_size=_BATCH_RECORDS,
            max_queue_size=_MAX_RECORDS,
        )
    except RuntimeError:  # the program is ending, and no thread can be started any more
        return SimpleLogRecordProcessor(exporter)


def _chunk_count(data: bytes) -> int:
    return max(-(-len(data) // CHUNK_BYTES), 1)


class _Counted(LogRecordExporter):
    """Says how much of what it was given has left, or is lost."""

    def __init__(self, exporter: LogRecordExporter, exported: Callable[[int, int], None]) -> None:
        self._exporter = exporter
        self._exported = exported

    def export(self, batch: Sequence[ReadableLogRecord]) -> LogRecordExportResult:
        try:
            return self._exporter.export(batch)
        finally:
            self._exported(len(batch), sum(_body_bytes(record) for record in batch))

    def shutdown(self) -> None:
        self._exporter.shutdown()  # type: ignore[no-untyped-call]

    def force_flush(self, timeout_millis: int = 10_000) -> bool:
        return self._exporter.force_flush(timeout_millis)


def _body_bytes(record: ReadableLogRecord) -> int:
    body = record.log_record.body
    return len(body) if isinstance(body, bytes) else 0

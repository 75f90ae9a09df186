"""The instrumentor in this process, with the official SDK and its in-memory exporters."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from traceway.contain import FAULTS
from traceway.files import FileInstrumentor
from traceway.settings import Settings
from traceway_semconv import names


class Observed:
    """What was recorded so far."""

    def __init__(self) -> None:
        self.memory = InMemorySpanExporter()
        self.logs = InMemoryLogRecordExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self.memory))
        self.tracer = self.provider.get_tracer("app")
        self.instrumentor = FileInstrumentor()

    def spans(self, path: Any = None, operation: str = "") -> list[ReadableSpan]:
        """The spans of files in order of their start; only those of a path or operation, if given."""
        assert self.instrumentor.flush()
        found = [
            span
            for span in self.memory.get_finished_spans()
            if span.name.startswith("fs.")
            and (path is None or of(span, names.FILE_PATH) == str(path))
            and (not operation or of(span, names.FS_OPERATION) == operation)
        ]
        return sorted(found, key=lambda span: span.start_time or 0)

    def span(self, path: Any = None, operation: str = "") -> ReadableSpan:
        """The only one."""
        (span,) = self.spans(path, operation)
        return span

    def contents(self) -> dict[str, bytes]:
        """The versions that were sent, put together from their chunks."""
        assert self.instrumentor.flush()
        chunks: dict[str, dict[int, bytes]] = {}
        for log in self.logs.get_finished_logs():
            record = log.log_record
            assert record.event_name == names.EVENT_FS_CONTENT
            attributes = dict(record.attributes or {})
            of_version = chunks.setdefault(str(attributes[names.CONTENT_ID]), {})
            assert attributes[names.CONTENT_CHUNK_OFFSET] not in of_version, "a version is sent once"
            assert isinstance(record.body, bytes)
            of_version[int(str(attributes[names.CONTENT_CHUNK_OFFSET]))] = record.body
        whole = {id: b"".join(parts[offset] for offset in sorted(parts)) for id, parts in chunks.items()}
        assert all(id == version(data) for id, data in whole.items())
        return whole


@contextmanager
def observing(**settings: Any) -> Iterator[Observed]:
    """Files are recorded in this block; nothing of ours fails in it."""
    observed = Observed()
    faults = FAULTS["files"]
    observed.instrumentor.instrument(
        tracer_provider=observed.provider,
        log_exporter=observed.logs,
        settings=Settings(**{"capture_content": "on", **settings}),
    )
    try:
        yield observed
        observed.instrumentor.flush()
    finally:
        observed.instrumentor.uninstrument()
        observed.provider.shutdown()
    assert FAULTS["files"] == faults


def of(span: ReadableSpan, name: str) -> Any:
    """An attribute of a span, None if it has none."""
    return (span.attributes or {}).get(name)


def version(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()

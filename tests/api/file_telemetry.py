"""What an application sends of its files: spans, and their contents in log records."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Sequence
from typing import Any

from backports.zstd import compress as zstd
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from traceway_semconv import names

from .telemetry import any_value, logs_request, pairs, span, span_id, trace_id

ENCODE = {"identity": bytes, "gzip": gzip.compress, "zstd": zstd}


def content_id(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def fs_span(trace: int, number: int, path: str, *, data: bytes | None = None, **more: Any) -> Span:
    """A span that read ``path``, which held ``data``. ``operation`` and ``said`` (further attributes) may be given."""
    attributes = {names.FILE_PATH: path, names.FS_OPERATION: more.pop("operation", "read"), **more.pop("said", {})}
    if data is not None:
        attributes |= {names.FS_CONTENT_HASH: content_id(data), names.FS_CONTENT_SIZE: len(data)}
        attributes.setdefault(names.FS_CONTENT_STATE, "uploaded")
    return span(trace, number, name="fs", attributes=attributes, **more)


def content_records(
    data: bytes, *, chunk_bytes: int = 1 << 20, encoding: str = "identity", trace: int = 1, **said: Any
) -> list[LogRecord]:
    """The chunks of a content, in order. ``said`` replaces attributes by the names of their constants."""
    chunks = [data[start : start + chunk_bytes] for start in range(0, len(data), chunk_bytes)] or [b""]
    return [
        LogRecord(
            event_name=names.EVENT_FS_CONTENT,
            trace_id=bytes.fromhex(trace_id(trace)),
            span_id=bytes.fromhex(span_id(1)),
            body=any_value(ENCODE[encoding](chunk)),
            attributes=pairs(
                {
                    names.CONTENT_ID: content_id(data),
                    names.CONTENT_SIZE: len(data),
                    names.CONTENT_CHUNK_INDEX: index,
                    names.CONTENT_CHUNK_COUNT: len(chunks),
                    names.CONTENT_CHUNK_OFFSET: index * chunk_bytes,
                    names.CONTENT_ENCODING: encoding,
                    names.FILE_PATH: "/srv/notes.md",
                    **{getattr(names, name): value for name, value in said.items()},
                }
            ),
        )
        for index, chunk in enumerate(chunks)
    ]


def contents_request(records: Sequence[LogRecord], *, run: str = "run-1") -> ExportLogsServiceRequest:
    """A request of a program that says which run it is; ``run`` "" leaves that out."""
    request = logs_request(records)
    if run:
        request.resource_logs[0].resource.attributes.extend(pairs({names.RUN_ID: run}))
    return request

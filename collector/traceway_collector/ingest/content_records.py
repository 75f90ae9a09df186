"""Log records that carry the content of a file: taken out of a request, and read.

A content is sent as log records with the event name ``traceway.fs.content``. Each holds a chunk of its bytes in its
body and says in its attributes which content it belongs to (``traceway.content.*``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

from traceway_semconv import names

from ..errors import BadInput
from ..store.files import Upload

MARK = names.EVENT_FS_CONTENT.encode()
"""A request without these bytes has no such records."""

MOST_CHUNKS = 65_536
"""Of one content; at the usual mebibyte each that is 64 GiB."""
ENCODINGS = ("identity", "gzip", "zstd")
_ID = re.compile(r"sha256:[0-9a-f]{64}")
_MAX_SIZE = 2**63 - 1


@dataclass(frozen=True, slots=True)
class ContentRecord:
    """A chunk as it was sent: ``body`` is still in its ``encoding``, and nothing is known of whether it is right."""

    upload: Upload
    index: int
    offset: int
    encoding: str
    body: bytes
    trace_id: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a record was not taken. ``reason``: a short constant for the ledger."""

    reason: str
    message: str


def take_out(message: ExportLogsServiceRequest) -> list[ContentRecord | Fault]:
    """Remove the records of contents from a request, and give what they say, in their order."""
    taken: list[ContentRecord | Fault] = []
    for resource in message.resource_logs:
        for scope in resource.scope_logs:
            ours = [n for n, record in enumerate(scope.log_records) if record.event_name == names.EVENT_FS_CONTENT]
            if not ours:
                continue
            run_id = _run(resource.resource.attributes)
            taken += [_read(scope.log_records[n], run_id) for n in ours]
            for n in reversed(ours):
                del scope.log_records[n]
    return taken


def _run(attributes: Iterable[KeyValue]) -> str:
    """The run of a program that the limit counts for. Programs that do not tell it count by their service."""
    known = _values(attributes)
    run_id = known.get(names.RUN_ID)
    return run_id if isinstance(run_id, str) and run_id else f"service:{known.get(names.SERVICE_NAME, '')}"


def _read(record: LogRecord, run_id: str) -> ContentRecord | Fault:
    try:
        return _checked(record, run_id)
    except BadInput as error:
        return Fault("bad_content", error.message)


def _checked(record: LogRecord, run_id: str) -> ContentRecord:
    said = _values(record.attributes)
    content_id = said.get(names.CONTENT_ID)
    if not isinstance(content_id, str) or not _ID.fullmatch(content_id):
        raise _wrong(names.CONTENT_ID, content_id, '"sha256:" and 64 lowercase hexadecimal digits')
    size = _number(said, names.CONTENT_SIZE, None, 0, _MAX_SIZE)
    count = _number(said, names.CONTENT_CHUNK_COUNT, 1, 1, MOST_CHUNKS)
    index = _number(said, names.CONTENT_CHUNK_INDEX, 0 if count == 1 else None, 0, count - 1)
    offset = _number(said, names.CONTENT_CHUNK_OFFSET, 0 if count == 1 else None, 0, size if index else 0)
    encoding = said.get(names.CONTENT_ENCODING, "identity")
    if encoding not in ENCODINGS:
        raise _wrong(names.CONTENT_ENCODING, encoding, "one of " + ", ".join(ENCODINGS))
    if record.body.WhichOneof("value") != "bytes_value" and (size or record.HasField("body")):
        raise BadInput(f"body is {record.body.WhichOneof('value') or 'missing'}; expected bytes_value", field="body")
    if len(record.trace_id) not in (0, 16):
        raise _wrong("trace_id", record.trace_id.hex(), "16 bytes or none")
    trace_id = record.trace_id.hex() if any(record.trace_id) else ""
    upload = Upload(content_id, run_id, size, count)
    return ContentRecord(upload, index, offset, str(encoding), record.body.bytes_value, trace_id)


def _number(said: dict[str, Any], key: str, default: int | None, lowest: int, highest: int) -> int:
    value = said.get(key, default)
    if type(value) is not int or not lowest <= value <= highest:
        raise _wrong(key, value, f"a whole number from {lowest} to {highest}")
    return value


def _wrong(field: str, value: object, right: str) -> BadInput:
    shown = "missing" if value is None else repr(value if not isinstance(value, str) else value[:80])
    return BadInput(f"{field} is {shown}; expected {right}", field=field)


def _values(attributes: Iterable[KeyValue]) -> dict[str, Any]:
    """Attributes that are text or numbers; of a key that comes twice the last."""
    found: dict[str, Any] = {}
    for attribute in attributes:
        case = attribute.value.WhichOneof("value")
        found[attribute.key] = getattr(attribute.value, case) if case else None
    return found

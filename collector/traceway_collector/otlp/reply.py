"""What OTLP senders are answered: ``Export*ServiceResponse`` and ``google.rpc.Status``, protobuf or JSON."""

from __future__ import annotations

from typing import Final

import orjson
from google.protobuf.json_format import MessageToJson
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from starlette.types import Send

from ..access import error_headers
from ..errors import TracewayError, WrongMedia
from ..ingest import Outcome
from ..model import Signal
from .inflate import ACCEPTED
from .status import WrongMethod, status_of

PROTOBUF: Final = b"application/x-protobuf"
JSON: Final = b"application/json"

_REJECTED_JSON: Final = {
    Signal.TRACES: "rejectedSpans",
    Signal.LOGS: "rejectedLogRecords",
    Signal.METRICS: "rejectedDataPoints",
}


def success_protobuf(signal: Signal, outcome: Outcome) -> bytes:
    """The serialized ``Export*ServiceResponse``. It is empty unless something was rejected: OTLP wants
    ``partial_success`` unset on full success."""
    if not outcome.rejected:
        return b""
    response: ExportTraceServiceResponse | ExportLogsServiceResponse | ExportMetricsServiceResponse
    if signal is Signal.TRACES:
        response = ExportTraceServiceResponse()
        response.partial_success.rejected_spans = outcome.rejected
    elif signal is Signal.LOGS:
        response = ExportLogsServiceResponse()
        response.partial_success.rejected_log_records = outcome.rejected
    else:
        response = ExportMetricsServiceResponse()
        response.partial_success.rejected_data_points = outcome.rejected
    response.partial_success.error_message = outcome.message
    return response.SerializeToString()


def success_json(signal: Signal, outcome: Outcome) -> bytes:
    """The same response as OTLP JSON."""
    if not outcome.rejected:
        return b"{}"
    partial = {_REJECTED_JSON[signal]: str(outcome.rejected), "errorMessage": outcome.message}
    return orjson.dumps({"partialSuccess": partial})


async def send_success(send: Send, media: bytes, signal: Signal, outcome: Outcome) -> None:
    """Answer 200 in the format of the request."""
    make = success_protobuf if media == PROTOBUF else success_json
    await _send(send, 200, media, make(signal, outcome), [])


async def send_error(send: Send, media: bytes, error: TracewayError) -> None:
    """Answer with the error's status and ``google.rpc.Status``: protobuf to those who sent it, JSON to all others."""
    status = status_of(error)
    headers = error_headers(error)
    if isinstance(error, WrongMethod):
        headers.append((b"allow", b"POST"))
    if isinstance(error, WrongMedia):
        headers.append((b"accept-encoding", ACCEPTED.encode()))
    if error.http_status == 408:
        headers.append((b"connection", b"close"))
    if media == PROTOBUF:
        await _send(send, error.http_status, PROTOBUF, status.SerializeToString(), headers)
    else:
        await _send(send, error.http_status, JSON, MessageToJson(status, indent=None).encode(), headers)


async def _send(send: Send, status: int, media: bytes, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    # The list of headers must be a new one each time: middleware outside adds to it.
    headers = [(b"content-type", media), (b"content-length", b"%d" % len(body)), *headers]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

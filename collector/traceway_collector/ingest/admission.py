"""What may come in: an export request is parsed once, counted, and cleared of what no store could keep.

Only ids are looked at, span by span; everything else is the engine's work. Sources: opentelemetry-proto 1.9,
trace.proto ("trace_id … MUST be a 16-byte array. An ID with all zeroes is considered invalid", likewise span_id) and
OTLP ("Partial Success").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Sized
from dataclasses import dataclass
from typing import cast

import xxhash
from google.protobuf.message import DecodeError, Message
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from ..errors import BadInput
from ..model import EXPORT_REQUESTS, Signal
from ..store import Request
from . import content_records
from .content_records import ContentRecord, Fault

_SEEDS = {signal: seed for seed, signal in enumerate(Signal, start=1)}
_NO_TRACE, _NO_SPAN = bytes(16), bytes(8)
# A client can make as many reasons as it likes (every wrong length is one); a sentence has room for these.
_TOLD_REASONS = 5


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request as the store gets it, and what was left out of it. ``duplicates``: copies of spans the request held
    more than once; the last copy stays. ``rejected`` spans are listed in ``reasons`` with how many each reason took,
    the commonest first. ``contents``: records that carry the content of a file, in their order; they go another way."""

    request: Request
    rejected: int = 0
    duplicates: int = 0
    reasons: tuple[tuple[str, int], ...] = ()
    contents: tuple[ContentRecord | Fault, ...] = ()

    @property
    def sent(self) -> int:
        """How many spans, log records or data points the request held when it came in."""
        return self.request.items + self.rejected + self.duplicates

    @property
    def message(self) -> str:
        """One sentence for ``partial_success.error_message``: the commonest reasons, and how many spans had others."""
        return rejections(self.reasons, "span")


def rejections(reasons: Sequence[tuple[str, int]], item: str) -> str:
    """One sentence on what was rejected how often; ``reasons`` with the commonest first."""
    told = [_rejected(count, item, reason) for reason, count in reasons[:_TOLD_REASONS]]
    others = sum(count for _, count in reasons[_TOLD_REASONS:])
    return "; ".join([*told, _rejected(others, item, "other faults of this kind")] if others else told)


def _rejected(count: int, item: str, reason: str) -> str:
    return f"{count} {item}{'s' if count > 1 else ''} rejected: {reason}"


def request_id(signal: Signal, body: bytes) -> int:
    """The same 64 bits for the same bytes: how an identical retry is recognised."""
    return int(xxhash.xxh3_64_intdigest(body, _SEEDS[signal]))


def admit(signal: Signal, identity: int, body: bytes, message: Message | None = None) -> Admitted:
    """Parse and check one export request. ``identity``: its ``request_id``. ``message``: the parsed ``body``, which may
    be changed here. Raises ``BadInput`` if ``body`` is not such a message."""
    if message is None:
        try:
            message = EXPORT_REQUESTS[signal].FromString(body)
        except DecodeError as error:
            raise BadInput(
                f"the body is not an OTLP {EXPORT_REQUESTS[signal].DESCRIPTOR.name} in protobuf: {error}", field="body"
            ) from None
    if signal is Signal.LOGS:
        return _admit_logs(cast(ExportLogsServiceRequest, message), body, identity)
    if signal is Signal.METRICS:
        return Admitted(Request(signal, identity, body, _count_points(cast(ExportMetricsServiceRequest, message))))
    return _admit_spans(cast(ExportTraceServiceRequest, message), body, identity)


def _admit_logs(message: ExportLogsServiceRequest, body: bytes, identity: int) -> Admitted:
    contents: tuple[ContentRecord | Fault, ...] = ()
    if content_records.MARK in body:
        contents = tuple(content_records.take_out(message))
        body = message.SerializeToString() if contents else body
    count = sum(len(scope.log_records) for resource in message.resource_logs for scope in resource.scope_logs)
    return Admitted(Request(Signal.LOGS, identity, body, count), contents=contents)


def _admit_spans(message: ExportTraceServiceRequest, body: bytes, identity: int) -> Admitted:
    ids = [
        (span.trace_id, span.span_id)
        for resource in message.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    distinct = set(ids)
    sound = all(
        len(trace_id) == 16 and len(span_id) == 8 and trace_id != _NO_TRACE and span_id != _NO_SPAN
        for trace_id, span_id in distinct
    )
    parents_sound = all(
        not span.parent_span_id or len(span.parent_span_id) == 8
        for resource in message.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    )
    if sound and parents_sound and len(distinct) == len(ids):
        return Admitted(Request(Signal.TRACES, identity, body, len(ids)))
    return _clear(message, identity)


def _clear(message: ExportTraceServiceRequest, identity: int) -> Admitted:
    """Leave out the spans that cannot be kept, and all but the last copy of those that come twice."""
    reasons: dict[str, int] = {}
    seen: set[tuple[bytes, bytes]] = set()
    kept = duplicates = 0
    for resource in reversed(message.resource_spans):
        for scope in reversed(resource.scope_spans):
            for index in range(len(scope.spans) - 1, -1, -1):
                span = scope.spans[index]
                reason = span_fault(span)
                key = (span.trace_id, span.span_id)
                if reason is None and key not in seen:
                    seen.add(key)
                    kept += 1
                    continue
                if reason is None:
                    duplicates += 1
                else:
                    reasons[reason] = reasons.get(reason, 0) + 1
                del scope.spans[index]
    body = message.SerializeToString()
    rejected = sum(reasons.values())
    commonest = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return Admitted(Request(Signal.TRACES, identity, body, kept), rejected, duplicates, tuple(commonest))


def span_fault(span: Span) -> str | None:
    """Why no store could keep this span, naming the field; None if it can be kept."""
    for name, value, size in (("trace_id", span.trace_id, 16), ("span_id", span.span_id, 8)):
        if len(value) != size:
            return f"{name} has {len(value)} bytes, expected {size}"
        if not any(value):
            return f"{name} is all zeroes"
    if len(span.parent_span_id) not in (0, 8):
        return f"parent_span_id has {len(span.parent_span_id)} bytes, expected 8 or none"
    return None


def _count_points(message: ExportMetricsServiceRequest) -> int:
    return sum(
        len(points)
        for resource in message.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
        for points in _points(metric)
    )


def _points(metric: Metric) -> Iterator[Sized]:
    kind = metric.WhichOneof("data")
    if kind is not None:
        yield getattr(metric, kind).data_points

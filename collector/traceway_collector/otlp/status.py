"""Errors as ``google.rpc.Status``, the body OTLP prescribes for every failure over HTTP and the details over gRPC.

Sources: OTLP "Failures" (gRPC and HTTP) and google/rpc/error_details.proto. Bad data carries ``BadRequest``, passing
trouble carries ``RetryInfo``; a client must not retry RESOURCE_EXHAUSTED without one, so ``TooLarge`` has none.
"""

from __future__ import annotations

from google.rpc.code_pb2 import Code
from google.rpc.error_details_pb2 import BadRequest, RetryInfo
from google.rpc.status_pb2 import Status

from ..errors import BadInput, TracewayError, Unavailable

_MESSAGE_CHARACTERS = 1000
"""gRPC carries a message three times in trailing metadata, of which clients take 8 KiB."""


class Stalled(BadInput):
    """A client that started a request and then sent nothing for too long."""

    code = "stalled"
    http_status = 408
    grpc_status = "DEADLINE_EXCEEDED"


class NotReceived(BadInput):
    """A call that ended before its message was there."""

    code = "not_received"


class WrongMethod(BadInput):
    """Anything but POST on an OTLP path."""

    code = "wrong_method"
    http_status = 405
    grpc_status = "UNIMPLEMENTED"


def internal_error() -> TracewayError:
    """What a client is told of a fault of ours. The fault itself is in the log and stays there."""
    return TracewayError("internal error; the collector's log has the details")


def status_of(error: TracewayError) -> Status:
    """The ``google.rpc.Status`` of an error."""
    message = error.message[:_MESSAGE_CHARACTERS]
    status = Status(code=Code.Value(error.grpc_status), message=message)
    if isinstance(error, Unavailable):
        retry = RetryInfo()
        retry.retry_delay.seconds = error.retry_after_s
        status.details.add().Pack(retry)
    elif isinstance(error, BadInput) and error.field:
        violation = BadRequest.FieldViolation(field=error.field[:_MESSAGE_CHARACTERS], description=message)
        status.details.add().Pack(BadRequest(field_violations=[violation]))
    return status

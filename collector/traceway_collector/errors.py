"""Everything that can go wrong, and what each protocol calls it.

::

    TracewayError
    ├── BadInput          400  INVALID_ARGUMENT     the caller's mistake; sending it again cannot help
    │   ├── TooLarge      413  RESOURCE_EXHAUSTED   over a size limit, before or after inflation
    │   ├── WrongMedia    415  UNIMPLEMENTED        a content type or encoding nobody here reads
    │   └── QueryTooLarge 422  RESOURCE_EXHAUSTED   a question that takes too long, or too much memory
    ├── Unauthorized      401  UNAUTHENTICATED      no key, or a wrong one
    ├── Forbidden         403  PERMISSION_DENIED    a Host or Origin this server does not answer to
    ├── NotFound          404  NOT_FOUND
    ├── Unavailable       503  UNAVAILABLE          ours, and passing: send it again after ``retry_after_s``
    └── Unsupported       501  UNIMPLEMENTED        this store or mode cannot do that

One table, used by HTTP, gRPC and the command line's exit code alike. OTLP fixes which codes a client retries
(opentelemetry-proto, "Failures"): 429, 502, 503, 504 and UNAVAILABLE among them; the others here are final.
"""

from __future__ import annotations

from typing import ClassVar


class TracewayError(Exception):
    """The root. ``message`` says what, which value, and what would be right; ``field`` names the offending input."""

    code: ClassVar[str] = "internal"
    http_status: ClassVar[int] = 500
    grpc_status: ClassVar[str] = "INTERNAL"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class BadInput(TracewayError):
    code = "bad_input"
    http_status = 400
    grpc_status = "INVALID_ARGUMENT"
    exit_code = 2


class TooLarge(BadInput):
    code = "too_large"
    http_status = 413
    grpc_status = "RESOURCE_EXHAUSTED"


class WrongMedia(BadInput):
    code = "wrong_media"
    http_status = 415
    grpc_status = "UNIMPLEMENTED"


class QueryTooLarge(BadInput):
    """The answer costs more than a reader may take from everyone else; the message says how to ask for less."""

    code = "query_too_large"
    http_status = 422
    grpc_status = "RESOURCE_EXHAUSTED"


class Unauthorized(TracewayError):
    code = "unauthorized"
    http_status = 401
    grpc_status = "UNAUTHENTICATED"
    exit_code = 3


class Forbidden(TracewayError):
    code = "forbidden"
    http_status = 403
    grpc_status = "PERMISSION_DENIED"
    exit_code = 3


class NotFound(TracewayError):
    code = "not_found"
    http_status = 404
    grpc_status = "NOT_FOUND"
    exit_code = 4


class Unavailable(TracewayError):
    """Passing trouble of ours. ``retry_after_s``: whole seconds, sent as Retry-After and as google.rpc.RetryInfo."""

    code = "unavailable"
    http_status = 503
    grpc_status = "UNAVAILABLE"
    exit_code = 5

    def __init__(self, message: str, *, field: str | None = None, retry_after_s: int = 1) -> None:
        super().__init__(message, field=field)
        self.retry_after_s = retry_after_s


class Unsupported(TracewayError):
    code = "unsupported"
    http_status = 501
    grpc_status = "UNIMPLEMENTED"
    exit_code = 6

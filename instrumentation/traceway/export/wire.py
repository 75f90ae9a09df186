"""OTLP requests as bytes: compressed, counted and split at items (spans, log records, metrics)."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from ..endpoint import Signal
from .channel import Encoding

MAX_REQUEST_BYTES = 4 << 20
"""What receivers of other makes take by default, before compression. A single larger item goes as it is."""

# The repeated fields from a request down to its items.
_LEVELS: dict[Signal, tuple[str, str, str]] = {
    "traces": ("resource_spans", "scope_spans", "spans"),
    "logs": ("resource_logs", "scope_logs", "log_records"),
    "metrics": ("resource_metrics", "scope_metrics", "metrics"),
}
_LEVEL_OF_GZIP = 1  # Six times as fast as zlib's default, for a fifth more bytes.
_GZIP_WINDOW = 31


@dataclass(frozen=True, slots=True)
class Request:
    """One export request as it goes over the wire; a retry sends the same bytes."""

    signal: Signal
    body: bytes
    encoding: Encoding
    items: int


def requests_of(signal: Signal, message: Any, encoding: Encoding, max_bytes: int = MAX_REQUEST_BYTES) -> list[Request]:
    """An ``Export…ServiceRequest`` as requests of at most ``max_bytes`` each before compression, in order."""
    items = _count(signal, message)
    if items == 0:
        return []
    if items > 1 and message.ByteSize() > max_bytes:
        return [each for half in _halves(signal, message) for each in requests_of(signal, half, encoding, max_bytes)]
    return [Request(signal, compress(message.SerializePartialToString(), encoding), encoding, items)]


def halves_of(request: Request) -> list[Request]:
    """A request as two, or none if it has a single item or cannot be read."""
    if request.items < 2:
        return []
    from google.protobuf.message import DecodeError

    try:
        message = _module(request.signal).FromString(decompress(request.body, request.encoding))
    except (DecodeError, zlib.error):
        return []
    return [each for half in _halves(request.signal, message) for each in _whole(request, half)]


def response_of(signal: Signal, body: bytes) -> Any:
    """The ``Export…ServiceResponse`` of an answer. Raises ``google.protobuf.message.DecodeError``."""
    return _module(signal, "Response").FromString(body)


def compress(body: bytes, encoding: Encoding) -> bytes:
    """``deflate`` is the zlib format, as RFC 9110 has it. Equal bytes give equal bytes."""
    if encoding == "gzip":
        deflate = zlib.compressobj(_LEVEL_OF_GZIP, zlib.DEFLATED, _GZIP_WINDOW)
        return deflate.compress(body) + deflate.flush()
    return zlib.compress(body, _LEVEL_OF_GZIP) if encoding == "deflate" else body


def decompress(body: bytes, encoding: Encoding) -> bytes:
    """Undoes ``compress``. Raises ``zlib.error``."""
    if encoding == "identity":
        return body
    return zlib.decompress(body, _GZIP_WINDOW if encoding == "gzip" else zlib.MAX_WBITS)


def _whole(request: Request, message: Any) -> list[Request]:
    return requests_of(request.signal, message, request.encoding, max_bytes=len(request.body) + message.ByteSize())


def _module(signal: Signal, kind: str = "Request") -> Any:
    one = {"traces": "trace", "logs": "logs", "metrics": "metrics"}[signal]
    module = import_module(f"opentelemetry.proto.collector.{one}.v1.{one}_service_pb2")
    return getattr(module, f"Export{one.capitalize()}Service{kind}")


def _count(signal: Signal, message: Any) -> int:
    resources, scopes, items = _LEVELS[signal]
    return sum(len(getattr(scope, items)) for each in getattr(message, resources) for scope in getattr(each, scopes))


def _halves(signal: Signal, message: Any) -> tuple[Any, Any]:
    items = _count(signal, message)
    return _slice(signal, message, 0, items // 2), _slice(signal, message, items // 2, items)


def _slice(signal: Signal, message: Any, start: int, stop: int) -> Any:
    """A message with the items from ``start`` to ``stop``, each in its own scope and resource."""
    resources, scopes, items = _LEVELS[signal]
    part = type(message)()
    seen = 0
    for resource in getattr(message, resources):
        to_resource = None
        for scope in getattr(resource, scopes):
            members = getattr(scope, items)
            chosen = members[max(start - seen, 0) : max(stop - seen, 0)]
            seen += len(members)
            if not chosen:
                continue
            if to_resource is None:
                to_resource = getattr(part, resources).add(schema_url=resource.schema_url)
                to_resource.resource.CopyFrom(resource.resource)
            to_scope = getattr(to_resource, scopes).add(schema_url=scope.schema_url)
            to_scope.scope.CopyFrom(scope.scope)
            getattr(to_scope, items).extend(chosen)
    return part

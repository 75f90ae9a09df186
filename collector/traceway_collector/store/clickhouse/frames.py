"""From OTLP export requests to the rows of an inbox table, without looking at a single span.

A request is cut at its first two levels (ResourceSpans, ScopeSpans), and every ScopeSpans becomes one row of the inbox:
its own bytes as they came, followed by fields of ours that say where it came from. The same cut serves logs and
metrics, whose messages have the same shape. What lies inside is the engine's work.

Source: opentelemetry-proto 1.9, collector/{trace,logs,metrics}/v1; field numbers of ours: sql/inbox/*.proto.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from functools import lru_cache

import orjson
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource

from ...model import EXPORT_REQUESTS
from .. import Request

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
# Field numbers of ours in a row; see sql/inbox/otlp_spans.proto.
_RESOURCE, _RESOURCE_SCHEMA_URL, _SERVICE, _RESOURCE_KEY, _RESOURCE_VALUE, _REQUEST_ID, _INGESTED = range(
    100001, 100008
)


def rows(request: Request, ingested_ns: int) -> list[bytes]:
    """The inbox rows of one request, each framed with its length: what the engine's Protobuf format reads."""
    tail = request_fields(request, ingested_ns)
    try:
        return _cut(request.body, tail)
    except _UnusualError:
        return _cut(usual(request).body, tail)


def usual(request: Request) -> Request:
    """The same request as the official classes write it: no unknown fields, none twice, numbers within their types.

    Everyone reads protobuf alike that is written like this. Of what is not (a known field with another wire type, two
    cases of one oneof, an enum beyond 32 bits), the official parser makes something, and the engine an error.
    """
    message = EXPORT_REQUESTS[request.signal].FromString(request.body)
    message.DiscardUnknownFields()
    return replace(request, body=message.SerializeToString())


def request_fields(request: Request, ingested_ns: int) -> bytes:
    """Our fields for one request and the group it belongs to."""
    return number_field(_REQUEST_ID, request.request_id) + number_field(_INGESTED, ingested_ns)


class _UnusualError(Exception):
    """Valid protobuf in a form nobody writes (groups); the official parser then makes it usual."""


def _cut(body: bytes, tail: bytes) -> list[bytes]:
    view = memoryview(body)
    framed: list[bytes] = []
    for number, resource_spans in _fields(view):
        if number != 1:
            continue
        resource, schema_url = b"", b""
        scopes: list[memoryview] = []
        for inner, value in _fields(resource_spans):
            if inner == 1:
                resource += bytes(value)  # a field that comes twice is merged, and joining the bytes merges them
            elif inner == 2:
                scopes.append(value)
            elif inner == 3:
                schema_url = bytes(value)
        head = origin(resource, schema_url)
        for scope in scopes:
            framed.append(b"".join((varint(len(scope) + len(head) + len(tail)), scope, head, tail)))
    return framed


def _fields(view: memoryview) -> list[tuple[int, memoryview]]:
    """The length-delimited fields of a message, in order; others are passed over."""
    found: list[tuple[int, memoryview]] = []
    at, end = 0, len(view)
    while at < end:
        tag, at = _read_varint(view, at)
        wire = tag & 7
        if wire == _BYTES:
            size, at = _read_varint(view, at)
            found.append((tag >> 3, view[at : at + size]))
            at += size
        elif wire == _VARINT:
            _, at = _read_varint(view, at)
        elif wire == _FIXED64:
            at += 8
        elif wire == _FIXED32:
            at += 4
        else:
            raise _UnusualError
    return found


@lru_cache(maxsize=4096)
def origin(resource_bytes: bytes, schema_url: bytes) -> bytes:
    """Our fields for one resource. Cached: an application sends the same resource with every request."""
    resource = Resource.FromString(resource_bytes)
    texts = {kv.key: any_text(kv.value) for kv in resource.attributes}
    fields = [field(_RESOURCE, resource_bytes), field(_RESOURCE_SCHEMA_URL, schema_url)]
    fields.append(field(_SERVICE, texts.get("service.name", "").encode()))
    for key, text in texts.items():
        fields += [field(_RESOURCE_KEY, key.encode()), field(_RESOURCE_VALUE, text.encode())]
    return b"".join(fields)


def any_text(value: AnyValue) -> str:
    """An attribute value as one text, like the OTel Collector's ``AsString``: JSON for structures, base64 for bytes."""
    match value.WhichOneof("value"):
        case "string_value":
            return value.string_value
        case "bool_value":
            return "true" if value.bool_value else "false"
        case "int_value":
            return str(value.int_value)
        case "double_value":
            return repr(value.double_value)
        case "bytes_value":
            return b64encode(value.bytes_value).decode()
        case "array_value" | "kvlist_value":
            return _structure_text(value)
        case _:
            return ""


def _structure_text(value: AnyValue) -> str:

    def plain(item: AnyValue) -> object:
        match item.WhichOneof("value"):
            case "array_value":
                return [plain(each) for each in item.array_value.values]
            case "kvlist_value":
                return {kv.key: plain(kv.value) for kv in item.kvlist_value.values}
            case "bool_value":
                return item.bool_value
            case "int_value":
                return item.int_value
            case "double_value":
                return item.double_value
            case None:
                return None
            case _:
                return any_text(item)

    return orjson.dumps(plain(value)).decode()


def varint(number: int) -> bytes:
    """A number as protobuf writes it."""
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def _read_varint(view: memoryview, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = view[at]
        at += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, at
        shift += 7


def number_field(number: int, value: int) -> bytes:
    """A field of a varint type; a negative number becomes its two's complement of 64 bits."""
    return varint(number << 3 | _VARINT) + varint(value & 0xFFFF_FFFF_FFFF_FFFF)


def field(number: int, value: bytes) -> bytes:
    """A field with a length: text, bytes, a message or packed numbers."""
    return varint(number << 3 | _BYTES) + varint(len(value)) + value

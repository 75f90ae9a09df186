"""Spans as OTLP again: the lossless form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import orjson
from google.protobuf.message import Message
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans

from ...model import Origin, StoredSpan
from ...otlp.json_codec import dump


def resource_spans(spans: Sequence[StoredSpan]) -> list[ResourceSpans]:
    """The spans under their resources and scopes. Equal ones are joined; otherwise the order of the spans is kept.

    The spans must have their messages. A resource or scope that says nothing is left out, as an exporter leaves it out.
    """
    by_resource: dict[tuple[bytes, str], ResourceSpans] = {}
    by_scope: dict[tuple[bytes, str, bytes, str], ScopeSpans] = {}
    encoded: dict[int, bytes] = {}
    for stored in spans:
        origin = stored.origin
        if stored.message is None or origin is None:
            raise ValueError(f"span {stored.span_id} was read without its message")
        resource_key = (_bytes(encoded, origin.resource), origin.resource_schema_url)
        scope_key = (*resource_key, _bytes(encoded, origin.scope), origin.scope_schema_url)
        group = by_scope.get(scope_key)
        if group is None:
            resource = by_resource.get(resource_key)
            if resource is None:
                resource = by_resource[resource_key] = _resource(origin)
            group = by_scope[scope_key] = _scope(resource, origin)
        group.spans.append(stored.message)
    return list(by_resource.values())


def trace_json(groups: Iterable[ResourceSpans]) -> bytes:
    """The members of ``TracesData.resourceSpans`` as OTLP JSON, separated by commas, without the brackets."""
    return b",".join(dump(group) for group in groups)


def spans_json(spans: Sequence[StoredSpan]) -> Iterator[bytes]:
    """Each span as a ``TracesData`` of its own. The spans must have their messages."""
    # Most spans of a page share their origin; its text is made once.
    known: dict[int, tuple[bytes, bytes]] = {}
    for stored in spans:
        if stored.message is None or stored.origin is None:
            raise ValueError(f"span {stored.span_id} was read without its message")
        around = known.get(id(stored.origin))
        if around is None:
            around = known[id(stored.origin)] = _around(stored.origin)
        yield b"%b%b%b" % (around[0], dump(stored.message), around[1])


def _around(origin: Origin) -> tuple[bytes, bytes]:
    """What stands before and behind a single span."""
    resource = b'"resource":%b,' % dump(origin.resource) if origin.resource.ListFields() else b""
    scope = b'"scope":%b,' % dump(origin.scope) if origin.scope.ListFields() else b""
    return (
        b'%b{%b"scopeSpans":[{%b"spans":[' % (HEAD, resource, scope),
        b"]%b}]%b}%b" % (_schema_url(origin.scope_schema_url), _schema_url(origin.resource_schema_url), TAIL),
    )


def _schema_url(url: str) -> bytes:
    return b',"schemaUrl":%b' % orjson.dumps(url) if url else b""


HEAD = b'{"resourceSpans":['
TAIL = b"]}"


def _resource(origin: Origin) -> ResourceSpans:
    made = ResourceSpans(schema_url=origin.resource_schema_url)
    if origin.resource.ListFields():
        made.resource.CopyFrom(origin.resource)
    return made


def _scope(resource: ResourceSpans, origin: Origin) -> ScopeSpans:
    made = resource.scope_spans.add(schema_url=origin.scope_schema_url)
    if origin.scope.ListFields():
        made.scope.CopyFrom(origin.scope)
    return made


# Spans that came together share their origin's messages, so each is serialised once, not once per span.
def _bytes(encoded: dict[int, bytes], message: Message) -> bytes:
    known = encoded.get(id(message))
    if known is None:
        known = encoded[id(message)] = message.SerializeToString(deterministic=True)
    return known

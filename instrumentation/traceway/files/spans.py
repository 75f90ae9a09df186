"""Spans of what was done to files: coalesced, at most so many in a trace, each with its version sent along."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor
from opentelemetry.semconv.attributes.code_attributes import CODE_FILE_PATH, CODE_FUNCTION_NAME, CODE_LINE_NUMBER
from opentelemetry.trace import Span, Status, StatusCode, TracerProvider

from traceway_semconv import names
from traceway_semconv.kinds import SpanKind

from ..version import VERSION
from .coalesce import Coalescer
from .content import State
from .event import APPEND, CREATE, READ, FileEvent
from .upload import Uploader

_MAX_TRACES = 1024
_OMITTED_AFTER_NS = 10_000_000_000
_NAMES: Final = {APPEND: "fs.write", CREATE: "fs.write"}


@dataclass(slots=True)
class _Omitted:
    """Events without a span in one trace, at the parent of the first."""

    context: Context
    start_ns: int
    end_ns: int
    count: int = 0


class SpanWriter:
    """The sink of the recorder. ``max_spans``: in one trace; further events are counted in ``fs.omitted`` spans."""

    def __init__(self, provider: TracerProvider, uploader: Uploader, max_spans: int) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer(__package__, VERSION)
        self._uploader = uploader
        self._max_spans = max_spans
        self._coalescer = Coalescer(self._emit, uploader.release_event)
        self._spans_in: OrderedDict[int, int] = OrderedDict()
        self._omitted: dict[int, _Omitted] = {}

    def prepare(self, flush: Callable[[], bool]) -> None:
        # Asking also makes a provider that builds itself when it is needed do so, in the program's thread.
        resource = getattr(self._provider, "resource", None)
        if isinstance(resource, Resource):
            self._uploader.resource = resource
            _put_first(self._provider, _Flushing(flush))

    def add(self, event: FileEvent) -> None:
        self._coalescer.add(event)

    def omit(self, event: FileEvent) -> None:
        self._uploader.release_event(event)
        trace_id = _trace_id(event)
        omitted = self._omitted.get(trace_id)
        if omitted is None:
            if len(self._omitted) >= _MAX_TRACES:
                return
            omitted = self._omitted[trace_id] = _Omitted(event.context, event.start_ns, event.end_ns)
        omitted.count += event.alike
        omitted.end_ns = max(omitted.end_ns, event.end_ns)

    def tick(self, now_ns: int) -> bool:
        waits = self._coalescer.due(now_ns)
        self._tell_omitted(now_ns - _OMITTED_AFTER_NS)
        if not waits:
            self._uploader.settle()
        return waits or bool(self._omitted)

    def drain(self) -> None:
        self._coalescer.flush()
        self._tell_omitted(None)

    def flush(self) -> None:
        self.drain()
        self._uploader.flush()

    def close(self) -> None:
        self._uploader.close()

    def forget(self) -> None:
        self._coalescer.forget()
        self._omitted.clear()
        self._uploader.forget()

    def _emit(self, event: FileEvent) -> None:
        trace_id = _trace_id(event)
        if trace_id and not self._has_room(trace_id):
            self.omit(event)
            return
        name = _NAMES.get(event.operation, f"fs.{event.operation}")
        span = self._tracer.start_span(name, event.context, attributes=_attributes(event), start_time=event.start_ns)
        if not span.is_recording():
            self._uploader.release_event(event)
        else:
            self._describe(span, event)
        span.end(event.end_ns)

    def _has_room(self, trace_id: int) -> bool:
        seen = self._spans_in.pop(trace_id, 0)
        self._spans_in[trace_id] = seen + 1
        if len(self._spans_in) > _MAX_TRACES:
            self._spans_in.popitem(last=False)
        return seen < self._max_spans

    def _describe(self, span: Span, event: FileEvent) -> None:
        if event.failure is not None:
            span.set_attribute(names.ERROR_TYPE, event.failure.type)
            span.set_status(Status(StatusCode.ERROR, _clean(event.failure.message)))
        if (content := event.content) is not None:
            if content.id:
                span.set_attribute(names.FS_CONTENT_HASH, content.id)
            span.set_attribute(names.FS_CONTENT_SIZE, content.size_bytes)
            state = self._uploader.send(event, span) if content.state is State.UPLOADED else content.state
            span.set_attribute(names.FS_CONTENT_STATE, state.value)

    def _tell_omitted(self, before_ns: int | None) -> None:
        for trace_id, omitted in list(self._omitted.items()):
            if before_ns is None or omitted.start_ns <= before_ns:
                del self._omitted[trace_id]
                attributes: dict[str, Any] = {
                    names.TRACEWAY_SPAN_KIND: SpanKind.FS.value,
                    names.FS_OMITTED_COUNT: omitted.count,
                }
                span = self._tracer.start_span(
                    "fs.omitted", omitted.context, attributes=attributes, start_time=omitted.start_ns
                )
                span.end(omitted.end_ns)


class _Flushing(SpanProcessor):
    """A program that flushes its tracer provider, or shuts it down, means files as well."""

    def __init__(self, flush: Callable[[], bool]) -> None:
        self._flush = flush

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._flush()

    def shutdown(self) -> None:
        self._flush()


def _put_first(provider: Any, processor: SpanProcessor) -> None:
    """Before those that export, which are to have our spans by the time they are flushed."""
    provider.add_span_processor(processor)
    processors = provider._active_span_processor
    with processors._lock:
        *others, last = processors._span_processors
        processors._span_processors = (last, *others)


def _trace_id(event: FileEvent) -> int:
    """0 outside of any trace, where every span is a trace of its own."""
    return trace.get_current_span(event.context).get_span_context().trace_id


def _attributes(event: FileEvent) -> dict[str, Any]:
    folder, name = os.path.split(_clean(event.path))
    kind = SpanKind.FS_READ if event.operation == READ else SpanKind.FS_WRITE
    attributes: dict[str, Any] = {
        names.TRACEWAY_SPAN_KIND: kind.value,
        names.FS_OPERATION: event.operation,
        names.FILE_PATH: _clean(event.path),
        names.FILE_NAME: name,
        names.FILE_DIRECTORY: folder,
        names.FILE_EXTENSION: os.path.splitext(name)[1][1:] or None,
        names.FS_OPEN_MODE: event.mode or None,
        names.FILE_SIZE: event.size_bytes,
        names.FS_BYTES_READ: event.read_bytes,
        names.FS_BYTES_WRITTEN: event.written_bytes,
        names.FS_CONTENT_HASH_BEFORE: event.id_before or None,
        names.FS_RENAME_SOURCE: _clean(event.source_path) or None,
        names.FS_COUNT: event.alike if event.alike > 1 else None,
        names.FS_UNCLOSED: event.is_unclosed or None,
    }
    if event.caller is not None:
        attributes[CODE_FUNCTION_NAME] = event.caller.function
        attributes[CODE_FILE_PATH] = _clean(event.caller.path)
        attributes[CODE_LINE_NUMBER] = event.caller.line
    return {key: value for key, value in attributes.items() if value is not None}


def _clean(text: str) -> str:
    """Names of files are bytes; those that are no UTF-8 are halves of surrogate pairs here, which protobuf refuses."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()

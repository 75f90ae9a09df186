"""Realistic GenAI spans as OTLP requests, fast: about 1.8 kB a span, eight spans a trace, never the same twice.

A ``Template`` holds serialized export requests; ``refresh`` gives every trace, span and reference in it a new identity
in place, for a fraction of a microsecond a span, so that senders leave the machine to the server they measure.
"""

from __future__ import annotations

import numpy as np
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import InstrumentationScope
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span

from .agent import Service, run_of, service
from .slots import Slots
from .text import Corpus

SPANS_PER_TRACE = 8
_AGENT_SCOPE = InstrumentationScope(name="shop.agent", version="2.3.1")
_MODEL_SCOPE = InstrumentationScope(name="opentelemetry.instrumentation.openai_v2", version="2.1b0")
_CORPUS_SEED = 7


class Template:
    """Export requests back to back in one buffer. ``requests`` are views of it: use them before the next refresh."""

    def __init__(self, requests: list[bytes], slots: Slots, spans: int) -> None:
        self._buffer = bytearray(b"".join(requests))
        self._patch = slots.patch(self._buffer)
        view = memoryview(self._buffer)
        self.requests: list[memoryview] = []
        at = 0
        for request in requests:
            self.requests.append(view[at : at + len(request)])
            at += len(request)
        self.spans = spans
        self.spans_per_request = spans // len(requests)

    def refresh(self, now_ns: int) -> None:
        """Make all of it new, ending shortly before ``now_ns``. One caller at a time."""
        self._patch.refresh(now_ns)

    def first_ids(self) -> tuple[str, str]:
        """Trace id and id of the root span of the first trace, in hex, as of the last refresh."""
        ids = self._patch.fresh_ids.astype("<u8")
        return ids[:2].tobytes().hex(), ids[2].tobytes().hex()


class Maker:
    """Makes templates; two makers with one seed say the same, with different ids and times."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._corpus = Corpus(_CORPUS_SEED)
        self._services = [service(number, self._corpus) for number in range(10)]

    def template(self, spans_per_request: int, traces: int = 64) -> Template:
        """Requests of ``spans_per_request`` spans. Whole traces when that is a multiple of eight (``traces`` is then
        set by it); otherwise it must be 1, and each request carries one span of ``traces`` traces, in the order they
        end."""
        whole, rest = divmod(spans_per_request, SPANS_PER_TRACE)
        if rest and spans_per_request != 1:
            raise ValueError(f"spans_per_request is {spans_per_request}; expected 1 or a multiple of {SPANS_PER_TRACE}")
        slots = Slots()
        source = self._services[int(self._rng.integers(0, len(self._services)))]
        runs = [self._run(trace, slots, source, SPANS_PER_TRACE) for trace in range(whole or traces)]
        spans = [span for run in runs for span in run]
        groups = [spans] if whole else [[span] for span in spans]
        return self._finish([_request(source, group) for group in groups], slots, len(spans))

    def long_trace(self, spans: int) -> Template:
        """One trace of ``spans`` spans (even) in one request."""
        slots = Slots()
        source = self._services[0]
        return self._finish([_request(source, self._run(0, slots, source, spans))], slots, spans)

    def _run(self, trace: int, slots: Slots, source: Service, spans: int) -> list[Span]:
        return run_of(trace, slots, source, self._corpus, self._rng, (spans - 2) // 2)

    def _finish(self, requests: list[bytes], slots: Slots, spans: int) -> Template:
        return Template(requests, slots, spans)


def _request(source: Service, spans: list[Span]) -> bytes:
    """One service per request, spans grouped by scope: what an SDK's batch processor sends."""
    scopes = []
    for scope, wanted in ((_MODEL_SCOPE, True), (_AGENT_SCOPE, False)):
        chosen = [span for span in spans if (span.kind == Span.SPAN_KIND_CLIENT) is wanted]
        if chosen:
            schema = "https://opentelemetry.io/schemas/1.37.0" if wanted else ""
            scopes.append(ScopeSpans(scope=scope, spans=chosen, schema_url=schema))
    resource_spans = ResourceSpans(resource=source.resource, scope_spans=scopes)
    return ExportTraceServiceRequest(resource_spans=[resource_spans]).SerializeToString()

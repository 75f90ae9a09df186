"""Spans a second that an exporter encodes and gets acknowledged, as one JSON object on stdout.

Arguments: address of a receiver, how many batches of 512 spans.
"""

from __future__ import annotations

import json
import os
import sys
import time

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

SPANS = 512
_TEXT = json.dumps([{"role": "user", "parts": [{"type": "text", "content": "Where is my order? " * 80}]}])


def recorded() -> tuple[ReadableSpan, ...]:
    """Model calls with 1.5 kB of text each, made by the SDK."""
    memory = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    tracer = provider.get_tracer("benchmark")
    made = []
    for number in range(SPANS):
        with tracer.start_as_current_span("chat gpt-4o-mini") as span:
            span.set_attributes(
                {
                    "gen_ai.operation.name": "chat",
                    "gen_ai.provider.name": "openai",
                    "gen_ai.request.model": "gpt-4o-mini",
                    "gen_ai.usage.input_tokens": 1200 + number,
                    "gen_ai.usage.output_tokens": 80,
                    "gen_ai.input.messages": _TEXT,
                }
            )
        made.append(span)
    memory.shutdown()
    return tuple(made)


def spans_per_s(exporter: SpanExporter, spans: tuple[ReadableSpan, ...], batches: int) -> float:
    """Acknowledged spans a second."""
    exporter.export(spans)
    before = time.perf_counter()
    for _ in range(batches):
        if exporter.export(spans) is not SpanExportResult.SUCCESS:
            raise RuntimeError("the receiver did not take the spans")
    return batches * len(spans) / (time.perf_counter() - before)


def main() -> None:
    url, batches = sys.argv[1], int(sys.argv[2])
    os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = url
    from traceway.export import TracewaySpanExporter

    spans = recorded()
    rounds = [
        (spans_per_s(TracewaySpanExporter(), spans, batches), spans_per_s(OTLPSpanExporter(), spans, batches))
        for _ in range(3)
    ]
    ours, official = (sorted(side)[1] for side in zip(*rounds, strict=True))
    print(json.dumps({"traceway": ours, "official": official}))


if __name__ == "__main__":
    main()

// Sends one fixed trace with every attribute type OpenTelemetry's JavaScript SDK can hold, through a stock exporter.
//
//   node send.mjs grpc|http/protobuf|http/json URL
//
// Prints {"trace_id": …, "spans": {name: span_id}} once the server has acknowledged it; anything else is exit code 1.
import { SpanKind, SpanStatusCode, TraceFlags, context, trace } from "@opentelemetry/api";
import { OTLPTraceExporter as GrpcExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";

const EXPORTERS = { grpc: GrpcExporter, "http/protobuf": ProtobufExporter, "http/json": JsonExporter };

const [protocol, url] = process.argv.slice(2);
if (!(protocol in EXPORTERS) || url === undefined) {
  console.error(`usage: node send.mjs ${Object.keys(EXPORTERS).join("|")} URL`);
  process.exit(2);
}

const finished = new InMemorySpanExporter();
const provider = new BasicTracerProvider({
  resource: resourceFromAttributes({ "service.name": "js-agent", "service.version": "1.2.3" }),
  spanProcessors: [new SimpleSpanProcessor(finished)],
});
const tracer = provider.getTracer("traceway-tests", "0.1.0");

const START_MS = 1_790_000_000_000;
const at = (ms) => [Math.floor((START_MS + ms) / 1000), ((START_MS + ms) % 1000) * 1e6 + 123_457];

const agent = tracer.startSpan("invoke_agent helper", {
  kind: SpanKind.INTERNAL,
  startTime: at(0),
  root: true,
  attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "helper" },
});
const inside = trace.setSpan(context.active(), agent);
const chat = tracer.startSpan(
  "chat gpt-4o-mini",
  {
    kind: SpanKind.CLIENT,
    startTime: at(10),
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-4o-mini",
      "gen_ai.usage.input_tokens": 12,
      "gen_ai.usage.output_tokens": 5,
      "gen_ai.input.messages": JSON.stringify([{ role: "user", parts: [{ type: "text", content: "Grüße, 世界 👋" }] }]),
      "test.string.empty": "",
      "test.bool.true": true,
      "test.bool.false": false,
      "test.int.zero": 0,
      "test.int.negative": -42,
      "test.int.largest_safe": Number.MAX_SAFE_INTEGER,
      "test.double": 0.1,
      "test.double.tiny": 5e-324,
      "test.strings": ["a", "", "ü"],
      "test.bools": [true, false],
      "test.ints": [1, -2, 3],
      "test.doubles": [0.5, -1.25],
      "test.list.empty": [],
    },
    links: [
      {
        context: { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceFlags: TraceFlags.SAMPLED },
        attributes: { "link.reason": "retry" },
      },
    ],
  },
  inside,
);
chat.addEvent("first token", { "test.position": 1 }, at(20));
chat.end(at(30));
const tool = tracer.startSpan("execute_tool search", { kind: SpanKind.INTERNAL, startTime: at(40) }, inside);
tool.setAttributes({ "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search" });
tool.recordException(new RangeError("limit is 0; expected at least 1"), at(45));
tool.setStatus({ code: SpanStatusCode.ERROR, message: "limit is 0; expected at least 1" });
tool.end(at(50));
agent.setStatus({ code: SpanStatusCode.OK });
agent.end(at(60));

const spans = finished.getFinishedSpans();
const exporter = new EXPORTERS[protocol]({ url });
const result = await new Promise((resolve) => exporter.export(spans, resolve));
await exporter.shutdown();
if (result.code !== 0) {
  console.error(result.error);
  process.exit(1);
}
const ids = Object.fromEntries(spans.map((span) => [span.name, span.spanContext().spanId]));
console.log(JSON.stringify({ trace_id: agent.spanContext().traceId, spans: ids }));

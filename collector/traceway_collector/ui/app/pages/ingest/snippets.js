/** How to send to this very server: texts to copy, with its addresses. Pure. */

/**
 * What GET /api/connect says: the addresses as bound, and what a client must know.
 * @typedef {{ otlp_http: string, otlp_grpc: string, api: string, proxy: string, proxy_target: string, api_key_needed: boolean, version: string, tls: boolean }} Bound
 */

/** @typedef {{ title: string, code: string }} Block */
/** @typedef {{ id: string, label: string, about: string, blocks: Block[], note?: string }} Way */

/** What stands for the key until someone puts theirs in. */
export const KEY_PLACEHOLDER = "YOUR-KEY";

/**
 * The addresses as this browser reaches them: its own host name, since a server on 0.0.0.0 or behind a proxy knows none
 * that helps, with the ports that were really bound. A page that came another way (a reverse proxy, under some prefix)
 * is where telemetry can go, too: the port of the API takes it.
 * @param {Bound} bound @param {string} hostname that of the page @param {string} [page] its whole address @returns {Bound}
 */
export function reachable(bound, hostname, page) {
  const scheme = bound.tls ? "https" : "http";
  /** @param {string} address */
  const from = (address) => {
    const port = /:(\d+)(?:\/|$)/.exec(address)?.[1];
    return port ? `${scheme}://${hostname}:${port}` : address;
  };
  const ways = { ...bound, otlp_http: from(bound.otlp_http), otlp_grpc: from(bound.otlp_grpc), api: from(bound.api), proxy: bound.proxy ? from(bound.proxy) : "" };
  const base = page && new URL(".", page).href.replace(/\/$/, "");
  return base && base !== ways.api ? { ...ways, api: base, otlp_http: base } : ways;
}

/** @param {Bound} server as `reachable` gives it @param {string} key "" if the server asks for none @returns {Way[]} */
export function ways(server, key) {
  return [pythonAuto(server, key), pythonSdk(server, key), javaScript(server, key), anyOtlp(server, key), curl(server, key), otelCollector(server, key), proxy(server, key)];
}

/** @param {Bound} server @param {string} key @returns {Way} */
function pythonAuto(server, key) {
  return {
    id: "python-auto",
    label: "Python auto",
    about: "Records model calls, tool calls and files of a program as it is. No line of code changes.",
    blocks: [
      { title: "Install", code: "pip install traceway" },
      { title: "Run", code: lines(`export TRACEWAY_URL=${server.api}`, key !== "" && `export TRACEWAY_API_KEY=${key}`, "traceway run -- python app.py") },
    ],
    note: "Not recorded? `traceway doctor` says what stops it.",
  };
}

/** @param {Bound} server @param {string} key @returns {Way} */
function pythonSdk(server, key) {
  const given = key ? `"${server.api}", api_key="${key}"` : `"${server.api}"`;
  return {
    id: "python-sdk",
    label: "Python SDK",
    about: "For steps, tools and agents of your own. They nest with what the instrumentations record.",
    blocks: [
      { title: "Install", code: "pip install traceway" },
      {
        title: "app.py",
        code: lines(
          "from traceway import Traceway, tool", "", `tw = Traceway(${given})`, "", "",
          "@tool", "def look_up(order: int) -> str:", '    return "on its way"', "", "",
          'with tw.trace("answer a letter", session="s-1", user="anna") as trace:',
          "    found = look_up(7)",
          '    with trace.llm_call("write", model="gpt-4o-mini", provider="openai", input="Where is order 7?") as call:',
          '        call.set_output(f"Order 7 is {found}.", input_tokens=12, output_tokens=9)',
          "tw.flush()"),
      },
    ],
  };
}

/** @param {Bound} server @param {string} key @returns {Way} */
function javaScript(server, key) {
  const exporter = key ? [`const exporter = new OTLPTraceExporter({`, `  url: "${server.otlp_http}/v1/traces",`, `  headers: { "x-api-key": "${key}" },`, "});"]
    : [`const exporter = new OTLPTraceExporter({ url: "${server.otlp_http}/v1/traces" });`];
  return {
    id: "javascript",
    label: "JavaScript",
    about: "The stock OpenTelemetry SDK. Any instrumentation for it sends here, too.",
    blocks: [
      { title: "Install", code: "npm install @opentelemetry/sdk-trace-base @opentelemetry/resources @opentelemetry/exporter-trace-otlp-http" },
      {
        title: "agent.mjs",
        code: lines(
          'import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";',
          'import { resourceFromAttributes } from "@opentelemetry/resources";',
          'import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";', "",
          ...exporter,
          "const provider = new BasicTracerProvider({",
          '  resource: resourceFromAttributes({ "service.name": "my-js-agent" }),',
          "  spanProcessors: [new BatchSpanProcessor(exporter)],", "});",
          'const span = provider.getTracer("agent").startSpan("execute_tool search");',
          'span.setAttributes({ "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search" });',
          "span.end();", "await provider.shutdown();"),
      },
    ],
  };
}

/** @param {Bound} server @param {string} key @returns {Way} */
function anyOtlp(server, key) {
  const header = key !== "" && `export OTEL_EXPORTER_OTLP_HEADERS=x-api-key=${key}`;
  return {
    id: "otlp",
    label: "Any OTLP",
    about: "Whatever speaks OpenTelemetry: an SDK of any language, OpenInference, OpenLLMetry, an agent with OTel built in.",
    blocks: [
      { title: "Over HTTP", code: lines(`export OTEL_EXPORTER_OTLP_ENDPOINT=${server.otlp_http}`, "export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", header) },
      { title: "Over gRPC", code: lines(`export OTEL_EXPORTER_OTLP_ENDPOINT=${server.otlp_grpc}`, "export OTEL_EXPORTER_OTLP_PROTOCOL=grpc", header) },
    ],
    note: "Traces, logs and metrics. Content of prompts depends on the instrumentation; many want OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true.",
  };
}

/** @param {Bound} server @param {string} key @returns {Way} */
function curl(server, key) {
  const attribute = (/** @type {string} */ name, /** @type {string} */ value) => `      {"key": "${name}", "value": ${value}}`;
  return {
    id: "curl",
    label: "curl",
    about: "One span by hand, to see whether anything gets here. Paste it into a shell as it stands.",
    blocks: [{
      title: "Shell",
      code: lines(
        "NOW=$(date +%s)",
        "random() { od -An -N\"$1\" -tx1 /dev/urandom | tr -d ' \\n'; }",
        `curl -sS ${server.otlp_http}/v1/traces -H 'content-type: application/json'${key ? ` -H 'x-api-key: ${key}'` : ""} -d @- <<EOF`,
        '{"resourceSpans": [{',
        '  "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "shell"}}]},',
        '  "scopeSpans": [{"spans": [{',
        '    "traceId": "$(random 16)", "spanId": "$(random 8)", "name": "chat gpt-4o-mini", "kind": 3,',
        '    "startTimeUnixNano": "$((NOW - 1))000000000", "endTimeUnixNano": "${NOW}000000000",',
        '    "attributes": [',
        [attribute("gen_ai.operation.name", '{"stringValue": "chat"}'), attribute("gen_ai.provider.name", '{"stringValue": "openai"}'),
          attribute("gen_ai.request.model", '{"stringValue": "gpt-4o-mini"}'), attribute("gen_ai.usage.input_tokens", '{"intValue": "1200"}'),
          attribute("gen_ai.usage.output_tokens", '{"intValue": "80"}')].join(",\n"),
        "    ]}]}]}]}", "EOF"),
    }],
    note: "It answers {} once the span is on disk and can be read.",
  };
}

/** @param {Bound} server @param {string} key @returns {Way} */
function otelCollector(server, key) {
  return {
    id: "collector",
    label: "OTel Collector",
    about: "Send a copy of what your OpenTelemetry Collector already receives.",
    blocks: [{
      title: "config.yaml",
      code: lines(
        "exporters:", "  otlphttp/traceway:", `    endpoint: ${server.otlp_http}`, key !== "" && `    headers: { x-api-key: "${key}" }`, "",
        "service:", "  pipelines:",
        "    traces:", "      receivers: [otlp]", "      exporters: [otlphttp/traceway]",
        "    logs:", "      receivers: [otlp]", "      exporters: [otlphttp/traceway]"),
    }],
    note: "Both listen on 4317 and 4318 by default: on one machine, move one of them. In a container, localhost is the container itself.",
  };
}

/** @param {Bound} server @param {string} key @returns {Way} */
function proxy(server, key) {
  const about = `For programs that cannot be instrumented. Every byte passes on to ${server.proxy_target} as it comes, and the call is recorded.`;
  const isOllama = /:11434(\/|$)/.test(server.proxy_target);
  const ollama = { title: "Ollama", code: `OLLAMA_HOST=${server.proxy} ollama run llama3.2 "Why is the sky blue?"` };
  const openai = {
    title: isOllama ? "A program that speaks OpenAI's API" : "Your program",
    code: lines(`export OPENAI_BASE_URL=${server.proxy}/v1`, "python app.py"),
  };
  const withKey = {
    title: "Python",
    code: lines("from openai import OpenAI", "", `client = OpenAI(base_url="${server.proxy}/v1", default_headers={"x-traceway-key": "${key}"})`),
  };
  return {
    id: "proxy",
    label: "Proxy",
    about,
    blocks: [...(key ? [withKey] : isOllama ? [ollama, openai] : [openai]), { title: "Stand before another server", code: "traceway serve --proxy-target https://api.openai.com" }],
    note: key ? "The key goes in x-traceway-key: Authorization belongs to the model server." : undefined,
  };
}

/** @param {(string | false)[]} each those that are false are left out */
const lines = (...each) => each.filter((line) => line !== false).join("\n");

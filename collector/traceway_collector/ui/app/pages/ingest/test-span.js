/** A small trace to send: an agent that looks up an order and answers. What a real one looks like, with times of now. Pure. */

/** @typedef {{ key: string, value: Record<string, unknown> }} Attribute */

/**
 * @param {number} now_ms when its last span ended
 * @returns {{ trace_id: string, request: object }} ExportTraceServiceRequest as OTLP JSON
 */
export function testTrace(now_ms) {
  const trace_id = hex(16);
  const [agent, ask, tool, answer] = [hex(8), hex(8), hex(8), hex(8)];
  const common = { "gen_ai.conversation.id": `test-${trace_id.slice(0, 8)}`, "gen_ai.agent.name": "order-desk" };
  const question = message("user", text("Where is order 1007?"));
  const call = message("assistant", { type: "tool_call", id: "call_1", name: "look_up_order", arguments: { order: 1007 } });
  const found = message("tool", { type: "tool_call_response", id: "call_1", response: { order: 1007, state: "on its way", due: "Tuesday" } });
  const reply = message("assistant", text("Order 1007 is **on its way** and due on Tuesday."));
  /** @param {string} id @param {string} parent @param {string} name @param {number} kind @param {[number, number]} ms_ago @param {Record<string, unknown>} values */
  const span = (id, parent, name, kind, [from, to], values) => ({
    traceId: trace_id, spanId: id, ...(parent ? { parentSpanId: parent } : {}), name, kind,
    startTimeUnixNano: ns(now_ms - from), endTimeUnixNano: ns(now_ms - to), attributes: attributes({ ...common, ...values }), status: {},
  });
  const spans = [
    span(agent, "", "invoke_agent order-desk", 1, [1840, 0],
      { "gen_ai.operation.name": "invoke_agent", "gen_ai.input.messages": JSON.stringify([question]), "gen_ai.output.messages": JSON.stringify([reply]) }),
    span(ask, agent, "chat gpt-4o-mini", 3, [1835, 980], model([question], [call], 212, 18)),
    span(tool, agent, "execute_tool look_up_order", 1, [975, 940], {
      "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "look_up_order", "gen_ai.tool.call.id": "call_1",
      "gen_ai.tool.call.arguments": '{"order": 1007}', "gen_ai.tool.call.result": '{"order": 1007, "state": "on its way", "due": "Tuesday"}',
    }),
    span(answer, agent, "chat gpt-4o-mini", 3, [936, 4], model([question, call, found], [reply], 261, 16)),
  ];
  const resource = { attributes: attributes({ "service.name": "traceway-test", "session.id": common["gen_ai.conversation.id"] }) };
  return { trace_id, request: { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "traceway.ui" }, spans }] }] } };
}

/** @param {object[]} input @param {object[]} output @param {number} input_tokens @param {number} output_tokens */
const model = (input, output, input_tokens, output_tokens) => ({
  "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o-mini", "gen_ai.response.model": "gpt-4o-mini-2024-07-18",
  "gen_ai.usage.input_tokens": input_tokens, "gen_ai.usage.output_tokens": output_tokens,
  "gen_ai.input.messages": JSON.stringify(input), "gen_ai.output.messages": JSON.stringify(output),
});

/** @param {string} role @param {object} part */
const message = (role, part) => ({ role, parts: [part], ...(role === "assistant" ? { finish_reason: "type" in part && part.type === "tool_call" ? "tool_call" : "stop" } : {}) });

/** @param {string} content */
const text = (content) => ({ type: "text", content });

/** @param {Record<string, unknown>} values @returns {Attribute[]} */
const attributes = (values) =>
  Object.entries(values).map(([key, value]) => ({ key, value: typeof value === "number" ? { intValue: String(value) } : { stringValue: String(value) } }));

/** @param {number} ms */
const ns = (ms) => `${Math.round(ms)}000000`;

/** @param {number} bytes */
const hex = (bytes) => Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, "0")).join("");

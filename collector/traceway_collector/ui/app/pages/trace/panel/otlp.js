/** One span as OTLP JSON, equal to what was sent. */
import { getText } from "../../../api.js";
import { h } from "../../../dom.js";
import { useLoad } from "../../../load.js";
import { Loading } from "../../../parts/states.js";
import { Source } from "../tabs/source.js";

/** @param {{ trace_id: string, span_id: string }} props */
export function Otlp({ trace_id, span_id }) {
  const loaded = useLoad(`otlp ${trace_id} ${span_id}`,
    (signal) => getText("export", { trace: trace_id, q: `span:${span_id}`, of: "spans", format: "jsonl" }, signal), { keep: false });
  return h(Loading, { loaded, lines: 8, show: (/** @type {string} */ text) => h(Source, { text, name: `span-${span_id}.otlp.json` }) });
}

/** The log records of one span. */
import { get } from "../../../api.js";
import { h, tags } from "../../../dom.js";
import { useLoad } from "../../../load.js";
import { Loading } from "../../../parts/states.js";
import { LogList } from "../tabs/logs.js";

const { p } = tags;

/** @param {{ trace_id: string, span_id: string }} props */
export function SpanLogs({ trace_id, span_id }) {
  const loaded = useLoad(`logs ${trace_id} ${span_id}`, (signal) => get("logs", { trace: trace_id, span: span_id, limit: 200 }, signal), { keep: false });
  return h(Loading, { loaded, lines: 4,
    show: (/** @type {any} */ data) => (data.items.length ? h(LogList, { logs: [...data.items].reverse() })
    : p({ class: "faint" }, "No log record names this span.")) });
}

/** A trace: its header, its tabs and the panel of the selected span. The page, and the pane beside the list. */
import { get } from "../../api.js";
import { h, tags } from "../../dom.js";
import { useLoad } from "../../load.js";
import { Loading } from "../../parts/states.js";

const { div, h1 } = tags;

/**
 * @param {object} props
 * @param {string} props.id of the trace
 * @param {boolean} [props.compact] in a pane: less around it
 */
export function TraceView({ id, compact = false }) {
  const loaded = useLoad(`tree ${id}`, (signal) => get(`traces/${id}/tree`, {}, signal));
  return div({ class: compact ? "trace compact" : "trace" }, h(Loading, { loaded, show: (/** @type {any} */ tree) => h1(null, tree.trace.name) }));
}

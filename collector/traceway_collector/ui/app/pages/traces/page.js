/** Traces: the list. */
import { get } from "../../api.js";
import { h, tags } from "../../dom.js";
import { ago, durationNs, exact, money, tokens } from "../../format.js";
import { KindCounts } from "../../kinds.js";
import { useLoad } from "../../load.js";
import { Loading } from "../../parts/states.js";
import { VirtualList, rowStyle } from "../../parts/virtual.js";
import { href, param } from "../../router.js";
import { rowHeight } from "../../settings.js";

const { a, span } = tags;
const q = param("q");

export default function Traces() {
  const loaded = useLoad(`traces ${q.value}`, (signal) => get("traces", { q: q.value, limit: 100 }, signal));
  const height = rowHeight();
  /** @param {any} data @param {number} index */
  const row = ({ items }, index) => {
    const trace = items[index];
    return a({ class: "row", key: trace.id, style: rowStyle(index, height), href: href("traces", trace.id) },
      span({ class: "grow line" }, trace.name), h(KindCounts, { kinds: trace.kinds }), span(null, durationNs(trace.duration_ns)), span(null, tokens(trace.total_tokens)),
      span(null, money(trace.cost_usd)), span({ title: exact(trace.started_at) }, ago(trace.started_at)));
  };
  return h(Loading, { loaded, show: (/** @type {any} */ data) => h(VirtualList, { count: data.items.length, height, row: (index) => row(data, index) }) });
}

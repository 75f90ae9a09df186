/** The traces that take longest: of the longest spans, the first of each trace. */
import { get } from "../../api.js";
import { h, tags } from "../../dom.js";
import { ago, durationNs, exact } from "../../format.js";
import { useLoad } from "../../load.js";
import { Failure, Notice, Skeleton } from "../../parts/states.js";
import { href } from "../../router.js";
import { NoData, useAgain } from "./panel.js";
import { filterOf } from "./query.js";

/** @import { Panel } from "./panels.js" */
/** @import { Range } from "./query.js" */

/** @typedef {{ id: string, trace_id: string, name: string, status: string, started_at: string, duration_ns: string | null }} Span */

const { div, table, thead, tbody, tr, th, td, a, span } = tags;
/** Spans asked for: a trace has several that are nearly as long as itself. */
const AT_ONCE = 200;

/** @param {{ panel: Panel, range: Range, turn: number }} props */
export function Slowest({ panel, range, turn }) {
  const filter = filterOf(range, panel);
  const query = { ...filter, sort_by: "duration", view: "skeleton", limit: AT_ONCE };
  const loaded = useLoad(`spans ${JSON.stringify(query)}`, (signal) => get("spans", query, signal), { keep: false });
  useAgain(turn, loaded.reload);
  if (!loaded.data) return loaded.error ? h(Failure, { error: loaded.error, retry: loaded.reload }) : h(Skeleton, { lines: 4 });
  const found = firstOfTraces(loaded.data.items, panel.top);
  const most = Number(found[0]?.duration_ns ?? 1);
  if (!found.length) return h(NoData, { range });
  return div({ class: "panel-table", tabIndex: 0 },
    loaded.error ? h(Notice, { error: loaded.error }) : null,
    table({ class: "table" },
      thead(null, tr(null, th({ scope: "col" }, "Trace"), th({ scope: "col", class: "right" }, "Takes"), th({ scope: "col", class: "right" }, "Started"))),
      tbody(null, found.map((each) =>
        tr({ key: each.trace_id },
          th({ scope: "row", class: "cut" }, span({ class: "share", style: { width: `${Math.round((100 * Number(each.duration_ns)) / most)}%` }, "aria-hidden": "true" }),
            a({ href: href("traces", each.trace_id, { span: each.id }), title: each.name }, each.name, each.status === "failed" ? span({ class: "is-error" }, " failed") : null)),
          td({ class: "right" }, durationNs(each.duration_ns)),
          td({ class: "right", title: exact(each.started_at) }, ago(each.started_at)))))));
}

/** @param {readonly Span[]} spans longest first @param {number} most */
function firstOfTraces(spans, most) {
  const seen = new Set();
  return spans.filter(({ trace_id, duration_ns }) => duration_ns !== null && !seen.has(trace_id) && seen.add(trace_id)).slice(0, most);
}

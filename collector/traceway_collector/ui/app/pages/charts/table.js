/** A panel of groups: a row each, the first metric also as a bar. */
import { h, tags } from "../../dom.js";
import { pathEnd } from "../../format.js";
import { href } from "../../router.js";
import { nameOf } from "./panels.js";
import { tracesBehind } from "./query.js";
import { groupLabel } from "./series.js";
import { exactly, shown, unitOf } from "./units.js";

/** @import { Panel } from "./panels.js" */
/** @import { Range } from "./query.js" */
/** @import { Answer, Group } from "./series.js" */
/** @import { Schema } from "./units.js" */

const { div, table, thead, tbody, tr, th, td, a, span } = tags;

/** @param {{ answer: Answer, panel: Panel, range: Range, schema: Schema }} props */
export function GroupTable({ answer, panel, range, schema }) {
  const first = panel.metrics[0] ?? "";
  const most = Math.max(...answer.groups.map(({ metrics }) => metrics[first] ?? 0), Number.MIN_VALUE);
  return div({ class: "panel-table", tabIndex: 0 }, table({ class: "table" },
    thead(null, tr(null, th({ scope: "col" }, panel.group || "All"),
      panel.metrics.map((metric) => th({ key: metric, scope: "col", class: "right", title: schema.metrics.find(({ name }) => name === metric)?.about }, nameOf(metric))))),
    tbody(null, answer.groups.map((group, n) => h(Row, { key: n, group, panel, range, schema, share: (group.metrics[first] ?? 0) / most })))));
}

/** @param {{ group: Group, panel: Panel, range: Range, schema: Schema, share: number }} props */
function Row({ group, panel, range, schema, share }) {
  const value = panel.group ? (group.key[panel.group] ?? null) : null;
  const label = panel.group ? groupLabel(value, panel.group) : "all";
  const to = panel.group === "trace" && value ? href("traces", String(value)) : href("traces", "", tracesBehind(panel, range, { value }));
  return tr(null,
    th({ scope: "row", class: "cut" }, span({ class: "share", style: { width: `${Math.round(share * 100)}%` }, "aria-hidden": "true" }),
      a({ href: to, title: `The traces behind ${label}` }, panel.group === "file" ? pathEnd(label) : label)),
    panel.metrics.map((metric) => {
      const unit = unitOf(schema, metric);
      const amount = group.metrics[metric];
      return td({ key: metric, class: "right", title: exactly(unit)(amount) }, shown(unit)(amount));
    }));
}

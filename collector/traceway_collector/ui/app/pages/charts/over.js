/** A panel over time: the chart with its legend, or the same as a table. */
import { useMemo } from "preact/hooks";
import { h, tags } from "../../dom.js";
import { exact } from "../../format.js";
import { Chart, Swatch } from "../../parts/chart.js";
import { styleOf } from "../../parts/chart-colours.js";
import { go, href, patch } from "../../router.js";
import { titleOf } from "./panels.js";
import { tracesBehind } from "./query.js";
import { linesOf, stacked } from "./series.js";
import { exactly, shown, stepsOf, unitOf } from "./units.js";

/** @import { Panel } from "./panels.js" */
/** @import { Range } from "./query.js" */
/** @import { Answer, Line, Lines } from "./series.js" */
/** @import { Schema } from "./units.js" */

const { div, ul, li, span, button, table, thead, tbody, tr, th, td, a } = tags;

/** @param {{ answer: Answer, panel: Panel, range: Range, schema: Schema, as_table: boolean }} props */
export function Over({ answer, panel, range, schema, as_table }) {
  const lines = useMemo(() => linesOf(answer, panel), [answer, panel]);
  const unit = unitOf(schema, panel.metrics[0] ?? "");
  const series = useMemo(() => lines.lines.map((line, n) => ({ ...line, ...styleOf(line.other ? -1 : n) })), [lines]);
  const piled = useMemo(() => (panel.shape === "bar" ? stacked(series.map(({ values }) => values)) : null), [series, panel.shape]);
  if (as_table) return h(TimeTable, { lines, panel, range, unit });
  const behind = (/** @type {number} */ index, /** @type {number} */ n) => {
    const [from_ms = 0, line] = [lines.times_ms[index], lines.lines[n]];
    go("traces", "", tracesBehind(panel, range, { value: line?.other ? null : line?.value, from_ms, to_ms: from_ms + lines.bucket_ms }));
  };
  const zoom = (/** @type {number} */ from_ms, /** @type {number} */ to_ms) => patch({ since: new Date(from_ms).toISOString(), until: new Date(to_ms).toISOString() });
  return div({ class: "over" },
    h(Chart, { label: `${titleOf(panel)}. The table holds the same values.`, ...lines, series, piled, format: shown(unit), steps: stepsOf(unit), onZoom: zoom, onPick: behind }),
    ul({ class: "legend", "aria-label": "Series" }, series.map((line, n) =>
      li({ key: n }, h(Key, { line, title: `${line.label}: ${exactly(unit)(line.sum)} (${line.sum_is})`, value: shown(unit)(line.sum),
        open: panel.group && !line.other ? () => go("traces", "", tracesBehind(panel, range, { value: line.value })) : null })))));
}

/** @param {{ line: Line & { letter: string, colour: string }, title: string, value: string, open: (() => void) | null }} props */
const Key = ({ line, title, value, open }) => {
  const inside = [h(Swatch, { key: "s", letter: line.letter, colour: line.colour }), span({ key: "l", class: "line" }, line.label), span({ key: "v", class: "muted value" }, value)];
  return open ? button({ type: "button", class: "key", title, onClick: open }, inside) : span({ class: "key", title }, inside);
};

/** The values themselves, newest first; empty buckets left out. @param {{ lines: Lines, panel: Panel, range: Range, unit: string }} props */
function TimeTable({ lines, panel, range, unit }) {
  const rows = lines.times_ms.map((at_ms, n) => ({ at_ms, values: lines.lines.map(({ values }) => values[n] ?? null) }))
    .filter(({ values }) => values.some((value) => value !== null && value !== 0)).reverse();
  return div({ class: "panel-table", tabIndex: 0 }, table({ class: "table" },
    thead(null, tr(null, th({ scope: "col" }, "From"), lines.lines.map(({ label }, n) => th({ key: n, scope: "col", class: "right" }, label)))),
    tbody(null, rows.map(({ at_ms, values }) =>
      tr({ key: at_ms }, th({ scope: "row" }, a({ href: href("traces", "", tracesBehind(panel, range, { from_ms: at_ms, to_ms: at_ms + lines.bucket_ms })) },
        exact(new Date(at_ms).toISOString()).replace(/\.000$/, ""))),
      values.map((value, n) => td({ key: n, class: "right", title: exactly(unit)(value) }, shown(unit)(value))))))));
}

/** What a panel shows: its question asked, its answer as lines, bars, a table or a number. */
import { useEffect, useMemo } from "preact/hooks";
import { post } from "../../api.js";
import { h, tags } from "../../dom.js";
import { useLoad } from "../../load.js";
import { Failure, Notice, Skeleton } from "../../parts/states.js";
import { NumberBody } from "./number.js";
import { Over } from "./over.js";
import { questionOf } from "./query.js";
import { unpriced } from "./series.js";
import { Slowest } from "./slowest.js";
import { GroupTable } from "./table.js";

/** @import { Panel } from "./panels.js" */
/** @import { Range } from "./query.js" */
/** @import { Answer } from "./series.js" */
/** @import { Schema } from "./units.js" */

const { div, p, span } = tags;
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** @param {{ panel: Panel, range: Range, schema: Schema, as_table: boolean, turn: number }} props `turn`: goes up when it should be asked again */
export function PanelBody({ panel, range, schema, as_table, turn }) {
  if (panel.shape === "slowest") return h(Slowest, { panel, range, turn });
  return h(Asked, { panel, range, schema, as_table, turn });
}

/** @param {{ panel: Panel, range: Range, schema: Schema, as_table: boolean, turn: number }} props */
function Asked({ panel, range, schema, as_table, turn }) {
  const question = JSON.stringify(questionOf(panel, range, ZONE));
  const loaded = useLoad(`analytics ${question}`, (signal) => /** @type {Promise<Answer>} */ (post("analytics", JSON.parse(question), signal)), { keep: false });
  useAgain(turn, loaded.reload);
  const answer = loaded.data;
  if (!answer) return loaded.error ? h(Failure, { error: loaded.error, retry: loaded.reload }) : h(Skeleton, { lines: 4 });
  const note = [unpriced(answer.totals), answer.truncated ? "only the first groups" : ""].filter(Boolean).join(" · ");
  return div({ class: "panel-inside" },
    loaded.error ? h(Notice, { error: loaded.error }) : null,
    isEmpty(answer, panel) ? h(NoData, { range }) : h(Body, { answer, panel, range, schema, as_table }),
    note ? p({ class: "panel-note is-warning", title: "A cost is unknown where the model has no price; sums leave it out." }, note) : null);
}

/** @param {number} turn @param {() => void} reload */
export const useAgain = (turn, reload) => useEffect(() => void (turn > 0 && reload()), [turn]);

/** @param {{ answer: Answer, panel: Panel, range: Range, schema: Schema, as_table: boolean }} props */
function Body({ answer, panel, range, schema, as_table }) {
  const given = useMemo(() => ({ answer, panel }), [answer, JSON.stringify({ ...panel, x: 0, y: 0, w: 0, h: 0 })]);
  if (panel.shape === "number") return h(NumberBody, { answer, panel, schema });
  if (panel.shape === "table") return h(GroupTable, { answer, panel, range, schema });
  return h(Over, { ...given, range, schema, as_table });
}

/** @param {Answer} answer @param {Panel} panel */
function isEmpty(answer, panel) {
  if (panel.shape === "number") return false;
  return !answer.groups.some(({ metrics }) => panel.metrics.some((metric) => metrics[metric] !== null && metrics[metric] !== undefined && metrics[metric] !== 0))
    && !(panel.shape === "table" && answer.groups.length > 0)
    && !answer.groups.some(({ metrics }) => panel.metrics.some((metric) => /rate|share/.test(metric) && metrics[metric] === 0));
}

/** @param {{ range: Range }} props */
export const NoData = ({ range }) =>
  div({ class: "panel-empty muted" }, p(null, "No data"), span({ class: "small" }, range.q || range.since ? "with this filter and time range" : "yet"));

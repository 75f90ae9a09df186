/** A panel of figures, each with what it was in the period before. */
import { tags } from "../../dom.js";
import { percent } from "../../format.js";
import { nameOf } from "./panels.js";
import { exactly, shown, unitOf } from "./units.js";

/** @import { Panel } from "./panels.js" */
/** @import { Answer } from "./series.js" */
/** @import { Schema } from "./units.js" */

const { dl, div, dt, dd } = tags;

/** @param {{ answer: Answer, panel: Panel, schema: Schema }} props */
export const NumberBody = ({ answer, panel, schema }) =>
  dl({ class: "numbers" }, panel.metrics.map((metric) => {
    const unit = unitOf(schema, metric);
    const [now, before] = [answer.totals[metric] ?? null, answer.previous?.totals[metric] ?? null];
    return div({ key: metric }, dt(null, nameOf(metric)), dd({ class: "value", title: exactly(unit)(now) }, shown(unit)(now)),
      answer.previous ? dd({ class: "muted", title: `the period before: ${exactly(unit)(before)}` }, change(now, before, shown(unit))) : null);
  }));

/** @param {number | null} now @param {number | null} before @param {(value: number | null) => string} show */
function change(now, before, show) {
  if (now === null || before === null) return `before: ${show(before)}`;
  if (before === 0) return `before: ${show(0)}`;
  const part = (now - before) / before;
  return `${part >= 0 ? "▲ +" : "▼ −"}${percent(Math.abs(part))} from ${show(before)}`;
}

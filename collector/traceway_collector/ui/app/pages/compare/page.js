/** Compare: two traces step by step, by URL (`#/compare?a=…&b=…`). */
import { useMemo } from "preact/hooks";
import { get } from "../../api.js";
import { h, tags } from "../../dom.js";
import { cost, costTitle, duration, money, msOf, number, shortId, tokens } from "../../format.js";
import { useLoad } from "../../load.js";
import { Loading } from "../../parts/states.js";
import { href, param, patch } from "../../router.js";
import { Pick } from "./pick.js";
import { Step } from "./step.js";
import { Steps, rowsOf } from "./steps.js";

const { div, table, thead, tbody, tr, th, td, a, button, span, h1 } = tags;

const first = param("a");
const second = param("b");
const chosen = param("step");
const all = param("all");

export default function Compare() {
  if (!first.value || !second.value) return h(Pick, { first: first.value, second: second.value });
  return h(Compared, { a: first.value, b: second.value });
}

/** @param {{ a: string, b: string }} props */
function Compared(props) {
  const loaded = useLoad(`compare ${props.a} ${props.b}`, (signal) => get("compare", props, signal), { keep: false });
  return h(Loading, { loaded, show: (data) => h(Shown, { data }) });
}

/** @param {{ data: any }} props */
function Shown({ data }) {
  const whole = all.value === "1";
  const rows = useMemo(() => rowsOf(data.steps, whole), [data, whole]);
  const step = chosen.value === "" ? undefined : data.steps[Number(chosen.value)];
  const changes = data.steps.filter((/** @type {any} */ each) => each.change !== "same").length;
  return div({ class: step ? "compare with-step" : "compare" },
    div({ class: "compare-main" },
      h(Totals, { data, changes }),
      div({ class: "row-of compare-bar" },
        span({ class: "muted grow" }, changes ? `${number(changes)} of ${number(data.steps.length)} steps differ` : `All ${number(data.steps.length)} steps are the same`,
          data.truncated ? "; the traces are too large to show all of them" : ""),
        button({ class: "button quiet", "aria-pressed": whole, onClick: () => patch({ all: whole ? null : 1 }, { replace: true }) }, "Show steps that are the same")),
      div({ class: "compare-steps" }, h(Steps, { rows, chosen: step ? Number(chosen.value) : -1 }))),
    step ? h(Step, { key: chosen.value, step, a: data.a, b: data.b }) : null);
}

/** @type {[string, string, (value: any) => string, (value: any) => number | null][]} */
const TOTALS = [
  ["duration_ns", "Duration", (value) => duration(msOf(value)), msOf],
  ["total_tokens", "Tokens", tokens, (value) => value],
  ["cost_usd", "Cost", money, (value) => value],
  ["span_count", "Spans", number, (value) => value],
  ["error_count", "Errors", number, (value) => value],
];

/** @param {{ data: any, changes: number }} props */
const Totals = ({ data }) =>
  div({ class: "totals" },
    h1({ class: "hidden" }, "Compare two traces"),
    table(null,
      thead(null, tr(null, th(null, ""), th({ scope: "col" }, "Trace"), TOTALS.map(([name, label]) => th({ key: name, scope: "col", class: "right" }, label)))),
      tbody(null,
        /** @type {const} */ (["a", "b"]).map((side, n) =>
          tr({ key: side }, th({ scope: "row" }, side.toUpperCase()),
            td(null, a({ href: href("traces", data[side].id), class: "line" }, data[side].name ?? "unnamed"), " ", span({ class: "mono faint" }, shortId(data[side].id))),
            TOTALS.map(([name, , show]) => name === "cost_usd" ? h(Cost, { key: name, trace: data[side] }) : td({ key: name, class: "right" }, show(data.totals[name]?.[n]))))),
        tr({ class: "delta" }, th({ scope: "row" }, "Δ"), td(null, button({ class: "button quiet", onClick: () => patch({ a: data.b.id, b: data.a.id, step: null }) }, "Swap"),
          a({ class: "button quiet", href: href("compare", "", { a: data.a.id }) }, "Choose another")),
          TOTALS.map(([name, , show, value]) => td({ key: name, class: "right muted" }, delta(value(data.totals[name]?.[0]), value(data.totals[name]?.[1]), name, show)))))));

/** @param {{ trace: any }} props */
const Cost = ({ trace: { cost_usd, cost_complete } }) => td({ class: "right", title: costTitle(cost_usd, cost_complete) }, cost(cost_usd, cost_complete));

/** @param {number | null} before @param {number | null} after @param {string} name @param {(value: any) => string} show */
function delta(before, after, name, show) {
  if (before === null || after === null || before === undefined || after === undefined) return "–";
  const by = after - before;
  if (Math.abs(by) < 1e-12) return "same";
  const shown = name === "duration_ns" ? duration(Math.abs(by)) : show(Math.abs(by));
  const share = before ? ` (${by > 0 ? "+" : "−"}${Math.round(Math.abs(by / before) * 100)} %)` : "";
  return `${by > 0 ? "+" : "−"}${shown}${share}`;
}

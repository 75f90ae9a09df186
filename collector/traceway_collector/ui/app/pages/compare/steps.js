/** The aligned steps of both traces; runs of steps that are the same fold into one row. */
import { useState } from "preact/hooks";
import { classes, h, tags } from "../../dom.js";
import { durationNs, pathEnd, tokens } from "../../format.js";
import { useKeys } from "../../keys.js";
import { KindMark } from "../../kinds.js";
import { oneLine } from "../../parts/messages/visible.js";
import { Empty } from "../../parts/states.js";
import { VirtualList, rowStyle } from "../../parts/virtual.js";
import { patch } from "../../router.js";
import { rowHeight } from "../../settings.js";

const { div, span } = tags;

/** @typedef {{ step: any, index: number } | { folded: number, from: number }} Row */

/** How each change is shown: a sign beside the word. @type {Record<string, [string, string]>} */
const SIGNS = { same: ["=", "same"], changed: ["~", "changed"], added: ["+", "only in B"], removed: ["−", "only in A"] };

/** @param {any[]} steps @param {boolean} whole also those that are the same @returns {Row[]} */
export function rowsOf(steps, whole) {
  /** @type {Row[]} */
  const rows = [];
  let from = -1;
  const flush = (/** @type {number} */ to) => {
    if (from >= 0) rows.push({ folded: to - from, from });
    from = -1;
  };
  steps.forEach((step, index) => {
    if (!whole && step.change === "same") {
      if (from < 0) from = index;
      return;
    }
    flush(index);
    rows.push({ step, index });
  });
  flush(steps.length);
  return rows;
}

/** @param {{ rows: Row[], chosen: number }} props */
export function Steps({ rows, chosen }) {
  const [cursor, setCursor] = useState(() => rows.findIndex((row) => "step" in row && row.index === chosen));
  const at = Math.min(cursor, rows.length - 1);
  const choose = (/** @type {number} */ index) => {
    const row = rows[index];
    if (!row) return;
    setCursor(index);
    if ("step" in row) patch({ step: row.index }, { replace: true });
    else patch({ all: 1 }, { replace: true });
  };
  /** To the next row that holds a step, and show it. @param {number} by */
  const move = (by) => {
    let next = at + by;
    while (rows[next] && !("step" in /** @type {Row} */ (rows[next]))) next += by;
    if (rows[next]) choose(next);
  };
  useKeys("Compare", [
    { keys: "j ArrowDown", label: "Next step", run: () => move(1) },
    { keys: "k ArrowUp", label: "Previous step", run: () => move(-1) },
    { keys: "Escape", label: "Close the step", run: () => (chosen >= 0 ? patch({ step: null }, { replace: true }) : false) },
  ]);
  if (!rows.length) return h(Empty, { title: "Neither trace has a step" });
  return h(VirtualList, {
    count: rows.length, height: rowHeight(), selected: at, attributes: { role: "listbox", "aria-label": "Steps" },
    row: (index) => h(StepRow, { key: index, row: /** @type {Row} */ (rows[index]), index, chosen, choose }),
  });
}

/** @param {{ row: Row, index: number, chosen: number, choose: (index: number) => void }} props */
function StepRow({ row, index, chosen, choose }) {
  const style = rowStyle(index, rowHeight());
  if (!("step" in row)) {
    return div({ class: "row step-row folded faint", role: "option", "aria-selected": false, style, onClick: () => choose(index) },
      `⋯ ${row.folded} ${row.folded === 1 ? "step" : "steps"} the same`);
  }
  const { step } = row;
  const shown = step.a ?? step.b;
  const [sign, word] = SIGNS[step.change] ?? ["?", step.change];
  return div(
    { class: classes("row step-row", step.change), role: "option", "aria-selected": row.index === chosen, style, onClick: () => choose(index) },
    span({ class: "sign", title: word, "aria-label": word }, sign),
    span({ style: { width: `${Math.min(step.depth, 12) * 12}px` }, class: "indent" }),
    h(KindMark, { kind: shown.kind }),
    span({ class: "line grow" }, oneLine(shown.name), shown.model ? span({ class: "muted" }, ` ${oneLine(shown.model)}`) : null, shown.file_path ? span({ class: "muted mono", title: shown.file_path }, ` ${pathEnd(shown.file_path)}`) : null),
    span({ class: "differs small muted line" }, step.change === "changed" ? step.differs.join(", ") : step.change === "same" ? "" : word),
    span({ class: "pair right muted wide-only" }, both(step, (each) => durationNs(each.duration_ns))),
    span({ class: "pair right muted wide-only" }, both(step, (each) => (each.total_tokens === null ? "" : tokens(each.total_tokens)))),
  );
}

/** @param {any} step @param {(each: any) => string} show */
function both({ a, b }, show) {
  const [before, after] = [a ? show(a) : "", b ? show(b) : ""];
  return before === after || !a || !b ? before || after : `${before} → ${after}`;
}

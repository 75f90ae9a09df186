/** A row of the list. */
import { memo } from "./memo.js";
import { classes, h, tags } from "../../dom.js";
import { shortId } from "../../format.js";
import { href } from "../../router.js";
import { oneLine } from "../../parts/messages/visible.js";
import { Status } from "../../parts/status.js";
import { rowStyle } from "../../parts/virtual.js";
import { CELLS } from "./cells.js";
import { BY_ID } from "./columns.js";

/** @import { Trace } from "./list.js" */

const { div, a, span, input } = tags;

/**
 * @typedef {object} RowProps
 * @property {Trace} trace @property {number} index @property {number} height @property {readonly string[]} columns
 * @property {boolean} current under the cursor @property {boolean} marked @property {number} longest_ns @property {number} now_ms
 * @property {(index: number, event: MouseEvent) => void} press @property {(index: number, range: boolean) => void} mark
 */

export const Row = memo(/** @param {RowProps} props */ ({ trace, index, height, columns, current, marked, longest_ns, now_ms, press, mark }) =>
  div({
    class: classes("row", marked && "marked"), id: `trace-${trace.id}`, role: "row", "aria-rowindex": index + 2, "aria-selected": current,
    style: rowStyle(index, height), onClick: (event) => press(index, event),
  },
    span({ class: "cell lead", role: "gridcell" },
      h(Status, { trace }),
      input({ type: "checkbox", tabIndex: -1, checked: marked, "aria-label": `Select ${trace.name ?? shortId(trace.id)}`, onClick: (event) => (event.stopPropagation(), mark(index, event.shiftKey)) })),
    columns.map((id) => span({ key: id, class: BY_ID[id]?.right ? `cell of-${id} right` : `cell of-${id}`, role: "gridcell" }, id === "name" ? nameOf(trace, index, press) : CELLS[id]?.(trace, { longest_ns, now_ms })))));

/** @param {Trace} trace @param {number} index @param {RowProps["press"]} press */
const nameOf = (trace, index, press) =>
  a({ class: "line name", tabIndex: -1, href: href("traces", trace.id), title: trace.name ?? trace.id, onClick: (event) => opened(event, index, press) },
    trace.name ? oneLine(trace.name) : span({ class: "faint mono" }, shortId(trace.id)));

/** A link like any other where someone wants a new tab; pressed plainly it does what its row does. @param {MouseEvent} event @param {number} index @param {RowProps["press"]} press */
function opened(event, index, press) {
  event.stopPropagation();
  if (event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  press(index, event);
}

/** One row of the waterfall: where it hangs in the tree, what it is, and its bar on the time axis. */
import { classes, h, tags } from "../../../dom.js";
import { durationNs, money, plural, tokens } from "../../../format.js";
import { KindMark } from "../../../kinds.js";
import { oneLine } from "../../../parts/messages/visible.js";
import { rowStyle } from "../../../parts/virtual.js";
import { hasChildren, labelOf } from "../tree.js";

/** @import { Axis } from "./axis.js" */
/** @import { Columns, Tree } from "../tree.js" */

const { div, span, bdi, i } = tags;
const MOST_INDENT = 24;

/**
 * @param {object} props
 * @param {Tree} props.tree
 * @param {number} props.row
 * @param {number} props.index among those shown
 * @param {number} props.height
 * @param {Axis} props.axis
 * @param {boolean} props.selected
 * @param {boolean} props.folded
 * @param {boolean} props.dim it only leads to what is wanted
 */
export function Row({ tree, row, index, height, axis, selected, folded, dim }) {
  const { columns } = tree;
  const kind = columns.kind[row] ?? "span";
  const failed = columns.status[row] === "error";
  const missing = columns.placeholder[row];
  const parent = hasChildren(tree, row);
  const id = columns.id[row] ?? "";
  const detail = detailOf(columns, row);
  return div(
    {
      class: classes("row span-row", failed && "failed", missing && "t-missing", dim && "dim"), style: rowStyle(index, height), id: `row-${id}`,
        "data-row": row, role: "treeitem",
      "aria-selected": selected, "aria-level": (columns.depth[row] ?? 0) + 1, "aria-expanded": parent ? !folded : undefined,
        title: titleOf(columns, row, parent, folded),
    },
    div({ class: "tree-cell", style: { paddingLeft: `${Math.min(columns.depth[row] ?? 0, MOST_INDENT) * 12 + 4}px` } },
      span({ class: classes("t-twist", parent && (folded ? "closed" : "open")), "data-twist": parent ? "" : undefined, "aria-hidden": "true" }),
      missing ? span({ class: "kind missing-mark", role: "img", "aria-label": "Not arrived" }, "?") : h(KindMark, { kind }),
      bdi({ class: "line name" }, oneLine(labelOf(columns, row), 200)),
      folded ? span({ class: "faint small" }, `+${(columns.subtree_spans[row] ?? 1) - 1}`) : null,
      failed ? span({ class: "error-mark", role: "img", "aria-label": "error" }, "!") : null,
      detail ? bdi({ class: "faint small line model" }, oneLine(detail, 80)) : null),
    h(Bar, { columns, row, axis, kind }));
}

/** What the name does not say: the file, or the model. @param {Columns} columns @param {number} row */
function detailOf(columns, row) {
  const detail = columns.file_path[row]?.split("/").at(-1) || columns.model[row] || "";
  return (columns.name[row] ?? "").includes(detail) ? "" : detail;
}

/** @param {{ columns: Columns, row: number, axis: Axis, kind: string }} props */
function Bar({ columns, row, axis, kind }) {
  const from = columns.offset_ns[row];
  if (from === null || from === undefined) return div({ class: "bar-cell faint small" }, "no time known");
  const length = columns.duration_ns[row];
  const left = axis.place(from);
  const right = axis.place(from + (length ?? 0));
  if (right < 0 || left > 1) return div({ class: "bar-cell" }, span({ class: classes("beyond", left > 1 ? "after" : "before") }, left > 1 ? "→" : "←"));
  const start = Math.max(left, 0);
  const width = Math.min(right, 1) - start;
  const first = columns.time_to_first_token_ms[row];
  const tick = first ? axis.place(from + first * 1e6) : null;
  return div({ class: "bar-cell" },
    i({ class: classes("t-bar", columns.critical[row] && "critical", columns.repeats[row] && "repeats", length === null && "open-ended"),
      "data-kind": kind, style: { left: percent(start), width: percent(width) } }),
    tick !== null && tick >= 0 && tick <= 1 ? i({ class: "first-token", style: { left: percent(tick) } }) : null,
    span({ class: "t-length small", style: { left: percent(start + width) } }, length === null ? "running" : durationNs(length)));
}

/** @param {number} share */
const percent = (share) => `${(share * 100).toFixed(3)}%`;

/** What a row adds up to, for the pointer. @param {Columns} columns @param {number} row @param {boolean} parent @param {boolean} folded */
function titleOf(columns, row, parent, folded) {
  if (columns.placeholder[row]) {
    const below = plural(columns.subtree_spans[row] ?? 0, "span");
    return `Span ${columns.id[row]} has not arrived, but ${below} below it did. Its times are theirs.`;
  }
  const first = columns.time_to_first_token_ms[row];
  const cost = columns.subtree_cost_usd[row];
  const lines = [
    `${oneLine(columns.name[row], 300)} · ${durationNs(columns.duration_ns[row])}`,
    columns.file_path[row] ? oneLine(columns.file_path[row], 300) : "",
    first ? `first token after ${durationNs(first * 1e6)}` : "",
    columns.error[row] ? `error: ${oneLine(columns.error[row])}` : "",
    columns.repeats[row] ? "the same call is counted at another span" : "",
    parent ? `with all below: ${plural(columns.subtree_spans[row] ?? 0, "span")}` : "",
    columns.subtree_tokens[row] ? tokens(columns.subtree_tokens[row]) : "",
    cost !== null && cost !== undefined ? `${money(cost)}${columns.subtree_cost_complete[row] ? "" : " and calls without a known price"}` : "",
    parent && columns.subtree_errors[row] ? plural(columns.subtree_errors[row] ?? 0, "error") : "",
    folded ? "folded" : "",
  ];
  return lines.filter(Boolean).join("\n");
}

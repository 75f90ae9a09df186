/** The steps of a transcript. */
import { classes, h, tags } from "../../../dom.js";
import { cost as costOf, durationNs, money, plural, short } from "../../../format.js";
import { Icon } from "../../../icons.js";
import { KindMark, kindOf } from "../../../kinds.js";
import { Messages, Pieces } from "../../../parts/messages/messages.js";
import { ToolCall, ToolResult } from "../../../parts/messages/part.js";
import { oneLine } from "../../../parts/messages/visible.js";
import { useContents } from "../contents.js";
import { Documents } from "../panel/documents.js";
import { select, toggle } from "../state.js";
import { labelOf } from "../tree.js";
import { said } from "./said.js";

/** @import { ComponentChildren, VNode } from "preact" */
/** @import { CallStep, ChipsStep, Step } from "./plan.js" */
/** @import { State } from "../state.js" */
/** @import { Columns, Tree } from "../tree.js" */

const { article, div, button, span, bdi, code } = tags;
const DEEPEST = 6;

/** @param {{ tree: Tree, state: State, step: Step }} props @returns {VNode<any>} */
export function StepView({ tree, state, step }) {
  const { columns } = tree;
  const id = columns.id[step.row] ?? "";
  const level = Math.min(step.level, DEEPEST);
  const rows = step.type === "chips" ? step.rows : [step.row];
  const selected = rows.some((row) => columns.id[row] === state.span);
  return article({ class: classes("t-step", `t-step-${step.type}`, selected && "selected", columns.status[step.row] === "error" && "failed"),
    "data-step": id, "data-level": level, "aria-label": labelOf(columns, step.row) },
    Array.from({ length: level }, (_, n) => span({ class: "t-guide", key: n })),
    div({ class: "t-step-in" }, shown(tree, state, step)));
}

/** @param {Tree} tree @param {State} state @param {Step} step */
function shown(tree, state, step) {
  switch (step.type) {
    case "call":
      return h(Call, { tree, step });
    case "tool":
      return h(Tool, { tree, row: step.row });
    case "retrieval":
      return h(Retrieval, { tree, row: step.row });
    case "agent":
      return h(Agent, { tree, state, row: step.row });
    case "chips":
      return h(Chips, { tree, state, step });
    case "error":
      return [h(Quiet, { key: "line", tree, row: step.row }), h(Failed, { key: "error", columns: tree.columns, row: step.row })];
  }
}

/** The quiet line above a step: what ran, how long, what it took. @param {{ tree: Tree, row: number, children?: ComponentChildren }} props */
function Quiet({ tree, row, children }) {
  const { columns } = tree;
  const kind = columns.kind[row] ?? "span";
  const spent = [columns.input_tokens[row], columns.output_tokens[row]];
  const first = columns.time_to_first_token_ms[row];
  return button({ class: "quiet-line", title: "Open this span", onClick: () => select(columns.id[row] ?? "", { open: true }) },
    h(KindMark, { kind }), bdi({ class: "line" }, oneLine(kind === "llm_call" && columns.model[row] ? columns.model[row] : labelOf(columns, row), 120)),
    span({ class: "grow" }), children,
    spent.some((count) => count !== null && count !== undefined) ? span({ title: "tokens in → out" }, `${short(spent[0])} → ${short(spent[1])} tok`) : null,
    kind === "llm_call" ? span({ title: columns.cost_usd[row] === null ? "No price is known for this call" : undefined }, money(columns.cost_usd[row])) : null,
    span({ title: first ? `first token after ${durationNs(first * 1e6)}` : undefined }, durationNs(columns.duration_ns[row])));
}

/** @param {{ columns: Columns, row: number }} props */
const Failed = ({ columns, row }) =>
  columns.status[row] === "error"
    ? div({ class: "notice error" }, h(Icon, { name: "warning", size: 14 }), bdi(null, oneLine(columns.error[row] ?? "failed without a message")))
    : null;

/** @param {{ lines: number, error: Error | null, retry: () => void }} props what stands where content will be */
const Waiting = ({ lines, error, retry }) =>
  error
    ? div({ class: "notice error" }, error.message, button({ class: "button quiet", onClick: retry }, "Try again"))
    : div({ class: "t-waiting", "aria-busy": "true", style: { minHeight: `${lines * 19}px` } }, div({ class: "skeleton" }));

/** @param {{ tree: Tree, step: CallStep }} props */
function Call({ tree, step }) {
  const { columns, trace } = tree;
  const rows = [step.row, ...step.earlier, ...step.before, ...step.after];
  const { spans, error, retry } = useContents(trace.id, rows.map((row) => columns.id[row] ?? ""));
  const line = h(Quiet, { tree, row: step.row });
  if (!spans) return [line, h(Waiting, { lines: 4, error, retry })];
  const [own, ...others] = spans;
  const tools = others.slice(step.earlier.length);
  const { heard, answered, recorded } = said(own, others.slice(0, step.earlier.length), tools.slice(0, step.before.length), tools.slice(step.before.length));
  return [
    heard.length ? h(Pieces, { key: "heard", pieces: heard }) : null,
    div({ key: "line" }, line),
    answered.length ? h(Messages, { key: "answered", messages: answered }) : null,
    recorded || columns.status[step.row] === "error" ? null : div({ key: "none", class: "faint small unsaid" }, "What was said was not recorded."),
    h(Failed, { key: "error", columns, row: step.row }),
  ];
}

/** @param {{ tree: Tree, row: number }} props */
function Tool({ tree, row }) {
  const { columns, trace } = tree;
  const { spans, error, retry } = useContents(trace.id, [columns.id[row] ?? ""]);
  const span = spans?.[0];
  return [
    h(Quiet, { key: "line", tree, row }),
    span
      ? div({ class: "tool-use", key: "use" },
        span.input === null ? null : h(ToolCall, { value: span.input }),
        span.output === null ? (columns.status[row] === "error" ? null : div({ class: "faint small unsaid" }, "No result was recorded."))
          : h(ToolResult, { value: span.output }))
      : h(Waiting, { key: "use", lines: 2, error, retry }),
    h(Failed, { key: "error", columns, row }),
  ];
}

/** @param {{ tree: Tree, row: number }} props */
function Retrieval({ tree, row }) {
  const { spans, error, retry } = useContents(tree.trace.id, [tree.columns.id[row] ?? ""]);
  const span = spans?.[0];
  return [
    h(Quiet, { key: "line", tree, row }),
    span ? h(Documents, { key: "found", query: span.kind.query, documents: span.kind.documents, most: 3 })
      : h(Waiting, { key: "found", lines: 3, error, retry }),
    h(Failed, { key: "error", columns: tree.columns, row }),
  ];
}

/** The head of an agent's card; what it did follows, set in. @param {{ tree: Tree, state: State, row: number }} props */
function Agent({ tree, state, row }) {
  const { columns, trace } = tree;
  const id = columns.id[row] ?? "";
  const folded = state.folded.has(id);
  const cost = columns.subtree_cost_usd[row];
  return div({ class: "agent-card" },
    button({ class: "fold", "aria-expanded": !folded, "aria-label": `${folded ? "Unfold" : "Fold"} ${oneLine(labelOf(columns, row), 60)}`,
      onClick: () => toggle(trace.id, state.folded, id) }, h(Icon, { name: folded ? "chevron" : "down", size: 12 })),
    h(Quiet, { tree, row },
      span({ class: "faint" }, plural((columns.subtree_spans[row] ?? 1) - 1, "step")),
      columns.subtree_tokens[row] ? span(null, `${short(columns.subtree_tokens[row])} tok`) : null,
      cost === null || cost === undefined ? null : span(null, costOf(cost, columns.subtree_cost_complete[row] ?? false))),
    h(Failed, { columns, row }));
}

/** @param {{ tree: Tree, state: State, step: ChipsStep }} props */
const Chips = ({ tree: { columns }, state, step }) =>
  div({ class: "t-chips" }, step.rows.map((row) => {
    const kind = columns.kind[row] ?? "";
    const path = columns.file_path[row];
    return button({ class: classes("chip", columns.id[row] === state.span && "selected"), key: row,
      title: `${kindOf(kind).label}: ${oneLine(path ?? columns.name[row])}`, onClick: () => select(columns.id[row] ?? "", { open: true }) },
      h(KindMark, { kind }),
      path ? code({ class: "line" }, bdi(null, oneLine(path.slice(path.lastIndexOf("/") + 1), 80))) : bdi({ class: "line" }, oneLine(columns.name[row], 80)),
      path ? null : span({ class: "faint" }, durationNs(columns.duration_ns[row])));
  }));

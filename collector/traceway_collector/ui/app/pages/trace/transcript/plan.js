/**
 * What a transcript tells, in order: the spans that say something to a reader, found in the tree without their contents.
 * Pure.
 */

/** @import { Columns, Tree } from "../tree.js" */

/**
 * @typedef {{ type: "call", row: number, level: number, loads: true, earlier: number[], before: number[], after: number[] }} CallStep
 *   `earlier`: calls of the same agent whose messages it may repeat; `before` and `after`: tools that ran since the last and until the next call
 * @typedef {{ type: "tool" | "retrieval", row: number, level: number, loads: true }} ToolStep
 * @typedef {{ type: "agent" | "error", row: number, level: number, loads: false }} LineStep
 * @typedef {{ type: "chips", row: number, rows: number[], level: number, loads: false }} ChipsStep
 * @typedef {CallStep | ToolStep | LineStep | ChipsStep} Step
 */

const EARLIER = 3;
const MOST_TOOLS = 16;
const MOST_CHIPS = 24;
const SAID = new Set(["llm_call", "tool", "retrieval"]);
const CHIPS = new Set(["fs_read", "fs_write", "embedding"]);

/**
 * @param {Tree} tree
 * @param {ReadonlySet<string>} folded agents
 * @returns {{ steps: Step[], stepOf: Map<number, number> }} `stepOf`: the step that shows a row
 */
export function plan(tree, folded) {
  const { columns, ends, count } = tree;
  const agents = nesting(columns, count);
  const base = isTheRun(columns, count, agents.above) ? 1 : 0;
  /** @type {Step[]} */
  const steps = [];
  /** @type {Map<number, number>} */
  const stepOf = new Map();
  /** @type {Map<number, { calls: number[], last: CallStep | null, tools: number[] }>} by the agent they belong to */
  const scopes = new Map();
  for (let row = 0; row < count; ) {
    const scope = agents.scope[row] ?? -1;
    const told = scopes.get(scope) ?? { calls: [], last: null, tools: [] };
    scopes.set(scope, told);
    const step = stepAt(columns, row, (agents.above[row] ?? 0) - base);
    const last = steps.at(-1);
    if (step?.type === "chips" && last?.type === "chips" && last.level === step.level && last.rows.length < MOST_CHIPS) last.rows.push(row);
    else if (step) steps.push(step);
    if (step) stepOf.set(row, steps.length - 1);
    if (step?.type === "call") {
      step.earlier = told.calls.slice(-EARLIER);
      step.before = told.tools.slice(-MOST_TOOLS);
      told.calls.push(row);
      told.last = step;
      told.tools = [];
    } else if (step?.type === "tool") {
      told.tools.push(row);
      if (told.last && told.last.after.length < MOST_TOOLS) told.last.after.push(row);
    }
    row = step?.type === "agent" && folded.has(columns.id[row] ?? "") ? (ends[row] ?? row + 1) : row + 1;
  }
  return { steps, stepOf };
}

/** How many agents are above each row, and the nearest of them. @param {Columns} columns @param {number} count */
function nesting(columns, count) {
  const above = new Int32Array(count);
  const scope = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const parent = columns.parent[row] ?? -1;
    const agent = parent >= 0 && columns.kind[parent] === "agent";
    above[row] = parent < 0 ? 0 : (above[parent] ?? 0) + Number(agent);
    scope[row] = parent < 0 ? -1 : agent ? parent : (scope[parent] ?? -1);
  }
  return { above, scope };
}

/** Whether the outermost agents are the run itself, and nothing is said beside them: then they need no card set in. @param {Columns} columns @param {number} count @param {Int32Array} above */
function isTheRun(columns, count, above) {
  for (let row = 0; row < count; row++) if (!above[row] && SAID.has(columns.kind[row] ?? "") && !columns.repeats[row]) return false;
  return true;
}

/** @param {Columns} columns @param {number} row @param {number} depth in agents @returns {Step | null} */
function stepAt(columns, row, depth) {
  if (columns.placeholder[row] || columns.repeats[row]) return null;
  const level = Math.max(0, depth);
  const kind = columns.kind[row] ?? "";
  switch (kind) {
    case "llm_call":
      return { type: "call", row, level, loads: true, earlier: [], before: [], after: [] };
    case "tool":
    case "retrieval":
      return { type: kind, row, level, loads: true };
    case "agent":
      return { type: "agent", row, level: depth + 1, loads: false };
    default:
      if (columns.status[row] === "error") return { type: "error", row, level, loads: false };
      return CHIPS.has(kind) ? { type: "chips", row, rows: [row], level, loads: false } : null;
  }
}

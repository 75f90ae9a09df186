/**
 * The rows of a trace as `GET /api/traces/{id}/tree` has them: columns, depth-first. Pure; nothing here copies a row,
 * so that 20,000 of them cost nothing until they are seen.
 */

/**
 * @typedef {object} Columns
 * @property {string[]} id
 * @property {number[]} parent
 * @property {number[]} depth
 * @property {(string | null)[]} name
 * @property {(string | null)[]} kind
 * @property {(string | null)[]} service
 * @property {("ok" | "error" | "unset")[]} status
 * @property {(number | null)[]} offset_ns
 * @property {(number | null)[]} duration_ns
 * @property {(string | null)[]} model
 * @property {(number | null)[]} input_tokens
 * @property {(number | null)[]} output_tokens
 * @property {(number | null)[]} cost_usd
 * @property {number[]} subtree_spans
 * @property {number[]} subtree_errors
 * @property {(number | null)[]} subtree_tokens
 * @property {(number | null)[]} subtree_cost_usd
 * @property {boolean[]} subtree_cost_complete
 * @property {boolean[]} critical
 * @property {(number | null)[]} critical_ns
 * @property {boolean[]} placeholder
 * @property {boolean[]} repeats
 * @property {(number | null)[]} time_to_first_token_ms
 * @property {(string | null)[]} tool_name
 * @property {(string | null)[]} tool_call_id
 * @property {(string | null)[]} agent_name
 * @property {(string | null)[]} file_path
 * @property {(string | null)[]} file_version
 * @property {(string | null)[]} error
 * @property {(string | null)[]} preview
 */

/** @typedef {{ trace: any, count: number, start_ns: string | null, duration_ns: string | null, truncated: boolean, columns: Columns }} Answer */

/** @typedef {{ trace: any, count: number, length_ns: number, truncated: boolean, columns: Columns, rowOf: Map<string, number>, ends: Int32Array }} Tree */

/** @param {Answer} answer @returns {Tree} `ends`: the row behind the last of each subtree */
export function readTree({ trace, count, duration_ns, truncated, columns }) {
  const rowOf = new Map();
  for (let row = 0; row < count; row++) rowOf.set(columns.id[row], row);
  const ends = new Int32Array(count);
  for (let row = count - 1; row >= 0; row--) {
    ends[row] = Math.max(ends[row] ?? 0, row + 1);
    const parent = columns.parent[row] ?? -1;
    if (parent >= 0) ends[parent] = Math.max(ends[parent] ?? 0, ends[row] ?? 0);
  }
  return { trace, count, length_ns: Math.max(Number(duration_ns ?? 0), 1), truncated, columns, rowOf, ends };
}

/** Whether anything is below a row. @param {Tree} tree @param {number} row */
export const hasChildren = (tree, row) => (tree.ends[row] ?? 0) > row + 1;

/**
 * The rows that are shown: those below a folded one are left out, and with `only`, those that neither are wanted nor lead to one.
 * @param {Tree} tree @param {ReadonlySet<string>} folded @param {((row: number) => boolean) | null} [only] @returns {Int32Array}
 */
export function visibleRows(tree, folded, only = null) {
  const wanted = only ? leading(tree, only) : null;
  const rows = new Int32Array(tree.count);
  let size = 0;
  for (let row = 0; row < tree.count; ) {
    if (!wanted || wanted[row]) rows[size++] = row;
    row = folded.has(tree.columns.id[row] ?? "") ? (tree.ends[row] ?? row + 1) : row + 1;
  }
  return rows.subarray(0, size);
}

/** @param {Tree} tree @param {(row: number) => boolean} only */
function leading(tree, only) {
  const wanted = new Uint8Array(tree.count);
  for (let row = tree.count - 1; row >= 0; row--) {
    if (!wanted[row] && !only(row)) continue;
    wanted[row] = 1;
    const parent = tree.columns.parent[row] ?? -1;
    if (parent >= 0) wanted[parent] = 1;
  }
  return wanted;
}

/** What a row is called. @param {Columns} columns @param {number} row */
export function labelOf(columns, row) {
  if (columns.placeholder[row]) return "not arrived yet";
  const kind = columns.kind[row];
  if (kind === "tool" && columns.tool_name[row]) return columns.tool_name[row] ?? "";
  if (kind === "agent" && columns.agent_name[row]) return columns.agent_name[row] ?? "";
  return columns.name[row] || "(no name)";
}

/** The next row with an error behind `row`, from the start again after the last; -1 if there is none. @param {Tree} tree @param {number} row */
export function nextError(tree, row) {
  for (let step = 1; step <= tree.count; step++) {
    const at = (row + step) % tree.count;
    if (tree.columns.status[at] === "error") return at;
  }
  return -1;
}

/** The rows above a row, the nearest first. @param {Tree} tree @param {number} row */
export function above(tree, row) {
  const found = [];
  for (let at = tree.columns.parent[row] ?? -1; at >= 0; at = tree.columns.parent[at] ?? -1) found.push(at);
  return found;
}

/** How many calls that spend money have no known price. @param {Tree} tree */
export function unpricedCalls(tree) {
  const { columns } = tree;
  let count = 0;
  for (let row = 0; row < tree.count; row++) {
    // Nothing but the call itself tells what of a subtree's cost is not known: where no child is to blame.
    if (!columns.subtree_cost_complete[row] && isSpending(columns.kind[row]) && columns.cost_usd[row] === null && !columns.repeats[row]) count++;
  }
  return count;
}

/** @param {string | null | undefined} kind */
export const isSpending = (kind) => kind === "llm_call" || kind === "embedding" || kind === "rerank";

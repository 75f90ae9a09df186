/** Who called whom in a trace: spans of the same kind and name taken together. Pure. */
import { labelOf } from "../tree.js";

/** @import { Columns, Tree } from "../tree.js" */

/**
 * @typedef {{ id: string, kind: string, name: string, count: number, busy_ns: number, cost_usd: number | null,
 * priced: boolean, errors: number, tokens: number }} Node
 */
/** @typedef {{ from: string, to: string, count: number, errors: number }} Edge */

const MOST_NODES = 40;
const SHOWN = new Set(["agent", "workflow", "llm_call", "tool", "retrieval", "rerank", "embedding", "fs_read", "fs_write", "mcp", "memory", "guardrail"]);

/**
 * What a span is in the graph; null if it is not part of it.
 * @param {Columns} columns
 * @param {number} row
 * @returns {{ id: string, kind: string, name: string } | null}
 */
export function nodeOf(columns, row) {
  const kind = columns.kind[row] ?? "";
  if (columns.placeholder[row]) return null;
  // Whatever started it all is where the arrows begin.
  if (!SHOWN.has(kind) && (columns.parent[row] ?? -1) >= 0) return null;
  const files = kind === "fs_read" || kind === "fs_write";
  const model = kind === "llm_call" || kind === "embedding" || kind === "rerank";
  const name = files ? folder(columns.file_path[row] ?? "") : ((model ? columns.model[row] : null) ?? labelOf(columns, row));
  return { id: `${kind}:${name}`, kind, name };
}

/** @param {string} path */
const folder = (path) => path.slice(0, path.lastIndexOf("/") + 1) || "files";

/** @param {Tree} tree @returns {{ nodes: Node[], edges: Edge[], left: number }} `left`: nodes that are not shown, those used least */
export function graphOf(tree) {
  const { columns, count } = tree;
  /** @type {Map<string, Node>} */
  const nodes = new Map();
  /** @type {Map<string, Edge>} */
  const edges = new Map();
  /** @type {(string | null)[]} the nearest node at or above each row */
  const nearest = new Array(count).fill(null);
  for (let row = 0; row < count; row++) {
    const parent = columns.parent[row] ?? -1;
    const above = parent >= 0 ? (nearest[parent] ?? null) : null;
    const found = nodeOf(columns, row);
    nearest[row] = found ? found.id : above;
    if (!found || columns.repeats[row]) continue;
    const failed = Number(columns.status[row] === "error");
    add(nodes, found, columns, row, failed);
    if (above === null || above === found.id) continue;
    const key = `${above} ${found.id}`;
    const edge = edges.get(key) ?? { from: above, to: found.id, count: 0, errors: 0 };
    edges.set(key, edge);
    edge.count++;
    edge.errors += failed;
  }
  const kept = [...nodes.values()].sort((a, b) => b.busy_ns - a.busy_ns).slice(0, MOST_NODES);
  const ids = new Set(kept.map(({ id }) => id));
  return { nodes: kept, edges: [...edges.values()].filter(({ from, to }) => ids.has(from) && ids.has(to)), left: nodes.size - kept.length };
}

/**
 * @param {Map<string, Node>} nodes
 * @param {{ id: string, kind: string, name: string }} found
 * @param {Columns} columns
 * @param {number} row
 * @param {number} failed
 */
function add(nodes, found, columns, row, failed) {
  const node = nodes.get(found.id) ?? { ...found, count: 0, busy_ns: 0, cost_usd: null, priced: true, errors: 0, tokens: 0 };
  nodes.set(found.id, node);
  node.count++;
  node.errors += failed;
  node.busy_ns += columns.duration_ns[row] ?? 0;
  node.tokens += (columns.input_tokens[row] ?? 0) + (columns.output_tokens[row] ?? 0);
  const cost = columns.cost_usd[row];
  if (cost !== null && cost !== undefined) node.cost_usd = (node.cost_usd ?? 0) + cost;
  else if (found.kind === "llm_call") node.priced = false;
}

/**
 * What a span is: the label, the letter beside its colour. One table for every page, with all kinds of
 * `traceway_semconv.kinds`; colours are in tokens.css.
 */
import { tags } from "./dom.js";

const { span } = tags;

/** @type {Record<string, { label: string, letter: string }>} */
const KINDS = {
  llm_call: { label: "Model call", letter: "M" },
  tool: { label: "Tool", letter: "T" },
  agent: { label: "Agent", letter: "A" },
  workflow: { label: "Workflow", letter: "W" },
  task: { label: "Task", letter: "t" },
  plan: { label: "Plan", letter: "P" },
  retrieval: { label: "Retrieval", letter: "R" },
  rerank: { label: "Rerank", letter: "K" },
  embedding: { label: "Embedding", letter: "E" },
  memory: { label: "Memory", letter: "m" },
  prompt: { label: "Prompt", letter: "p" },
  mcp: { label: "MCP", letter: "C" },
  guardrail: { label: "Guardrail", letter: "G" },
  evaluation: { label: "Evaluation", letter: "V" },
  fs_read: { label: "File read", letter: "r" },
  fs_write: { label: "File write", letter: "w" },
  fs: { label: "File", letter: "f" },
  db: { label: "Database", letter: "D" },
  http: { label: "HTTP", letter: "H" },
  rpc: { label: "RPC", letter: "c" },
  messaging: { label: "Messaging", letter: "Q" },
  process: { label: "Process", letter: "X" },
};
const OTHER = { label: "Other", letter: "·" };

/** @param {string} kind */
export const kindOf = (kind) => KINDS[kind] ?? { ...OTHER, label: kind === "span" || kind === "custom" ? "Other" : kind };

/** The mark of a kind. @param {{ kind: string }} props */
export const KindMark = ({ kind }) =>
  span({ class: "kind", "data-kind": kind, role: "img", "aria-label": kindOf(kind).label, title: kindOf(kind).label }, kindOf(kind).letter);

/** How often each kind occurs, most frequent first. @param {{ kinds: Record<string, number> }} props */
export const KindCounts = ({ kinds }) =>
  Object.entries(kinds)
    .sort(([, a], [, b]) => b - a)
    .map(([kind, count]) => span({ class: "kind-count", key: kind, title: `${count} × ${kindOf(kind).label}` }, KindMark({ kind }), String(count)));

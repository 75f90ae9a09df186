/** A trace as a turn of a conversation: which of its spans was asked, which answered, what was used. Pure. */

/**
 * @typedef {{ id: string, parent_id: string | null, name: string, status: unknown, kind: { type: string, name?: string, path?: string, model?: string }, input_preview: string | null,
 *   output_preview: string | null, error: unknown }} Skeleton
 * @typedef {{ asked: string, answered: string, tools: Used[], files: Used[], more: boolean }} Turn `asked`, `answered`: ids of spans, "" if there is none
 * @typedef {{ name: string, type: string, count: number, span: string, failed: boolean }} Used
 */

/** Kinds that speak for a whole turn, the best first. */
const SPEAKERS = ["agent", "workflow", "llm_call"];
const FILES = new Set(["fs_read", "fs_write"]);

/** @param {readonly Skeleton[]} spans of one trace, oldest first @param {boolean} more whether there are others @returns {Turn} */
export function turnOf(spans, more) {
  const depths = depthsOf(spans);
  const ranked = spans.filter(({ kind }) => SPEAKERS.includes(kind.type) || kind.type === "custom")
    .map((span, n) => ({ span, n, depth: depths.get(span.id) ?? 0, kind: SPEAKERS.includes(span.kind.type) ? 0 : 1 }))
    .sort((a, b) => a.depth - b.depth || a.kind - b.kind || a.n - b.n).map(({ span }) => span);
  const both = ranked.find(({ input_preview, output_preview }) => input_preview && output_preview && spans.length > 0);
  const calls = spans.filter(({ kind }) => kind.type === "llm_call");
  const top = both && (depths.get(both.id) === 0 || both.kind.type !== "llm_call") ? both : null;
  return {
    asked: (top ?? calls.find(({ input_preview }) => input_preview) ?? ranked.find(({ input_preview }) => input_preview))?.id ?? "",
    answered: (top ?? calls.findLast(({ output_preview }) => output_preview) ?? ranked.findLast(({ output_preview }) => output_preview))?.id ?? "",
    tools: usedIn(spans, ({ kind }) => (kind.type === "tool" || kind.type === "retrieval" ? kind.name : undefined)),
    files: usedIn(spans, ({ kind }) => (FILES.has(kind.type) ? kind.path : undefined)),
    more,
  };
}

/** @param {readonly Skeleton[]} spans */
function depthsOf(spans) {
  const parents = new Map(spans.map(({ id, parent_id }) => [id, parent_id]));
  /** @type {Map<string, number>} */
  const depths = new Map();
  for (const { id } of spans) {
    let depth = 0;
    const seen = new Set([id]);
    for (let at = parents.get(id); at && parents.has(at) && !seen.has(at); at = parents.get(at)) {
      depth++;
      seen.add(at);
    }
    depths.set(id, depth);
  }
  return depths;
}

/** What was used, each once, in the order of its first use. @param {readonly Skeleton[]} spans @param {(span: Skeleton) => string | undefined} nameOf @returns {Used[]} */
function usedIn(spans, nameOf) {
  /** @type {Map<string, Used>} */
  const found = new Map();
  for (const span of spans) {
    const name = nameOf(span);
    if (!name) continue;
    const key = `${span.kind.type} ${name}`;
    const used = found.get(key) ?? { name, type: span.kind.type, count: 0, span: span.id, failed: false };
    found.set(key, { ...used, count: used.count + 1, failed: used.failed || Boolean(span.error) });
  }
  return [...found.values()];
}

/** @typedef {{ role: string, parts: any[] }} Message */

/**
 * Of what a call was sent, what is new in this turn: from the last thing a user said. All of it if no user spoke.
 * @param {unknown} input @returns {unknown}
 */
export function lastAsked(input) {
  if (!Array.isArray(input) || !input.every((each) => each && typeof each === "object" && typeof each.role === "string")) return input;
  const at = input.findLastIndex((/** @type {Message} */ { role }) => role === "user");
  return at < 0 ? input : [input[at]];
}

/** Items of both lists, the first ones of an id. @template {{ id: string }} T @param {readonly T[]} newer @param {readonly T[]} older @returns {T[]} */
export function merged(newer, older) {
  const seen = new Set(newer.map(({ id }) => id));
  return [...newer, ...older.filter(({ id }) => !seen.has(id) && seen.add(id))];
}

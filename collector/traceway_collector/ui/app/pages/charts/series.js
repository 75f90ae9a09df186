/** From an answer of POST /api/analytics to lines over time. Pure. */
import { nameOf } from "./panels.js";
import { adds, UNPRICED } from "./query.js";

/** @import { Panel } from "./panels.js" */

/**
 * @typedef {{ key: Record<string, any>, metrics: Record<string, number | null>, other?: boolean }} Group
 * @typedef {{ groups: Group[], totals: Record<string, number | null>, previous?: { groups: Group[], totals: Record<string, number | null> },
 *   bucket_ns: string | null, since: string | null, until: string | null, truncated: boolean }} Answer
 * @typedef {{ label: string, metric: string, value: any, other: boolean, values: (number | null)[], before: (number | null)[] | null, sum: number | null, sum_is: string }} Line
 * @typedef {{ times_ms: number[], bucket_ms: number, from_ms: number, to_ms: number, lines: Line[] }} Lines
 */

/** @param {Answer} answer @param {Panel} panel @returns {Lines} */
export function linesOf(answer, panel) {
  const bucket_ms = Number(answer.bucket_ns ?? 0) / 1e6;
  const times_ms = [...new Set(answer.groups.map(({ key }) => Date.parse(key.time)))].sort((a, b) => a - b);
  const places = new Map(times_ms.map((at_ms, n) => [at_ms, n]));
  const from_ms = answer.since ? Date.parse(answer.since) : (times_ms[0] ?? 0);
  const to_ms = answer.until ? Date.parse(answer.until) : (times_ms.at(-1) ?? 0) + bucket_ms;
  const found = collected(answer.groups, panel, times_ms.length, (at_ms) => places.get(at_ms));
  const shift_ms = bucket_ms ? Math.round((to_ms - from_ms) / bucket_ms) * bucket_ms : 0;
  const nearest = (/** @type {number} */ at_ms) => (bucket_ms ? Math.round((at_ms + shift_ms - (times_ms[0] ?? 0)) / bucket_ms) : undefined);
  const before = answer.previous ? collected(answer.previous.groups, panel, times_ms.length, nearest) : null;
  const lines = [...found.values()].map((line) => ({ ...line, before: before ? (before.get(nameFor(line))?.values ?? null) : null, ...summed(line, answer, panel) }));
  lines.sort((a, b) => Number(a.other) - Number(b.other) || panel.metrics.indexOf(a.metric) - panel.metrics.indexOf(b.metric) || (b.sum ?? -1) - (a.sum ?? -1));
  return { times_ms, bucket_ms, from_ms, to_ms, lines };
}

/** @typedef {{ label: string, metric: string, value: any, other: boolean, values: (number | null)[] }} Bare */

/** @param {{ metric: string, value: any, other: boolean }} line */
const nameFor = ({ metric, value, other }) => JSON.stringify([metric, value, other]);

/** @param {Group[]} groups @param {Panel} panel @param {number} length @param {(at_ms: number) => number | undefined} place @returns {Map<string, Bare>} */
function collected(groups, panel, length, place) {
  const found = new Map();
  for (const group of groups) {
    const at = place(Date.parse(group.key.time));
    if (at === undefined || at < 0 || at >= length) continue;
    const value = panel.group ? (group.key[panel.group] ?? null) : null;
    for (const metric of panel.metrics) {
      const line = { metric, value, other: group.other === true };
      const name = nameFor(line);
      if (!found.has(name)) found.set(name, { ...line, label: labelOf(line, panel), values: Array(length).fill(null) });
      found.get(name).values[at] = group.metrics[metric] ?? null;
    }
  }
  return found;
}

/** @param {{ metric: string, value: any, other: boolean }} line @param {Panel} panel */
function labelOf({ metric, value, other }, panel) {
  if (!panel.group) return nameOf(metric);
  const group = other ? "other" : groupLabel(value, panel.group);
  return panel.metrics.length > 1 ? `${group} · ${nameOf(metric)}` : group;
}

/** @param {unknown} value @param {string} group */
export const groupLabel = (value, group) => (value === null || value === undefined || value === "" ? `no ${group.replace(/^(attr|resource)\./, "")}` : String(value));

/** One figure for a whole line: its sum, what the answer says of all, or its last value. @param {Bare} line @param {Answer} answer @param {Panel} panel */
function summed(line, answer, panel) {
  const known = line.values.filter((value) => value !== null);
  if (!panel.group) return { sum: answer.totals[line.metric] ?? null, sum_is: "over all of the time shown" };
  if (adds(line.metric)) return { sum: known.length ? known.reduce((a, b) => a + b, 0) : null, sum_is: "sum" };
  return { sum: known.at(-1) ?? null, sum_is: "last value" };
}

/** Each line on top of those before it. @param {readonly (number | null)[][]} values @returns {number[][]} */
export function stacked(values) {
  /** @type {number[][]} */
  const piled = [];
  for (const line of values) piled.push(line.map((value, n) => (value ?? 0) + (piled.at(-1)?.[n] ?? 0)));
  return piled;
}

/** "12 % of calls unpriced", or "" if all have a price. @param {Record<string, number | null>} totals */
export function unpriced(totals) {
  const share = totals[UNPRICED[0] ?? ""];
  return share ? `${share < 0.01 ? "<1" : Math.round(share * 100)} % of calls unpriced` : "";
}

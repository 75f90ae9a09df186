/** From a panel to the question it asks, and from a place in its answer to the traces behind it. Pure. */
import { quoted } from "../../shell/filter/words.js";

/** @import { Panel } from "./panels.js" */

/** The filter and the time range of the page. @typedef {{ q: string, since: string, until: string }} Range */

/** Asked along with every cost, to say how much of it is not known. */
export const UNPRICED = ["uncosted_share", "uncosted_calls"];

/** @param {string} metric */
const isCost = (metric) => /(^|_)cost(_|$)/.test(metric) && !UNPRICED.includes(metric);

/** Whether values of several groups or buckets may be added up. @param {string} metric */
export const adds = (metric) => /^(total_|cache_|reasoning_|bytes_|uncosted_calls$|span_count$|error_count$|call_count$)/.test(metric);

/** @param {Range} range @param {Panel} panel */
export const filterOf = (range, panel) => ({
  ...(joined(range.q, panel.q) ? { q: joined(range.q, panel.q) } : {}),
  ...(range.since ? { since: range.since } : {}),
  ...(range.until ? { until: range.until } : {}),
});

/** @param {...string} queries */
export const joined = (...queries) => queries.map((each) => each.trim()).filter(Boolean).join(" ");

/** The body of POST /api/analytics. @param {Panel} panel @param {Range} range @param {string} time_zone */
export function questionOf(panel, range, time_zone) {
  const over_time = panel.shape === "line" || panel.shape === "bar";
  const grouped = panel.group && panel.shape !== "number" ? [panel.group] : [];
  return {
    metrics: panel.metrics.some(isCost) ? [...new Set([...panel.metrics, ...UNPRICED])] : panel.metrics,
    group_by: over_time ? ["time", ...grouped] : grouped,
    filter: filterOf(range, panel),
    // A cost that is not known must not become 0: nothing is filled in where costs are asked for.
    ...(over_time ? { bucket: panel.bucket, fill: panel.metrics.some(isCost) ? "null" : "zero", time_zone } : {}),
    ...(grouped.length && over_time ? { top: panel.top, other: true } : {}),
    ...(grouped.length && !over_time ? { limit: panel.top } : {}),
    order_by: panel.metrics[0],
    descending: true,
    // There is a period before only if this one has a beginning.
    ...(panel.previous && range.since ? { previous_period: true } : {}),
  };
}

/** The clause for the traces with spans of a group; of a trace itself `status` says how it ended as a whole. @param {string} group @param {string} value */
function clauseOf(group, value) {
  if (group === "status") return value === "error" ? "has:error" : "-has:error";
  return `${group}:${quoted(value)}`;
}

/**
 * The parameters of the list of traces behind a group, a bucket of time, or both.
 * @param {Panel} panel @param {Range} range
 * @param {{ value?: string | number | boolean | null, from_ms?: number, to_ms?: number }} place
 */
export function tracesBehind(panel, range, { value, from_ms, to_ms }) {
  const clause = panel.group && value !== null && value !== undefined ? clauseOf(panel.group, String(value)) : "";
  const failed = panel.metrics.length > 0 && panel.metrics.every((metric) => /^error_/.test(metric)) ? "has:error" : "";
  return {
    q: joined(range.q, panel.q, clause, failed),
    since: from_ms === undefined ? range.since : new Date(from_ms).toISOString(),
    until: to_ms === undefined ? range.until : new Date(to_ms).toISOString(),
  };
}

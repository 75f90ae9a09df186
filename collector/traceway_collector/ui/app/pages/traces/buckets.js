/** The buckets of the histogram: numbers from the answer of the analytics, and how they are said. Pure. */
import { exact, number, plural } from "../../format.js";

/** @typedef {{ start_ms: number, end_ms: number, count: number, errors: number }} Bucket */

/** @param {any} answer of POST /analytics @returns {Bucket[]} */
export function bucketsOf(answer) {
  const width_ms = Number(answer.bucket_ns ?? 0) / 1e6;
  return answer.groups
    .filter((/** @type {any} */ group) => group.key.time)
    .map((/** @type {any} */ { key, metrics }) => {
      const start_ms = Date.parse(key.time);
      return { start_ms, end_ms: start_ms + width_ms, count: metrics.trace_count ?? 0, errors: metrics.error_trace_count ?? 0 };
    })
    .sort((/** @type {Bucket} */ a, /** @type {Bucket} */ b) => a.start_ms - b.start_ms);
}

/** The parameters of the range from one bucket to another. @param {Bucket} one @param {Bucket} other */
export function rangeOf(one, other) {
  const since_ms = Math.min(one.start_ms, other.start_ms);
  const until_ms = Math.max(one.end_ms, other.end_ms) - 1;
  return { since: new Date(since_ms).toISOString(), until: new Date(until_ms).toISOString() };
}

/** @param {Bucket} bucket */
export const countOf = ({ count, errors }) => `${plural(count, "trace")}${errors ? `, ${number(errors)} with ${errors === 1 ? "an error" : "errors"}` : ""}`;

/** @param {Bucket} bucket */
export function timeOf({ start_ms, end_ms }) {
  const from = exact(new Date(start_ms).toISOString()).slice(0, 19);
  const to = exact(new Date(end_ms).toISOString()).slice(0, 19);
  return `${from} – ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to}`;
}

/** Whether a day's date or an hour says where a bucket stands. @param {Bucket[]} buckets */
export function tickOf(buckets) {
  const span_ms = (buckets.at(-1)?.end_ms ?? 0) - (buckets[0]?.start_ms ?? 0);
  return (/** @type {number} */ at_ms) => {
    const text = exact(new Date(at_ms).toISOString());
    if (span_ms > 3 * 86_400_000) return text.slice(5, 10);
    if (span_ms > 86_400_000) return `${text.slice(5, 10)} ${text.slice(11, 16)}`;
    return text.slice(11, span_ms < 600_000 ? 19 : 16);
  };
}

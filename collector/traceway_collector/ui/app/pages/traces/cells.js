/** What stands in a row of the list, column by column. */
import { h, tags } from "../../dom.js";
import { UNKNOWN, ago, cost, costTitle, durationNs, exact, number, shortId, tokens } from "../../format.js";
import { KindCounts } from "../../kinds.js";
import { oneLine } from "../../parts/messages/visible.js";

/** @import { ComponentChildren } from "preact" */
/** @import { Trace } from "./list.js" */

const { span, i } = tags;
const MOST_KINDS = 3;
/** Characters of a preview that a wide column has room for; to lay out more takes longer than all else in a row. */
const IN_SIGHT = 120;

/** @typedef {{ longest_ns: number, now_ms: number }} Around */

/** @type {Record<string, (trace: Trace, around: Around) => ComponentChildren>} */
export const CELLS = {
  preview: (trace) => preview(trace),
  kinds: ({ kinds }) => h(KindCounts, { kinds: Object.fromEntries(Object.entries(kinds).sort(([, a], [, b]) => b - a).slice(0, MOST_KINDS)) }),
  duration: (trace, { longest_ns }) => duration(trace, longest_ns),
  tokens: ({ total_tokens }) => count(total_tokens, "No call said how many tokens it took"),
  input_tokens: ({ input_tokens }) => count(input_tokens, "No call said so"),
  output_tokens: ({ output_tokens }) => count(output_tokens, "No call said so"),
  cost: ({ cost_usd, cost_complete }) => span({ class: cost_usd === null ? "faint" : undefined, title: costTitle(cost_usd, cost_complete) }, cost(cost_usd, cost_complete)),
  service: ({ services }) => span({ class: "line", title: services.join(", ") }, services.join(", ") || UNKNOWN),
  session: ({ session_id }) => text(session_id, "It says no session"),
  user: ({ user_id }) => text(user_id, "It says no user"),
  models: ({ models }) => text(models.join(", "), "No model was called"),
  tags: ({ tags: given }) => text(given.join(", "), "No tags"),
  spans: ({ span_count }) => number(span_count),
  errors: ({ error_count }) => (error_count ? span({ class: "is-error" }, number(error_count)) : "0"),
  started: ({ started_at }) => span({ class: "line" }, exact(started_at)),
  age: ({ started_at }, { now_ms }) => span({ class: "line", title: exact(started_at) }, ago(started_at, now_ms)),
  id: ({ id }) => span({ class: "mono line", title: id }, shortId(id)),
};

/** @param {string | null | undefined} value @param {string} why */
const text = (value, why) => span({ class: value ? "line" : "line faint", title: value || why }, value || UNKNOWN);

/** @param {number | null} value @param {string} why */
const count = (value, why) => (value === null ? span({ class: "faint", title: why }, UNKNOWN) : span({ title: `${number(value)} tokens` }, tokens(value)));

/** @param {Trace} trace */
function preview({ status, input_preview, output_preview }) {
  const failed = typeof status === "object" ? status.failed.error : "";
  if (!input_preview && !output_preview && !failed) return span({ class: "faint", title: "No input or output was recorded" }, UNKNOWN);
  return span({ class: "both muted", title: [input_preview, failed || output_preview].filter(Boolean).join("\n→ ") },
    input_preview ? span({ class: "line" }, oneLine(input_preview, IN_SIGHT)) : null,
    failed || output_preview ? i({ class: "arrow" }, " → ") : null,
    failed || output_preview ? span({ class: failed ? "line is-error" : "line" }, oneLine(failed || output_preview, IN_SIGHT)) : null);
}

/** @param {Trace} trace @param {number} longest_ns */
function duration({ duration_ns, status }, longest_ns) {
  if (duration_ns === null) return span({ class: "is-warning", title: "No span of it has ended yet" }, status === "running" ? "running" : UNKNOWN);
  const share = longest_ns ? Number(duration_ns) / longest_ns : 0;
  return [span({ class: "duration-bar", key: "bar" }, i({ style: { width: `${Math.max(2, share * 100)}%` } })), span({ key: "text", class: "duration-text", title: status === "running" ? "So far" : undefined }, durationNs(duration_ns))];
}

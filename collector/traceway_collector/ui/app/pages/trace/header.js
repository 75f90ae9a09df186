/** The head of a trace: what it is, how it went, what it cost, and what can be done with it. */
import { classes, h, tags } from "../../dom.js";
import { ago, duration, exact, money, msOf, number, plural, tokens } from "../../format.js";
import { CopyButton } from "../../parts/copy.js";
import { oneLine } from "../../parts/messages/visible.js";
import { Status } from "../../parts/status.js";
import { href } from "../../router.js";
import { Actions } from "./actions.js";
import { unpricedCalls } from "./tree.js";

/** @import { ComponentChildren } from "preact" */
/** @import { Tree } from "./tree.js" */

const { header, div, h1, span, a, bdi } = tags;

/** @param {{ tree: Tree }} props */
export function Header({ tree }) {
  const { trace } = tree;
  const failed = typeof trace.status === "object";
  const running = trace.status === "running";
  const said = running ? "running" : failed ? "failed" : "completed";
  return header({ class: "trace-head" },
    div({ class: "row-of" },
      h(Status, { trace }),
      h1({ class: "line", title: trace.name ?? "" }, bdi(null, oneLine(trace.name) || "(no name yet)")),
      span({ class: classes("small", failed && "is-error", running && "is-warning", !failed && !running && "muted") }, said),
      span({ class: "grow" }),
      h(Actions, { tree })),
    h(Facts, { tree }),
    failed ? div({ class: "failure is-error line", title: trace.status.failed.error }, oneLine(trace.status.failed.error)) : null);
}

/** @param {{ tree: Tree }} props */
function Facts({ tree }) {
  const { trace } = tree;
  const unpriced = trace.cost_complete ? 0 : unpricedCalls(tree);
  return div({ class: "t-facts" },
    h(Fact, { name: "Duration", title: `${number(Number(trace.duration_ns))} ns` }, duration(msOf(trace.duration_ns))),
    h(Fact, { name: "Spans" }, number(trace.span_count), trace.error_count ? span({ class: "is-error" }, ` · ${plural(trace.error_count, "error")}`) : null),
    h(Fact, { name: "Tokens",
      title: trace.total_tokens === null ? "No span says how many" : `${number(trace.input_tokens)} in, ${number(trace.output_tokens)} out` },
      tokens(trace.total_tokens)),
    h(Fact, { name: "Cost", title: trace.cost_usd === null ? "No call has a known price" : `$${trace.cost_usd}` },
      money(trace.cost_usd), unpriced ? span({ class: "is-warning" }, ` · ${plural(unpriced, "call")} unpriced`) : null),
    trace.session_id ? h(Fact, { name: "Session" }, a({ class: "line", href: href("sessions", trace.session_id) }, oneLine(trace.session_id, 60))) : null,
    trace.user_id ? h(Fact, { name: "User" }, oneLine(trace.user_id, 60)) : null,
    h(Fact, { name: "Started", title: exact(trace.started_at) }, ago(trace.started_at)),
    h(Fact, { name: "Id" }, h(CopyButton, { text: trace.id, label: `Copy the trace id ${trace.id.slice(0, 8)}`, shown: trace.id.slice(0, 8) })));
}

/** @param {{ name: string, title?: string, children?: ComponentChildren }} props */
const Fact = ({ name, title, children }) => div({ class: "t-fact", title }, span({ class: "faint small" }, name), span({ class: "t-value" }, children));

/** Which two traces to compare: the newest to choose from, or any by its id. */
import { get } from "../../api.js";
import { h, tags } from "../../dom.js";
import { ago, cost, costTitle, durationNs, exact, shortId, tokens } from "../../format.js";
import { useLoad } from "../../load.js";
import { Empty, Loading } from "../../parts/states.js";
import { param, patch } from "../../router.js";

const { div, h1, p, input, label, ul, li, button, span } = tags;
const q = param("q");
const MOST = 50;
const ID = /^[0-9a-f]{32}$/i;

/** @param {{ first: string, second: string }} props */
export function Pick({ first, second }) {
  const query = { q: q.value, limit: MOST };
  const loaded = useLoad(`pick ${JSON.stringify(query)}`, (signal) => get("traces", query, signal));
  const take = (/** @type {string} */ id) => patch(first ? { b: id } : { a: id });
  return div({ class: "compare-pick" },
    h1(null, "Compare two traces"),
    p({ class: "muted" }, first ? `Choose the trace to compare ${shortId(first)} with.` : "Choose the first trace; steps are aligned, and prompts, tool arguments, outputs and files compared."),
    div({ class: "compare-ids" }, field("First", first, "a"), field("Second", second, "b")),
    h(Loading, { loaded, show: (data) => data.items.length ? h(Choices, { traces: data.items, first, take }) : h(Empty, { title: "No traces match" }) }));
}

/** @param {string} name @param {string} value @param {"a" | "b"} side */
const field = (name, value, side) =>
  label({ class: "grow" }, span({ class: "muted" }, `${name} trace`),
    input({ class: "input mono", placeholder: "id of a trace", value, spellcheck: false,
      onChange: (event) => (ID.test(event.currentTarget.value.trim()) || !event.currentTarget.value ? patch({ [side]: event.currentTarget.value.trim().toLowerCase() }) : undefined) }));

/** @param {{ traces: any[], first: string, take: (id: string) => void }} props */
const Choices = ({ traces, first, take }) =>
  ul({ class: "choices", "aria-label": "Newest traces" }, traces.filter((trace) => trace.id !== first).map((trace) =>
    li({ key: trace.id }, button({ onClick: () => take(trace.id) },
      span({ class: `status ${trace.status === "completed" ? "ok" : trace.status === "running" ? "running" : "error"}` }),
      span({ class: "line" }, trace.name ?? "unnamed"), span({ class: "line grow faint" }, trace.input_preview ?? ""),
      span({ class: "muted wide-only" }, durationNs(trace.duration_ns)), span({ class: "muted wide-only" }, tokens(trace.total_tokens)), span({ class: "muted wide-only", title: costTitle(trace.cost_usd, trace.cost_complete) }, cost(trace.cost_usd, trace.cost_complete)),
      span({ class: "muted", title: exact(trace.started_at) }, ago(trace.started_at)), span({ class: "mono faint" }, shortId(trace.id))))));
